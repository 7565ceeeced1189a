package ledger

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"lightshare/events"
)

// debt is what a buyer is owed that the provider refuses to give back.
type debt struct {
	amount events.Money
	since  time.Time
	reason string
}

// debts are those of all orders. Somebody has to see to each.
type debts map[events.OrderID]debt

// order notes what a fact says about them.
func (d debts) order(rec events.Record) error {
	switch rec.Kind {
	case (events.RefundRefused{}).FactKind(), (events.PaymentRefunded{}).FactKind(), (events.DisputeOpened{}).FactKind():
	default:
		return nil
	}
	f, err := rec.Fact()
	id := events.OrderID(rec.Subject)
	switch f := f.(type) {
	case events.RefundRefused:
		d[id] = debt{f.Amount, rec.At, f.Reason}
	case events.PaymentRefunded:
		if x, owed := d[id]; owed && x.amount.Amount > f.Amount.Amount {
			x.amount.Amount -= f.Amount.Amount
			d[id] = x
		} else {
			delete(d, id)
		}
	case events.DisputeOpened: // his bank decides about it now
		delete(d, id)
	}
	return err
}

// report writes a line for each, the oldest first.
func (d debts) report(w io.Writer) error {
	ids := slices.SortedFunc(maps.Keys(d), func(a, b events.OrderID) int {
		return cmp.Or(d[a].since.Compare(d[b].since), cmp.Compare(a, b))
	})
	for _, id := range ids {
		if _, err := fmt.Fprintf(w, "owed: %s to the buyer of order %s since %s: %s\n", d[id].amount, id, d[id].since.UTC().Format(time.DateOnly), d[id].reason); err != nil {
			return err
		}
	}
	return nil
}
