package ledger

import (
	"fmt"
	"time"

	"lightshare/events"
)

// A TransferID names a transfer by the fact that it follows from and its place among that fact's transfers.
type TransferID struct {
	Order events.OrderID
	Seq   uint64 // of the fact
	N     int    // 1 is its first
}

// String returns the id as reports name it: <order>/<seq>/<n>.
func (id TransferID) String() string { return fmt.Sprintf("%s/%d/%d", id.Order, id.Seq, id.N) }

// A Phase says how a transfer moves money.
type Phase uint8

// The phases. A pending transfer is resolved at most once, by a posted or a voided one.
const (
	Moved   Phase = iota // at once
	Pending              // not yet: the amount is promised
	Posted               // now: what was promised, or less
	Voided               // never: the promise is dropped
)

// A Transfer moves an amount from one account to another. Once made it never changes; what was wrong is corrected by
// another one. The transfers of a fact are made all or not at all.
type Transfer struct {
	ID            TransferID
	At            time.Time // of the fact, UTC
	Phase         Phase
	Flow          Flow
	Debit, Credit Account
	Amount        int64      // minor units, above zero
	Resolves      TransferID // of Posted and Voided: the pending transfer
	Held          int64      // of Posted and Voided: its amount
}

// deltas returns what the transfer adds to its two accounts.
func (t Transfer) deltas() (debit, credit Balance) {
	switch t.Phase {
	case Pending:
		return Balance{Pending: t.Amount}, Balance{Pending: t.Amount}
	case Voided:
		return Balance{Pending: -t.Held}, Balance{Pending: -t.Held}
	}
	return Balance{Debits: t.Amount, Pending: -t.Held}, Balance{Credits: t.Amount, Pending: -t.Held}
}

// A Flow says what a transfer between two kinds of accounts means.
type Flow uint8

// Every way that money can go.
const (
	noFlow      Flow = iota
	Captured         // the buyer paid
	Shared           // somebody's part of it
	Refunded         // owed back to the buyer
	Repaid           // given back
	Disputed         // taken back by the buyer's bank, until it decides
	DisputeWon       // returned by it
	DisputeLost      // kept by it
	PaidOut          // sent to a seller or payee
	Reversed         // fetched back from one
	Reserved         // kept back of a seller's money
	Unreserved       // no longer
	Banked           // sent to the operator's bank
	Deposited        // sent from it
	FeeKept          // by the provider, for a dispute
	FeeReturned      // by it
	Unrefunded       // owed back to the buyer no longer: he took it another way
	flows            // how many there are
)

var flowNames = [flows]string{
	"", "captured", "sale", "refund", "repaid", "disputed", "dispute won", "dispute lost", "payout", "reversal",
	"reserved", "reserve released", "banked", "deposited",
	"dispute fee", "dispute fee returned", "refund taken back",
}

// String returns the flow's name on a statement.
func (f Flow) String() string { return flowNames[f] }

// way is a pair of kinds.
type way struct{ debit, credit Kind }

// ways is every pair of kinds between which money may go. Nothing else is ever transferred.
var ways = map[way]Flow{
	{StripeClearing, BuyerAuth}: Captured,

	{BuyerAuth, SellerPayable}:  Shared,
	{BuyerAuth, RoyaltyPayable}: Shared,
	{BuyerAuth, PlatformFees}:   Shared,

	{SellerPayable, RefundsPayable}:  Refunded,
	{RoyaltyPayable, RefundsPayable}: Refunded,
	{PlatformFees, RefundsPayable}:   Refunded,
	{RefundsPayable, StripeClearing}: Repaid,

	{RefundsPayable, SellerPayable}:  Unrefunded,
	{RefundsPayable, RoyaltyPayable}: Unrefunded,
	{RefundsPayable, PlatformFees}:   Unrefunded,

	{ProviderFees, StripeClearing}: FeeKept,
	{StripeClearing, ProviderFees}: FeeReturned,

	{DisputesHeld, StripeClearing}: Disputed,
	{StripeClearing, DisputesHeld}: DisputeWon,
	{SellerPayable, DisputesHeld}:  DisputeLost,
	{RoyaltyPayable, DisputesHeld}: DisputeLost,
	{PlatformFees, DisputesHeld}:   DisputeLost,

	{SellerPayable, StripeClearing}:  PaidOut,
	{RoyaltyPayable, StripeClearing}: PaidOut,
	{StripeClearing, SellerPayable}:  Reversed,
	{StripeClearing, RoyaltyPayable}: Reversed,

	{SellerPayable, Reserve}: Reserved,
	{Reserve, SellerPayable}: Unreserved,

	{ExternalBank, StripeClearing}: Banked,
	{StripeClearing, ExternalBank}: Deposited,
}

// takesBack reports whether the flow may overdraw what somebody has earned.
func (f Flow) takesBack() bool { return f == Refunded || f == DisputeLost }
