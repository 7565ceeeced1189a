package auction

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

func TestRefusedBids(t *testing.T) {
	open := offer(with(auctioned(1), func(n *events.Listing) { n.Terms.BuyNow = 5000 }), allowed)
	tests := map[string]struct {
		before []events.Command
		after  time.Duration
		do     events.Command
		want   events.Refusal
	}{
		"on nothing":               {nil, 0, bid("ann", 2000), events.NoSuchLot},
		"while held":               {[]events.Command{offer(auctioned(1), held)}, 0, bid("ann", 2000), events.NotForSale},
		"on a direct sale":         {[]events.Command{offer(direct(1), allowed)}, 0, bid("ann", 2000), events.NotOpen},
		"while paused":             {[]events.Command{open, bid("ann", 2000), events.WithdrawListing{Rev: 2}}, 0, bid("bob", 3000), events.NotOpen},
		"by nobody":                {[]events.Command{open}, 0, bid("", 2000), events.Malformed},
		"by the seller":            {[]events.Command{open}, 0, bid(events.UserID(seller), 2000), events.OwnLot},
		"of nothing":               {[]events.Command{open}, 0, bid("ann", 0), events.BadAmount},
		"below nothing":            {[]events.Command{open}, 0, bid("ann", -1), events.BadAmount},
		"beyond the largest":       {[]events.Command{open}, 0, bid("ann", events.MaxAmount+1), events.BadAmount},
		"below the start":          {[]events.Command{open}, 0, bid("ann", 999), events.TooLow},
		"below the next minimum":   {[]events.Command{open, bid("ann", 2000)}, 0, bid("bob", 1049), events.TooLow},
		"not above one's own":      {[]events.Command{open, bid("ann", 2000)}, 0, bid("ann", 2000), events.NotRaised},
		"at the very end":          {[]events.Command{open}, time.Hour, bid("ann", 2000), events.Closed},
		"the seller's at the end":  {[]events.Command{open}, time.Hour, bid(events.UserID(seller), 0), events.Closed},
		"buy now after a bid":      {[]events.Command{open, bid("ann", 2000)}, 0, events.Buy{Buyer: "bob", Order: "o"}, events.BuyNowGone},
		"by the seller's account":  {[]events.Command{open}, 0, events.PlaceBid{Bidder: "ann", Max: 2000, Sells: seller}, events.OwnLot},
		"buy now of one's own":     {[]events.Command{open}, 0, events.Buy{Buyer: events.UserID(seller), Order: "o"}, events.OwnLot},
		"buy now at the end":       {[]events.Command{open}, time.Hour, events.Buy{Buyer: "bob", Order: "o"}, events.Closed},
		"buy now without an order": {[]events.Command{open}, 0, events.Buy{Buyer: "bob"}, events.Malformed},
		"closed too early":         {[]events.Command{open}, time.Hour - time.Millisecond, events.CloseLot{}, events.StillOpen},
		"closed while held":        {[]events.Command{offer(auctioned(1), held)}, 0, events.CloseLot{}, events.NotForSale},
		"another journal's":        {[]events.Command{open}, 0, events.AddEntry{}, events.Malformed},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, tc.before...)
			b.now = noon.Add(tc.after)
			b.refuses(tc.do, tc.want)
		})
	}
}

func TestAWonLot(t *testing.T) {
	b := newBench(t, offer(auctioned(1), allowed), bid("ann", 3000), bid("bob", 2000))
	b.now = noon.Add(time.Hour)
	closed := b.do(events.CloseLot{}).(events.LotClosed)
	want := events.LotClosed{Sold: true, Winner: "ann", Price: 2050, Order: events.WonOrder(b.lot.State.ID())}
	if closed != want {
		t.Errorf("closed as %+v, want %+v", closed, want)
	}
	if f := b.do(events.CloseLot{}); f != nil {
		t.Errorf("closing it again led to %v", f)
	}
	if at, _ := (Rules{}).Deadline(b.lot.State); !at.IsZero() {
		t.Errorf("it closes again at %s", at)
	}
	b.refuses(events.ReturnCopy{Order: "another"}, events.NoSuchOrder)
	b.do(events.ReturnCopy{Order: want.Order, Reason: "Nobody paid."})
	if s := b.stands(); s.State != events.Unsold || s.Copies != 0 || s.Leader != "ann" {
		t.Errorf("when its order came to nothing it is %s with %d copies, led by %q", s.State, s.Copies, s.Leader)
	}
}

func TestBuyNowEndsTheLot(t *testing.T) {
	b := newBench(t, offer(with(auctioned(1), func(n *events.Listing) { n.Terms.BuyNow = 5000 }), allowed))
	if got := b.stands().BuyNow; got != 5000 {
		t.Errorf("buy now is offered at %d, want 5000", got)
	}
	b.now = noon.Add(time.Minute)
	buy := events.Buy{Buyer: "ann", Order: "o1"}
	b.do(buy)
	s := b.stands()
	if s.State != events.Sold || s.Price != 5000 || s.Order != "o1" || s.Copies != 1 || !s.EndsAt.Equal(b.now) || s.BuyNow != 0 {
		t.Errorf("bought at once it stands %+v", s)
	}
	b.refuses(buy, events.Unchanged)
	b.refuses(events.Buy{Buyer: "bob", Order: "o2"}, events.Closed)
}

func TestAnEditionSellsOut(t *testing.T) {
	buy := func(order events.OrderID) events.Command { return events.Buy{Buyer: "ann", Order: order} }
	b := newBench(t, offer(direct(1), allowed), buy("o1"))
	b.refuses(buy("o1"), events.Unchanged)
	shown := b.lot.State.Shown
	b.do(buy("o2"))
	s := b.stands()
	if s.State != events.Sold || s.Copies != 2 || b.lot.State.Offer().State != events.OfferEnded {
		t.Errorf("after two of two copies it is %s with %d, the offer %s", s.State, s.Copies, b.lot.State.Offer().State)
	}
	if b.lot.State.Shown == shown {
		t.Error("the offer of a sold-out edition is not stated anew")
	}
	b.refuses(buy("o3"), events.SoldOut)
	b.do(events.ReturnCopy{Order: "o1", Reason: "not delivered"})
	if s := b.stands(); s.State != events.Open || s.Copies != 1 {
		t.Errorf("with a copy back it is %s with %d sold, want open with 1", s.State, s.Copies)
	}
	b.refuses(events.ReturnCopy{Order: "o1"}, events.NoSuchOrder)
	b.do(events.WithdrawListing{Rev: 2})
	b.refuses(buy("o3"), events.NotForSale)
	b.refuses(events.Buy{Buyer: "ann"}, events.Malformed)
}

func TestAnOpenEditionNeverSellsOut(t *testing.T) {
	b := newBench(t, offer(with(direct(1), func(n *events.Listing) { n.Terms.Edition = events.OpenEdition }), allowed))
	for _, order := range []events.OrderID{"o1", "o2", "o3", "o4"} {
		b.do(events.Buy{Buyer: "ann", Order: order})
	}
	if s := b.stands(); s.State != events.Open || s.Copies != 4 {
		t.Errorf("it is %s with %d copies sold, want open with 4", s.State, s.Copies)
	}
	b.refuses(events.Buy{Buyer: events.UserID(seller), Order: "o5"}, events.OwnLot)
}

func TestSecretsStayInside(t *testing.T) {
	const reserve, most = 87654321, 76543210
	n := with(auctioned(1), func(n *events.Listing) { n.Terms.Reserve = reserve })
	b := newBench(t, offer(n, allowed), bid("ann", 5_000_000))
	for name, public := range map[string]any{"offer": b.lot.State.Offer(), "standing": b.stands(), "bids": b.lot.State.Bids} {
		text, err := json.Marshal(public)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "87654321") {
			t.Errorf("the %s shows the reserve: %s", name, text)
		}
	}
	b = newBench(t, offer(auctioned(1), allowed), bid("ann", most))
	for name, public := range map[string]any{"standing": b.stands(), "bids": b.lot.State.Bids} {
		if text, err := json.Marshal(public); err != nil || strings.Contains(string(text), "76543210") {
			t.Errorf("the %s shows the leader's maximum: %s, %v", name, text, err)
		}
	}
}

func TestIncrements(t *testing.T) {
	tests := []struct {
		currency events.Currency
		amount   int64
		want     int64
	}{
		{events.USD, 1, 5}, {events.USD, 99, 5}, {events.USD, 100, 25}, {events.EUR, 499_999, 5_000}, {events.GBP, 500_000, 10_000},
		{events.JPY, 999, 50}, {events.KRW, 1_000, 250}, {events.KRW, events.MaxAmount, 100_000},
	}
	for _, tc := range tests {
		if got := step(increments(events.Terms{Currency: tc.currency}), tc.amount); got != tc.want {
			t.Errorf("a step at %d %s = %d, want %d", tc.amount, tc.currency, got, tc.want)
		}
	}
}
