package checkout

import (
	"slices"
	"time"

	"lightshare/events"
)

// Apply returns the order after f.
func (Rules) Apply(o Order, f events.Fact, at time.Time, seq uint64) Order {
	o.Seq, o.ChangedAt = seq, at
	switch f := f.(type) {
	case events.OrderCreated:
		o.CreateOrder, o.PayBy = f.CreateOrder, f.PayBy
		o.State, o.CreatedAt = Created, at
		if o.Card != (events.Card{}) {
			o.State = Charging
		}
		o.Attempt, o.WantedAt = 1, at
	case events.CardRefused:
		o.State, o.Decline, o.PayBy, o.WantedAt = Created, f.Code, f.PayBy, at
	case events.OrderReminded:
		o.Reminded = f.Number
	case events.SessionOpened:
		o.State, o.Session, o.PayURL = Payable, f.Session, f.URL
	case events.SessionExpired:
		o.State, o.PayURL = Created, ""
		o.Attempt, o.WantedAt = o.Attempt+1, at
	case events.PaymentDeclined:
		o.Decline = f.Code
	case events.PaymentAbandoned:
		o.State, o.Reason, o.PayURL = Abandoned, f.Reason, ""
	case events.PaymentAuthorised:
		o = o.hold(f, at)
	case events.CopyClaimed:
		o.Claim = Claimed
		if o.State == Authorised {
			o.State = Delivering
		}
	case events.ClaimReturned:
		o.Claim = Returned
	case events.ClientBound:
		o.Client, o.BoundAt = f.Key, at
	case events.KeyDeposited:
		o.Wrapped, o.DepositedAt = f.Wrapped, at
	case events.FileDelivered:
		o.State, o.DeliveredAt, o.Receipt = Delivered, at, f.Receipt
	case events.PaymentCaptured:
		o.State, o.Reason, o.Paid, o.CapturedAt = Captured, "", f.Amount, at
	case events.RefundAsked:
		o.Ask, o.Asked = Ask{f.Amount, f.Reason, f.AnswerBy}, o.Asked+1
	case events.RefundDeclined:
		o.Ask = Ask{}
	case events.RefundGranted:
		o = o.intend(f.Amount, f.By, f.Reason.Words()+".", at)
	case events.MismatchProven:
		o = o.intend(o.left(), events.ByRule, mismatched, at)
		o.Mismatch = true
	case events.RefundIntended:
		o.Refund.Since = at
	case events.RefundRefused:
		o.State = Owed
	case events.PaymentRefunded:
		o = o.gaveBack(f.Amount.Amount)
	case events.DisputeOpened:
		o = o.open(f, at)
	case events.EvidenceSubmitted:
		o = o.change(f.Dispute, func(d *Dispute) { d.Submitted = true })
	case events.DisputeAwaited:
		o = o.change("", func(d *Dispute) { d.LookedAt = at })
	case events.DisputeWon:
		o = o.decide(f.Dispute, events.DisputeForUs, f.Fee, at)
	case events.DisputeLost:
		o = o.decide(f.Dispute, events.DisputeAgainstUs, f.Fee, at)
	case events.ReleaseIntended:
		o.State, o.Reason, o.Refusal, o.ReleaseAt = Releasing, f.Reason, f.Refusal, at
		if f.Refusal != "" {
			o.Claim = Refused
		}
	case events.PaymentReleased:
		o.State = Released
		if o.Reason == "" {
			o.Reason = holdGone
		}
	case events.StrayHeld:
		o.Strays = append(slices.Clone(o.Strays), newStray(f, at))
	case events.StrayReleased:
		o.Strays = slices.DeleteFunc(slices.Clone(o.Strays), func(s Stray) bool { return s.Payment == f.Payment })
	}
	return o
}

// hold returns the order with its amount held. A won lot is the buyer's already; other copies are claimed first.
func (o Order) hold(f events.PaymentAuthorised, at time.Time) Order {
	o.State = Delivering
	if o.NeedsClaim() {
		o.State = Authorised
	}
	o.Payment, o.Held, o.CaptureBefore, o.DeliverBy = f.Payment, f.Amount, f.CaptureBefore, f.DeliverBy
	o.HeldAt, o.PayURL, o.Decline, o.Reminded = at, "", "", 0
	return o
}

func newStray(f events.StrayHeld, at time.Time) Stray {
	if f.CaptureBefore.IsZero() {
		return Stray{f.Payment, at.Add(longestHold)}
	}
	return Stray{f.Payment, f.CaptureBefore}
}
