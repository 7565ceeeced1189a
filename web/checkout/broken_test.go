package checkout_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/checkout/simulator"
)

const remembered = "the failure is remembered"

// P12, M3, M4, M8: whatever goes wrong with each of the calls, the desk is closed in the middle of it, and the buyer is
// charged once.
func TestBrokenCalls(t *testing.T) {
	for name, breakIt := range map[string]func(*simulator.Faults){
		"fails":                      func(f *simulator.Faults) { f.FailCalls(2) },
		"the key is in use":          func(f *simulator.Faults) { f.RefuseCalls(2, http.StatusConflict) },
		"too many calls":             func(f *simulator.Faults) { f.RefuseCalls(2, http.StatusTooManyRequests) },
		"the answer is lost":         func(f *simulator.Faults) { f.LoseAnswers(2) },
		remembered:                   func(f *simulator.Faults) { f.RememberFailures(1) },
		"webhooks come out of order": func(f *simulator.Faults) { f.DisorderWebhooks(50 * time.Millisecond); f.RepeatWebhooks(2) },
	} {
		for _, kind := range []events.OrderKind{events.OrderDirect, events.OrderWon} {
			t.Run(name+", "+string(kind), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.agent()
				var order events.OrderID
				if kind == events.OrderWon {
					w.saveCard(pays)
					breakIt(w.faults)
					order = w.wins()
					w.until(order, "being made", func(v checkout.View) bool { return v.Order == order })
				} else {
					if name != remembered { // the page of a direct sale cannot wait until its key is given up
						breakIt(w.faults)
					}
					order = w.start("c1")
					w.restart()
					w.anew(order, checkout.Payable)
					w.pay(order, pays)
				}
				w.restart()
				w.anew(order, checkout.Delivering)
				w.ticket(order)
				breakIt(w.faults)
				if err := w.desk.Deliver(context.Background(), order, w.receipt(order)); err != nil {
					t.Fatal(err)
				}
				w.restart()
				w.anew(order, checkout.Captured)
				wantPayments(t, w, order, checkout.PaymentCaptured)
				if err := w.desk.Audit(); err != nil || w.desk.Violations() > 0 {
					t.Errorf("the books: %v, %d violations", err, w.desk.Violations())
				}
			})
		}
	}
}

// anew waits for a state. A key that repeats a failure is given up after a while, on the market's clock.
func (w *world) anew(order events.OrderID, s checkout.State) {
	w.t.Helper()
	patient, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if _, err := w.desk.Await(patient, order, func(v checkout.View) bool { return v.State == s }); err != nil {
		w.clock.Advance(11 * time.Minute)
	}
	w.await(order, s)
}
