package checkout

import (
	"context"

	"lightshare/events"
)

// learn takes a fact into the books and then into the index, so that who finds it in the index finds it in the books.
func (d *Desk) learn(ctx context.Context, rec events.Record) error {
	if err := d.books.Learn(ctx, rec); err != nil {
		return err
	}
	return d.index.learn(ctx, rec)
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
