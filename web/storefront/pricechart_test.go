package storefront

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightshare/events"
	"lightshare/web/view/words"
)

func TestChartOf(t *testing.T) {
	at := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	bid := func(amount int64, after time.Duration) bidLine {
		return bidLine{Price: events.Money{Amount: amount, Currency: events.USD}, At: at.Add(after)}
	}
	for _, lines := range [][]bidLine{nil, {bid(100, 0)}, {bid(200, 0), bid(100, 0)}} {
		if c := chartOf(words.English, lines); c != nil {
			t.Errorf("chartOf(%v) = %+v, want none", lines, c)
		}
	}
	c := chartOf(words.English, []bidLine{bid(500, time.Hour), bid(300, 15*time.Minute), bid(100, 0)})
	if c.Line != "M0 160.0H160.0V80.0H640.0V0.0" || c.Says != "From $1.00 to $5.00 in 3 bids." || c.Top != "$5.00" || c.Bottom != "$1.00" || c.First != "26 Nov 12:00:00" || c.Last != "26 Nov 13:00:00" {
		t.Errorf("steps = %+v", c)
	}
	if c := chartOf(words.Korean, []bidLine{bid(300, time.Hour), bid(300, 0)}); c.Line != "M0 160.0H640.0V160.0" || strings.Contains(c.Says, "bids") {
		t.Errorf("a price that stands = %+v", c)
	}
}

// Whatever was bid, and taken back, the line runs from the left edge to the right, never back and never out of the picture.
func TestStepsStayInThePicture(t *testing.T) {
	number := regexp.MustCompile(`([HV])([-0-9.]+)`)
	rapid.Check(t, func(t *rapid.T) {
		var lines []bidLine
		at := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
		for range rapid.IntRange(2, historyLength).Draw(t, "bids") {
			at = at.Add(time.Duration(rapid.Int64Range(1, int64(48*time.Hour)).Draw(t, "after")))
			price := events.Money{Amount: rapid.Int64Range(1, 1<<53).Draw(t, "price"), Currency: events.KRW}
			lines = append([]bidLine{{Price: price, At: at}}, lines...)
		}
		c, x := chartOf(words.English, lines), 0.0
		for _, m := range number.FindAllStringSubmatch(c.Line, -1) {
			n, err := strconv.ParseFloat(m[2], 64)
			if err != nil || m[1] == "V" && (n < 0 || n > stepsHeight) || m[1] == "H" && (n < x || n > stepsWidth) {
				t.Fatalf("%s after %.1f (%v) in %s", m[0], x, err, c.Line)
			}
			if m[1] == "H" {
				x = n
			}
		}
		if want := fmt.Sprintf("H%d.0", stepsWidth); !strings.Contains(c.Line, want) || !strings.Contains(c.Line, "V0.0") && !strings.HasPrefix(c.Line, "M0 0.0") && lines[0].Price != lines[1].Price {
			t.Fatalf("the line does not reach an edge: %s", c.Line)
		}
	})
}
