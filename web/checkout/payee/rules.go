package payee

import (
	"fmt"
	"time"

	"lightshare/events"
)

// Rules are the journal's rules of a payee.
type Rules struct{}

// Decide answers c with the fact that follows from it, or refuses it.
func (Rules) Decide(p Payee, c events.Command, now time.Time) (events.Fact, error) {
	switch c := c.(type) {
	case events.AskPayee:
		return nil, nil
	case events.SetUpPayouts:
		return p.setUp(now)
	case events.RecordSetup:
		if c.Number != p.Setups || p.Opened >= c.Number {
			return nil, events.Unchanged
		}
		return events.SetupOpened{Account: c.Account, URL: c.URL, Expires: c.Expires}, nil
	case events.RecordAccount:
		return p.looked(c, now)
	case events.RecordEarnings:
		return p.earned(c)
	case events.RecordPayout:
		return p.answered(c)
	case events.RecordReversal:
		return p.fetched(c)
	case events.SettlePayee:
		return p.settle(now)
	}
	return nil, fmt.Errorf("command %s to a payee: %w", c.CommandKind(), events.Malformed)
}

// setUp wants a page, unless one is being made or is open.
func (p Payee) setUp(now time.Time) (events.Fact, error) {
	if p.Setups > p.Opened || now.Before(p.Expires) {
		return nil, events.Unchanged
	}
	return events.SetupWanted{Number: p.Setups + 1}, nil
}

// looked takes the provider's word on the account. Once a day it is written down even if it is the same, so that it is
// looked at again a day later.
func (p Payee) looked(c events.RecordAccount, now time.Time) (events.Fact, error) {
	switch {
	case p.Account == "" || c.Account != p.Account:
		return nil, events.WrongState
	case c.Ready == p.Ready && c.Needs == p.Needs && now.Before(p.LookedAt.Add(recheck)):
		return nil, events.Unchanged
	}
	return events.AccountChanged{Ready: c.Ready, Needs: c.Needs}, nil
}

// earned takes what facts brought if they are the next ones, and each only once.
func (p Payee) earned(c events.RecordEarnings) (events.Fact, error) {
	switch {
	case c.Partition < 0 || c.Partition >= events.Partitions || len(c.Earnings) == 0 || c.Upto <= c.From:
		return nil, events.Malformed
	case c.Upto <= p.Upto[c.Partition]:
		return nil, events.Unchanged
	case c.From != p.Upto[c.Partition]:
		return nil, events.WrongState
	}
	for _, e := range c.Earnings {
		if !e.Money.Currency.Known() || e.Money.Amount == 0 {
			return nil, events.BadAmount
		}
	}
	return events.EarningsEntered{Partition: c.Partition, Upto: c.Upto, Earnings: c.Earnings}, nil
}

// answered takes the provider's word on the payout that is under way.
func (p Payee) answered(c events.RecordPayout) (events.Fact, error) {
	at := p.payout(c.Number)
	if at < 0 || p.Payouts[at].Transfer != "" || p.Payouts[at].Refused {
		return nil, events.Unchanged
	}
	if c.Transfer == "" {
		return events.PayoutRefused{Number: c.Number, Code: c.Code}, nil
	}
	return events.PayoutMade{Number: c.Number, Money: p.Payouts[at].Money, Transfer: c.Transfer}, nil
}

// fetched takes the provider's word on the reversal that is under way.
func (p Payee) fetched(c events.RecordReversal) (events.Fact, error) {
	for _, x := range p.Payouts {
		if x.Reversal != c.Number || c.Number == 0 {
			continue
		}
		if c.Reversal == "" {
			return events.ReversalRefused{Number: c.Number, Code: c.Code}, nil
		}
		money := events.Money{Amount: x.Fetching, Currency: x.Money.Currency}
		return events.ReversalMade{Number: c.Number, Payout: x.Number, Money: money, Reversal: c.Reversal}, nil
	}
	return nil, events.Unchanged
}

// settle does what is due: frees what was held long enough, sends what is free, fetches back what is owed.
func (p Payee) settle(now time.Time) (events.Fact, error) {
	for _, x := range p.Purses {
		if f := p.due(x, now); f != nil {
			return f, nil
		}
	}
	return nil, events.WrongState
}

// due returns what is to be done about a purse now, or nil.
func (p Payee) due(x Purse, now time.Time) events.Fact {
	free, through := int64(0), time.Time{}
	for _, b := range x.Buckets {
		if !now.Before(b.At) {
			free, through = free+b.Amount, b.At
		}
	}
	switch {
	case !through.IsZero():
		return events.EarningsReleased{Money: events.Money{Amount: free, Currency: x.Currency}, Through: through}
	case p.sendable(x) && !now.Before(x.Declined.Add(recheck)):
		return events.PayoutIntended{Number: p.Sent + 1, Money: events.Money{Amount: x.Free, Currency: x.Currency}}
	case p.owes(x) && !now.Before(x.Refused.Add(patience)):
		return p.reversal(x)
	}
	return nil
}

// sendable reports whether the free money can be sent: one payout at a time, to an account that takes it.
func (p Payee) sendable(x Purse) bool {
	return p.Ready && x.Sending == 0 && x.Fetching == 0 && x.Free >= least[x.Currency] && x.Free > 0
}

// owes reports whether money can be fetched back: the seller owes it, has nothing held that will make up for it, and was
// sent some.
func (p Payee) owes(x Purse) bool {
	return x.Free < 0 && x.Free+x.held() < 0 && x.Fetching == 0 && x.Sending == 0 && p.newest(x.Currency) >= 0
}

// newest returns the index of the newest payout of which something can be fetched back, or -1.
func (p Payee) newest(c events.Currency) int {
	for i := len(p.Payouts) - 1; i >= 0; i-- {
		if x := p.Payouts[i]; x.Money.Currency == c && x.Transfer != "" && x.Back < x.Money.Amount {
			return i
		}
	}
	return -1
}

// reversal fetches back what is owed, at most what is left of the newest payout.
func (p Payee) reversal(x Purse) events.Fact {
	from := p.Payouts[p.newest(x.Currency)]
	owed := -(x.Free + x.held())
	return events.ReversalIntended{
		Number: p.Fetched + 1, Payout: from.Number, Transfer: from.Transfer,
		Money: events.Money{Amount: min(owed, from.Money.Amount-from.Back), Currency: x.Currency},
	}
}

// Deadline says when something becomes due.
func (Rules) Deadline(p Payee) (time.Time, events.Command) {
	var first time.Time
	for _, x := range p.Purses {
		if at := p.deadline(x); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if first.IsZero() {
		return first, nil
	}
	return first, events.SettlePayee{}
}

// deadline is that of one purse; zero if nothing will become due by itself.
func (p Payee) deadline(x Purse) (at time.Time) {
	earlier := func(t time.Time) {
		if at.IsZero() || t.Before(at) {
			at = t
		}
	}
	for _, b := range x.Buckets {
		earlier(b.At)
	}
	if p.sendable(x) {
		earlier(later(x.Since, x.Declined.Add(recheck)))
	}
	if p.owes(x) {
		earlier(later(x.Since, x.Refused.Add(patience)))
	}
	return at
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
