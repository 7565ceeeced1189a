package checkout

import (
	"time"

	"lightshare/events"
)

// Reasons in words, for those that no command brings.
const (
	notPaid      = "Nobody paid in time."
	notAsked     = "The saved card could not be asked in time."
	notDelivered = "The file did not arrive in time."
	notCaptured  = "The payment could not be collected in time."
	holdGone     = "The payment provider dropped the hold."
	mismatched   = "The file is proven not to be the one that was offered."
)

// Deadline says when the order must be decided about by itself. Every order that is not over has exactly one such time,
// so that no money can stay held because somebody went away; an order with a stray hold has one too.
func (Rules) Deadline(o Order) (time.Time, events.Command) {
	at := o.deadline()
	if s, ok := o.firstStray(); ok && (at.IsZero() || s.Until.Before(at)) {
		at = s.Until
	}
	if at.IsZero() {
		return at, nil
	}
	if reminder := o.nextReminder(); reminder.Number > 0 && reminder.at().Before(at) {
		at = reminder.at()
	}
	return at, events.ExpireOrder{}
}

// deadline is that of the order without its strays; zero once it is over.
func (o Order) deadline() time.Time {
	switch o.State {
	case Charging, Created, Payable:
		return o.PayBy
	case Authorised, Delivering:
		return o.DeliverBy
	case Delivered:
		return o.CaptureBefore
	case Releasing:
		if o.ReleaseAt.After(o.CaptureBefore) {
			return o.ReleaseAt.Add(lookAgain)
		}
		return o.CaptureBefore.Add(lookAgain)
	case Refunding:
		return o.Refund.Since.Add(lookAgain)
	case Captured:
		return o.Ask.AnswerBy
	case Disputed:
		d, _ := o.undecided()
		return d.LookedAt.Add(disputeLook)
	}
	return time.Time{}
}

// firstStray returns the stray hold that ends first.
func (o Order) firstStray() (Stray, bool) {
	var first Stray
	for i, s := range o.Strays {
		if i == 0 || s.Until.Before(first.Until) {
			first = s
		}
	}
	return first, len(o.Strays) > 0
}

// expired decides what the passing of a deadline means.
func (o Order) expired(now time.Time) (events.Fact, error) {
	if s, ok := o.firstStray(); ok && !now.Before(s.Until) {
		return events.StrayReleased{Payment: s.Payment}, nil
	}
	if at := o.deadline(); at.IsZero() || now.Before(at) {
		return o.remind(now)
	}
	switch o.State {
	case Charging: // that is not the buyer's fault
		return events.PaymentAbandoned{Reason: notAsked}, nil
	case Created, Payable:
		return events.PaymentAbandoned{Reason: notPaid}, nil
	case Authorised, Delivering:
		return events.ReleaseIntended{Reason: notDelivered}, nil
	case Delivered:
		return events.ReleaseIntended{Reason: notCaptured}, nil
	case Refunding:
		return events.RefundIntended{}, nil
	case Disputed:
		return events.DisputeAwaited{}, nil
	case Captured:
		return events.RefundGranted{Amount: o.Ask.Amount, By: events.ByRule, Reason: o.Ask.Reason}, nil
	}
	if o.DeliveredAt.IsZero() { // nothing was ever captured, and no hold outlives the provider's own deadline
		return events.PaymentReleased{}, nil
	}
	return events.ReleaseIntended{Reason: o.Reason, Refusal: o.Refusal}, nil // only the provider knows which way it went
}
