package ledger

import (
	"fmt"

	"lightshare/events"
)

// A Kind is a line of the chart of accounts.
type Kind uint8

// The chart of accounts.
const (
	BuyerAuth      Kind = iota // what an order's buyer has let hold; a memo: it only passes through
	StripeClearing             // our balance at the payment provider
	SellerPayable              // what a seller is owed
	PlatformFees               // what the operator has earned
	RoyaltyPayable             // what a payee of other people's sales is owed
	Reserve                    // what is kept back of a seller's money
	RefundsPayable             // what buyers are to get back
	DisputesHeld               // what banks took back until a dispute is decided
	FXRounding                 // must stay 0: no sale is converted
	ExternalBank               // what has left for the operator's bank
	ProviderFees               // what the provider has kept for disputes
)

// chart says how each kind is called, on which side it grows, and whether it can be overdrawn.
var chart = [...]struct {
	name   string
	debits bool // grows by debits; the others by credits
	floor  floor
}{
	BuyerAuth:      {"buyer:auth", false, settled},
	StripeClearing: {"stripe:clearing", true, open},
	SellerPayable:  {"seller:payable", false, earned},
	PlatformFees:   {"platform:fees", false, open},
	RoyaltyPayable: {"royalty:payable", false, earned},
	Reserve:        {"reserve", false, funded},
	RefundsPayable: {"refunds:payable", false, funded},
	DisputesHeld:   {"disputes:held", true, funded},
	FXRounding:     {"fx:rounding", false, settled},
	ExternalBank:   {"external:bank", true, open},
	ProviderFees:   {"provider:fees", true, open},
}

// A floor says below which an account may not go.
type floor uint8

const (
	open    floor = iota // none
	funded               // never below zero
	earned               // below zero only by money taken back from a sale
	settled              // exactly zero after each fact
)

// String returns the kind's name.
func (k Kind) String() string { return chart[k].name }

// An Account is one account of one owner in one currency.
type Account struct {
	Kind     Kind
	Owner    string // an order, a seller or a payee; empty for the market's own
	Currency events.Currency
}

// String returns the account as reports name it: seller:payable(abc…) USD.
func (a Account) String() string {
	if a.Owner == "" {
		return fmt.Sprintf("%s %s", a.Kind, a.Currency)
	}
	return fmt.Sprintf("%s(%s) %s", a.Kind, a.Owner, a.Currency)
}

// A Balance is what has gone through an account, in minor units.
type Balance struct {
	Debits  int64
	Credits int64
	Pending int64 // promised by transfers that are not resolved yet
}

// Of returns the balance on the side on which accounts of that kind grow.
func (b Balance) Of(k Kind) int64 {
	if chart[k].debits {
		return b.Debits - b.Credits
	}
	return b.Credits - b.Debits
}

// plus returns b with all of d added.
func (b Balance) plus(d Balance) (Balance, error) {
	debits, err1 := add(b.Debits, d.Debits)
	credits, err2 := add(b.Credits, d.Credits)
	pending, err3 := add(b.Pending, d.Pending)
	for _, err := range [...]error{err1, err2, err3} {
		if err != nil {
			return b, err
		}
	}
	return Balance{debits, credits, pending}, nil
}
