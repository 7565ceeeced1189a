package ledger

import (
	"slices"
	"time"

	"lightshare/events"
)

// sale is what the books know of one order.
type sale struct {
	order   events.OrderID
	seq     uint64 // the newest fact
	marks   []mark // of the facts that have a row
	stopped *Violation

	kind   events.OrderKind
	lot    events.LotID
	seller events.SellerID
	price  events.Money
	shares []events.Share

	holds         []hold
	captureBefore time.Time
	deliveredAt   time.Time
	dropped       bool // to be released, before it was delivered

	parts []Part       // of what was taken, less what was taken back
	sums  [flows]int64 // of the transfers so far, by flow

	disputes []dispute
	mismatch bool // proven to be for another file
}

// mark remembers the content of a fact, so that another one under its number is noticed.
type mark struct{ seq, digest uint64 }

// hold is an amount on the buyer's card.
type hold struct {
	id      TransferID
	payment string // the provider's id
	money   events.Money
	own     bool // the order's, not a stray one
	phase   Phase
}

// own returns the index of the order's own hold, or -1.
func (s *sale) own() int {
	return slices.IndexFunc(s.holds, func(h hold) bool { return h.own })
}

// stray returns the index of the newest stray hold of that payment, or -1.
func (s *sale) stray(payment string) int {
	for i := len(s.holds) - 1; i >= 0; i-- {
		if h := s.holds[i]; !h.own && h.payment == payment {
			return i
		}
	}
	return -1
}

// kept returns what was taken and not lost again since.
func (s *sale) kept() int64 { return s.sums[Captured] - s.refunded() - s.sums[DisputeLost] }

// undecided returns what banks hold.
func (s *sale) undecided() int64 { return s.sums[Disputed] - s.sums[DisputeWon] - s.sums[DisputeLost] }

// refunded returns what went back to the buyer, or is owed to him.
func (s *sale) refunded() int64 { return s.sums[Refunded] - s.sums[Unrefunded] }

// check reports which promise the sale does not keep.
func (s *sale) check() *Violation {
	n := &s.sums
	if at := s.own(); at >= 0 && s.holds[at].money != s.price {
		return broken(Priced, "%v is held for a price of %v", s.holds[at].money, s.price)
	}
	if n[Shared] != n[Captured] {
		return broken(Shares, "%d of %d shared", n[Shared], n[Captured])
	}
	undecided := s.undecided()
	switch {
	case undecided < 0:
		return broken(Refundable, "disputes of %d decided over %d", n[DisputeWon]+n[DisputeLost], n[Disputed])
	case s.refunded()+n[DisputeLost]+undecided > n[Captured]:
		return broken(Refundable, "%d refunded, %d disputed and %d lost of %d", s.refunded(), undecided, n[DisputeLost], n[Captured])
	case n[Repaid] > s.refunded():
		return broken(Refundable, "%d given back of a refund of %d", n[Repaid], s.refunded())
	case n[Reversed] > n[PaidOut]:
		return broken(Earned, "%d fetched back of a payout of %d", n[Reversed], n[PaidOut])
	}
	return s.checkCapture()
}

// checkCapture reports what was wrong with taking the money, if it was taken.
func (s *sale) checkCapture() *Violation {
	taken := s.sums[Captured]
	switch at := s.own(); {
	case taken == 0:
		return nil
	case at < 0 || taken > s.holds[at].money.Amount:
		return broken(Covered, "%d taken, more than was held", taken)
	case s.deliveredAt.IsZero():
		return broken(Covered, "%d taken before the delivery", taken)
	case s.dropped:
		return broken(Timely, "%d taken though it was to be released", taken)
	case !s.deliveredAt.Before(s.captureBefore):
		return broken(Timely, "%d taken for a delivery at %s, allowed before %s", taken, s.deliveredAt, s.captureBefore)
	}
	return nil
}
