package stripe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-mock/embedded"
	mock "github.com/stripe/stripe-mock/server"
	"github.com/stripe/stripe-mock/spec"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/checkout/payee"
	"lightshare/web/checkout/stripe"
)

// description is Stripe's own of its API, and a server that holds requests against it.
var description = sync.OnceValues(func() (*spec.Spec, error) { return mock.LoadSpec(embedded.OpenAPISpec, "") })

func mockStripe(t *testing.T) *httptest.Server {
	t.Helper()
	api, err := description()
	if err != nil {
		t.Fatal(err)
	}
	fixtures, err := mock.LoadFixtures(embedded.OpenAPIFixtures, "")
	if err != nil {
		t.Fatal(err)
	}
	stub, err := mock.NewStubServer(fixtures, api, false, false)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(stub.HandleRequest))
	t.Cleanup(server.Close)
	return server
}

// Every call of ours is one that Stripe's description allows.
func TestCallsHaveStripesShape(t *testing.T) {
	ctx := context.Background()
	c := stripe.New("sk_test_123", mockStripe(t).URL)
	now := time.Now()
	bill := checkout.Bill{Order: "o1", Attempt: 1, Amount: usd, Title: "A song", Ends: now.Add(time.Hour), Back: "https://market.example/orders/o1"}
	calls := map[string]func() error{
		"open session": func() error { _, err := c.OpenSession(ctx, "k1", bill); return err },
		"open card page": func() error {
			_, err := c.OpenCardPage(ctx, "k4", checkout.CardPage{User: "u1", Ends: now.Add(time.Hour), Back: bill.Back})
			return err
		},
		"another card": func() error {
			_, err := c.OpenCardPage(ctx, "k5", checkout.CardPage{User: "u1", Customer: "cus_1", Ends: now.Add(time.Hour), Back: bill.Back})
			return err
		},
		"charge card": func() error {
			_, err := c.ChargeCard(ctx, "k6", charge("o1", events.Card{Customer: "cus_1", Method: "pm_1"}))
			return err
		},
		"close session":     func() error { return c.CloseSession(ctx, "cs_1") },
		"look at a session": func() error { _, err := c.Look(ctx, checkout.News{Session: "cs_1"}); return err },
		"look at a payment": func() error { _, err := c.Look(ctx, checkout.News{Payment: "pi_1"}); return err },
		"capture":           func() error { _, err := c.Capture(ctx, "k2", "pi_1", usd); return err },
		"refund":            func() error { _, err := c.Refund(ctx, "k5", "pi_1", usd); return err },
		"account":           func() error { _, err := c.OpenAccount(ctx, "k7", "s1"); return err },
		"look at account":   func() error { _, err := c.Account(ctx, "acct_1"); return err },
		"set-up page":       func() error { _, _, err := c.SetUpPage(ctx, "acct_1", "https://market.example/"); return err },
		"payout": func() error {
			_, err := c.Send(ctx, "k8", payee.Transfer{Seller: "s1", Number: 1, Account: "acct_1", Money: usd})
			return err
		},
		"reversal": func() error {
			_, err := c.Fetch(ctx, "k9", payee.Fetch{Seller: "s1", Number: 1, Transfer: "tr_1", Money: usd})
			return err
		},
		"evidence": func() error {
			return c.SubmitEvidence(ctx, "k6", "dp_1", checkout.Evidence{Product: "a song", Activity: "log", Served: time.Now(), Summary: "all of it"})
		},
		"release": func() error { _, err := c.Release(ctx, "k3", "pi_1"); return err },
		"news":    func() error { _, err := c.News(ctx, now); return err },
	}
	for name, call := range calls {
		if err := call(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for m, err := range c.Movements(ctx) {
		if err != nil || m.ID == "" {
			t.Errorf("movements: %+v, %v", m, err)
		}
	}
	if _, err := c.FindSession(ctx, "o1", 1, now); !errors.Is(err, checkout.ErrNoPayment) {
		t.Errorf("find session: %v, want ErrNoPayment", err)
	}
	if _, err := c.FindCharge(ctx, charge("o1", events.Card{Customer: "cus_1"}), now); !errors.Is(err, checkout.ErrNoPayment) {
		t.Errorf("find charge: %v, want ErrNoPayment", err)
	}
}

// The test above proves something only if stripe-mock refuses what Stripe does not know.
func TestMockRefuses(t *testing.T) {
	r, err := http.NewRequest(http.MethodPost, mockStripe(t).URL+"/v1/checkout/sessions", strings.NewReader("no_such_parameter=1"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer sk_test_123")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("an unknown parameter is answered %d, want 400", resp.StatusCode)
	}
}

// Every answer of the simulator is one that Stripe's description allows.
func TestAnswersHaveStripesShape(t *testing.T) {
	api, err := description()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	s := open(t, nil)
	seen := map[string]int{}
	s.cashier = stripe.New(secret, watch(t, s, func(body []byte) { checkShape(t, api, body, seen) }))
	page, unpaid := s.page("o1", usd), s.page("o2", usd)
	s.pay(page, isDeclined)
	s.look(page)
	s.pay(page, pays)
	id := s.look(page).ID
	steps := []error{s.cashier.CloseSession(ctx, unpaid.ID)}
	_, err = s.cashier.Capture(ctx, "c", id, usd)
	steps = append(steps, err)
	_, err = s.cashier.Refund(ctx, "rf", id, events.Money{Amount: 500, Currency: events.USD})
	steps = append(steps, err, s.paidOut(), s.disputed("o5"))
	for _, err := range s.cashier.Movements(ctx) {
		steps = append(steps, err)
	}
	_, err = s.cashier.News(ctx, s.clock.Now().Add(-time.Hour))
	steps = append(steps, err)
	other := s.page("o3", usd)
	s.pay(other, pays)
	_, err = s.cashier.Release(ctx, "r", s.look(other).ID)
	steps = append(steps, err)
	for i, number := range []string{pays, asksEachTime} {
		c := s.saved("u1", number)
		_, err := s.cashier.ChargeCard(ctx, fmt.Sprint("charge ", i), charge("o4", c.Card))
		_, lost := s.cashier.FindCharge(ctx, charge("o4", c.Card), s.clock.Now())
		steps = append(steps, err, lost)
	}
	for _, err := range steps {
		if err != nil {
			t.Error(err)
		}
	}
	for _, object := range []string{"checkout.session", "payment_intent", "charge", "event", "setup_intent", "payment_method", "balance_transaction", "refund", "dispute", "account", "account_link", "transfer", "transfer_reversal"} {
		if seen[object] == 0 {
			t.Errorf("no %s was seen", object)
		}
	}
}

// disputed has a payment disputed and answers it.
func (s *shop) disputed(order string) error {
	ctx := context.Background()
	page := s.page(order, usd)
	s.pay(page, "4000000000000259")
	if _, err := s.cashier.Capture(ctx, "c"+order, s.look(page).ID, usd); err != nil {
		return err
	}
	s.clock.Advance(2 * time.Hour)
	p, err := s.cashier.Look(ctx, checkout.News{Payment: s.look(page).ID})
	if err != nil {
		return err
	}
	if len(p.Disputes) != 1 || p.Disputes[0].Amount != usd || p.Disputes[0].Fee == 0 {
		return fmt.Errorf("disputes %+v", p.Disputes)
	}
	return s.cashier.SubmitEvidence(ctx, "e"+order, p.Disputes[0].Dispute, checkout.Evidence{Product: "a song", Activity: "log", Served: s.clock.Now(), Summary: "all"})
}

// paidOut has money sent to a seller and a part of it fetched back, each twice, with nothing more to find.
func (s *shop) paidOut() error {
	ctx := context.Background()
	account, err := s.cashier.OpenAccount(ctx, "a", "s1")
	if err != nil {
		return err
	}
	payout := payee.Transfer{Seller: "s1", Number: 1, Account: account, Money: events.Money{Amount: 100, Currency: events.USD}}
	if _, err := s.cashier.Send(ctx, "t0", payout); !errors.Is(err, payee.ErrRefused) {
		return fmt.Errorf("payout to an account that is not complete: %w", err)
	}
	page, _, err := s.cashier.SetUpPage(ctx, account, "https://market.example/")
	if err != nil {
		return err
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.PostForm(page, url.Values{"name": {"A seller"}, "iban": {"DE00"}})
	if err != nil {
		return err
	}
	resp.Body.Close()
	if a, err := s.cashier.Account(ctx, account); err != nil || !a.Ready || a.Seller != "s1" {
		return fmt.Errorf("account %+v: %w", a, err)
	}
	var transfer, reversal string
	for range 2 {
		if transfer, err = s.cashier.Send(ctx, "t1", payout); err != nil {
			return err
		}
		if reversal, err = s.cashier.Fetch(ctx, "f1", payee.Fetch{Seller: "s1", Number: 1, Transfer: transfer, Money: events.Money{Amount: 60, Currency: events.USD}}); err != nil {
			return err
		}
	}
	if found, err := s.cashier.FindTransfer(ctx, payout, s.clock.Now()); err != nil || found != transfer {
		return fmt.Errorf("found payout %s: %w", found, err)
	}
	back := payee.Fetch{Seller: "s1", Number: 1, Transfer: transfer, Money: events.Money{Amount: 41, Currency: events.USD}}
	if found, err := s.cashier.FindReversal(ctx, back); err != nil || found != reversal {
		return fmt.Errorf("found reversal %s: %w", found, err)
	}
	if _, err := s.cashier.Fetch(ctx, "f2", back); !errors.Is(err, payee.ErrRefused) {
		return fmt.Errorf("more fetched back than was sent: %w", err)
	}
	payout.Money.Amount, payout.Number = 1_000_000, 2
	if _, err := s.cashier.Send(ctx, "t2", payout); !errors.Is(err, payee.ErrRefused) {
		return fmt.Errorf("more sent than there is: %w", err)
	}
	return nil
}

// watch returns the URL of a proxy to the shop's simulator that shows every answer.
func watch(t *testing.T, s *shop, show func([]byte)) string {
	t.Helper()
	page := s.page("o0", usd)
	to, err := url.Parse(strings.TrimSuffix(page.URL, "/pay/"+page.ID))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = func(r *http.Response) error {
		body, err := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		show(body)
		return err
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}

// checkShape holds every object inside an answer against its description: known fields of the right type, and all that
// are required.
func checkShape(t *testing.T, api *spec.Spec, body []byte, seen map[string]int) {
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Errorf("answer is no JSON: %v", err)
		return
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if name, ok := v["object"].(string); ok && api.Components.Schemas[name] != nil {
				seen[name]++
				checkObject(t, name, api.Components.Schemas[name], v)
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(v)
}

func checkObject(t *testing.T, name string, schema *spec.Schema, v map[string]any) {
	for _, field := range schema.Required {
		if _, ok := v[field]; !ok {
			t.Errorf("%s lacks %s", name, field)
		}
	}
	for field, value := range v {
		described := schema.Properties[field]
		if described == nil {
			t.Errorf("%s has %s, which Stripe's has not", name, field)
			continue
		}
		if value == nil {
			if !described.Nullable {
				t.Errorf("%s has no %s, which Stripe's always has", name, field)
			}
			continue
		}
		ok := true
		switch described.Type {
		case "string":
			_, ok = value.(string)
		case "integer", "number":
			_, ok = value.(float64)
		case "boolean":
			_, ok = value.(bool)
		case "array":
			_, ok = value.([]any)
		case "object":
			_, ok = value.(map[string]any)
		}
		if s, isString := value.(string); isString && len(described.Enum) > 0 {
			ok = false
			for _, allowed := range described.Enum {
				ok = ok || allowed == s
			}
		}
		if !ok {
			t.Errorf("%s has the %s %v, which is no %s", name, field, value, described.Type)
		}
	}
}
