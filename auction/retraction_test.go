package auction

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightshare/events"
	"lightshare/events/journal"
)

// days returns revision rev of a listing that is auctioned for two days from 10.00 dollars on.
func days(rev int64) events.Listing {
	return with(auctioned(rev), func(n *events.Listing) { n.Terms.Duration = 48 * time.Hour })
}

func mistyped(who events.UserID) events.Command {
	return events.RetractBid{Bidder: who, Reason: events.WrongAmount}
}

func changed(who events.UserID) events.Command {
	return events.RetractBid{Bidder: who, Reason: events.MaterialChange}
}

func TestRetraction(t *testing.T) {
	type step struct {
		after time.Duration // noon
		do    events.Command
	}
	pause := events.WithdrawListing{Rev: 2, Reason: "deleted"}
	late := 36 * time.Hour // twelve hours are left
	tests := map[string]struct {
		before []step
		at     time.Duration
		do     events.Command
		want   events.Refusal
		gone   []uint64
		price  int64
		leader events.UserID
	}{
		"more than twelve hours before the end all go": {
			[]step{{0, bid("ann", 2000)}, {0, bid("bob", 5000)}, {time.Hour, bid("ann", 9000)}}, late - 1, mistyped("ann"), "", []uint64{2, 4}, 1000, "bob"},
		"at twelve hours only the newest goes": {
			[]step{{0, bid("ann", 2000)}, {0, bid("bob", 5000)}, {late, bid("ann", 9000)}}, late, mistyped("ann"), "", []uint64{4}, 2050, "bob"},
		"the leader's raise alone": {
			[]step{{0, bid("ann", 2000)}, {0, bid("bob", 1500)}, {late, bid("ann", 9000)}}, late, mistyped("ann"), "", []uint64{4}, 1550, "ann"},
		"an hour after it was placed": {
			[]step{{late, bid("ann", 2000)}}, late + time.Hour, mistyped("ann"), "", []uint64{2}, 0, ""},
		"more than an hour after it was placed": {
			[]step{{late, bid("ann", 2000)}}, late + time.Hour + 1, mistyped("ann"), events.TooLate, nil, 1000, "ann"},
		"the newest is too old, an older one as well": {
			[]step{{0, bid("ann", 2000)}, {1, bid("ann", 3000)}}, late, mistyped("ann"), events.TooLate, nil, 1000, "ann"},
		"twice, one after the other": {
			[]step{{late, bid("ann", 2000)}, {late, bid("ann", 3000)}, {late, mistyped("ann")}}, late, mistyped("ann"), "", []uint64{2}, 0, ""},
		"of nobody":                 {[]step{{0, bid("ann", 2000)}}, 0, mistyped("bob"), events.NoBid, nil, 1000, "ann"},
		"without a name":            {[]step{{0, bid("ann", 2000)}}, 0, mistyped(""), events.NoBid, nil, 1000, "ann"},
		"for no reason":             {[]step{{0, bid("ann", 2000)}}, 0, events.RetractBid{Bidder: "ann"}, events.Malformed, nil, 1000, "ann"},
		"at the end":                {[]step{{late, bid("ann", 2000)}}, 48 * time.Hour, mistyped("ann"), events.Closed, nil, 1000, "ann"},
		"after the end":             {[]step{{late, bid("ann", 2000)}, {48 * time.Hour, events.CloseLot{}}}, 48 * time.Hour, mistyped("ann"), events.Closed, nil, 1000, "ann"},
		"after a takedown":          {[]step{{0, bid("ann", 2000)}, {0, events.RuleListing{Verdict: blocked}}}, 0, mistyped("ann"), events.NotForSale, nil, 0, ""},
		"a change that is none":     {[]step{{0, bid("ann", 2000)}}, 0, changed("ann"), events.NoChange, nil, 1000, "ann"},
		"a change, however late":    {[]step{{0, bid("ann", 2000)}, {0, bid("bob", 3000)}, {late, pause}}, late + 11*time.Hour, changed("bob"), "", []uint64{3}, 1000, "ann"},
		"a change that was undone":  {[]step{{0, bid("ann", 2000)}, {0, pause}, {0, offer(days(3), allowed)}}, 0, changed("ann"), events.NoChange, nil, 1000, "ann"},
		"a change, all at any time": {[]step{{0, bid("ann", 2000)}, {1, bid("ann", 3000)}, {late, pause}}, late, changed("ann"), "", []uint64{2, 3}, 0, ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, offer(days(1), allowed))
			for _, s := range tc.before {
				b.now = noon.Add(s.after)
				b.do(s.do)
			}
			b.now = noon.Add(tc.at)
			end := b.lot.State.Ends
			f, err := b.decide(tc.do)
			if tc.want != "" && !errors.Is(err, tc.want) || tc.want == "" && err != nil {
				t.Fatalf("%+v = %+v, %v; want %q", tc.do, f, err, tc.want)
			}
			if s := b.stands(); s.Price != tc.price || s.Leader != tc.leader || !s.EndsAt.Equal(end) {
				t.Errorf("it stands at %d with %q until %s; want %d, %q, %s", s.Price, s.Leader, s.EndsAt, tc.price, tc.leader, end)
			}
			if err != nil {
				return
			}
			if r := f.(events.BidsRetracted); !slices.Equal(r.Bids, tc.gone) || r.Price != tc.price || r.Leader != tc.leader {
				t.Errorf("the fact is %+v; want bids %v gone, %d, %q", r, tc.gone, tc.price, tc.leader)
			}
		})
	}
}

func TestOnlyMistakesAreCounted(t *testing.T) {
	b := newBench(t, offer(days(1), allowed), bid("ann", 2000), mistyped("ann"), bid("ann", 3000), bid("bob", 5000))
	b.do(events.WithdrawListing{Rev: 2, Reason: "deleted"})
	b.do(changed("ann"))
	b.do(changed("bob"))
	if ann, bob := b.lot.State.mark("ann").Retractions, b.lot.State.mark("bob").Retractions; ann != 1 || bob != 0 {
		t.Errorf("counted %d retractions of ann and %d of bob, want 1 and 0", ann, bob)
	}
}

func TestACancelledBidder(t *testing.T) {
	cancel := func(who events.UserID) events.Command {
		return events.CancelBidder{Seller: seller, Bidder: who, Reason: "He never pays."}
	}
	open := offer(with(days(1), func(n *events.Listing) { n.Terms.BuyNow = 5000 }), allowed)
	b := newBench(t, open, bid("ann", 2000), bid("bob", 9000), bid("ann", 4000))
	b.now = noon.Add(47 * time.Hour)
	b.refuses(events.CancelBidder{Seller: "another", Bidder: "bob"}, events.NotSeller)
	b.refuses(cancel(""), events.Malformed)
	f := b.do(cancel("bob")).(events.BidderCancelled)
	if s := b.stands(); s.Price != 1000 || s.Leader != "ann" || s.Bids != 2 || f.Price != 1000 || f.Leader != "ann" || !slices.Equal(f.Bids, []uint64{3}) {
		t.Errorf("without bob it stands %+v after %+v; want ann alone at 1000", s, f)
	}
	b.refuses(bid("bob", 9000), events.Blocked)
	b.refuses(mistyped("bob"), events.NoBid)
	b.refuses(cancel("bob"), events.Unchanged)
	b.do(cancel("cid")) // who has not bid yet
	b.refuses(bid("cid", 9000), events.Blocked)
	b.do(cancel("ann"))
	b.refuses(events.Buy{Buyer: "bob", Order: "o1"}, events.Blocked)
	b.do(events.Buy{Buyer: "dan", Order: "o2"})
	b.refuses(cancel("dan"), events.Closed)

	b = newBench(t, offer(direct(1), allowed))
	b.refuses(cancel("bob"), events.NoBid)
}

func TestALotWhoseBidsAreAllGone(t *testing.T) {
	n := with(days(1), func(n *events.Listing) { n.Terms.BuyNow, n.Terms.Reserve = 5000, 4000 })
	b := newBench(t, offer(n, allowed), bid("ann", 4500))
	b.do(mistyped("ann"))
	if s := b.stands(); s.Next != 1000 || s.BuyNow != 5000 || s.Bids != 0 || *s.ReserveMet {
		t.Errorf("it stands %+v; want as before the first bid", s)
	}
	b.do(offer(with(n, func(n *events.Listing) { n.Rev, n.Title = 2, "Another song" }), allowed))
	if title := b.lot.State.Listing.Title; title != "Another song" {
		t.Errorf("nobody is bound, and the title stayed %q", title)
	}
}

func TestAPausedLotWhoseBidsAreAllGone(t *testing.T) {
	paused := []events.Command{offer(days(1), allowed), bid("ann", 2000), events.WithdrawListing{Rev: 2}, changed("ann")}
	b := newBench(t, paused...)
	end, closing := (Rules{}).Deadline(b.lot.State)
	b.now = end
	b.do(closing)
	if s := b.stands(); s.State != events.Unsold {
		t.Errorf("at its end it is %s, want unsold", s.State)
	}

	b = newBench(t, paused...)
	b.now = noon.Add(time.Hour)
	b.do(offer(with(days(3), func(n *events.Listing) { n.Root = "bb" }), allowed))
	if s := b.stands(); s.State != events.Open || !s.EndsAt.Equal(b.now.Add(48*time.Hour)) {
		t.Errorf("with other bytes it is %s until %s, want open for two days", s.State, s.EndsAt)
	}
}

// A lot from which bids were taken is the lot on which they were never placed, also after a replay.
func TestRetractionAgreesWithTheOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := days(1)
		n.Terms.Reserve = rapid.SampledFrom([]int64{0, 20_000}).Draw(t, "reserve")
		if rapid.Bool().Draw(t, "own table") {
			n.Terms.Increments = []events.Increment{{From: 0, Step: 1}, {From: 1700, Step: 333}}
		}
		p := &play{T: t, listing: n, now: noon, maxima: make(map[uint64]Maximum)}
		p.do(offer(n, allowed))
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			p.now = p.now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "minutes later")) * time.Minute)
			p.step(events.UserID(rapid.SampledFrom([]string{"ann", "bob", "cid"}).Draw(t, "who")))
			p.compare(&p.lot.State)
		}
		var again journal.Entity[Lot]
		for _, rec := range p.records {
			if _, err := again.Replay(Rules{}, rec); err != nil {
				t.Fatal(err)
			}
		}
		p.compare(&again.State)
	})
}

// play is a lot on which bids are placed and taken back.
type play struct {
	*rapid.T
	listing events.Listing
	now     time.Time
	lot     journal.Entity[Lot]
	records []events.Record
	maxima  map[uint64]Maximum // of the bids that count, by their number
}

// do decides c and returns the fact, or nil if it was refused.
func (p *play) do(c events.Command) events.Fact {
	d, err := p.lot.Decide(Rules{}, "lot", "", c, nil, p.now)
	if err != nil {
		return nil
	}
	p.records = append(p.records, d.Record)
	return d.Decided
}

func (p *play) step(who events.UserID) {
	switch rapid.IntRange(0, 15).Draw(p.T, "step") {
	case 0, 1:
		if f, ok := p.do(mistyped(who)).(events.BidsRetracted); ok {
			p.gone(f.Bids)
		}
	case 2:
		if f, ok := p.do(events.CancelBidder{Seller: seller, Bidder: who}).(events.BidderCancelled); ok {
			p.gone(f.Bids)
		}
	case 3, 4:
		p.listing.Rev++
		p.listing.Terms.Reserve -= min(p.listing.Terms.Reserve/3, 5000)
		p.do(offer(p.listing, allowed))
	default:
		l := &p.lot.State
		met := Maximum{l.Least() + rapid.Int64Range(0, 3000).Draw(p.T, "more than the least"), l.Reserve}
		if p.do(bid(who, met.Max)) != nil {
			p.maxima[p.lot.Seq] = met
		}
	}
}

func (p *play) gone(numbers []uint64) {
	for _, number := range numbers {
		delete(p.maxima, number)
	}
}

// compare plays the bids that count by the definitions.
func (p *play) compare(l *Lot) {
	o := oracle{start: l.Start, table: l.Increments, end: l.Ends}
	if len(l.Bids) != len(p.maxima) {
		p.Fatalf("%d bids count, want %d", len(l.Bids), len(p.maxima))
	}
	for i, bid := range l.Bids {
		o.reserve = p.maxima[bid.Seq].Reserve
		if refusal := o.bid(bid.Bidder, p.maxima[bid.Seq].Max, i, noon); refusal != "" {
			p.Fatalf("what remains is no possible auction: bid %d by %s = %s", bid.Seq, bid.Bidder, refusal)
		}
		if bid.Price != o.price {
			p.Fatalf("bid %d led to %d, want %d", bid.Seq, bid.Price, o.price)
		}
	}
	if l.Price != o.price || l.Leader != o.leader() {
		p.Fatalf("it stands at %d with %q, want %d with %q", l.Price, l.Leader, o.price, o.leader())
	}
}
