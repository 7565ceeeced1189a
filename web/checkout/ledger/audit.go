package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"lightshare/events"
)

// A Line is one account with what has gone through it.
type Line struct {
	Account Account
	Balance Balance
}

// Lines returns every account in use, ordered by currency, kind and owner.
func (b *Book) Lines() []Line {
	lines := make([]Line, 0, len(b.accounts))
	for a, balance := range b.accounts {
		lines = append(lines, Line{a, balance})
	}
	slices.SortFunc(lines, func(x, y Line) int {
		return cmp.Or(
			cmp.Compare(x.Account.Currency, y.Account.Currency),
			cmp.Compare(x.Account.Kind, y.Account.Kind),
			cmp.Compare(x.Account.Owner, y.Account.Owner))
	})
	return lines
}

// Audit adds up every account anew and returns an error unless each currency sums to zero, what is promised is what
// unresolved holds promise, and what must be even is.
func (b *Book) Audit() error {
	sums, promised := make(map[events.Currency]Balance), make(map[events.Currency]int64)
	for a, balance := range b.accounts {
		if chart[a.Kind].floor == settled && balance.Debits != balance.Credits || chart[a.Kind].floor == funded && balance.Of(a.Kind) < 0 {
			return fmt.Errorf("audit %s: balance %d", a, balance.Of(a.Kind))
		}
		all, err := sums[a.Currency].plus(balance)
		if err != nil {
			return fmt.Errorf("audit %s: %w", a, err)
		}
		sums[a.Currency] = all
	}
	for _, s := range b.sales {
		for _, h := range s.holds {
			if h.phase == Pending {
				promised[h.money.Currency] += h.money.Amount
			}
		}
	}
	for c := range b.totals {
		all := sums[c]
		if all.Debits != all.Credits || all.Pending != 2*promised[c] {
			return fmt.Errorf("audit %s: debits %d, credits %d, pending %d on both sides of %d", c, all.Debits, all.Credits, all.Pending, promised[c])
		}
	}
	return nil
}
