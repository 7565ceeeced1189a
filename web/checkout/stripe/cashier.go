package stripe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"

	"lightshare/events"
	"lightshare/web/checkout"
)

// Names of our own in Stripe's objects.
const (
	orderKey   = "order"
	userKey    = "user"
	attemptKey = "attempt"
)

const callTimeout = 20 * time.Second

// A Cashier is [checkout.Cashier] at Stripe, or at anything that speaks like it.
type Cashier struct{ api *client.API }

var _ checkout.Cashier = (*Cashier)(nil)

// New returns a cashier that signs in with the secret key. url is where the API is; empty means Stripe.
func New(key, url string) *Cashier { return NewOver(key, url, &http.Client{Timeout: callTimeout}) }

// NewOver is New with a way there of one's own.
func NewOver(key, url string, way *http.Client) *Cashier {
	config := &stripe.BackendConfig{
		HTTPClient:        way,
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull},
		MaxNetworkRetries: stripe.Int64(0), // whoever calls knows better when to try again
	}
	if url != "" {
		config.URL = stripe.String(strings.TrimSuffix(url, "/"))
	}
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, config)
	return &Cashier{client.New(key, &stripe.Backends{API: backend, Connect: backend, Uploads: backend})}
}

// OpenSession makes a Checkout Session with manual capture. Cards only: other ways to pay cannot be held.
func (c *Cashier) OpenSession(ctx context.Context, key string, b checkout.Bill) (checkout.Session, error) {
	params := &stripe.CheckoutSessionParams{
		Mode:               stripe.String(string(stripe.CheckoutSessionModePayment)),
		PaymentMethodTypes: stripe.StringSlice([]string{"card"}),
		ClientReferenceID:  stripe.String(string(b.Order)),
		ExpiresAt:          stripe.Int64(b.Ends.Unix()),
		SuccessURL:         stripe.String(b.Back),
		CancelURL:          stripe.String(b.Back),
		LineItems: []*stripe.CheckoutSessionLineItemParams{{
			Quantity: stripe.Int64(1),
			PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
				Currency:    stripe.String(strings.ToLower(string(b.Amount.Currency))),
				UnitAmount:  stripe.Int64(b.Amount.Amount),
				ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{Name: stripe.String(b.Title)},
			},
		}},
		PaymentIntentData: &stripe.CheckoutSessionPaymentIntentDataParams{
			CaptureMethod: stripe.String(string(stripe.PaymentIntentCaptureMethodManual)),
			Metadata:      map[string]string{orderKey: string(b.Order)},
		},
		Metadata: map[string]string{orderKey: string(b.Order), attemptKey: strconv.Itoa(b.Attempt)},
	}
	params.Context, params.IdempotencyKey = ctx, stripe.String(key)
	s, err := c.api.CheckoutSessions.New(params)
	if err != nil {
		return checkout.Session{}, fail("open session of order", string(b.Order), err)
	}
	return checkout.Session{ID: s.ID, URL: s.URL}, nil
}

// FindSession goes through the sessions made since then.
func (c *Cashier) FindSession(ctx context.Context, order events.OrderID, attempt int, since time.Time) (checkout.Session, error) {
	params := &stripe.CheckoutSessionListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Add(-clockRoom).Unix()}}
	params.Context = ctx
	params.Limit = stripe.Int64(100)
	list := c.api.CheckoutSessions.List(params)
	for list.Next() {
		s := list.CheckoutSession()
		if s.Metadata[orderKey] == string(order) && s.Metadata[attemptKey] == strconv.Itoa(attempt) {
			return checkout.Session{ID: s.ID, URL: s.URL}, nil
		}
	}
	if err := list.Err(); err != nil {
		return checkout.Session{}, fail("find session of order", string(order), err)
	}
	return checkout.Session{}, fmt.Errorf("session of order %s: %w", order, checkout.ErrNoPayment)
}

// clockRoom is how far Stripe's clock may be from ours.
const clockRoom = 10 * time.Minute

// CloseSession expires the session.
func (c *Cashier) CloseSession(ctx context.Context, session string) error {
	params := &stripe.CheckoutSessionExpireParams{}
	params.Context = ctx
	_, err := c.api.CheckoutSessions.Expire(session, params)
	if err = fail("close session", session, err); errors.Is(err, checkout.ErrRefused) {
		return nil // complete or expired already
	}
	return err
}

// Look retrieves the session or the payment intent, with its newest charge.
func (c *Cashier) Look(ctx context.Context, n checkout.News) (checkout.Payment, error) {
	if n.Session == "" {
		params := &stripe.PaymentIntentParams{}
		params.Context = ctx
		params.AddExpand("latest_charge")
		pi, err := c.api.PaymentIntents.Get(n.Payment, params)
		if err != nil {
			return payment(pi), fail("look at payment", n.Payment, err)
		}
		return c.disputes(ctx, pi, payment(pi))
	}
	params := &stripe.CheckoutSessionParams{}
	params.Context = ctx
	params.AddExpand("payment_intent.latest_charge")
	params.AddExpand("setup_intent.payment_method")
	s, err := c.api.CheckoutSessions.Get(n.Session, params)
	return sessionPayment(s), fail("look at session", n.Session, err)
}

// Capture captures the payment intent.
func (c *Cashier) Capture(ctx context.Context, key, id string, amount events.Money) (checkout.Payment, error) {
	params := &stripe.PaymentIntentCaptureParams{AmountToCapture: stripe.Int64(amount.Amount)}
	params.Context, params.IdempotencyKey = ctx, stripe.String(key)
	params.AddExpand("latest_charge")
	pi, err := c.api.PaymentIntents.Capture(id, params)
	return payment(pi), fail("capture payment", id, err)
}

// Release cancels the payment intent.
func (c *Cashier) Release(ctx context.Context, key, id string) (checkout.Payment, error) {
	params := &stripe.PaymentIntentCancelParams{}
	params.Context, params.IdempotencyKey = ctx, stripe.String(key)
	params.AddExpand("latest_charge")
	pi, err := c.api.PaymentIntents.Cancel(id, params)
	return payment(pi), fail("release payment", id, err)
}

// Refund refunds the payment intent, and looks how it stands then.
func (c *Cashier) Refund(ctx context.Context, key, id string, amount events.Money) (checkout.Payment, error) {
	params := &stripe.RefundParams{PaymentIntent: stripe.String(id), Amount: stripe.Int64(amount.Amount)}
	params.Context, params.IdempotencyKey = ctx, stripe.String(key)
	if _, err := c.api.Refunds.New(params); err != nil {
		return checkout.Payment{}, fail("refund payment", id, err)
	}
	return c.Look(ctx, checkout.News{Payment: id})
}

// News lists the events that we listen to.
func (c *Cashier) News(ctx context.Context, since time.Time) ([]checkout.News, error) {
	return c.events(ctx, since, &stripe.EventListParams{CreatedRange: &stripe.RangeQueryParams{}})
}

// Unheard lists the events that Stripe has not got rid of.
func (c *Cashier) Unheard(ctx context.Context, since time.Time) ([]checkout.News, error) {
	return c.events(ctx, since, &stripe.EventListParams{CreatedRange: &stripe.RangeQueryParams{}, DeliverySuccess: stripe.Bool(false)})
}

func (c *Cashier) events(ctx context.Context, since time.Time, params *stripe.EventListParams) ([]checkout.News, error) {
	params.CreatedRange.GreaterThanOrEqual, params.Types = since.Unix(), stripe.StringSlice(EventTypes)
	params.Context = ctx
	params.Limit = stripe.Int64(100)
	var all []checkout.News
	list := c.api.Events.List(params)
	for list.Next() {
		if n, ok := news(list.Event()); ok {
			all = append(all, n)
		}
	}
	slices.Reverse(all) // Stripe's newest come first
	return all, fail("list events since", since.UTC().Format(time.RFC3339), list.Err())
}

// fail words an error of Stripe's and says which kind it is; nil stays nil.
func fail(what, about string, err error) error {
	if err == nil {
		return nil
	}
	var e *stripe.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("%s %s: %w", what, about, err)
	}
	switch {
	case e.Code == stripe.ErrorCodeResourceMissing:
		return fmt.Errorf("%s %s: %w: %s", what, about, checkout.ErrNoPayment, e.Msg)
	case e.HTTPStatusCode == http.StatusBadRequest && e.Type == stripe.ErrorTypeInvalidRequest:
		return fmt.Errorf("%s %s: %w: %s", what, about, checkout.ErrRefused, e.Msg)
	}
	return fmt.Errorf("%s %s: stripe %d %s: %s", what, about, e.HTTPStatusCode, e.Type, e.Msg)
}
