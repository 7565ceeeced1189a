package stripe

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"

	"lightshare/web/checkout"
)

// OpenCardPage makes a Checkout Session in mode setup. Stripe makes a customer for who has none.
func (c *Cashier) OpenCardPage(ctx context.Context, key string, p checkout.CardPage) (checkout.Session, error) {
	params := &stripe.CheckoutSessionParams{
		Mode:               stripe.String(string(stripe.CheckoutSessionModeSetup)),
		PaymentMethodTypes: stripe.StringSlice([]string{"card"}),
		ClientReferenceID:  stripe.String(string(p.User)),
		ExpiresAt:          stripe.Int64(p.Ends.Unix()),
		SuccessURL:         stripe.String(p.Back),
		CancelURL:          stripe.String(p.Back),
		Metadata:           map[string]string{userKey: string(p.User), attemptKey: strconv.Itoa(p.Attempt)},
		SetupIntentData:    &stripe.CheckoutSessionSetupIntentDataParams{Metadata: map[string]string{userKey: string(p.User)}},
	}
	if p.Customer != "" {
		params.Customer = stripe.String(p.Customer)
	} else {
		params.CustomerCreation = stripe.String(string(stripe.CheckoutSessionCustomerCreationAlways))
	}
	params.Context, params.IdempotencyKey = ctx, stripe.String(key)
	s, err := c.api.CheckoutSessions.New(params)
	if err != nil {
		return checkout.Session{}, fail("open card page of", string(p.User), err)
	}
	return checkout.Session{ID: s.ID, URL: s.URL}, nil
}

// ChargeCard makes a payment intent with manual capture and confirms it off-session.
func (c *Cashier) ChargeCard(ctx context.Context, key string, ch checkout.Charge) (checkout.Payment, error) {
	params := &stripe.PaymentIntentParams{
		Amount:             stripe.Int64(ch.Amount.Amount),
		Currency:           stripe.String(strings.ToLower(string(ch.Amount.Currency))),
		CaptureMethod:      stripe.String(string(stripe.PaymentIntentCaptureMethodManual)),
		Confirm:            stripe.Bool(true),
		OffSession:         stripe.Bool(true),
		Customer:           stripe.String(ch.Card.Customer),
		PaymentMethod:      stripe.String(ch.Card.Method),
		PaymentMethodTypes: stripe.StringSlice([]string{"card"}),
		Description:        stripe.String(ch.Title),
		Metadata:           map[string]string{orderKey: string(ch.Order)},
	}
	params.Context, params.IdempotencyKey = ctx, stripe.String(key)
	params.AddExpand("latest_charge")
	pi, err := c.api.PaymentIntents.New(params)
	if e := (*stripe.Error)(nil); errors.As(err, &e) && e.Type == stripe.ErrorTypeCard && e.PaymentIntent != nil {
		p := payment(e.PaymentIntent)
		p.State, p.Decline = checkout.PaymentDeclined, decline(e)
		return p, nil
	}
	return payment(pi), fail("charge card for order", string(ch.Order), err)
}

// FindCharge goes through the payment intents made for that customer since then.
func (c *Cashier) FindCharge(ctx context.Context, ch checkout.Charge, since time.Time) (checkout.Payment, error) {
	params := &stripe.PaymentIntentListParams{
		Customer:     stripe.String(ch.Card.Customer),
		CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Add(-clockRoom).Unix()},
	}
	params.Context = ctx
	params.Limit = stripe.Int64(100)
	params.AddExpand("data.latest_charge")
	list := c.api.PaymentIntents.List(params)
	for list.Next() {
		if pi := list.PaymentIntent(); pi.Metadata[orderKey] == string(ch.Order) {
			return payment(pi), nil
		}
	}
	if err := list.Err(); err != nil {
		return checkout.Payment{}, fail("find charge of order", string(ch.Order), err)
	}
	return checkout.Payment{}, fmt.Errorf("charge of order %s: %w", ch.Order, checkout.ErrNoPayment)
}
