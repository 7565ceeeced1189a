package checkout

import (
	"time"

	"lightshare/events"
)

// How long things about refunds may take.
const (
	AskWithin  = 60 * 24 * time.Hour // from the capture, to ask for money back
	AnswerTime = 7 * 24 * time.Hour  // for the seller to answer; silence is a yes
	mostAsked  = 3                   // times that a buyer may ask about one order

	refusedFor = 24 * time.Hour // that the provider has refused to give money back, before nobody asks it any more
)

// An Ask is what a buyer wants back and nobody has answered yet. The zero Ask is none.
type Ask struct {
	Amount   events.Money
	Reason   events.RefundReason
	AnswerBy time.Time // unanswered then, it is granted
}

// A Refund is money that is to go back and of which the provider has not said that it did. The zero Refund is none.
type Refund struct {
	Amount events.Money
	By     events.Party
	Since  time.Time // when it was intended, newest
	First  time.Time // when it was intended at first
}

// left returns what was paid and neither given back nor lost.
func (o Order) left() events.Money {
	return events.Money{Amount: o.Paid.Amount - o.Back - o.Lost, Currency: o.Paid.Currency}
}

// atMostLeft returns m, or all that is left if m is zero. More than that cannot go back.
func (o Order) atMostLeft(m events.Money) (events.Money, error) {
	left := o.left()
	switch {
	case m == (events.Money{}):
		return left, nil
	case m.Currency != left.Currency:
		return m, events.BadCurrency
	case m.Amount <= 0 || m.Amount > left.Amount:
		return m, events.BadAmount
	}
	return m, nil
}

// CanAsk reports whether the buyer may ask for money back now.
func (o Order) CanAsk(now time.Time) bool {
	return o.State == Captured && o.Ask == (Ask{}) && o.Asked < mostAsked && now.Before(o.CapturedAt.Add(AskWithin))
}

func (o Order) askRefund(c events.AskRefund, now time.Time) (events.Fact, error) {
	switch {
	case o.State != Captured:
		return nil, events.WrongState
	case o.Ask != Ask{}:
		return nil, events.Unchanged
	case !now.Before(o.CapturedAt.Add(AskWithin)):
		return nil, events.TooLate
	case o.Asked >= mostAsked:
		return nil, events.NoMoreRefunds
	case c.Reason.Words() == "":
		return nil, events.Malformed
	}
	amount, err := o.atMostLeft(c.Amount)
	if err != nil {
		return nil, err
	}
	return events.RefundAsked{Amount: amount, Reason: c.Reason, AnswerBy: now.Add(AnswerTime)}, nil
}

// decides refuses who may not decide about the order's refunds.
func (o Order) decides(by events.Party, seller events.SellerID) error {
	switch {
	case by == events.BySeller && seller != o.Seller:
		return events.NotSeller
	case by != events.BySeller && by != events.ByModerator:
		return events.Malformed
	case o.State != Captured:
		return events.WrongState
	}
	return nil
}

// grantRefund intends to give back what was asked for, or what the seller or a moderator says.
func (o Order) grantRefund(c events.GrantRefund) (events.Fact, error) {
	if err := o.decides(c.By, c.Seller); err != nil {
		return nil, err
	}
	if c.Amount == (events.Money{}) {
		c.Amount = o.Ask.Amount
	}
	if c.Reason == "" {
		c.Reason = o.Ask.Reason
	}
	if c.Reason == "" {
		c.Reason = events.Goodwill
	}
	amount, err := o.atMostLeft(c.Amount)
	if err == nil && c.Reason.Words() == "" {
		err = events.Malformed
	}
	if err != nil {
		return nil, err
	}
	return events.RefundGranted{Amount: amount, By: c.By, Reason: c.Reason}, nil
}

func (o Order) declineRefund(c events.DeclineRefund) (events.Fact, error) {
	if err := o.decides(c.By, c.Seller); err != nil {
		return nil, err
	}
	if o.Ask == (Ask{}) {
		return nil, events.NoRefund
	}
	return events.RefundDeclined{By: c.By}, nil
}

// mismatched takes a proof that was verified. What is not paid for is not given back but let go, in time.
func (o Order) mismatched(c events.ProveMismatch) (events.Fact, error) {
	switch {
	case o.State == Refunded, o.State == ChargedBack, o.State == Owed, o.State == Refunding && o.Refund.Amount == o.left():
		return nil, events.Unchanged
	case o.State == Captured, o.State == Refunding:
		return events.MismatchProven(c), nil
	}
	return nil, events.WrongState
}

// mayOpen reports whether the buyer may have the key: he has paid, and it was not revoked because all of it goes back.
// Who was sold another file may keep what he has proven.
func (o Order) mayOpen() bool {
	switch o.State {
	case Captured:
		return true
	case Refunding:
		return o.Mismatch || o.Refund.Amount != o.left()
	case Owed: // he has paid, and has not got it back
		return true
	}
	return o.State == Refunded && o.Mismatch
}

// refundRefused takes the provider's word that it will not give the money back. After a lost dispute that is for good;
// otherwise its balance may just be too low, and it is asked again for a day.
func (o Order) refundRefused(c events.RecordRefundRefused, now time.Time) (events.Fact, error) {
	switch {
	case o.State != Refunding:
		return nil, events.WrongState
	case o.Lost == 0 && now.Before(o.Refund.First.Add(refusedFor)):
		return nil, events.Unchanged
	}
	return events.RefundRefused{Amount: o.Refund.Amount, Reason: c.Reason}, nil
}

// refunded takes the provider's word how much has gone back so far, whoever sent it: an operator may do it by hand.
// Since it is a sum, the same word twice, or an older one after a newer, changes nothing.
func (o Order) refunded(c events.RecordRefunded) (events.Fact, error) {
	switch {
	case o.CapturedAt.IsZero():
		return nil, events.WrongState
	case c.Amount.Currency != o.Paid.Currency || c.Amount.Amount > o.Back+o.free():
		return nil, events.BadAmount
	case c.Amount.Amount <= o.Back:
		return nil, events.Unchanged
	}
	return events.PaymentRefunded{Amount: events.Money{Amount: c.Amount.Amount - o.Back, Currency: o.Paid.Currency}}, nil
}

// intend returns the order with an amount to be given back.
func (o Order) intend(amount events.Money, by events.Party, reason string, at time.Time) Order {
	o.State, o.Reason, o.Ask = Refunding, reason, Ask{}
	o.Refund, o.Refunds = Refund{amount, by, at, at}, o.Refunds+1
	return o
}

// gaveBack returns the order after the buyer got an amount back. It counts for what was intended, whoever sent it, so
// that nothing goes back twice.
func (o Order) gaveBack(amount int64) Order {
	o.Back += amount
	if o.Refund.Amount.Amount -= amount; o.Refund.Amount.Amount <= 0 {
		o.Refund = Refund{}
	}
	return o.stands()
}

// free returns what is left and not in dispute, minor units.
func (o Order) free() int64 {
	free := o.left().Amount
	for _, d := range o.Disputes {
		if d.State == events.DisputeUndecided {
			free -= d.Amount
		}
	}
	return free
}
