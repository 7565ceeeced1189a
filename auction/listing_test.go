package auction

import (
	"errors"
	"testing"
	"time"

	"lightshare/events"
)

func TestWhatBecomesOfAListing(t *testing.T) {
	open, sale := offer(auctioned(1), allowed), offer(direct(1), allowed)
	bidden := []events.Command{open, bid("ann", 2000)}
	bought := []events.Command{sale, events.Buy{Buyer: "ann", Order: "o1"}}
	gone := events.WithdrawListing{Rev: 2, Reason: "deleted"}
	block := events.RuleListing{Verdict: blocked, By: "mod"}
	review := events.RuleListing{Verdict: held}
	allow := events.RuleListing{Verdict: allowed, By: "mod"}
	otherBytes := with(auctioned(2), func(n *events.Listing) { n.Root = "bb" })
	nowSealed := with(auctioned(2), func(n *events.Listing) { n.SealedRoot = "cc" })
	otherSeal := with(auctioned(3), func(n *events.Listing) { n.SealedRoot = "dd" })
	otherTitle := with(auctioned(2), func(n *events.Listing) { n.Title = "Another song" })
	type commands = []events.Command

	tests := map[string]struct {
		before []events.Command
		do     events.Command
		fact   events.Fact // only its kind counts
		want   events.Refusal
		state  events.LotState
		offer  events.OfferState
	}{
		"allowed":                        {nil, open, events.ListingOffered{}, "", events.Open, events.OfferListed},
		"to be reviewed":                 {nil, offer(auctioned(1), held), events.ListingHeld{}, "", events.Unoffered, events.OfferHeld},
		"blocked":                        {nil, offer(auctioned(1), blocked), events.ListingRefused{}, "", events.Unoffered, events.OfferRefused},
		"without a ruling":               {nil, offer(auctioned(1), events.Verdict{}), nil, events.Malformed, "", ""},
		"the same again":                 {commands{open}, offer(auctioned(2), allowed), nil, events.Unchanged, events.Open, events.OfferListed},
		"older than known":               {commands{offer(auctioned(3), allowed)}, offer(otherTitle, allowed), nil, events.Unchanged, events.Open, events.OfferListed},
		"of another lot":                 {commands{open}, offer(with(auctioned(2), func(n *events.Listing) { n.ID += "x" }), allowed), nil, events.Malformed, events.Open, events.OfferListed},
		"text changed, no bid":           {commands{open}, offer(otherTitle, allowed), events.ListingChanged{}, "", events.Open, events.OfferListed},
		"bytes changed, no bid":          {commands{open}, offer(otherBytes, allowed), events.ListingChanged{}, "", events.Open, events.OfferListed},
		"change blocked":                 {commands{open}, offer(otherTitle, blocked), events.ListingRefused{}, "", events.Withdrawn, events.OfferRefused},
		"change to be reviewed":          {commands{open}, offer(otherTitle, held), events.ListingHeld{}, "", events.Paused, events.OfferHeld},
		"text changed under a bid":       {bidden, offer(otherTitle, allowed), nil, events.Frozen, events.Open, events.OfferListed},
		"bytes changed under a bid":      {bidden, offer(otherBytes, allowed), events.ListingPaused{}, "", events.Paused, events.OfferPaused},
		"first sealed under a bid":       {bidden, offer(nowSealed, allowed), events.ListingChanged{}, "", events.Open, events.OfferListed},
		"sealed otherwise under a bid":   {append(bidden, offer(nowSealed, allowed)), offer(otherSeal, allowed), events.ListingPaused{}, "", events.Paused, events.OfferPaused},
		"other bytes while paused":       {append(bidden, offer(otherBytes, allowed)), offer(otherBytes, allowed), nil, events.Unchanged, events.Paused, events.OfferPaused},
		"bytes back under a bid":         {append(bidden, offer(otherBytes, allowed)), offer(auctioned(3), allowed), events.ListingResumed{}, "", events.Open, events.OfferListed},
		"bytes back, now blocked":        {append(bidden, offer(otherBytes, allowed)), offer(auctioned(3), blocked), events.ListingRefused{}, "", events.Withdrawn, events.OfferRefused},
		"withdrawn, no bid":              {commands{open}, gone, events.ListingWithdrawn{}, "", events.Withdrawn, events.OfferWithdrawn},
		"withdrawn under a bid":          {bidden, gone, events.ListingPaused{}, "", events.Paused, events.OfferPaused},
		"withdrawn twice":                {commands{open, gone}, events.WithdrawListing{Rev: 3}, nil, events.Unchanged, events.Withdrawn, events.OfferWithdrawn},
		"withdrawn by an older revision": {commands{offer(auctioned(3), allowed)}, gone, nil, events.Unchanged, events.Open, events.OfferListed},
		"withdrawn while held":           {commands{offer(auctioned(1), held)}, gone, events.ListingWithdrawn{}, "", events.Unoffered, events.OfferWithdrawn},
		"back after it was withdrawn":    {commands{open, gone}, offer(auctioned(3), allowed), events.ListingOffered{}, "", events.Open, events.OfferListed},
		"allowed after it was held":      {commands{offer(auctioned(1), held)}, offer(otherTitle, allowed), events.ListingOffered{}, "", events.Open, events.OfferListed},
		"held and the same again":        {commands{offer(auctioned(1), held)}, offer(auctioned(2), held), nil, events.Unchanged, events.Unoffered, events.OfferHeld},
		"refused and the same again":     {commands{offer(auctioned(1), blocked)}, offer(auctioned(2), blocked), nil, events.Unchanged, events.Unoffered, events.OfferRefused},

		"ruled out":                      {commands{open}, block, events.ListingRefused{}, "", events.Withdrawn, events.OfferRefused},
		"ruled out under a bid":          {bidden, block, events.ListingRefused{}, "", events.Withdrawn, events.OfferRefused},
		"ruled out twice":                {commands{open, block}, block, nil, events.Unchanged, events.Withdrawn, events.OfferRefused},
		"ruled out once withdrawn":       {commands{open, events.WithdrawListing{Rev: 2}}, block, nil, events.Unchanged, events.Withdrawn, events.OfferWithdrawn},
		"ruled on an older text":         {commands{offer(auctioned(3), allowed)}, events.RuleListing{Rev: 2, Verdict: blocked}, nil, events.Unchanged, events.Open, events.OfferListed},
		"ruled on the text as it is":     {commands{offer(auctioned(3), allowed)}, events.RuleListing{Rev: 3, Verdict: blocked}, events.ListingRefused{}, "", events.Withdrawn, events.OfferRefused},
		"ruled on the same text later":   {commands{open}, events.RuleListing{Rev: 2, Verdict: blocked}, events.ListingRefused{}, "", events.Withdrawn, events.OfferRefused},
		"held by a ruling":               {commands{open}, review, events.ListingHeld{}, "", events.Paused, events.OfferHeld},
		"held by a ruling under a bid":   {bidden, review, events.ListingHeld{}, "", events.Paused, events.OfferHeld},
		"held one allowed":               {commands{offer(auctioned(1), held)}, allow, events.ListingOffered{}, "", events.Open, events.OfferListed},
		"held under a bid, then allowed": {append(bidden, review), allow, events.ListingResumed{}, "", events.Open, events.OfferListed},
		"refused one allowed":            {commands{offer(auctioned(1), blocked)}, allow, events.ListingOffered{}, "", events.Open, events.OfferListed},
		"taken down, then allowed":       {append(bidden, block), allow, events.ListingOffered{}, "", events.Open, events.OfferListed},
		"allowed while on offer":         {commands{open}, allow, nil, events.Unchanged, events.Open, events.OfferListed},
		"an unknown ruling":              {commands{open}, events.RuleListing{}, nil, events.Malformed, events.Open, events.OfferListed},
		"a ruling on nothing":            {nil, block, nil, events.NoSuchLot, "", ""},

		"direct sale":                      {nil, sale, events.ListingOffered{}, "", events.Open, events.OfferListed},
		"direct sale gone":                 {bought, gone, events.ListingWithdrawn{}, "", events.Withdrawn, events.OfferWithdrawn},
		"direct sale back":                 {append(bought, gone), offer(direct(3), allowed), events.ListingOffered{}, "", events.Open, events.OfferListed},
		"direct sale with other bytes":     {bought, offer(with(direct(2), func(n *events.Listing) { n.Size++ }), allowed), events.ListingPaused{}, "", events.Paused, events.OfferPaused},
		"direct sale with another price":   {bought, offer(with(direct(2), func(n *events.Listing) { n.Terms.Price = 700 }), allowed), events.ListingChanged{}, "", events.Open, events.OfferListed},
		"direct sale with another edition": {bought, offer(with(direct(2), func(n *events.Listing) { n.Terms.Edition = 9 }), allowed), nil, events.Frozen, events.Open, events.OfferListed},
		"direct sale into an auction":      {bought, offer(auctioned(2), allowed), nil, events.Frozen, events.Open, events.OfferListed},
		"unsold direct sale to an auction": {commands{sale}, offer(auctioned(2), allowed), events.ListingOffered{}, "", events.Open, events.OfferListed},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, tc.before...)
			f, err := b.decide(tc.do)
			if tc.want != "" && !errors.Is(err, tc.want) || tc.want == "" && err != nil {
				t.Fatalf("%s = %v, %v; want %v", tc.do.CommandKind(), f, err, tc.want)
			}
			if tc.fact != nil && f.FactKind() != tc.fact.FactKind() {
				t.Errorf("%s = %s, want %s", tc.do.CommandKind(), f.FactKind(), tc.fact.FactKind())
			}
			if tc.state == "" {
				return
			}
			if got := b.stands().State; got != tc.state {
				t.Errorf("the lot is %s, want %s", got, tc.state)
			}
			if got := b.lot.State.Offer().State; got != tc.offer {
				t.Errorf("the offer is %s, want %s", got, tc.offer)
			}
		})
	}
}

func TestBidsAreVoidAfterATakedown(t *testing.T) {
	b := newBench(t, offer(auctioned(1), allowed), bid("ann", 2000), bid("bob", 3000))
	b.do(events.RuleListing{Verdict: blocked})
	if at, _ := (Rules{}).Deadline(b.lot.State); !at.IsZero() {
		t.Errorf("a lot that was taken down closes at %s, want never", at)
	}
	b.refuses(bid("ann", 9000), events.NotForSale)
	b.now = b.now.Add(10 * time.Minute)
	b.do(events.RuleListing{Verdict: allowed})
	s := b.stands()
	if s.Bids != 0 || s.Leader != "" || s.Next != 1000 {
		t.Errorf("offered again with %d bids, leader %q, next %d; want none and 1000", s.Bids, s.Leader, s.Next)
	}
	if want := b.now.Add(time.Hour); !s.EndsAt.Equal(want) {
		t.Errorf("offered again it ends at %s, want a whole duration later: %s", s.EndsAt, want)
	}
}

func TestAPausedAuctionEndsUnsold(t *testing.T) {
	pauses := map[string]events.Command{
		"the file is gone":       events.WithdrawListing{Rev: 2, Reason: "deleted"},
		"a moderator has doubts": events.RuleListing{Verdict: held},
	}
	for name, pause := range pauses {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, offer(auctioned(1), allowed), bid("ann", 2000), pause)
			b.now = noon.Add(50 * time.Minute)
			b.do(events.AnnounceEnding{})
			end, command := (Rules{}).Deadline(b.lot.State)
			if want := noon.Add(time.Hour); !end.Equal(want) {
				t.Fatalf("a paused auction ends at %s, want %s as before", end, want)
			}
			b.now = end
			b.refuses(bid("bob", 5000), events.Closed)
			b.do(command)
			if s := b.stands(); s.State != events.Unsold || s.Leader != "ann" || s.Order != "" {
				t.Errorf("it is %s, led by %q, order %q; want unsold, led by ann, no order", s.State, s.Leader, s.Order)
			}
			b.refuses(offer(auctioned(3), allowed), events.Closed)
			b.refuses(events.WithdrawListing{Rev: 4}, events.Closed)
			if reason := b.lot.State.Offer().Reason; reason != absentAtEnd {
				t.Errorf("the offer's reason is %q, want %q", reason, absentAtEnd)
			}
		})
	}
}

func TestASoldLotCanBeTakenDownAndComeBackAsSold(t *testing.T) {
	b := newBench(t, offer(auctioned(1), allowed), bid("ann", 2000))
	b.now = noon.Add(time.Hour)
	b.do(events.CloseLot{})
	b.do(events.RuleListing{Verdict: blocked})
	if got := b.stands().State; got != events.Withdrawn {
		t.Errorf("taken down it is %s, want withdrawn", got)
	}
	b.do(events.RuleListing{Verdict: allowed})
	if s := b.stands(); s.State != events.Sold || s.Leader != "ann" || s.Price != 1000 {
		t.Errorf("allowed again it is %s to %q at %d, want sold to ann at 1000", s.State, s.Leader, s.Price)
	}
}

func TestTheReserveMayOnlyFallUnderABid(t *testing.T) {
	reserve := func(rev, amount int64) events.Listing {
		return with(auctioned(rev), func(n *events.Listing) { n.Terms.Reserve = amount })
	}
	b := newBench(t, offer(reserve(1, 5000), allowed), bid("ann", 3000))
	b.refuses(offer(reserve(2, 6000), allowed), events.Frozen)
	if met := b.stands().ReserveMet; met == nil || *met {
		t.Fatal("a bid of 3000 met a reserve of 5000")
	}
	b.do(offer(with(reserve(3, 3000), func(n *events.Listing) { n.Title = "Another" }), allowed))
	s := b.stands()
	if s.ReserveMet == nil || !*s.ReserveMet || s.Price != 3000 {
		t.Errorf("lowered to the leader's maximum: met %v, price %d; want met at 3000", *s.ReserveMet, s.Price)
	}
	if title := b.lot.State.Listing.Title; title != "A song" {
		t.Errorf("the title under a bid became %q", title)
	}
}

func TestEndsThatCannotBe(t *testing.T) {
	ends := func(at time.Time) events.Listing {
		return with(auctioned(1), func(n *events.Listing) { n.Terms.EndsAt = at })
	}
	b := newBench(t)
	b.refuses(offer(ends(noon), allowed), events.Closed)
	b.refuses(offer(ends(noon.Add(events.MaxDuration+time.Second)), allowed), events.Malformed)
	b.do(offer(ends(noon.Add(3*time.Hour)), allowed))
	if got, want := b.stands().EndsAt, noon.Add(3*time.Hour); !got.Equal(want) {
		t.Errorf("it ends at %s, want %s", got, want)
	}
}

func TestChangedTermsCountFromTheOpening(t *testing.T) {
	b := newBench(t, offer(auctioned(1), allowed))
	b.now = noon.Add(30 * time.Minute)
	b.do(offer(with(auctioned(2), func(n *events.Listing) { n.Terms.Duration, n.Terms.Start = 2*time.Hour, 700 }), allowed))
	if s := b.stands(); !s.EndsAt.Equal(noon.Add(2*time.Hour)) || s.Next != 700 {
		t.Errorf("it ends at %s with bids from %d, want two hours after noon and 700", s.EndsAt, s.Next)
	}
	b.refuses(offer(with(auctioned(3), func(n *events.Listing) { n.Terms.Duration = time.Minute }), allowed), events.Closed)
}
