package payee

import (
	"slices"
	"time"

	"lightshare/events"
)

// How long things take.
const (
	Hold      = 7 * 24 * time.Hour // from a sale's capture until its money can be sent
	lookAgain = time.Hour          // before what was not answered is tried anew
	recheck   = 24 * time.Hour     // before an account that is not ready is looked at again
	patience  = 7 * 24 * time.Hour // before money is tried to be fetched back again

	remembered = 100 // payouts
)

// least is what a payout is worth at least, minor units; a smaller one waits for more.
var least = map[events.Currency]int64{events.USD: 100, events.EUR: 100, events.GBP: 100, events.JPY: 100, events.KRW: 1000}

// A Payee is a seller's money as its facts have made it. The zero Payee is a seller who has sold nothing.
type Payee struct {
	Seq     uint64
	Upto    [events.Partitions]uint64 // how far the facts of orders are known, by their places
	Purses  []Purse
	Payouts []Payout // the newest, oldest first
	Sent    int      // payouts that were intended
	Fetched int      // reversals that were intended

	Setups   int // pages that were wanted
	Opened   int // pages that were made
	WantedAt time.Time
	Account  string
	URL      string
	Expires  time.Time
	Ready    bool
	Needs    string
	LookedAt time.Time
}

// A Purse is the money in one currency. What the seller is owed is Held + Free + Sending.
type Purse struct {
	Currency events.Currency
	Buckets  []Bucket // held, by when it becomes free
	Free     int64    // below zero: the seller owes it
	Sending  int64    // by a payout that is not answered
	Fetching int64    // by a reversal that is not answered
	Total    int64    // sent, less what was fetched back
	Since    time.Time
	Refused  time.Time // when a reversal was last refused
	Declined time.Time // when a payout was last refused
}

// A Bucket is what becomes free at the same hour.
type Bucket struct {
	At     time.Time
	Amount int64
}

// A Payout is one that was intended.
type Payout struct {
	Number   int
	At       time.Time
	Money    events.Money
	Transfer string // the provider's id; empty: not made
	Back     int64  // fetched back, or on its way
	Refused  bool
	Reversal int // that is on its way; 0 for none
	Fetching int64
}

// held returns what is not free yet.
func (p Purse) held() (sum int64) {
	for _, b := range p.Buckets {
		sum += b.Amount
	}
	return sum
}

// release is when the money of a sale captured then becomes free: on the hour, so that a seller of many sales has few times.
func release(captured time.Time) time.Time {
	return captured.Add(Hold + time.Hour - 1).Truncate(time.Hour)
}

// purse returns the index of the purse in that currency, or -1.
func (p Payee) purse(c events.Currency) int {
	return slices.IndexFunc(p.Purses, func(x Purse) bool { return x.Currency == c })
}

// change returns the payee with one purse changed, which is made if there is none.
func (p Payee) change(c events.Currency, f func(*Purse)) Payee {
	p.Purses = slices.Clone(p.Purses)
	at := p.purse(c)
	if at < 0 {
		p.Purses, at = append(p.Purses, Purse{Currency: c}), len(p.Purses)
	}
	f(&p.Purses[at])
	return p
}

// payout returns the index of the payout of that number, or -1.
func (p Payee) payout(number int) int {
	return slices.IndexFunc(p.Payouts, func(x Payout) bool { return x.Number == number })
}
