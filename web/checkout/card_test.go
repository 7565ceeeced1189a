package checkout_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/web/checkout"
)

const (
	savesOnly    = "4000000000000341"
	asksEachTime = "4000002760003184"
)

// saveCard puts a card down for the buyer, as he does on the provider's page.
func (w *world) saveCard(number string) {
	w.t.Helper()
	ctx := context.Background()
	v, err := w.desk.SaveCard(ctx, buyer, "/card")
	if err != nil || v.URL == "" {
		w.t.Fatalf("SaveCard = %+v, %v", v, err)
	}
	for _, form := range []url.Values{{"number": {number}, "expiry": {"12/34"}, "cvc": {"123"}}, {"answer": {"confirm"}}} {
		page := v.URL
		if form.Has("answer") {
			page += "/bank"
		}
		resp, err := http.PostForm(page, form)
		if err != nil {
			w.t.Fatal(err)
		}
		resp.Body.Close()
	}
	if v, err = w.desk.Card(ctx, buyer); err != nil || !v.Good {
		w.t.Fatalf("Card = %+v, %v", v, err)
	}
}

// wins closes an auction that the buyer has won, and returns his order.
func (w *world) wins() events.OrderID {
	w.t.Helper()
	o := offer()
	o.Terms.Format = events.Auction
	data, err := json.Marshal(o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.publish(events.OfferSubject(listing), data)
	order := events.WonOrder(listing.Lot())
	w.states(1, events.LotClosed{Sold: true, Winner: buyer, Price: price.Amount, Order: order}, 2)
	return order
}

// M8: the saved card holds what its owner has won, once, and he is charged when the file has arrived.
func TestWonWithSavedCard(t *testing.T) {
	w := newWorld(t)
	w.agent()
	w.saveCard(pays)
	w.faults.RepeatWebhooks(2)
	order := w.wins()
	v := w.await(order, checkout.Delivering)
	if v.PayURL != "" || v.DeliverBy.Sub(w.clock.Now()) > 4*24*time.Hour+6*time.Hour {
		t.Errorf("won with a saved card: page %q, deliver by %v", v.PayURL, v.DeliverBy)
	}
	wantPayments(t, w, order, checkout.PaymentHeld)
	w.ticket(order)
	if err := w.desk.Deliver(context.Background(), order, w.receipt(order)); err != nil {
		t.Fatal(err)
	}
	w.await(order, checkout.Captured)
	wantPayments(t, w, order, checkout.PaymentCaptured)
	if got, want := w.notices(order, "captured"), []string{"paid", "delivered", "captured"}; !slices.Equal(got, want) {
		t.Errorf("notices = %v, want %v", got, want)
	}
}

// M8: a card that does not hold the amount leaves one payment page and no second payment that could succeed.
func TestSavedCardRefused(t *testing.T) {
	for name, tc := range map[string]struct{ card, says string }{
		"declined":                {savesOnly, "The card was declined. Please try another card."},
		"authentication required": {asksEachTime, "Your bank wants you to confirm this payment yourself. Please pay on the payment page."},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.saveCard(tc.card)
			order := w.wins()
			v := w.await(order, checkout.Payable)
			if v.Warning != tc.says || v.PayBy.Sub(w.clock.Now()) > checkout.PayWon || v.PayBy.Sub(w.clock.Now()) < checkout.PayWon-time.Minute {
				t.Errorf("warned %q, pay by %v", v.Warning, v.PayBy)
			}
			wantPayments(t, w, order, checkout.PaymentReleased)
			w.pay(order, pays)
			w.await(order, checkout.Delivering)
			if got := w.payments(order); got[checkout.PaymentHeld] != 1 || got[checkout.PaymentReleased] != 1 || len(got) != 2 {
				t.Errorf("payments = %v, want one held and the refused one given up", got)
			}
			if got, want := w.notices(order, "paid"), []string{"pay", "paid"}; !slices.Equal(got, want) {
				t.Errorf("notices = %v, want %v", got, want)
			}
		})
	}
}

// P12: the answer to the charge is lost, the desk goes away, and comes back at once or when the key is too old: one
// payment is made.
func TestChargeAnswerLost(t *testing.T) {
	for name, away := range map[string]time.Duration{"the key is good": 0, "the key is too old": 24 * time.Hour} {
		for _, card := range []string{pays, savesOnly} {
			t.Run(name+" "+card, func(t *testing.T) {
				w := newWorld(t)
				w.saveCard(card)
				w.faults.LoseWebhooks(true)
				w.faults.LoseAnswers(1000)
				order := w.wins()
				w.eventually(func() bool { return len(w.payments(order)) == 1 })
				w.close()
				w.faults.LoseAnswers(0)
				w.clock.Advance(away)
				w.open(w.desk.BaseURL)
				want := map[string]checkout.State{pays: checkout.Delivering, savesOnly: checkout.Payable}[card]
				w.await(order, want)
				total := 0
				for _, n := range w.payments(order) {
					total += n
				}
				if total != 1 {
					t.Errorf("payments = %v, want one", w.payments(order))
				}
			})
		}
	}
}

// The winner does not pay: he is reminded twice, and then it counts against him.
func TestUnpaidWin(t *testing.T) {
	w := newWorld(t)
	w.saveCard(savesOnly)
	order := w.wins()
	w.await(order, checkout.Payable)
	for i, step := range []time.Duration{24 * time.Hour, 20 * time.Hour, 4 * time.Hour} {
		w.noticesUntil(order, "reminders", func(kinds []string) bool { return len(kinds) == i+1 })
		w.clock.Advance(step + time.Second)
	}
	w.await(order, checkout.Abandoned)
	w.eventually(func() bool { return w.auction.struck(order) })
	if got, want := w.notices(order, "unpaid"), []string{"pay", "pay", "pay", "unpaid"}; !slices.Equal(got, want) {
		t.Errorf("notices = %v, want %v", got, want)
	}
}

// A saved card is known by webhook alone, and by coming back alone; the newest counts.
func TestSavedCardIsKnown(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	if v, err := w.desk.Card(ctx, buyer); err != nil || v != (checkout.CardView{}) {
		t.Errorf("before any: %+v, %v", v, err)
	}
	w.faults.LoseWebhooks(true)
	w.saveCard(savesOnly)
	w.faults.LoseWebhooks(false)
	v, err := w.desk.SaveCard(ctx, buyer, "/card")
	if err != nil || !v.Good || v.Card != "Visa ending in 0341" {
		t.Fatalf("with one saved, another page: %+v, %v", v, err)
	}
	if _, err := w.desk.SaveCard(ctx, buyer, "/card"); err != nil { // clicked twice: the desk has forgotten the first page
		t.Fatal(err)
	}
	w.clock.Advance(time.Second)
	resp, err := http.PostForm(v.URL, url.Values{"number": {"5555555555554444"}, "expiry": {"12/34"}, "cvc": {"123"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	w.eventually(func() bool {
		v, err := w.desk.Card(ctx, buyer)
		return err == nil && v.Good && v.Card == "Mastercard ending in 4444"
	})
	w.clock.Advance(10 * 365 * 24 * time.Hour)
	if v, err := w.desk.Card(ctx, buyer); err != nil || v.Good || v.Card == "" {
		t.Errorf("once it has expired: %+v, %v", v, err)
	}
}

// The provider is away while somebody wants to save a card: he is told, and the next try works.
func TestCardPageFails(t *testing.T) {
	w := newWorld(t)
	w.faults.FailCalls(1)
	if v, err := w.desk.SaveCard(context.Background(), buyer, "/card"); err == nil {
		t.Errorf("SaveCard = %+v, want an error", v)
	}
	w.saveCard(pays)
}
