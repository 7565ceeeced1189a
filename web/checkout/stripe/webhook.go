package stripe

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"

	"lightshare/events"
	"lightshare/web/checkout"
)

const maxEvent = 1 << 20 // bytes

// EventTypes are the events that the webhook endpoint has to be registered for, with the API version of stripe-go.
var EventTypes = []string{
	string(stripe.EventTypeCheckoutSessionCompleted),
	string(stripe.EventTypeCheckoutSessionExpired),
	string(stripe.EventTypePaymentIntentAmountCapturableUpdated),
	string(stripe.EventTypePaymentIntentPaymentFailed),
	string(stripe.EventTypePaymentIntentSucceeded),
	string(stripe.EventTypePaymentIntentCanceled),
	string(stripe.EventTypeChargeRefunded),
	string(stripe.EventTypeAccountUpdated),
	string(stripe.EventTypeChargeDisputeCreated),
	string(stripe.EventTypeChargeDisputeFundsWithdrawn),
	string(stripe.EventTypeChargeDisputeFundsReinstated),
	string(stripe.EventTypeChargeDisputeClosed),
}

// A Listener is told what the webhook brings.
type Listener interface {
	// Hear looks at what the news is about. An error asks for the same news again later.
	Hear(ctx context.Context, n checkout.News) error
}

// Webhook takes Stripe's events. Nothing in them is believed but the names of the objects, and those only with a
// signature made with secret, or with one of several separated by commas (Stripe has one for its own events and one for
// those of sellers' accounts), within the last five minutes. Answers: 200 heard, or not of interest; 400 not from
// Stripe, or of another API version; 503 to be sent again.
func Webhook(secret string, l Listener, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "events are posted", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEvent))
		if err != nil {
			http.Error(w, "event too long or cut short", http.StatusBadRequest)
			return
		}
		event, err := open(body, r.Header.Get("Stripe-Signature"), secret, time.Now())
		if err != nil {
			log.WarnContext(r.Context(), "webhook turned away", "bytes", len(body), "error", err)
			http.Error(w, "not an event for this endpoint", http.StatusBadRequest)
			return
		}
		if n, ok := news(&event); ok {
			if err := l.Hear(r.Context(), n); err != nil {
				log.WarnContext(r.Context(), "webhook not heard", "event", event.ID, "error", err)
				http.Error(w, "try again later", http.StatusServiceUnavailable)
				return
			}
		}
		w.WriteHeader(http.StatusOK)
	})
}

var errFuture = errors.New("timestamp lies in the future")

// open returns the event if its signature is good and fresh. The signature's time is the machine's, not that of any
// movable clock: it is about the transport.
func open(body []byte, header, secret string, now time.Time) (stripe.Event, error) {
	var event stripe.Event
	var err error
	for one := range strings.SplitSeq(secret, ",") {
		if event, err = webhook.ConstructEventWithTolerance(body, header, one, webhook.DefaultTolerance); err == nil {
			break
		}
	}
	if err != nil {
		return event, err
	}
	if signedAt(header).After(now.Add(webhook.DefaultTolerance)) { // stripe-go looks only for old ones
		return event, errFuture
	}
	return event, nil
}

func signedAt(header string) time.Time {
	for field := range strings.SplitSeq(header, ",") {
		if at, ok := strings.CutPrefix(field, "t="); ok {
			seconds, err := strconv.ParseInt(at, 10, 64)
			if err == nil {
				return time.Unix(seconds, 0)
			}
		}
	}
	return time.Time{}
}

// news returns what the event is about, if it is of interest.
func news(e *stripe.Event) (checkout.News, bool) {
	if e == nil || e.Data == nil {
		return checkout.News{}, false
	}
	id, _ := e.Data.Object["id"].(string)
	payment, _ := e.Data.Object["payment_intent"].(string)
	n := checkout.News{ID: e.ID}
	switch {
	case id == "":
	case e.Type == stripe.EventTypeAccountUpdated:
		n.Account = id
		return n, true
	case strings.HasPrefix(string(e.Type), "checkout.session."):
		n.Session, n.Claim = id, claim(e, payment)
		return n, true
	case strings.HasPrefix(string(e.Type), "payment_intent."):
		n.Payment, n.Claim = id, claim(e, id)
		return n, true
	case e.Type == stripe.EventTypeChargeRefunded, strings.HasPrefix(string(e.Type), "charge.dispute."):
		n.Payment = payment
		return n, payment != ""
	}
	return checkout.News{}, false
}

// claims are the events after which a payment stands as nothing else but looking could say better.
var claims = map[stripe.EventType]checkout.PaymentState{
	stripe.EventTypeCheckoutSessionCompleted:             checkout.PaymentHeld,
	stripe.EventTypePaymentIntentAmountCapturableUpdated: checkout.PaymentHeld,
	stripe.EventTypePaymentIntentSucceeded:               checkout.PaymentCaptured,
	stripe.EventTypePaymentIntentCanceled:                checkout.PaymentReleased,
}

// claim returns what the event says of a payment.
func claim(e *stripe.Event, payment string) checkout.NewsClaim {
	metadata, _ := e.Data.Object["metadata"].(map[string]any)
	order, _ := metadata[orderKey].(string)
	return checkout.NewsClaim{Order: events.OrderID(order), Payment: payment, State: claims[e.Type]}
}
