package ledger_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/bus/embedded"
	"lightshare/web/checkout"
	"lightshare/web/checkout/ledger"
)

// provider's books are a list.
type provider []ledger.Movement

func (p provider) Movements(context.Context) iter.Seq2[ledger.Movement, error] {
	return func(yield func(ledger.Movement, error) bool) {
		for _, m := range p {
			if !yield(m, nil) {
				return
			}
		}
	}
}

// outage is a provider that does not answer to the end.
type outage struct{ provider }

var errOutage = errors.New("out of order")

func (o outage) Movements(ctx context.Context) iter.Seq2[ledger.Movement, error] {
	return func(yield func(ledger.Movement, error) bool) {
		for m := range o.provider.Movements(ctx) {
			if !yield(m, nil) {
				return
			}
		}
		yield(ledger.Movement{}, errOutage)
	}
}

// movements returns what a provider books of the market's payments.
func (m *market) movements() (all provider) {
	for _, pay := range m.payments {
		if pay.state == checkout.PaymentCaptured {
			amount := events.Money{Amount: pay.captured, Currency: pay.amount.Currency}
			all = append(all, ledger.Movement{ID: "txn_" + pay.id, At: m.now, Flow: ledger.Captured, Payment: pay.id, Amount: amount})
		}
	}
	return all
}

// M12: what the provider books is what we book; where it is not, the difference is named with its age, and alarms once it is
// a day old.
func TestReconcile(t *testing.T) {
	ctx, nc, m := context.Background(), embedded.Test(t), newMarket(t)
	m.sold(events.OrderWon, events.Money{Amount: 1250, Currency: events.USD}, events.Share{To: events.Operator, Points: 100})
	m.sold(events.OrderDirect, events.Money{Amount: 7000, Currency: events.KRW})
	publish(t, nc, events.Orders, m.facts...)
	right := m.movements()
	slices.SortFunc(right, func(a, b ledger.Movement) int {
		return strings.Compare(string(b.Amount.Currency), string(a.Amount.Currency))
	})
	banked := append(slices.Clone(right), ledger.Movement{ID: "txn_bank", At: m.now, Amount: events.Money{Amount: -9, Currency: events.USD}, Fee: 31})
	dearer := slices.Clone(right)
	dearer[0].Amount.Amount++
	foreign := append(slices.Clone(right), ledger.Movement{ID: "txn_x", At: m.now, Flow: ledger.Captured, Payment: "pi_x", Amount: right[0].Amount})
	for name, tc := range map[string]struct {
		books ledger.Provider
		later time.Duration
		want  []string
		err   error
	}{
		"both agree":                  {right, 48 * time.Hour, []string{"orders 2, movements at the provider 2", "reconciled"}, nil},
		"what is no order's":          {banked, 48 * time.Hour, []string{"fees kept by the provider: 0.31 USD", "reconciled"}, nil},
		"not heard of yet":            {right[1:], time.Hour, []string{"captured", "12.50", "0.00"}, nil},
		"never heard of":              {right[1:], 48 * time.Hour, []string{"captured", "12.50", "0.00", "50h0m0s"}, ledger.ErrDiffers},
		"another amount":              {dearer, 48 * time.Hour, []string{"12.50", "12.51"}, ledger.ErrDiffers},
		"a payment that is not ours":  {foreign, 48 * time.Hour, []string{"unknown payment pi_x", "12.50"}, ledger.ErrDiffers},
		"the provider breaks off":     {outage{right}, 48 * time.Hour, nil, errOutage},
		"the provider has no balance": {provider{}, 48 * time.Hour, []string{"7000", "12.50"}, ledger.ErrDiffers},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			err := ledger.Reconcile(ctx, nc, tc.books, m.now.Add(tc.later), &out)
			if !errors.Is(err, tc.err) {
				t.Errorf("Reconcile = %v, want %v\n%s", err, tc.err, &out)
			}
			for _, want := range tc.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("Reconcile wrote no %q:\n%s", want, &out)
				}
			}
		})
	}
}
