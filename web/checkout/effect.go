package checkout

import (
	"fmt"
	"time"
)

// An Op is something that an order wants done outside of the journal.
type Op string

// The operations.
const (
	ChargeCard  Op = "charge"   // the amount held on the saved card
	GiveUp      Op = "give-up"  // a payment that the saved card declined; part of ChargeCard
	OpenPage    Op = "session"  // a payment page at the provider
	ClaimCopy   Op = "claim"    // a copy from the auction
	Capture     Op = "capture"  // the money
	Release     Op = "release"  // the hold dropped
	GiveBack    Op = "refund"   // money back to the buyer
	Defend      Op = "evidence" // submitted to the buyer's bank
	ReturnCopy  Op = "return"   // the copy back to the auction
	ReleaseLost Op = "stray"    // a stray hold dropped
)

// An Effect is an operation that the order's facts intend and no fact has answered yet. Doing it twice does no more
// than doing it once.
type Effect struct {
	Op      Op
	Payment string    // what to capture or release; of evidence: the dispute
	Attempt int       // of opening a page; of giving money back, how often that was intended before
	Since   time.Time // when it was intended
}

// Wants returns what is to be done for the order as it stands. It follows from the facts alone, so a restart resumes
// exactly what was not answered.
func (o Order) Wants() []Effect {
	var wants []Effect
	switch o.State {
	case Charging:
		wants = append(wants, Effect{Op: ChargeCard, Since: o.WantedAt})
	case Created:
		wants = append(wants, Effect{Op: OpenPage, Attempt: o.Attempt, Since: o.WantedAt})
	case Authorised:
		wants = append(wants, Effect{Op: ClaimCopy})
	case Delivered:
		wants = append(wants, Effect{Op: Capture, Payment: o.Payment, Since: o.DeliveredAt})
	case Refunding:
		wants = append(wants, Effect{Op: GiveBack, Payment: o.Payment, Attempt: o.Refunds - 1, Since: o.Refund.Since})
	case Disputed:
		if d, _ := o.undecided(); !d.Submitted {
			wants = append(wants, Effect{Op: Defend, Payment: d.ID, Since: d.OpenedAt})
		}
	case Releasing:
		wants = append(wants, Effect{Op: Release, Payment: o.Payment, Since: o.ReleaseAt})
	}
	if o.owesCopy() {
		wants = append(wants, Effect{Op: ReturnCopy})
	}
	for _, s := range o.Strays {
		wants = append(wants, Effect{Op: ReleaseLost, Payment: s.Payment, Since: s.Until})
	}
	return wants
}

// owesCopy reports whether the auction must be told that the order came to nothing. Whether a claim was heard may be
// unknown; giving back what was never had is harmless. What was won is the order's without a claim, and without a hold.
func (o Order) owesCopy() bool {
	over := o.State == Released || o.State == Abandoned && !o.NeedsClaim()
	return over && (o.Claim == NotClaimed || o.Claim == Claimed)
}

// isUnpaid reports whether the buyer owed the payment and let the time go by.
func (o Order) isUnpaid() bool {
	return o.State == Abandoned && !o.NeedsClaim() && o.Reason == notPaid
}

// keyLife is how long an idempotency key is repeated. The provider may replay a failure for as long as it remembers the
// key, and may forget it after a day; so an operation still unanswered after keyLife is looked at, and then tried
// under the next key.
const keyLife = 10 * time.Minute

// Key returns the idempotency key for doing e at the given time: ord:<order>:<op>:<n>. The same intention has the same
// key for keyLife. fresh is true when it was preceded by another one, so that the outcome must be looked up first.
func (o Order) Key(e Effect, now time.Time) (key string, fresh bool) {
	n := e.Attempt * 1_000_000
	if life := now.Sub(e.Since); life > 0 && e.Op != ReleaseLost {
		n += int(life / keyLife)
		fresh = life >= keyLife
	}
	subject := string(o.Order)
	if e.Op == ReleaseLost {
		subject += ":" + e.Payment
	}
	return fmt.Sprintf("ord:%s:%s:%d", subject, e.Op, n), fresh
}
