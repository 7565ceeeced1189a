package checkout_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/web/checkout"
)

func TestDeals(t *testing.T) {
	w := newWorld(t)
	free := func(o *events.Offer) { o.Terms.Least = 500 }
	coded := func(o *events.Offer) {
		name := func(s string) string { return events.CodeName(o.Lot, s) }
		o.Terms.Codes = []events.Code{{Name: name("SPRING"), Percent: 20}, {Name: name("GONE"), Off: 50, Until: w.clock.Now()}, {Name: name("SOON"), Off: 50, Until: w.clock.Now().Add(time.Hour)}}
	}
	for name, tc := range map[string]struct {
		change func(*events.Offer)
		deal   checkout.Deal
		want   int64
		err    error
	}{
		"as suggested":              {free, checkout.Deal{}, 1250, nil},
		"one's own":                 {free, checkout.Deal{Amount: 9900}, 9900, nil},
		"the least":                 {free, checkout.Deal{Amount: 500}, 500, nil},
		"less":                      {free, checkout.Deal{Amount: 499}, 0, events.TooLow},
		"one's own where it is not": {func(*events.Offer) {}, checkout.Deal{Amount: 500}, 1250, nil},
		"a code":                    {coded, checkout.Deal{Code: "SPRING"}, 1000, nil},
		"a code in time":            {coded, checkout.Deal{Code: "SOON"}, 1200, nil},
		"a code too late":           {coded, checkout.Deal{Code: "GONE"}, 0, events.CodeSpent},
		"a code that is none":       {coded, checkout.Deal{Code: "AUTUMN"}, 0, events.NoSuchCode},
		"a code's hash":             {coded, checkout.Deal{Code: events.CodeName(offer().Lot, "SPRING")}, 0, events.NoSuchCode},
	} {
		t.Run(name, func(t *testing.T) {
			o := offer()
			tc.change(&o)
			order, err := w.desk.Start(context.Background(), events.CommandID(name), buyer, events.OrderDirect, o, tc.deal)
			if !errors.Is(err, tc.err) || tc.err == nil && err != nil {
				t.Fatalf("Start = %v, want %v", err, tc.err)
			}
			if err != nil {
				return
			}
			if v := w.await(order, checkout.Payable); v.Price.Amount != tc.want {
				t.Errorf("the order is for %s, want %d", v.Price, tc.want)
			}
		})
	}
}

// The auction is asked for the copy at the price that is held, and told the code; what it refuses is not charged.
func TestTheAuctionHearsOfTheDeal(t *testing.T) {
	w := newWorld(t)
	o := offer()
	o.Terms.Codes = []events.Code{{Name: events.CodeName(o.Lot, "SPRING"), Percent: 20}}
	order, err := w.desk.Start(context.Background(), "c1", buyer, events.OrderDirect, o, checkout.Deal{Code: "SPRING"})
	if err != nil {
		t.Fatal(err)
	}
	w.auction.refuse(events.CodeSpent)
	w.pay(order, pays)
	if v := w.await(order, checkout.Released); v.Reason != events.CodeSpent.Words() {
		t.Errorf("released because %q, want in words that the code is spent", v.Reason)
	}
	if got, want := w.auction.newest(), (events.Buy{Buyer: buyer, Order: order, Price: 1000, Code: "SPRING"}); got != want {
		t.Errorf("the auction was asked %+v, want %+v", got, want)
	}
}

// newest returns the newest claim.
func (h *house) newest() events.Buy {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.claim
}

// What buyer and seller agree on is an order like a won lot: without a claim, with two days to pay, and a strike for
// whoever does not.
func TestAnAgreedPriceIsAnOrder(t *testing.T) {
	w := newWorld(t)
	data, err := json.Marshal(offer())
	if err != nil {
		t.Fatal(err)
	}
	w.publish(events.OfferSubject(listing), data)
	order := events.ChanceOrder(listing.Lot(), 4)
	w.states(1, events.ProposalAccepted{Buyer: buyer, Price: 900, Order: order}, 2)
	if v := w.await(order, checkout.Payable); v.Kind != events.OrderAgreed || v.Price.Amount != 900 || v.PayBy.Sub(v.CreatedAt) != checkout.PayWon {
		t.Errorf("the order is %+v, want agreed, 900, and 48 hours to pay", v)
	}
	w.clock.Advance(checkout.PayWon)
	w.await(order, checkout.Abandoned)
	w.until(order, "the auction told", func(checkout.View) bool { return w.auction.struck(order) })
	if w.auction.claims() != 0 {
		t.Error("a copy that was agreed on was claimed")
	}
}
