package stripe

import (
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"

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
	if s.Mode == stripe.CheckoutSessionModeSetup {
		p.Saved = savedCard(s)
	}
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
		if p.Back = givenBack(pi); p.Back == p.Amount {
			p.State = checkout.PaymentRefunded
		}
	case stripe.PaymentIntentStatusCanceled:
		p.State = checkout.PaymentReleased
		if e := pi.LastPaymentError; e != nil {
			p.Decline = decline(e)
		}
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

// givenBack is what was refunded. Stripe counts what a partial capture let go of as refunded, too.
func givenBack(pi *stripe.PaymentIntent) events.Money {
	ch := pi.LatestCharge
	if ch == nil || ch.AmountRefunded == 0 {
		return money(0, pi.Currency)
	}
	return money(ch.AmountRefunded-(ch.Amount-ch.AmountCaptured), pi.Currency)
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

// savedCard returns the card that a session in mode setup ended with, or nil if it has not.
func savedCard(s *stripe.CheckoutSession) *checkout.SavedCard {
	user := events.UserID(s.Metadata[userKey])
	if s.Status != stripe.CheckoutSessionStatusComplete || user == "" || s.Customer == nil || s.SetupIntent == nil {
		return nil
	}
	method := s.SetupIntent.PaymentMethod
	if s.SetupIntent.Status != stripe.SetupIntentStatusSucceeded || method == nil || method.Card == nil {
		return nil
	}
	page, err := strconv.Atoi(s.Metadata[attemptKey])
	if err != nil {
		return nil // none of ours
	}
	brand := cases.Title(language.English).String(string(method.Card.Brand))
	return &checkout.SavedCard{
		User: user, Card: events.Card{Customer: s.Customer.ID, Method: method.ID},
		Brand: brand, Last: method.Card.Last4, Page: page,
		Ends: time.Date(int(method.Card.ExpYear), time.Month(method.Card.ExpMonth)+1, 1, 0, 0, 0, 0, time.UTC),
	}
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
