package payee

import (
	"fmt"
	"slices"

	"lightshare/events"
)

// View returns the payee as he sees himself.
func (Rules) View(p Payee) any { return p.View() }

// View returns the payee as he sees himself.
func (p Payee) View() events.Payee {
	v := events.Payee{Account: p.Account, Ready: p.Ready, Status: p.words(), Upto: p.Upto[:], Setups: p.Setups, HoldTime: Hold, Purses: []events.Purse{}, Payouts: []events.Payout{}}
	if p.Opened == p.Setups && !p.Ready {
		v.SetUp = p.URL
	}
	for _, x := range p.Purses {
		m := func(n int64) events.Money { return events.Money{Amount: n, Currency: x.Currency} }
		purse := events.Purse{Held: m(x.held()), Free: m(x.Free), Sending: m(x.Sending), Sent: m(x.Total)}
		if len(x.Buckets) > 0 {
			purse.Next = x.Buckets[0].At
		}
		v.Purses = append(v.Purses, purse)
	}
	for _, x := range slices.Backward(p.Payouts) {
		payout := events.Payout{Number: x.Number, At: x.At, Money: x.Money, Back: events.Money{Amount: x.Back - x.Fetching, Currency: x.Money.Currency}, State: "made"}
		switch {
		case x.Refused:
			payout.State = "refused"
		case x.Transfer == "":
			payout.State = "intended"
		}
		v.Payouts = append(v.Payouts, payout)
	}
	return v
}

// words say how the seller stands and what he does next.
func (p Payee) words() string {
	for _, x := range p.Purses {
		if x.Free+x.held() < 0 {
			return fmt.Sprintf("You owe %s: refunds and disputes took more than there was. Nothing is sent to you until your next sales have made up for it.",
				events.Money{Amount: -(x.Free + x.held()), Currency: x.Currency})
		}
	}
	switch {
	case p.Account == "" && p.Setups == 0:
		return "Not set up: nobody knows where to send your money. What you sell is kept for you. Run: seller-agent payouts --set-up"
	case p.Account == "":
		return "The page on which you set up payouts is being made."
	case !p.Ready && p.Needs == "":
		return "The payment provider looks at what you entered. There is nothing to do; your money is kept for you."
	case !p.Ready:
		return "Not complete: the payment provider still needs something from you. Your money is kept for you. Run: seller-agent payouts --set-up"
	}
	return "Ready: what you earn is sent to your account 7 days after each sale."
}
