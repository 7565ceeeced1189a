package stripe_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/web/checkout"
	"lightshare/web/checkout/simulator"
	"lightshare/web/checkout/stripe"
)

const (
	secret        = "sk_test_simulated"
	webhookSecret = "whsec_simulated"
	pays          = "4242 4242 4242 4242"
	isDeclined    = "4000 0000 0000 0002"
)

// shop is a simulator with a cashier that speaks to it, and a market to go back to.
type shop struct {
	t       *testing.T
	cashier *stripe.Cashier
	clock   *journal.Clock
	faults  *simulator.Faults
	market  *httptest.Server
}

func open(t *testing.T, change func(*simulator.Config)) *shop {
	t.Helper()
	s := &shop{t: t, clock: journal.NewClock(), faults: &simulator.Faults{}}
	s.market = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(s.market.Close)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	c := simulator.Config{Secret: secret, WebhookSecret: webhookSecret, BaseURL: server.URL, Clock: s.clock, Faults: s.faults}
	if change != nil {
		change(&c)
	}
	sim, err := simulator.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	mux.Handle("/", sim)
	s.cashier = stripe.New(secret, server.URL)
	return s
}

func (s *shop) bill(order string, price events.Money) checkout.Bill {
	return checkout.Bill{
		Order: events.OrderID(order), Attempt: 1, Amount: price, Title: "A song <b>", Ends: s.clock.Now().Add(33 * time.Minute),
		Back: s.market.URL + "/orders/" + order,
	}
}

var usd = events.Money{Amount: 1250, Currency: events.USD}

func (s *shop) page(order string, price events.Money) checkout.Session {
	s.t.Helper()
	session, err := s.cashier.OpenSession(context.Background(), "ord:"+order+":session:1", s.bill(order, price))
	if err != nil {
		s.t.Fatal(err)
	}
	return session
}

// pay fills in the form and returns the status of the last answer.
func (s *shop) pay(session checkout.Session, number string) int {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := (&http.Client{Jar: jar}).PostForm(session.URL, url.Values{"number": {number}, "expiry": {"12/34"}, "cvc": {"123"}})
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func (s *shop) look(session checkout.Session) checkout.Payment {
	s.t.Helper()
	p, err := s.cashier.Look(context.Background(), checkout.News{Session: session.ID})
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

func TestHoldAndCapture(t *testing.T) {
	for _, price := range []events.Money{usd, {Amount: 12500, Currency: events.KRW}, {Amount: 900, Currency: events.JPY}, {Amount: 30, Currency: events.GBP}} {
		t.Run(string(price.Currency), func(t *testing.T) {
			s := open(t, nil)
			page := s.page("o1", price)
			if p := s.look(page); p.State != checkout.PaymentWaiting || p.Order != "o1" {
				t.Fatalf("before paying: %+v", p)
			}
			if status := s.pay(page, pays); status != http.StatusOK {
				t.Fatalf("paying answers %d", status)
			}
			p := s.look(page)
			if p.State != checkout.PaymentHeld || p.Amount != price || p.Order != "o1" {
				t.Fatalf("after paying: %+v", p)
			}
			if left := p.CaptureBefore.Sub(s.clock.Now()); left < 7*24*time.Hour-time.Minute || left > 7*24*time.Hour {
				t.Errorf("capture before %v from now, want 7 days", left)
			}
			for range 2 {
				done, err := s.cashier.Capture(context.Background(), "k", p.ID, price)
				if err != nil || done.State != checkout.PaymentCaptured || done.Amount != price {
					t.Fatalf("Capture = %+v, %v", done, err)
				}
			}
			if _, err := s.cashier.Capture(context.Background(), "another", p.ID, price); !errors.Is(err, checkout.ErrRefused) {
				t.Errorf("second capture = %v, want ErrRefused", err)
			}
			if _, err := s.cashier.Release(context.Background(), "r", p.ID); !errors.Is(err, checkout.ErrRefused) {
				t.Errorf("release after capture = %v, want ErrRefused", err)
			}
		})
	}
}

func TestDeclinedThenPaid(t *testing.T) {
	s := open(t, nil)
	page := s.page("o1", usd)
	if status := s.pay(page, isDeclined); status != http.StatusPaymentRequired {
		t.Errorf("declined card answers %d", status)
	}
	p := s.look(page)
	if p.State != checkout.PaymentDeclined || p.Decline != "generic_decline" || p.Charge == "" {
		t.Fatalf("after a declined card: %+v", p)
	}
	s.pay(page, isDeclined)
	if again := s.look(page); again.ID != p.ID || again.Charge == p.Charge {
		t.Errorf("second decline is charge %s of %s, want another charge of %s", again.Charge, again.ID, p.ID)
	}
	s.pay(page, pays)
	if paid := s.look(page); paid.State != checkout.PaymentHeld || paid.ID != p.ID {
		t.Errorf("then paid: %+v, want %s held", paid, p.ID)
	}
}

func TestRelease(t *testing.T) {
	s := open(t, nil)
	page := s.page("o1", usd)
	s.pay(page, pays)
	id := s.look(page).ID
	for range 2 {
		if p, err := s.cashier.Release(context.Background(), "k", id); err != nil || p.State != checkout.PaymentReleased {
			t.Fatalf("Release = %+v, %v", p, err)
		}
	}
	if _, err := s.cashier.Capture(context.Background(), "c", id, usd); !errors.Is(err, checkout.ErrRefused) {
		t.Errorf("capture after release = %v, want ErrRefused", err)
	}
}

func TestHoldLapses(t *testing.T) {
	s := open(t, nil)
	page := s.page("o1", usd)
	s.pay(page, pays)
	p := s.look(page)
	s.clock.Advance(7*24*time.Hour + time.Second)
	if _, err := s.cashier.Capture(context.Background(), "c", p.ID, usd); !errors.Is(err, checkout.ErrRefused) {
		t.Errorf("capture after the deadline = %v, want ErrRefused", err)
	}
	if lapsed := s.look(page); lapsed.State != checkout.PaymentReleased {
		t.Errorf("after the deadline: %+v", lapsed)
	}
}

func TestPageExpires(t *testing.T) {
	s := open(t, nil)
	page, closed := s.page("o1", usd), s.page("o2", usd)
	s.clock.Advance(34 * time.Minute)
	if status := s.pay(page, pays); status != http.StatusGone {
		t.Errorf("paying on an expired page answers %d", status)
	}
	if p := s.look(page); p.State != checkout.PaymentExpired {
		t.Errorf("after its end: %+v", p)
	}
	for range 2 {
		if err := s.cashier.CloseSession(context.Background(), closed.ID); err != nil {
			t.Errorf("CloseSession = %v", err)
		}
	}
}

func TestOpenSession(t *testing.T) {
	ctx := context.Background()
	s := open(t, nil)
	first := s.page("o1", usd)
	if again := s.page("o1", usd); again != first {
		t.Errorf("the same key gave %v and %v", first, again)
	}
	dearer := s.bill("o1", events.Money{Amount: 1300, Currency: events.USD})
	if _, err := s.cashier.OpenSession(ctx, "ord:o1:session:1", dearer); err == nil || errors.Is(err, checkout.ErrRefused) {
		t.Errorf("the same key with another price = %v, want an error that is no refusal", err)
	}
	since := s.clock.Now().Add(-time.Hour)
	if found, err := s.cashier.FindSession(ctx, "o1", 1, since); err != nil || found != first {
		t.Errorf("FindSession = %v, %v, want %v", found, err, first)
	}
	if _, err := s.cashier.FindSession(ctx, "o1", 2, since); !errors.Is(err, checkout.ErrNoPayment) {
		t.Errorf("FindSession of an attempt that never was = %v, want ErrNoPayment", err)
	}
	for name, change := range map[string]func(*checkout.Bill){
		"too cheap":       func(b *checkout.Bill) { b.Amount.Amount = 49 },
		"too dear":        func(b *checkout.Bill) { b.Amount.Amount = events.MaxAmount },
		"ends too soon":   func(b *checkout.Bill) { b.Ends = s.clock.Now().Add(29 * time.Minute) },
		"ends too late":   func(b *checkout.Bill) { b.Ends = s.clock.Now().Add(25 * time.Hour) },
		"nothing to sell": func(b *checkout.Bill) { b.Title = "" },
	} {
		b := s.bill("o3", usd)
		change(&b)
		if _, err := s.cashier.OpenSession(ctx, name, b); !errors.Is(err, checkout.ErrRefused) {
			t.Errorf("%s: OpenSession = %v, want ErrRefused", name, err)
		}
	}
}

// Every call is tried failing, and succeeding without an answer; the same key then finds out.
func TestBrokenCalls(t *testing.T) {
	ctx := context.Background()
	for name, breakIt := range map[string]func(*simulator.Faults){
		"lost":               func(f *simulator.Faults) { f.FailCalls(1) },
		"done, not answered": func(f *simulator.Faults) { f.LoseAnswers(1) },
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, nil)
			twice := func(call func() error) {
				t.Helper()
				breakIt(s.faults)
				err := call()
				for try := 0; err != nil && try < 3; try++ { // net/http may repeat a call by itself, or not
					if errors.Is(err, checkout.ErrRefused) || errors.Is(err, checkout.ErrNoPayment) {
						t.Fatalf("broken call = %v, want an outage", err)
					}
					err = call()
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			var page checkout.Session
			twice(func() (err error) { page, err = s.cashier.OpenSession(ctx, "s", s.bill("o1", usd)); return err })
			s.pay(page, pays)
			id := s.look(page).ID
			twice(func() error { _, err := s.cashier.Capture(ctx, "c", id, usd); return err })
			if p := s.look(page); p.State != checkout.PaymentCaptured || p.Amount != usd {
				t.Errorf("after both: %+v", p)
			}
		})
	}
}

func TestUnknown(t *testing.T) {
	s := open(t, nil)
	for _, n := range []checkout.News{{Session: "cs_x"}, {Payment: "pi_x"}} {
		if _, err := s.cashier.Look(context.Background(), n); !errors.Is(err, checkout.ErrNoPayment) {
			t.Errorf("Look(%v) = %v, want ErrNoPayment", n, err)
		}
	}
	stranger := stripe.New("sk_test_other", strings.TrimSuffix(s.page("o1", usd).URL, "/pay/"+s.page("o1", usd).ID))
	if _, err := stranger.OpenSession(context.Background(), "k", s.bill("o2", usd)); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("with another key = %v, want 401", err)
	}
}

// The list of events tells the same as the webhooks, oldest first, however many there are.
func TestNews(t *testing.T) {
	s := open(t, nil)
	began := s.clock.Now().Add(-time.Second)
	page := s.page("o1", usd)
	for range 120 {
		s.pay(page, isDeclined)
	}
	s.pay(page, pays)
	news, err := s.cashier.News(context.Background(), began)
	if err != nil || len(news) != 122 {
		t.Fatalf("News = %d, %v, want 120 declines, the hold and the page", len(news), err)
	}
	if last := news[len(news)-1]; last.Session != page.ID {
		t.Errorf("newest news is of %+v, want the session %s", last, page.ID)
	}
	if news, err = s.cashier.News(context.Background(), s.clock.Now().Add(time.Hour)); err != nil || len(news) != 0 {
		t.Errorf("News from the future = %v, %v", news, err)
	}
}

// What was in flight is there after a restart.
func TestRestart(t *testing.T) {
	folder := t.TempDir()
	kept := func(c *simulator.Config) { c.Folder = folder }
	s := open(t, kept)
	page := s.page("o1", usd)
	s.pay(page, pays)
	again := open(t, kept)
	p := again.look(page)
	if p.State != checkout.PaymentHeld {
		t.Fatalf("after a restart: %+v", p)
	}
	if p, err := again.cashier.Capture(context.Background(), "c", p.ID, usd); err != nil || p.State != checkout.PaymentCaptured {
		t.Errorf("Capture after a restart = %+v, %v", p, err)
	}
}
