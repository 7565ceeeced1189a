package simulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightshare/events/journal"
)

// openPage returns a simulator with one page, made as a client would.
func openPage(t *testing.T, title string) (*Simulator, *session) {
	t.Helper()
	s, err := New(Config{Secret: "sk", BaseURL: "http://pay.example", Clock: journal.NewClock()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	form := url.Values{
		"mode": {"payment"}, "payment_intent_data[capture_method]": {"manual"}, "success_url": {"https://market.example/orders/o1"},
		"cancel_url": {"https://market.example/orders/o1"}, line + "[quantity]": {"1"}, line + "[price_data][currency]": {"krw"},
		line + "[price_data][unit_amount]": {"12500"}, line + "[price_data][product_data][name]": {title},
	}
	r := httptest.NewRequest(http.MethodPost, "/v1/checkout/sessions", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer sk")
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != http.StatusOK {
		t.Fatalf("create session = %d %s", w.Code, w.Body)
	}
	for _, sess := range s.state.Sessions {
		return s, sess
	}
	t.Fatal("no session")
	return nil, nil
}

func (s *Simulator) typeIn(id, number, expiry, cvc string) *httptest.ResponseRecorder {
	form := url.Values{"number": {number}, "expiry": {expiry}, "cvc": {cvc}}
	r := httptest.NewRequest(http.MethodPost, "/pay/"+id, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestForm(t *testing.T) {
	cases := map[string]struct {
		number, expiry, cvc string
		status              int
		want                string
	}{
		"pays":              {"4242 4242 4242 4242", "12/34", "123", 303, ""},
		"pays, with dashes": {"4242-4242-4242-4242", " 1 / 2035", "1234", 303, ""},
		"is declined":       {"4000000000000002", "1234", "123", 402, "Your card was declined. Nothing was charged."},
		"empty":             {"", "12/34", "123", 422, "Enter the card number."},
		"mistyped":          {"4242 4242 4242 4241", "12/34", "123", 422, "That is not a card number."},
		"letters":           {"my card", "12/34", "123", 422, "That is not a card number."},
		"a real card":       {"6011 1111 1111 1117", "12/34", "123", 422, "takes no real cards"},
		"expired":           {"4242 4242 4242 4242", "01/20", "123", 422, "That date is in the past."},
		"no date":           {"4242 4242 4242 4242", "", "123", 422, "Enter the expiry date"},
		"month 13":          {"4242 4242 4242 4242", "13/34", "123", 422, "Enter the expiry date"},
		"no code":           {"4242 4242 4242 4242", "12/34", "", 422, "Enter the three digits"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s, sess := openPage(t, "A song")
			w := s.typeIn(sess.ID, tc.number, tc.expiry, tc.cvc)
			if w.Code != tc.status || !strings.Contains(w.Body.String(), tc.want) {
				t.Errorf("answer %d %s, want %d with %q", w.Code, w.Body, tc.status, tc.want)
			}
			if paid := len(s.state.Intents) == 1 && sess.Status == "complete"; paid != (tc.status == 303) {
				t.Errorf("paid = %v", paid)
			}
		})
	}
}

// A card expires with the last moment of its month, on the market's clock.
func TestExpiry(t *testing.T) {
	last := time.Date(2026, 3, 31, 23, 59, 59, 0, time.UTC)
	if _, bad := readCard("4242424242424242", "03/26", "123", last); bad.any() {
		t.Errorf("in its last second: %+v", bad)
	}
	if _, bad := readCard("4242424242424242", "03/26", "123", last.Add(time.Second)); bad.Expiry == "" {
		t.Error("a second later it is still good")
	}
}

// Nothing that a seller writes can run on the page, and nothing else either.
func TestPageIsSafe(t *testing.T) {
	s, sess := openPage(t, `<script>alert(1)</script>"'`)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/pay/"+sess.ID, nil))
	body := w.Body.String()
	for _, want := range []string{"&lt;script&gt;", "₩12,500", "TEST", `<label for="number">`, `href="https://market.example/orders/o1"`} {
		if !strings.Contains(body, want) {
			t.Errorf("page lacks %s", want)
		}
	}
	if strings.Contains(body, "<script") {
		t.Error("page has a script")
	}
	policy := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "form-action 'self' https://market.example", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %s", policy, want)
		}
	}
}

// A page that is over says so, or leads back.
func TestPageIsOver(t *testing.T) {
	s, sess := openPage(t, "A song")
	get := func() *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/pay/"+sess.ID, nil))
		return w
	}
	s.typeIn(sess.ID, "4242424242424242", "12/34", "123")
	for _, w := range []*httptest.ResponseRecorder{get(), s.typeIn(sess.ID, "4242424242424242", "12/34", "123")} {
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "https://market.example/orders/o1" {
			t.Errorf("a paid page answers %d to %q", w.Code, w.Header().Get("Location"))
		}
	}
	if len(s.state.Charges) != 1 {
		t.Errorf("paid %d times", len(s.state.Charges))
	}
	s, sess = openPage(t, "A song")
	s.Clock.Advance(25 * time.Hour)
	if w := get(); !strings.Contains(w.Body.String(), "expired") || strings.Contains(w.Body.String(), "<form") {
		t.Errorf("an expired page answers %d %s", w.Code, w.Body)
	}
	if w := s.typeIn("cs_test_unknown", "4242424242424242", "12/34", "123"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown page answers %d", w.Code)
	}
}

// A webhook is sent until it is heard, also by the next simulator on the same folder.
func TestWebhookRetries(t *testing.T) {
	heard := make(chan string, 10)
	deaf := 2
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Stripe-Signature") == "" {
			t.Errorf("webhook %q: %v", body, err)
		}
		if deaf > 0 {
			deaf--
			http.Error(w, "later", http.StatusServiceUnavailable)
			return
		}
		heard <- string(body)
	}))
	defer hook.Close()
	folder := t.TempDir()
	c := Config{Secret: "sk", BaseURL: "http://pay.example", Folder: folder, WebhookSecret: "whsec", WebhookURL: "http://127.0.0.1:1/nobody"}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.happened("payment_intent.canceled", intent{ID: "pi_1", Object: "payment_intent"})
	err = s.save()
	s.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	c.WebhookURL = hook.URL
	if s, err = New(c); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	select {
	case body := <-heard:
		if !strings.Contains(body, `"pi_1"`) {
			t.Errorf("heard %s", body)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("never heard")
	}
}
