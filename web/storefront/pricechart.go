package storefront

import (
	"fmt"
	"strings"

	"lightshare/web/view/words"
)

// The grid of a price's chart.
const (
	stepsWidth  = 640
	stepsHeight = 160
)

// A stepChart is how a lot's price rose from bid to bid: a price holds until the next, so it is drawn in steps. The table of
// bids below it says the same.
type stepChart struct {
	Line, Area  string // paths
	Says        string // what it shows, in a sentence
	Top, Bottom string // prices
	First, Last string // times
}

// chartOf draws the bids, the newest first; nil of fewer than two, or of those of a single moment.
func chartOf(in words.Language, lines []bidLine) *stepChart {
	if len(lines) < 2 {
		return nil
	}
	oldest, newest := lines[len(lines)-1], lines[0]
	span := newest.At.Sub(oldest.At)
	if span <= 0 {
		return nil
	}
	low, high := oldest.Price, oldest.Price
	for _, l := range lines {
		if l.Price.Amount < low.Amount {
			low = l.Price
		}
		if l.Price.Amount > high.Amount {
			high = l.Price
		}
	}
	y := func(amount int64) float64 {
		return stepsHeight * (1 - float64(amount-low.Amount)/float64(max(1, high.Amount-low.Amount)))
	}
	var line strings.Builder
	fmt.Fprintf(&line, "M0 %.1f", y(oldest.Price.Amount))
	for i := len(lines) - 2; i >= 0; i-- {
		fmt.Fprintf(&line, "H%.1fV%.1f", stepsWidth*float64(lines[i].At.Sub(oldest.At))/float64(span), y(lines[i].Price.Amount))
	}
	return &stepChart{
		Line: line.String(), Area: fmt.Sprintf("%sV%dH0Z", line.String(), stepsHeight),
		Says: in.Say("From %s to %s in %s.", oldest.Price, newest.Price, in.Say("%d bids", len(lines))),
		Top:  in.Money(high), Bottom: in.Money(low), First: in.Short(oldest.At), Last: in.Short(newest.At),
	}
}
