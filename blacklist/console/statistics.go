package console

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lightshare/blacklist"
	"lightshare/web/view/words"
)

// statisticsDays is how far back the pictures go.
const statisticsDays = 30

// statisticsView is the numbers of the last days, drawn and worded.
type statisticsView struct {
	Now     [][2]string
	Backlog chart
	Wait    chart
	Turned  chart
	Days    []dayView
}

type dayView struct{ Day, Waiting, Decided, Wait, Turned string }

// A chart is a line or bars over days, drawn on a grid of its own.
type chart struct {
	Title, Says string // Says is what it shows, in a sentence
	Line        string // path of a line, with its area below
	Area        string
	Bars        []bar
	Top         string // what the highest line of the grid stands for
	First, Last string // days
}

type bar struct{ X, Y, Width, Height string }

// The grid of a chart.
const (
	chartWidth  = 640
	chartHeight = 160
)

func itoa(n int) string { return strconv.Itoa(n) }

func (s *console) showStatistics(w http.ResponseWriter, r *http.Request, name string) {
	s.render(w, r, http.StatusOK, statisticsPage(s.page(r, name, say(r.Context(), "Statistics")), newStatistics(r.Context(), s.Keeper.Statistics(statisticsDays))))
}

func newStatistics(ctx context.Context, days []blacklist.Day) statisticsView {
	var v statisticsView
	var waiting, waits, turned []float64
	decided, overturned := 0, 0
	for _, d := range days {
		waiting, waits = append(waiting, float64(d.Waiting)), append(waits, d.MedianWait.Hours())
		rate := 0.0
		if d.Decided > 0 {
			rate = 100 * float64(d.Overturned) / float64(d.Decided)
		}
		turned = append(turned, rate)
		decided, overturned = decided+d.Decided, overturned+d.Overturned
		v.Days = append(v.Days, dayView{day(ctx, d.Day), itoa(d.Waiting), itoa(d.Decided), wait(ctx, d), share(d.Overturned, d.Decided)})
	}
	today := days[len(days)-1]
	v.Now = [][2]string{
		{say(ctx, "Waiting now"), itoa(today.Waiting)}, {say(ctx, "Decided today"), itoa(today.Decided)}, {say(ctx, "Median wait today"), wait(ctx, today)},
		{say(ctx, "Decided in %d days", len(days)), itoa(decided)}, {say(ctx, "Of these taken back"), share(overturned, decided)},
	}
	first, last := day(ctx, days[0].Day), day(ctx, today.Day)
	v.Backlog = lineChart(say(ctx, "Backlog"), say(ctx, "Cases that waited at the end of the first day: %d; now: %d.", days[0].Waiting, today.Waiting), waiting, "%.0f")
	v.Wait = barChart(say(ctx, "Median wait"), say(ctx, "Hours that the middle one of the cases decided on a day had waited."), waits, "%.1f h")
	v.Turned = barChart(say(ctx, "Overturn rate"), say(ctx, "Share of a day’s decisions that were taken back later than a minute, or by a granted objection."), turned, "%.0f %%")
	for _, c := range []*chart{&v.Backlog, &v.Wait, &v.Turned} {
		c.First, c.Last = first, last
	}
	return v
}

func wait(ctx context.Context, d blacklist.Day) string {
	if d.Decided == 0 {
		return "–"
	}
	if d.MedianWait < time.Minute {
		return say(ctx, "under 1 min")
	}
	return words.Left(ctx, d.MedianWait.Truncate(time.Minute))
}

// day words a day without its year.
func day(ctx context.Context, t time.Time) string {
	if words.Of(ctx) == words.Korean {
		return t.Format("1월 2일")
	}
	return t.Format("2 Jan")
}

// scale returns the value of the grid's highest line: above every value, and never nothing.
func scale(values []float64) float64 {
	top := 1.0
	for _, v := range values {
		top = max(top, v)
	}
	return top
}

func lineChart(title, says string, values []float64, unit string) chart {
	top := scale(values)
	c := chart{Title: title, Says: says, Top: fmt.Sprintf(unit, top)}
	var points []string
	for i, v := range values {
		x := float64(i) * chartWidth / float64(max(1, len(values)-1))
		points = append(points, fmt.Sprintf("%.1f %.1f", x, chartHeight*(1-v/top)))
	}
	c.Line = "M" + strings.Join(points, "L")
	c.Area = fmt.Sprintf("%sL%d %dL0 %dZ", c.Line, chartWidth, chartHeight, chartHeight)
	return c
}

func barChart(title, says string, values []float64, unit string) chart {
	top := scale(values)
	c := chart{Title: title, Says: says, Top: fmt.Sprintf(unit, top)}
	step := float64(chartWidth) / float64(len(values))
	for i, v := range values {
		height := chartHeight * v / top
		c.Bars = append(c.Bars, bar{fmt.Sprintf("%.1f", float64(i)*step+2), fmt.Sprintf("%.1f", chartHeight-height), fmt.Sprintf("%.1f", step-4), fmt.Sprintf("%.1f", height)})
	}
	return c
}
