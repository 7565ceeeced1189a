package checkout

import (
	"context"

	"lightshare/events"
)

// learn takes a fact into the books and then into the index, so that who finds it in the index finds it in the books, and
// tells payees what it brings them.
func (d *Desk) learn(ctx context.Context, rec events.Record) error {
	transfers, err := d.books.Learn(ctx, rec)
	if err != nil {
		return err
	}
	before, _ := d.index.state(events.OrderID(rec.Subject))
	if err := d.index.learn(ctx, rec); err != nil {
		return err
	}
	if o, _ := d.index.state(events.OrderID(rec.Subject)); d.payees != nil && o.Seq > before.Seq {
		d.payees.Enter(rec, o.CapturedAt, transfers)
	}
	return nil
}

// tellPayee tells a seller how it stands with his money, if his agent is there.
func (d *Desk) tellPayee(ctx context.Context, s events.SellerID, text string) {
	if err := d.tellSeller(s, events.Notice{Kind: "payout", Text: text, At: d.Clock.Now()}); err != nil {
		d.Log.WarnContext(ctx, "seller not told of his payouts", "seller", s, "error", err)
	}
}

// mayMove reports whether the books allow the order's money to be taken or given, all its facts so far considered. If
// not, that was logged when they stopped the order; a hold is then dropped at its deadline.
func (d *Desk) mayMove(ctx context.Context, o Order) (bool, error) {
	if _, err := d.index.await(ctx, o.Order, func(known Order) bool { return known.Seq >= o.Seq }); err != nil {
		return false, err
	}
	return d.books.Stopped(o.Order) == nil, nil
}

// Audit adds up every account of the books anew.
func (d *Desk) Audit() error { return d.books.Audit() }

// Violations returns how many facts broke a promise of the books since the desk opened. Above zero, somebody has to look.
func (d *Desk) Violations() uint64 { return d.books.Violations() }
