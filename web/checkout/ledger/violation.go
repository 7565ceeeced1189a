package ledger

import (
	"fmt"

	"lightshare/events"
)

// A Rule is one of the promises of the books.
type Rule string

// What holds after every fact.
const (
	Balanced   Rule = "M1"  // debits are credits, in each currency and each transfer; every amount is above zero
	Unique     Rule = "M2"  // one fact, one set of transfers: the same again changes nothing, another one is wrong
	Resolved   Rule = "M3"  // a hold is taken or dropped at most once
	Covered    Rule = "M4"  // no more is taken than was held, and only after the buyer signed for the file
	Refundable Rule = "M5"  // refunds, disputes and what was lost to them are together at most what was taken
	Shares     Rule = "M6"  // what was taken is shared out, to the unit
	Earned     Rule = "M7"  // nobody is paid more than he has earned; no reserve is overdrawn
	Single     Rule = "M8"  // one payment to an order, one sale to an auction
	Timely     Rule = "M9"  // nothing is taken that was to be dropped, or after its deadline
	Priced     Rule = "M10" // what is held is the price; a winner's price is what the auction closed at
	Currency   Rule = "M11" // every leg is in the order's currency
	Replayed   Rule = "M14" // an order's facts come in order, from its first
)

// A Violation says which promise a fact would break. Nothing of that fact is in the books, nor anything after it of the
// same order.
type Violation struct {
	Rule  Rule
	Order events.OrderID
	Seq   uint64 // the order's fact
	What  string // in words
}

// Error returns the violation in words.
func (v *Violation) Error() string {
	return fmt.Sprintf("order %s fact %d: %s: %s", v.Order, v.Seq, v.Rule, v.What)
}

// broken returns a violation that the book puts an order and a fact to.
func broken(r Rule, format string, args ...any) *Violation {
	return &Violation{Rule: r, What: fmt.Sprintf(format, args...)}
}
