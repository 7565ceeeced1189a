package ledger

import "lightshare/events"

// earlier is what an account was before an entry.
type earlier struct {
	account Account
	balance Balance
}

// enter makes all of the posting's transfers, or none of them.
func (b *Book) enter(p *posting) *Violation {
	if len(p.transfers) == 0 {
		return nil
	}
	var room [16]earlier
	undo, c := room[:0], p.transfers[0].Debit.Currency // the order's, or that of a stray hold
	totals := b.totals[c]
	var v *Violation
	for i := 0; i < len(p.transfers) && v == nil; i++ {
		t := &p.transfers[i]
		undo = append(undo, earlier{t.Debit, b.accounts[t.Debit]}, earlier{t.Credit, b.accounts[t.Credit]})
		v = b.transfer(t, c, &totals)
	}
	if v == nil {
		v = b.settle(p, c, totals)
	}
	if v == nil {
		b.totals[c] = totals
		return nil
	}
	for i := len(undo) - 1; i >= 0; i-- {
		b.set(undo[i].account, undo[i].balance)
	}
	return v
}

// transfer makes one transfer, and adds it to the currency's totals.
func (b *Book) transfer(t *Transfer, c events.Currency, totals *Balance) *Violation {
	switch {
	case t.Amount <= 0 || t.Phase == Posted && t.Amount > t.Held:
		return broken(Balanced, "%s of %d", t.Flow, t.Amount)
	case t.Flow == noFlow || t.Flow != ways[way{t.Debit.Kind, t.Credit.Kind}]:
		return broken(Balanced, "no way from %s to %s", t.Debit, t.Credit)
	case t.Debit.Currency != c || t.Credit.Currency != c:
		return broken(Currency, "%s to %s in an order in %s", t.Debit, t.Credit, c)
	}
	debit, credit := t.deltas()
	if v := b.leg(t.Flow, t.Debit, debit, totals); v != nil {
		return v
	}
	return b.leg(t.Flow, t.Credit, credit, totals)
}

// leg adds delta to an account and to the totals.
func (b *Book) leg(f Flow, a Account, delta Balance, totals *Balance) *Violation {
	balance, err := b.accounts[a].plus(delta)
	if err != nil {
		return broken(Balanced, "%s: %v", a, err)
	}
	if *totals, err = totals.plus(delta); err != nil {
		return broken(Balanced, "all of %s: %v", a.Currency, err)
	}
	if now := balance.Of(a.Kind); now < 0 && delta.Of(a.Kind) < 0 {
		floor := chart[a.Kind].floor
		if floor == funded || floor == earned && !f.takesBack() {
			return broken(Earned, "%s leaves %d on %s", f, now, a)
		}
	}
	b.set(a, balance)
	return nil
}

// settle checks what must be even once all transfers of a fact are made.
func (b *Book) settle(p *posting, c events.Currency, totals Balance) *Violation {
	if totals.Debits != totals.Credits {
		return broken(Balanced, "debits of %d and credits of %d in %s", totals.Debits, totals.Credits, c)
	}
	for i := range p.transfers {
		for _, a := range [...]Account{p.transfers[i].Debit, p.transfers[i].Credit} {
			if balance := b.accounts[a]; chart[a.Kind].floor == settled && balance.Debits != balance.Credits {
				return broken(Shares, "%d left on %s", balance.Of(a.Kind), a)
			}
		}
	}
	return nil
}

// set sets an account's balance. A memo that is even and promises nothing is forgotten.
func (b *Book) set(a Account, balance Balance) {
	if balance == (Balance{}) || a.Kind == BuyerAuth && balance.Debits == balance.Credits && balance.Pending == 0 {
		delete(b.accounts, a)
		return
	}
	b.accounts[a] = balance
}
