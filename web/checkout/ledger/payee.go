package ledger

import (
	"context"
	"slices"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/journal"
)

// payeeRows says what each fact of a payee means for the books. Others move no money.
var payeeRows = table(
	on(func(p *posting, f events.PayoutMade) *Violation {
		return p.move(p.payable(f.Money), clearing(f.Money), f.Money.Amount)
	}),
	on(func(p *posting, f events.ReversalMade) *Violation {
		return p.move(clearing(f.Money), p.payable(f.Money), f.Money.Amount)
	}),
)

func clearing(m events.Money) Account { return Account{StripeClearing, "", m.Currency} }

// payable is the account of the seller that the posting is about.
func (p *posting) payable(m events.Money) Account {
	return Account{SellerPayable, string(p.order), m.Currency}
}

// ApplyPayee is Apply for a fact of a payee. What it moves is booked under the seller's id, as orders' are under theirs.
// No more can be sent to a seller than he has earned ([Earned]).
func (b *Book) ApplyPayee(rec events.Record) ([]Transfer, error) {
	s := b.sales[events.OrderID(rec.Subject)]
	if s == nil {
		s = &sale{order: events.OrderID(rec.Subject)}
	}
	post, known := payeeRows[rec.Kind]
	switch {
	case rec.Seq <= s.seq:
		return nil, b.repeated(s, rec)
	case s.stopped != nil || !known:
		s.seq = rec.Seq
		b.sales[s.order] = s
		return nil, nil
	}
	return b.book(s, rec, post)
}

// orders returns how many orders the book knows.
func (b *Book) orders() (n int) {
	for _, s := range b.sales {
		if s.kind != "" {
			n++
		}
	}
	return n
}

// read calls f with every fact of orders and payees. Those of payees come once all orders' facts before them have, so that
// nothing is sent before it was earned.
func read(ctx context.Context, nc *nats.Conn, f func(rec events.Record, payee bool) error) error {
	var payees []events.Record
	err := journal.Read(ctx, nc, events.Payees, func(rec events.Record) error {
		if _, moves := payeeRows[rec.Kind]; moves {
			payees = append(payees, rec)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(payees, func(a, b events.Record) int { return a.At.Compare(b.At) })
	err = journal.Read(ctx, nc, events.Orders, func(rec events.Record) error {
		for len(payees) > 0 && payees[0].At.Before(rec.At) {
			if err := f(payees[0], true); err != nil {
				return err
			}
			payees = payees[1:]
		}
		return f(rec, false)
	})
	for _, rec := range payees {
		if err == nil {
			err = f(rec, true)
		}
	}
	return err
}

// apply applies a fact of an order or of a payee.
func (b *Book) apply(rec events.Record, payee bool) ([]Transfer, error) {
	if payee {
		return b.ApplyPayee(rec)
	}
	return b.Apply(rec)
}
