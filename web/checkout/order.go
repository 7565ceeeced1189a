package checkout

import (
	"slices"
	"time"

	"lightshare/events"
)

// A State says where an order stands.
type State string

// The states of an order. The last six are final, as is captured until its buyer gets or wants money back.
const (
	Charging    State = "charging"     // the buyer's saved card is asked
	Created     State = "created"      // a payment page is wanted
	Payable     State = "payable"      // the buyer can pay
	Authorised  State = "authorised"   // the amount is held; the copy is being claimed
	Delivering  State = "delivering"   // the buyer may fetch the file
	Delivered   State = "delivered"    // every byte is signed for; the capture is wanted
	Releasing   State = "releasing"    // the hold is to be dropped
	Refunding   State = "refunding"    // money is to be given back
	Captured    State = "captured"     // paid and received; some of the money may have been given back
	Disputed    State = "disputed"     // the buyer's bank took money back until it has decided
	Refunded    State = "refunded"     // all of the money was given back
	ChargedBack State = "charged_back" // the buyer's bank keeps what was left of the money
	Owed        State = "owed"         // the provider refused to give back what was intended; the operator has to see to it
	Released    State = "released"     // the hold is gone, nobody was charged
	Abandoned   State = "abandoned"    // never paid
)

// Final reports whether the order is over.
func (s State) Final() bool {
	return s == Captured || s == Owed || s == Refunded || s == ChargedBack || s == Released || s == Abandoned
}

// unpaid reports whether a hold is still wanted.
func (s State) unpaid() bool { return s == Charging || s == Created || s == Payable }

// plain reports whether the file is delivered as it is: it was listed before files were sealed.
func (o Order) plain() bool { return o.SealedRoot == "" }

// A Claim says how the order stands with the auction about its copy.
type Claim string

// The states of a claim. A won lot needs none: the close was the claim.
const (
	NotClaimed Claim = ""         // not asked, or the answer is not known yet
	Claimed    Claim = "claimed"  // the copy is the order's
	Refused    Claim = "refused"  // it is somebody else's
	Returned   Claim = "returned" // it may be sold again
)

// How long things may take.
const (
	PayDirect   = 35 * time.Minute // to pay at a fixed price: Stripe's shortest page (30 minutes) and time for the news of it
	PayWon      = 48 * time.Hour   // to pay for a won auction
	CaptureRoom = 12 * time.Hour   // kept free before the provider's deadline, for repairing a capture

	longestPage  = 23*time.Hour + 50*time.Minute // Stripe's is 24 hours, by its own clock
	shortestPage = 33 * time.Minute              // Stripe's is 30 minutes; the rest is for reaching it
	longestHold  = 31 * 24 * time.Hour           // no card network holds an amount for longer
	newsRoom     = 2 * time.Minute               // between the end of a page and the end of the order
	lookAgain    = time.Hour                     // before an overdue release or refund is looked at again
)

// An Order is one purchase as its facts have made it. The zero Order is one that nothing has happened to.
type Order struct {
	events.CreateOrder
	State     State
	CreatedAt time.Time
	ChangedAt time.Time
	Seq       uint64
	PayBy     time.Time

	Attempt  int       // of opening a payment page; 1 is the first
	WantedAt time.Time // when that attempt became wanted
	Session  string    // the newest page's id
	PayURL   string
	Decline  string // code of the newest declined card, empty once another paid
	Reminded int    // reminders of what the order waits for

	Payment       string
	Held          events.Money
	HeldAt        time.Time
	CaptureBefore time.Time
	DeliverBy     time.Time
	Claim         Claim

	BoundAt     time.Time
	DepositedAt time.Time
	Receipt     []byte // for the whole file, signed by the client
	Client      []byte // the session key of the buyer's client
	Wrapped     []byte // the key to the sealed file, for the operator alone; nil before the agent has deposited it
	DeliveredAt time.Time
	ReleaseAt   time.Time // when the newest intention to release was stated
	Reason      string    // why it was released or abandoned, or the money given back
	Refusal     events.Refusal

	Paid       events.Money // captured
	CapturedAt time.Time
	Back       int64  // given back of it, minor units
	Ask        Ask    // what the buyer asks to have back; zero: nothing
	Asked      int    // how often he did
	Refund     Refund // that is intended; zero: none
	Refunds    int    // how many were intended
	Mismatch   bool   // the file is proven to be another one
	Disputes   []Dispute
	Lost       int64 // to disputes, minor units

	Strays []Stray
}

// A Stray is a hold that the order has no use for.
type Stray struct {
	Payment string
	Until   time.Time // the provider drops it by itself then
}

// NeedsClaim reports whether the auction has to let the order have its copy.
func (o Order) NeedsClaim() bool {
	return o.Kind == events.OrderDirect || o.Kind == events.OrderBuyNow
}

// PageEnds returns when the payment page of the present attempt expires. It is the same however often it is asked, as
// the parameters of a repeated request must be.
func (o Order) PageEnds() time.Time {
	end := o.PayBy.Add(-newsRoom)
	if latest := o.WantedAt.Add(longestPage); end.After(latest) {
		end = latest
	}
	if earliest := o.WantedAt.Add(shortestPage); end.Before(earliest) {
		end = earliest
	}
	return end
}

func (o Order) stray(payment string) bool {
	return slices.ContainsFunc(o.Strays, func(s Stray) bool { return s.Payment == payment })
}
