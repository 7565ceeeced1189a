package ledger

import (
	"slices"

	"lightshare/events"
)

// dispute is what a bank took back of an order.
type dispute struct {
	id          string
	amount, fee int64
}

// disputeOpened lends the bank the money. What was owed to the buyer and has not gone back is owed no longer.
func disputeOpened(p *posting, f events.DisputeOpened) *Violation {
	if owed := p.sums[Refunded] - p.sums[Unrefunded] - p.sums[Repaid]; owed > 0 {
		if v := p.unrefund(owed); v != nil {
			return v
		}
	}
	if f.Amount.Amount != 0 {
		if v := p.move(Account{DisputesHeld, "", p.price.Currency}, Account{StripeClearing, "", f.Amount.Currency}, f.Amount.Amount); v != nil {
			return v
		}
	}
	p.disputes = append(slices.Clone(p.disputes), dispute{id: f.Dispute, amount: f.Amount.Amount})
	return p.fee(len(p.disputes)-1, f.Fee)
}

// disputeWon has the money again.
func disputeWon(p *posting, f events.DisputeWon) *Violation {
	at, v := p.decided(f.Dispute)
	if v == nil && p.disputes[at].amount != 0 {
		v = p.move(Account{StripeClearing, "", p.price.Currency}, Account{DisputesHeld, "", p.price.Currency}, p.disputes[at].amount)
	}
	if v != nil {
		return v
	}
	return p.closed(at, f.Fee)
}

// disputeLost takes the money from everybody in proportion to what he still has of the sale.
func disputeLost(p *posting, f events.DisputeLost) *Violation {
	at, v := p.decided(f.Dispute)
	if v == nil && p.disputes[at].amount != 0 {
		v = p.takeBack(p.disputes[at].amount, Account{DisputesHeld, "", p.price.Currency})
	}
	if v != nil {
		return v
	}
	return p.closed(at, f.Fee)
}

// closed settles the fee of a dispute, and owes the buyer what is left of a sale that is proven to be another file.
func (p *posting) closed(at int, fee int64) *Violation {
	if v := p.fee(at, fee); v != nil {
		return v
	}
	if left := p.kept(); p.mismatch && p.undecided() == 0 && left > 0 {
		return p.refund(left)
	}
	return nil
}

// decided returns the index of a dispute.
func (p *posting) decided(id string) (int, *Violation) {
	at := slices.IndexFunc(p.disputes, func(d dispute) bool { return d.id == id })
	if at < 0 {
		return at, broken(Refundable, "dispute %s is decided and was never opened", id)
	}
	return at, nil
}

// fee brings what the provider has kept for a dispute to that sum.
func (p *posting) fee(at int, total int64) (v *Violation) {
	fees, clearing := Account{ProviderFees, "", p.price.Currency}, Account{StripeClearing, "", p.price.Currency}
	switch more := total - p.disputes[at].fee; {
	case more > 0:
		v = p.move(fees, clearing, more)
	case more < 0:
		v = p.move(clearing, fees, -more)
	}
	p.disputes = slices.Clone(p.disputes)
	p.disputes[at].fee = total
	return v
}

// unrefund gives an amount that was owed to the buyer back to those it was taken from.
func (p *posting) unrefund(amount int64) *Violation {
	whole, err := Split(events.Money{Amount: p.sums[Captured], Currency: p.price.Currency}, p.seller, p.shares)
	if err != nil {
		return broken(Shares, "%v", err)
	}
	taken := make([]int64, len(whole))
	for i := range whole {
		taken[i] = whole[i].Amount - p.parts[i].Amount
	}
	amounts, err := apportion(amount, taken)
	if err != nil {
		return broken(Refundable, "%v", err)
	}
	p.parts = slices.Clone(p.parts)
	for i, a := range amounts {
		if a == 0 {
			continue
		}
		p.parts[i].Amount += a
		if v := p.move(Account{RefundsPayable, "", p.price.Currency}, p.parts[i].To, a); v != nil {
			return v
		}
	}
	return nil
}
