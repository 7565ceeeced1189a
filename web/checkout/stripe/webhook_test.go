package stripe_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	stripego "github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"

	"lightshare/web/checkout"
	"lightshare/web/checkout/stripe"
)

// ear remembers what it heard.
type ear struct {
	heard []checkout.News
	err   error
}

func (e *ear) Hear(_ context.Context, n checkout.News) error {
	e.heard = append(e.heard, n)
	return e.err
}

func event(kind, version, object string) string {
	return fmt.Sprintf(`{"id":"evt_1","object":"event","type":%q,"api_version":%q,"data":{"object":%s}}`, kind, version, object)
}

func TestWebhook(t *testing.T) {
	good := event("checkout.session.completed", stripego.APIVersion, `{"id":"cs_1","payment_intent":"pi_1","metadata":{"order":"o1"},"payment_status":"paid","amount_total":1}`)
	cases := map[string]struct {
		body   string
		secret string
		age    time.Duration
		change func(*http.Request)
		ear    error
		status int
		want   []checkout.News
	}{
		"session":           {body: good, status: 200, want: []checkout.News{{ID: "evt_1", Session: "cs_1", Claim: checkout.NewsClaim{Order: "o1", Payment: "pi_1", State: checkout.PaymentHeld}}}},
		"payment":           {body: event("payment_intent.succeeded", stripego.APIVersion, `{"id":"pi_1"}`), status: 200, want: []checkout.News{{ID: "evt_1", Payment: "pi_1", Claim: checkout.NewsClaim{Payment: "pi_1", State: checkout.PaymentCaptured}}}},
		"cannot be heard":   {body: good, ear: errors.New("away"), status: 503, want: []checkout.News{{ID: "evt_1", Session: "cs_1", Claim: checkout.NewsClaim{Order: "o1", Payment: "pi_1", State: checkout.PaymentHeld}}}},
		"unknown type":      {body: event("invoice.paid", stripego.APIVersion, `{"id":"in_1"}`), status: 200},
		"no object":         {body: event("payment_intent.succeeded", stripego.APIVersion, `{}`), status: 200},
		"wrong secret":      {body: good, secret: "whsec_other", status: 400},
		"old":               {body: good, age: 301 * time.Second, status: 400},
		"from the future":   {body: good, age: -400 * time.Second, status: 400},
		"another version":   {body: event("checkout.session.completed", "2020-08-27", `{"id":"cs_1"}`), status: 400},
		"not an event":      {body: `[]`, status: 400},
		"too long":          {body: good + strings.Repeat(" ", 2<<20), status: 400},
		"body changed":      {body: good, change: func(r *http.Request) { r.Body = http.NoBody }, status: 400},
		"no signature":      {body: good, change: func(r *http.Request) { r.Header.Del("Stripe-Signature") }, status: 400},
		"odd signature":     {body: good, change: func(r *http.Request) { r.Header.Set("Stripe-Signature", "t=now,v1=zz,,=") }, status: 400},
		"asked, not posted": {body: good, change: func(r *http.Request) { r.Method = http.MethodGet }, status: 405},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if tc.secret == "" {
				tc.secret = webhookSecret
			}
			signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{
				Payload: []byte(tc.body), Secret: tc.secret, Timestamp: time.Now().Add(-tc.age),
			})
			r := httptest.NewRequest(http.MethodPost, "/stripe/webhook", strings.NewReader(tc.body))
			r.Header.Set("Stripe-Signature", signed.Header)
			if tc.change != nil {
				tc.change(r)
			}
			e := &ear{err: tc.ear}
			w := httptest.NewRecorder()
			stripe.Webhook(webhookSecret, e, slog.New(slog.DiscardHandler)).ServeHTTP(w, r)
			if w.Code != tc.status || fmt.Sprint(e.heard) != fmt.Sprint(tc.want) {
				t.Errorf("answer %d having heard %v, want %d and %v", w.Code, e.heard, tc.status, tc.want)
			}
		})
	}
}
