package auction

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

func lower(reserve int64) events.Command {
	return events.LowerReserve{Seller: seller, Reserve: reserve}
}

func add(text string) events.Command { return events.AddText{Seller: seller, Text: text} }

// reserved returns a lot whose reserve of 40.00 dollars ann's 30.00 do not reach.
func reserved(t *testing.T) *bench {
	return newBench(t, offer(with(days(1), func(n *events.Listing) { n.Terms.Reserve = 4000 }), allowed), bid("ann", 3000))
}

func TestLoweringTheReserve(t *testing.T) {
	tests := map[string]struct {
		do    events.Command
		want  events.Refusal
		met   bool
		price int64
	}{
		"still above the leader":    {lower(3500), "", false, 3000},
		"to the leader's maximum":   {lower(3000), "", true, 3000},
		"under the leader":          {lower(2000), "", true, 3000},
		"as it is":                  {lower(4000), events.Unchanged, false, 3000},
		"raised":                    {lower(4001), events.NotLower, false, 3000},
		"under the start":           {lower(999), events.BadAmount, false, 3000},
		"below nothing":             {lower(-1), events.BadAmount, false, 3000},
		"by somebody else's seller": {events.LowerReserve{Seller: "another", Reserve: 2000}, events.NotSeller, false, 3000},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			b := reserved(t)
			if tc.want != "" {
				b.refuses(tc.do, tc.want)
			} else {
				b.do(tc.do)
			}
			if s := b.stands(); *s.ReserveMet != tc.met || s.Price != tc.price {
				t.Errorf("it stands at %d, reserve met %t; want %d, %t", s.Price, *s.ReserveMet, tc.price, tc.met)
			}
		})
	}
}

func TestALoweredReserveStaysLow(t *testing.T) {
	b := reserved(t)
	b.do(lower(0))
	if s := b.stands(); s.ReserveMet != nil {
		t.Errorf("taken away, the reserve is met %t; want none", *s.ReserveMet)
	}
	n := with(days(2), func(n *events.Listing) { n.Terms.Reserve, n.Description = 4000, "More." })
	b.do(offer(n, allowed)) // the file's sheet still says the old one
	if s := b.stands(); s.ReserveMet != nil {
		t.Error("the sheet beside the file brought a lowered reserve back under a bid")
	}
	b.now = noon.Add(48 * time.Hour)
	b.refuses(lower(0), events.Closed)
	newBench(t, offer(direct(1), allowed)).refuses(lower(100), events.NoBid)
}

func TestAddingToTheDescription(t *testing.T) {
	b := newBench(t, offer(described(1, "A song."), allowed), bid("ann", 2000))
	b.do(add("  In C.\n"))
	b.do(offer(described(2, "A song. Loud."), allowed)) // the sheet is added to by itself
	want := "A song.\n\nAdded 1 March 2026: In C.\n\nAdded 1 March 2026: Loud."
	if got := b.lot.State.Offer().Description; got != want {
		t.Errorf("the public reads %q, want %q", got, want)
	}
	b.refuses(offer(described(3, "A song. Loud."), allowed), events.Unchanged)
	b.refuses(add(" \n"), events.Malformed)
	b.refuses(add("turned \u202e round"), events.Malformed)
	b.refuses(add(strings.Repeat("x", events.MaxDescription)), events.TooMuchText)
	b.refuses(events.AddText{Seller: "another", Text: "Mine."}, events.NotSeller)
	for range maxAdditions - 2 {
		b.do(add("And more."))
	}
	b.refuses(add("And more."), events.TooMuchText)
	b.now = noon.Add(48 * time.Hour)
	b.do(events.CloseLot{})
	b.refuses(add("Too late."), events.Closed)
}

// What was added stays when nobody is bound and the sheet is written anew.
func TestAnAdditionOutlivesTheSheet(t *testing.T) {
	b := newBench(t, offer(described(1, "A song."), allowed))
	b.do(add("In C."))
	b.do(offer(described(2, "Another song."), allowed))
	if got, want := b.lot.State.Offer().Description, "Another song.\n\nAdded 1 March 2026: In C."; got != want {
		t.Errorf("the public reads %q, want %q", got, want)
	}
}

func TestNamingABidder(t *testing.T) {
	b := newBench(t, offer(days(1), allowed), bid("kim-3", 1000), bid("kate-3", 2000), bid("lou-9", 3000))
	named := func(name string, stood int64) events.Command {
		return events.CancelBidder{Seller: seller, Name: name, Stood: stood, Reason: "Does not answer."}
	}
	b.refuses(named("k***3", 0), events.Ambiguous)
	b.refuses(named("k***3", 7777), events.NoBidder)
	b.refuses(named("x***y", 0), events.NoBidder)
	b.refuses(events.CancelBidder{Seller: seller, Name: "l***9", Reason: strings.Repeat("x", maxReason+1)}, events.Malformed)
	stood := b.lot.State.Bids[1].Price
	if f := b.do(named("k***3", stood)).(events.BidderCancelled); f.Bidder != "kate-3" {
		t.Errorf("who left it at %d is %s, want kate-3", stood, f.Bidder)
	}
	if f := b.do(named("L9", 0)).(events.BidderCancelled); f.Bidder != "lou-9" {
		t.Errorf("l9 is %s, want lou-9", f.Bidder)
	}
	b.do(named("k3", 0)) // the other one has no bid any more
}

func TestThePublicSeesWhatTheSellerDid(t *testing.T) {
	b := reserved(t)
	b.do(bid("bob", 3500))
	b.now = noon.Add(time.Minute)
	for _, c := range []events.Command{
		events.CancelBidder{Seller: seller, Bidder: "nobody"}, // without a bid: nobody's business
		events.CancelBidder{Seller: seller, Bidder: "bob"}, lower(2000), add("More."), events.EndEarly{Seller: seller, Sell: true},
	} {
		b.do(c)
		if o := b.lot.State.Offer(); len(o.Acts) > 0 && o.Version != b.lot.State.Version {
			t.Errorf("after %s the offer is of fact %d, want the newest, %d", c.CommandKind(), o.Version, b.lot.State.Version)
		}
	}
	acts := b.lot.State.Offer().Acts
	var kinds []events.ActKind
	for _, a := range acts {
		kinds = append(kinds, a.Kind)
		if !a.At.Equal(b.now) {
			t.Errorf("%s is dated %s, want %s", a.Kind, a.At, b.now)
		}
	}
	want := []events.ActKind{events.ActCancelled, events.ActReserve, events.ActAdded, events.ActSold}
	if !slices.Equal(kinds, want) || acts[0].Who != "b***b" {
		t.Errorf("the public sees %v (%q), want %v (b***b)", kinds, acts[0].Who, want)
	}
}

func TestOnlyTheSellersOwnSecondChanceIsHisAct(t *testing.T) {
	b := closedOn(t, 1, 0)
	b.do(unpaid(wonOrder))
	b.next()
	if acts := b.lot.State.Acts; len(acts) != 0 {
		t.Errorf("the chance that follows from the rules counts as %v of the seller", acts)
	}
	b.do(decline("ann"))
	b.do(events.OfferChance{Seller: seller})
	if acts := b.lot.State.Acts; len(acts) != 1 || acts[0].Kind != events.ActChance {
		t.Errorf("the seller's chance counts as %v", acts)
	}
}
