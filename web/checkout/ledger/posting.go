package ledger

import (
	"slices"
	"time"

	"lightshare/events"
)

// posting is what one fact does to the books, until it is entered: the sale as it would be, and its transfers. Rows make
// theirs from the verbs below; each returns a violation if the books do not allow it.
type posting struct {
	sale
	at        time.Time
	transfers []Transfer
}

// hold promises an amount that is held under the provider's payment. A stray one is never taken.
func (p *posting) hold(payment string, m events.Money, stray bool) *Violation {
	if m.Amount <= 0 || m.Amount > events.MaxAmount {
		return broken(Balanced, "%d held", m.Amount)
	}
	if !m.Currency.Known() || !stray && m.Currency != p.price.Currency {
		return broken(Currency, "%q held for an order in %q", m.Currency, p.price.Currency)
	}
	if !stray && p.own() >= 0 {
		return broken(Single, "payment %s besides %s", payment, p.holds[p.own()].payment)
	}
	if at := p.stray(payment); stray && at >= 0 && p.holds[at].phase == Pending {
		return broken(Unique, "payment %s is held already", payment)
	}
	t := p.transfer(Captured, Account{Kind: StripeClearing, Currency: m.Currency}, p.auth(m.Currency), m.Amount)
	t.Phase = Pending
	p.holds = append(slices.Clone(p.holds), hold{t.ID, payment, m, !stray, Pending})
	return nil
}

// drop gives up a hold.
func (p *posting) drop(at int) *Violation {
	h, v := p.resolve(at, Voided)
	if v != nil {
		return v
	}
	t := p.transfer(Captured, Account{Kind: StripeClearing, Currency: h.money.Currency}, p.auth(h.money.Currency), h.money.Amount)
	t.Phase, t.Resolves, t.Held = Voided, h.id, h.money.Amount
	return nil
}

// take takes m of the order's hold and lets go of the rest.
func (p *posting) take(m events.Money) *Violation {
	h, v := p.resolve(p.own(), Posted)
	if v != nil {
		return v
	}
	if m.Currency != h.money.Currency {
		return broken(Currency, "%q taken of a hold in %q", m.Currency, h.money.Currency)
	}
	if v := p.count(Captured, m.Amount); v != nil {
		return v
	}
	t := p.transfer(Captured, Account{Kind: StripeClearing, Currency: m.Currency}, p.auth(m.Currency), m.Amount)
	t.Phase, t.Resolves, t.Held = Posted, h.id, h.money.Amount
	return nil
}

// share gives everybody his part of m.
func (p *posting) share(m events.Money) *Violation {
	parts, err := Split(m, p.seller, p.shares)
	if err != nil {
		return broken(Shares, "%v", err)
	}
	for _, part := range parts {
		if part.Amount == 0 {
			continue
		}
		if v := p.move(p.auth(m.Currency), part.To, part.Amount); v != nil {
			return v
		}
	}
	p.parts = parts
	return nil
}

// refund owes the buyer an amount, taken from everybody in proportion to what he still has of the sale.
func (p *posting) refund(amount int64) *Violation {
	return p.takeBack(amount, Account{Kind: RefundsPayable, Currency: p.price.Currency})
}

// repay gives the buyer what he is owed.
func (p *posting) repay(m events.Money) *Violation {
	return p.move(Account{Kind: RefundsPayable, Currency: p.price.Currency}, Account{Kind: StripeClearing, Currency: m.Currency}, m.Amount)
}

// takeBack moves an amount of the sale to account to.
func (p *posting) takeBack(amount int64, to Account) *Violation {
	left := make([]int64, len(p.parts))
	for i, part := range p.parts {
		left[i] = part.Amount
	}
	if all, err := sum(left); err != nil || amount <= 0 || amount > all {
		return broken(Refundable, "%d back of %d", amount, all)
	}
	amounts, err := apportion(amount, left)
	if err != nil {
		return broken(Refundable, "%v", err)
	}
	p.parts = slices.Clone(p.parts)
	for i, a := range amounts {
		if a == 0 {
			continue
		}
		p.parts[i].Amount -= a
		if v := p.move(p.parts[i].To, to, a); v != nil {
			return v
		}
	}
	return nil
}

// move moves an amount at once.
func (p *posting) move(debit, credit Account, amount int64) *Violation {
	flow := ways[way{debit.Kind, credit.Kind}]
	if v := p.count(flow, amount); v != nil {
		return v
	}
	p.transfer(flow, debit, credit, amount)
	return nil
}

// resolve marks a hold as resolved.
func (p *posting) resolve(at int, phase Phase) (hold, *Violation) {
	if at < 0 {
		return hold{}, broken(Resolved, "nothing is held")
	}
	h := p.holds[at]
	if h.phase != Pending {
		return hold{}, broken(Resolved, "payment %s was resolved before", h.payment)
	}
	p.holds = slices.Clone(p.holds)
	p.holds[at].phase = phase
	return h, nil
}

// count adds to what has flown for the order.
func (p *posting) count(f Flow, amount int64) *Violation {
	if amount <= 0 {
		return broken(Balanced, "%s of %d", f, amount)
	}
	n, err := add(p.sums[f], amount)
	if err != nil {
		return broken(Balanced, "%s: %v", f, err)
	}
	p.sums[f] = n
	return nil
}

// transfer appends a transfer and returns it for finishing.
func (p *posting) transfer(f Flow, debit, credit Account, amount int64) *Transfer {
	p.transfers = append(p.transfers, Transfer{
		ID: TransferID{p.order, p.seq, len(p.transfers) + 1}, At: p.at, Flow: f, Debit: debit, Credit: credit, Amount: amount,
	})
	return &p.transfers[len(p.transfers)-1]
}

// auth is the memo account of the order's buyer.
func (p *posting) auth(c events.Currency) Account { return Account{BuyerAuth, string(p.order), c} }
