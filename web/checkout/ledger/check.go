package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/journal"
)

// ErrBroken says that the books do not hold what they promise.
var ErrBroken = errors.New("the books do not balance")

// Check makes the books anew from the journal of orders, holds every winner's price against the journal of lots, and
// writes what stands on the accounts, and what buyers are owed because the provider refuses to give it back. Violations are listed; if there are any, the error wraps ErrBroken.
func Check(ctx context.Context, nc *nats.Conn, w io.Writer) error {
	book, wins, owed := New(), make(winners), make(debts)
	err := read(ctx, nc, func(rec events.Record, payee bool) error {
		if _, err := book.apply(rec, payee); err != nil && !errors.As(err, new(*Violation)) {
			return err
		}
		if err := owed.order(rec); err != nil {
			return err
		}
		return wins.order(rec)
	})
	if err == nil {
		err = journal.Read(ctx, nc, events.Lots, wins.lot)
	}
	if err != nil {
		return fmt.Errorf("check ledger: %w", err)
	}
	violations := append(book.Violations(), wins.check()...)
	audit := book.Audit()
	if err := errors.Join(report(w, book, violations, audit), owed.report(w)); err != nil {
		return fmt.Errorf("check ledger: %w", err)
	}
	if audit != nil || len(violations) > 0 {
		return fmt.Errorf("check ledger: %d violations: %w", len(violations), errors.Join(ErrBroken, audit))
	}
	return nil
}

// report writes the state of the books, one line for all accounts of a kind and currency.
func report(w io.Writer, b *Book, violations []*Violation, audit error) error {
	if _, err := fmt.Fprintf(w, "orders %d, facts %d, transfers %d\n", b.orders(), b.facts, b.transfers); err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "account\tcurrency\taccounts\tdebits\tcredits\tbalance\tpending\t")
	lines := b.Lines()
	for i := 0; i < len(lines); {
		first, n := lines[i].Account, 0
		var all Balance
		for ; i < len(lines) && lines[i].Account.Kind == first.Kind && lines[i].Account.Currency == first.Currency; i++ {
			var err error
			if all, err = all.plus(lines[i].Balance); err != nil {
				return fmt.Errorf("sum of %s: %w", first, err)
			}
			n++
		}
		m := func(amount int64) string { return events.Money{Amount: amount, Currency: first.Currency}.Decimal() }
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t\n", first.Kind, first.Currency, n, m(all.Debits), m(all.Credits), m(all.Of(first.Kind)), m(all.Pending))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, v := range violations {
		fmt.Fprintln(w, "violation:", v)
	}
	if audit != nil {
		fmt.Fprintln(w, "violation:", audit)
	}
	if audit == nil && len(violations) == 0 {
		fmt.Fprintln(w, "balanced: every fact keeps every rule")
	}
	return nil
}
