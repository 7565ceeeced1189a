package auction

import (
	"testing"
	"time"

	"lightshare/events"
)

var wonOrder = events.WonOrder(auctioned(1).ID.Lot())

// closedOn returns a lot of that edition that bob won for 31.00 dollars before ann (30), cid (20) and dan (10).
func closedOn(t *testing.T, edition, reserve int64) *bench {
	n := with(auctioned(1), func(n *events.Listing) { n.Terms.Edition, n.Terms.Reserve = edition, reserve })
	b := newBench(t, offer(n, allowed), bid("dan", 1000), bid("cid", 2000), bid("ann", 3000), bid("bob", 9000))
	b.now = noon.Add(time.Hour)
	b.do(events.CloseLot{})
	return b
}

// next decides what the journal decides by itself.
func (b *bench) next() events.Fact {
	b.t.Helper()
	at, c := (Rules{}).Deadline(b.lot.State)
	if c == nil {
		b.t.Fatal("the lot waits for nothing")
	}
	if at.After(b.now) {
		b.now = at
	}
	return b.do(c)
}

func unpaid(o events.OrderID) events.Command {
	return events.RecordUnpaid{Order: o, Reason: "Nobody paid in time."}
}

func accept(who events.UserID) events.Command {
	return events.AnswerChance{Bidder: who, Accept: true}
}

func decline(who events.UserID) events.Command { return events.AnswerChance{Bidder: who} }

func TestAnUnpaidWinnerGivesTheNextBidderAChance(t *testing.T) {
	b := closedOn(t, 1, 0)
	b.refuses(unpaid("another"), events.NoSuchOrder)
	b.refuses(events.OfferChance{Seller: seller}, events.SoldOut)
	b.now = b.now.Add(48 * time.Hour)
	b.do(unpaid(wonOrder))
	if s := b.stands(); s.State != events.Unsold || s.Copies != 0 || s.Order != "" || b.lot.State.mark("bob").Strikes != 1 {
		t.Errorf("unpaid it stands %+v, bob with %d strikes; want unsold and one", s, b.lot.State.mark("bob").Strikes)
	}
	if o := b.lot.State.Offer(); o.Version != b.lot.State.Version || o.Reason != "Nobody paid in time." {
		t.Errorf("the offer is of fact %d and says %q, want the newest, saying why", o.Version, o.Reason)
	}
	b.refuses(accept("ann"), events.NoChance)
	until := b.now.Add(72 * time.Hour)
	if f := b.next(); f != (events.ChanceOffered{Bidder: "ann", Price: 3000, Until: until}) {
		t.Fatalf("next came %+v, want a chance for ann at 3000 until %s", f, until)
	}
	b.refuses(accept("bob"), events.NoChance)
	b.refuses(accept("cid"), events.NoChance)
	b.refuses(events.OfferChance{Seller: seller}, events.Unchanged)
	b.refuses(events.ExpireChance{}, events.StillOpen)
	b.now = until.Add(-1)
	taken := b.do(accept("ann")).(events.ChanceTaken)
	s := b.stands()
	if s.State != events.Sold || s.Leader != "ann" || s.Price != 3000 || s.Order != taken.Order || taken.Order == wonOrder || s.Chance.Order != taken.Order {
		t.Errorf("taken as %+v it stands %+v", taken, s)
	}
	b.refuses(accept("ann"), events.NoChance)

	b.do(unpaid(taken.Order))
	if f := b.next().(events.ChanceOffered); f.Bidder != "cid" || f.Price != 2000 {
		t.Errorf("when ann does not pay either, next comes %+v, want cid at 2000", f)
	}
}

func TestASecondChanceThatPasses(t *testing.T) {
	tests := map[string]struct {
		answer events.Command // nil: the time goes by
		want   events.ChancePassed
	}{
		"declined":   {decline("ann"), events.ChancePassed{Bidder: "ann", Declined: true}},
		"unanswered": {nil, events.ChancePassed{Bidder: "ann"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			b := closedOn(t, 1, 0)
			b.do(unpaid(wonOrder))
			b.next()
			var got events.Fact
			if tc.answer == nil {
				b.now = b.lot.State.Chance.Until
				b.refuses(accept("ann"), events.NoChance)
				got = b.next()
			} else {
				got = b.do(tc.answer)
			}
			if got != tc.want {
				t.Errorf("it passed as %+v, want %+v", got, tc.want)
			}
			if s := b.stands(); s.State != events.Unsold || s.Chance != nil || b.lot.State.mark("ann").Strikes != 0 {
				t.Errorf("afterwards it stands %+v, want unsold, and nothing held against ann", s)
			}
			if at, c := (Rules{}).Deadline(b.lot.State); c != nil {
				t.Errorf("at %s comes %T by itself, want nothing", at, c)
			}
			b.refuses(events.OfferChance{}, events.NotSeller)
			b.refuses(events.OfferChance{Seller: "another"}, events.NotSeller)
			if f := b.do(events.OfferChance{Seller: seller}).(events.ChanceOffered); f.Bidder != "cid" {
				t.Errorf("the seller goes on to %s, want cid", f.Bidder)
			}
		})
	}
}

func TestASecondChanceInAnEdition(t *testing.T) {
	b := closedOn(t, 2, 0)
	if _, c := (Rules{}).Deadline(b.lot.State); c != nil {
		t.Errorf("with a copy left comes %T by itself; only the seller may sell it", c)
	}
	b.do(events.OfferChance{Seller: seller})
	b.do(accept("ann"))
	if s := b.stands(); s.State != events.Sold || s.Copies != 2 || s.Leader != "bob" || s.Price != 3100 || s.Order != wonOrder || s.Chance.Bidder != "ann" {
		t.Errorf("with both copies sold it stands %+v", s)
	}
	b.refuses(events.OfferChance{Seller: seller}, events.SoldOut)
	b.do(unpaid(wonOrder))
	if s := b.stands(); s.State != events.Sold || s.Copies != 1 || s.Leader != "ann" || s.Price != 3000 || s.Order == wonOrder {
		t.Errorf("without the winner it stands %+v, want sold to ann at 3000", s)
	}
}

func TestNoSecondChance(t *testing.T) {
	cancel := events.CancelBidder{Seller: seller, Bidder: "ann"}
	t.Run("under the reserve", func(t *testing.T) {
		b := closedOn(t, 1, 3001)
		b.do(unpaid(wonOrder))
		if _, c := (Rules{}).Deadline(b.lot.State); c != nil {
			t.Errorf("%T comes by itself, want nothing", c)
		}
		b.refuses(events.OfferChance{Seller: seller}, events.NoBid)
	})
	t.Run("for somebody who is blocked", func(t *testing.T) {
		b := newBench(t, offer(auctioned(1), allowed), cancel, bid("bob", 9000), bid("cid", 2000))
		b.now = noon.Add(time.Hour)
		b.do(events.CloseLot{})
		b.do(unpaid(wonOrder))
		if f := b.next().(events.ChanceOffered); f.Bidder != "cid" {
			t.Errorf("it was offered to %s, want cid", f.Bidder)
		}
	})
	t.Run("before the end, and when nothing was sold", func(t *testing.T) {
		b := newBench(t, offer(with(auctioned(1), func(n *events.Listing) { n.Terms.Reserve = 9000 }), allowed), bid("ann", 2000))
		b.refuses(events.OfferChance{Seller: seller}, events.StillOpen)
		b.now = noon.Add(time.Hour)
		b.do(events.CloseLot{})
		b.refuses(events.OfferChance{Seller: seller}, events.SoldOut)
	})
	t.Run("after a takedown", func(t *testing.T) {
		b := closedOn(t, 1, 0)
		b.do(unpaid(wonOrder))
		b.next()
		b.do(events.RuleListing{Verdict: blocked})
		b.refuses(accept("ann"), events.NoChance)
		b.refuses(events.OfferChance{Seller: seller}, events.NotForSale)
	})
	t.Run("of a direct sale", func(t *testing.T) {
		b := newBench(t, offer(direct(1), allowed), events.Buy{Buyer: "ann", Order: "o1"})
		b.refuses(unpaid("o1"), events.NoSuchOrder)
		b.refuses(events.OfferChance{Seller: seller}, events.NoBid)
	})
	t.Run("because the seller failed", func(t *testing.T) {
		b := closedOn(t, 1, 0)
		b.do(events.ReturnCopy{Order: wonOrder, Reason: "The file did not arrive in time."})
		if _, c := (Rules{}).Deadline(b.lot.State); c != nil {
			t.Errorf("%T comes by itself, want nothing", c)
		}
	})
}
