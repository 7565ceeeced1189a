package checkout_test

import (
	"context"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/web/checkout"
)

// An order whose books do not add up is not charged, whoever restarts meanwhile; others are.
func TestStoppedOrderIsNotCharged(t *testing.T) {
	w := newWorld(t)
	w.agent()
	odd, sound := w.start("c1"), w.start("c2")
	for _, order := range []events.OrderID{odd, sound} {
		w.pay(order, pays)
		w.await(order, checkout.Delivering)
		w.ticket(order)
	}
	held := events.RecordAuthorised{Payment: "pi_odd", Amount: events.Money{Currency: events.USD}, CaptureBefore: w.clock.Now().Add(time.Hour)}
	sender := journal.NewSender(w.nc, events.CheckoutService)
	if _, err := sender.Do(context.Background(), string(odd), "odd", held, nil); err != nil {
		t.Fatal(err)
	}
	w.eventually(func() bool { return w.desk.Violations() == 1 })
	if err := w.desk.Deliver(context.Background(), odd, w.receipt(odd)); err != nil {
		t.Fatal(err)
	}
	w.await(odd, checkout.Delivered)
	w.restart()
	if err := w.desk.Deliver(context.Background(), sound, w.receipt(sound)); err != nil {
		t.Fatal(err)
	}
	w.await(sound, checkout.Captured)
	wantPayments(t, w, odd, checkout.PaymentHeld)
	if n := w.desk.Violations(); n != 1 {
		t.Errorf("%d violations after a restart, want the one", n)
	}
	w.clock.Advance(8 * 24 * time.Hour)
	w.await(odd, checkout.Released)
	wantPayments(t, w, odd, checkout.PaymentReleased)
}
