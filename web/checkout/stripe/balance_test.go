package stripe_test

import (
	"context"
	"testing"

	"lightshare/events"
	"lightshare/web/checkout/ledger"
)

// What is captured moves the balance; what is only held, or let go, does not.
func TestMovements(t *testing.T) {
	ctx, s := context.Background(), open(t, nil)
	page, gone := s.page("o1", usd), s.page("o2", usd)
	s.pay(page, pays)
	s.pay(gone, pays)
	id := s.look(page).ID
	if _, err := s.cashier.Release(ctx, "r", s.look(gone).ID); err != nil {
		t.Fatal(err)
	}
	part := events.Money{Amount: 1000, Currency: usd.Currency}
	if _, err := s.cashier.Capture(ctx, "c", id, part); err != nil {
		t.Fatal(err)
	}
	var got []ledger.Movement
	for m, err := range s.cashier.Movements(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, m)
	}
	if len(got) != 1 || got[0].Payment != id || got[0].Flow != ledger.Captured || got[0].Amount != part {
		t.Errorf("movements = %+v, want the capture of %s", got, id)
	}
}
