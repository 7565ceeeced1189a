package auction

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightshare/events"
)

// oracle plays an auction from the definitions alone: it keeps every bidder's maximum and finds the two highest by
// sorting, where the rules keep one.
type oracle struct {
	start, reserve int64
	table          []events.Increment
	soft           time.Duration
	end, latest    time.Time

	maxima []maximum
	price  int64
}

// maximum is a bidder's, with its place in time.
type maximum struct {
	who   events.UserID
	most  int64
	place int
}

// rank returns the maxima, the leader's first.
func (o *oracle) rank() []maximum {
	ranked := slices.Clone(o.maxima)
	slices.SortFunc(ranked, func(a, b maximum) int {
		if a.most != b.most {
			return int(b.most - a.most)
		}
		return a.place - b.place
	})
	return ranked
}

func (o *oracle) step(amount int64) int64 {
	var found int64
	for _, band := range o.table {
		if band.From <= amount {
			found = band.Step
		}
	}
	return found
}

func (o *oracle) leader() events.UserID {
	if len(o.maxima) == 0 {
		return ""
	}
	return o.rank()[0].who
}

// bid returns the refusal of a bid, or plays it.
func (o *oracle) bid(who events.UserID, most int64, place int, now time.Time) events.Refusal {
	led, price := o.leader(), o.price
	switch {
	case !now.Before(o.end):
		return events.Closed
	case most <= 0 || most > events.MaxAmount:
		return events.BadAmount
	case who == led && most <= o.rank()[0].most:
		return events.NotRaised
	case led == "" && most < o.start, led != "" && who != led && most < o.price+o.step(o.price):
		return events.TooLow
	}
	o.maxima = slices.DeleteFunc(o.maxima, func(m maximum) bool { return m.who == who })
	o.maxima = append(o.maxima, maximum{who, most, place})
	ranked := o.rank()
	switch {
	case len(ranked) == 1:
		o.price = max(o.price, o.start)
	case who != led:
		o.price = max(o.price, min(ranked[0].most, ranked[1].most+o.step(ranked[1].most)))
	}
	if highest := ranked[0].most; o.reserve > 0 && highest < o.reserve {
		o.price = highest
	} else if o.reserve > 0 {
		o.price = max(o.price, o.reserve)
	}
	if (o.leader() != led || o.price != price) && now.Add(o.soft).After(o.end) {
		o.end = now.Add(o.soft)
		if o.end.After(o.latest) {
			o.end = o.latest
		}
	}
	return ""
}

func TestBiddingAgreesWithTheOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := auctioned(1)
		n.Terms.Start = rapid.Int64Range(1, 20_000).Draw(t, "start")
		if rapid.Bool().Draw(t, "has reserve") {
			n.Terms.Reserve = n.Terms.Start + rapid.Int64Range(0, 30_000).Draw(t, "reserve above start")
		}
		n.Terms.Duration = 10 * time.Minute
		n.Terms.SoftClose = rapid.SampledFrom([]time.Duration{time.Second, 30 * time.Second, 0}).Draw(t, "soft close")
		n.Terms.MaxExtension = rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 0}).Draw(t, "extension")
		if rapid.Bool().Draw(t, "own table") {
			n.Terms.Increments = []events.Increment{{From: 0, Step: 1}, {From: 700, Step: 333}}
		}
		lot := (Rules{}).Apply(Lot{}, mustDecide(t, Lot{}, offer(n, allowed), noon), noon, 1)
		o := oracle{
			start: n.Terms.Start, reserve: n.Terms.Reserve, table: lot.Increments, soft: lot.SoftClose, end: lot.FirstEnd, latest: lot.LatestEnd,
		}
		now := noon
		for i := range rapid.IntRange(1, 40).Draw(t, "bids") {
			now = now.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "seconds later")) * time.Second)
			who := events.UserID(rapid.SampledFrom([]string{"ann", "bob", "cid"}).Draw(t, "who"))
			most := rapid.OneOf(rapid.Int64Range(0, 60_000), rapid.Just(lot.Least()), rapid.Just(lot.Max), rapid.Just(lot.Max+1)).Draw(t, "most")
			lot = playBoth(t, lot, &o, who, most, i, now)
		}
	})
}

// playBoth places one bid by the rules and by the oracle and compares.
func playBoth(t *rapid.T, lot Lot, o *oracle, who events.UserID, most int64, place int, now time.Time) Lot {
	f, err := (Rules{}).Decide(lot, bid(who, most), now)
	got, _ := events.AsRefusal(err)
	if want := o.bid(who, most, place, now); got != want {
		t.Fatalf("bid %d of %d by %s = %q, want %q", place, most, who, got, want)
	}
	if err == nil {
		lot = (Rules{}).Apply(lot, f, now, lot.Version+1)
	}
	stands := fmt.Sprint(lot.Price, lot.Leader, lot.Ends)
	if want := fmt.Sprint(o.price, o.leader(), o.end); stands != want {
		t.Fatalf("after bid %d of %d by %s it stands %s, want %s", place, most, who, stands, want)
	}
	return lot
}

func mustDecide(t *rapid.T, l Lot, c events.Command, now time.Time) events.Fact {
	f, err := (Rules{}).Decide(l, c, now)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// BenchmarkPlaceBid measures a bid as the writer decides and applies it, without its JSON.
func BenchmarkPlaceBid(b *testing.B) {
	b.ReportAllocs()
	rules := Rules{}
	offered, err := rules.Decide(Lot{}, offer(auctioned(1), allowed), noon)
	if err != nil {
		b.Fatal(err)
	}
	fresh := rules.Apply(Lot{}, offered, noon, 1)
	lot, bidders := fresh, []events.UserID{"ann", "bob"}
	for i := 0; b.Loop(); i++ {
		if i%1000 == 0 {
			lot = fresh
		}
		f, err := rules.Decide(lot, events.PlaceBid{Bidder: bidders[i%2], Max: lot.Least()}, noon)
		if err != nil {
			b.Fatal(err)
		}
		lot = rules.Apply(lot, f, noon, lot.Version+1)
	}
}
