package stripe

import (
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"

	"lightshare/events"
	"lightshare/web/checkout"
)

// sessionPayment says what a session's payment intent says, or that there is none. A nil session is no payment.
func sessionPayment(s *stripe.CheckoutSession) checkout.Payment {
	if s == nil {
		return checkout.Payment{}
	}
	p := payment(s.PaymentIntent)
	if p.ID == "" {
		p.State = checkout.PaymentWaiting
	}
	p.Order, p.Session = events.OrderID(s.Metadata[orderKey]), s.ID
	if s.Status == stripe.CheckoutSessionStatusExpired && p.State != checkout.PaymentHeld && p.State != checkout.PaymentCaptured {
		p.State = checkout.PaymentExpired
	}
	return p
}

// payment translates a payment intent. Stripe counts amounts in the same minor units as we do, for each currency that is
// traded here.
func payment(pi *stripe.PaymentIntent) checkout.Payment {
	if pi == nil {
		return checkout.Payment{}
	}
	p := checkout.Payment{
		Order: events.OrderID(pi.Metadata[orderKey]), ID: pi.ID, State: checkout.PaymentWaiting,
		Amount: money(pi.Amount, pi.Currency),
	}
	if pi.LatestCharge != nil {
		p.Charge = pi.LatestCharge.ID
	}
	switch pi.Status {
	case stripe.PaymentIntentStatusRequiresCapture:
		p.State, p.Amount, p.CaptureBefore = checkout.PaymentHeld, money(pi.AmountCapturable, pi.Currency), captureBefore(pi)
	case stripe.PaymentIntentStatusSucceeded:
		p.State, p.Amount = checkout.PaymentCaptured, money(pi.AmountReceived, pi.Currency)
		if pi.LatestCharge != nil && pi.LatestCharge.Refunded {
			p.State = checkout.PaymentRefunded
		}
	case stripe.PaymentIntentStatusCanceled:
		p.State = checkout.PaymentReleased
	case stripe.PaymentIntentStatusRequiresPaymentMethod:
		if e := pi.LastPaymentError; e != nil {
			p.State, p.Decline = checkout.PaymentDeclined, decline(e)
		}
	}
	return p
}

func money(amount int64, c stripe.Currency) events.Money {
	return events.Money{Amount: amount, Currency: events.Currency(strings.ToUpper(string(c)))}
}

// captureBefore is the deadline of the charge's card, or zero if Stripe does not tell one.
func captureBefore(pi *stripe.PaymentIntent) time.Time {
	charge := pi.LatestCharge
	if charge == nil || charge.PaymentMethodDetails == nil || charge.PaymentMethodDetails.Card == nil {
		return time.Time{}
	}
	at := charge.PaymentMethodDetails.Card.CaptureBefore
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(at, 0).UTC()
}

func decline(e *stripe.Error) string {
	if e.DeclineCode != "" {
		return string(e.DeclineCode)
	}
	if e.Code != "" {
		return string(e.Code)
	}
	return string(e.Type)
}
