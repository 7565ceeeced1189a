package payee

import (
	"slices"
	"time"

	"lightshare/events"
)

// Apply returns the payee after f.
func (Rules) Apply(p Payee, f events.Fact, at time.Time, seq uint64) Payee {
	p.Seq = seq
	switch f := f.(type) {
	case events.SetupWanted:
		p.Setups, p.WantedAt = f.Number, at
	case events.SetupOpened:
		p.Opened, p.Account, p.URL, p.Expires = p.Setups, f.Account, f.URL, f.Expires
	case events.AccountChanged:
		p.Ready, p.Needs, p.LookedAt = f.Ready, f.Needs, at
		for _, x := range p.Purses {
			p = p.change(x.Currency, func(x *Purse) { x.Since = at })
		}
	case events.EarningsEntered:
		p.Upto[f.Partition] = f.Upto
		for _, e := range f.Earnings {
			p = p.change(e.Money.Currency, func(x *Purse) { x.earn(e, at) })
		}
	case events.EarningsReleased:
		p = p.change(f.Money.Currency, func(x *Purse) { x.free(f, at) })
	case events.PayoutIntended:
		p.Sent = f.Number
		p.Payouts = append(slices.Clone(p.Payouts), Payout{Number: f.Number, At: at, Money: f.Money})
		p.Payouts = p.Payouts[max(0, len(p.Payouts)-remembered):]
		p = p.change(f.Money.Currency, func(x *Purse) { x.Free, x.Sending = x.Free-f.Money.Amount, f.Money.Amount })
	case events.PayoutMade:
		p = p.mark(f.Number, func(x *Payout) { x.Transfer = f.Transfer })
		p = p.change(f.Money.Currency, func(x *Purse) { x.Sending, x.Total, x.Since = 0, x.Total+f.Money.Amount, at })
	case events.PayoutRefused:
		money := p.Payouts[p.payout(f.Number)].Money
		p = p.mark(f.Number, func(x *Payout) { x.Refused = true })
		p = p.change(money.Currency, func(x *Purse) { x.Free, x.Sending, x.Declined = x.Free+money.Amount, 0, at })
	case events.ReversalIntended:
		p.Fetched = f.Number
		p = p.mark(f.Payout, func(x *Payout) { x.Back, x.Reversal, x.Fetching = x.Back+f.Money.Amount, f.Number, f.Money.Amount })
		p = p.change(f.Money.Currency, func(x *Purse) { x.Fetching = f.Money.Amount })
	case events.ReversalMade:
		p = p.mark(f.Payout, func(x *Payout) { x.Reversal, x.Fetching = 0, 0 })
		p = p.change(f.Money.Currency, func(x *Purse) {
			x.Free, x.Total, x.Fetching, x.Since = x.Free+f.Money.Amount, x.Total-f.Money.Amount, 0, at
		})
	case events.ReversalRefused:
		p = p.notFetched(f.Number, at)
	}
	return p
}

// notFetched returns the payee after a reversal was refused.
func (p Payee) notFetched(number int, at time.Time) Payee {
	i := slices.IndexFunc(p.Payouts, func(x Payout) bool { return x.Reversal == number })
	c := p.Payouts[i].Money.Currency
	p = p.mark(p.Payouts[i].Number, func(x *Payout) { x.Back, x.Reversal, x.Fetching = x.Back-x.Fetching, 0, 0 })
	return p.change(c, func(x *Purse) { x.Fetching, x.Refused = 0, at })
}

// mark returns the payee with one payout changed.
func (p Payee) mark(number int, f func(*Payout)) Payee {
	p.Payouts = slices.Clone(p.Payouts)
	if at := p.payout(number); at >= 0 {
		f(&p.Payouts[at])
	}
	return p
}

// earn enters an earning. What is taken of a sale whose money is held still is taken from there, and else from what is free.
func (x *Purse) earn(e events.Earning, now time.Time) {
	when := release(e.At)
	at, held := slices.BinarySearchFunc(x.Buckets, when, func(b Bucket, t time.Time) int { return b.At.Compare(t) })
	switch {
	case held:
		x.Buckets = slices.Clone(x.Buckets)
		if x.Buckets[at].Amount += e.Money.Amount; x.Buckets[at].Amount == 0 {
			x.Buckets = slices.Delete(x.Buckets, at, at+1)
		}
	case e.Money.Amount > 0:
		x.Buckets = slices.Insert(slices.Clone(x.Buckets), at, Bucket{when, e.Money.Amount})
	default:
		x.Free, x.Since = x.Free+e.Money.Amount, now
	}
}

// free ends the hold of what was held until then.
func (x *Purse) free(f events.EarningsReleased, now time.Time) {
	x.Buckets = slices.DeleteFunc(slices.Clone(x.Buckets), func(b Bucket) bool { return !b.At.After(f.Through) })
	x.Free, x.Since = x.Free+f.Money.Amount, now
}
