package ledger

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"

	"lightshare/events"
)

// A Bookkeeper keeps a book beside a running checkout. It is safe for concurrent use.
type Bookkeeper struct {
	log    *slog.Logger
	broken atomic.Uint64

	mu   sync.Mutex
	book *Book // guarded by mu
}

// NewBookkeeper returns a bookkeeper with an empty book.
func NewBookkeeper(log *slog.Logger) *Bookkeeper { return &Bookkeeper{log: log, book: New()} }

// Learn enters a fact and returns the transfers that follow from it. A violation is logged and counted, once, and is no error: the journal goes on, the order's money
// does not. An error means that the record cannot be read.
func (k *Bookkeeper) Learn(ctx context.Context, rec events.Record) ([]Transfer, error) {
	k.mu.Lock()
	transfers, err := k.book.Apply(rec)
	k.mu.Unlock()
	if v := (*Violation)(nil); errors.As(err, &v) {
		k.broken.Add(1)
		k.log.ErrorContext(ctx, "ledger violated, order stopped", "order", v.Order, "seq", v.Seq, "rule", v.Rule, "what", v.What)
		return nil, nil
	}
	return transfers, err
}

// Stopped returns why no more money may be taken or given for the order, or nil.
func (k *Bookkeeper) Stopped(o events.OrderID) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if v := k.book.Stopped(o); v != nil {
		return v
	}
	return nil
}

// Violations returns how many facts were not entered since the start.
func (k *Bookkeeper) Violations() uint64 { return k.broken.Load() }

// Audit adds up every account anew.
func (k *Bookkeeper) Audit() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.book.Audit()
}
