package stripe_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/checkout/simulator"
)

const (
	mastercard   = "5555 5555 5555 4444"
	lacksFunds   = "4000 0000 0000 9995"
	savesOnly    = "4000 0000 0000 0341"
	asksBank     = "4000 0025 0000 3155"
	asksEachTime = "4000 0027 6000 3184"
)

func (s *shop) cardPage(user string) checkout.Session {
	s.t.Helper()
	page, err := s.cashier.OpenCardPage(context.Background(), "card:"+user+":"+events.NewID(), checkout.CardPage{
		User: events.UserID(user), Ends: s.clock.Now().Add(time.Hour), Back: s.market.URL + "/card",
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return page
}

// answer tells the bank that asks on the page.
func (s *shop) answer(page checkout.Session, what string) int {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := (&http.Client{Jar: jar}).PostForm(page.URL+"/bank", url.Values{"answer": {what}})
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// saved puts a card down and returns it.
func (s *shop) saved(user, number string) checkout.SavedCard {
	s.t.Helper()
	page := s.cardPage(user)
	s.pay(page, number)
	if number == asksBank || number == asksEachTime {
		s.answer(page, "confirm")
	}
	p := s.look(page)
	if p.Saved == nil {
		s.t.Fatalf("card %s was not saved: %+v", number, p)
	}
	return *p.Saved
}

func charge(order string, card events.Card) checkout.Charge {
	return checkout.Charge{Order: events.OrderID(order), Amount: usd, Title: "A song <b>", Card: card}
}

// M3, M9: what a saved card holds while its owner is away is held for as long as its brand allows, and resolved once.
func TestChargeSavedCard(t *testing.T) {
	for number, window := range map[string]time.Duration{
		pays: 4*24*time.Hour + 18*time.Hour, mastercard: 7 * 24 * time.Hour, asksBank: 4*24*time.Hour + 18*time.Hour,
	} {
		t.Run(number, func(t *testing.T) {
			ctx, s := context.Background(), open(t, nil)
			c := s.saved("u1", number)
			if c.User != "u1" || c.Last != number[15:] || !c.Good(s.clock.Now()) || c.Good(c.Ends) {
				t.Errorf("saved %+v", c)
			}
			for range 2 {
				p, err := s.cashier.ChargeCard(ctx, "k", charge("o1", c.Card))
				if err != nil || p.State != checkout.PaymentHeld || p.Amount != usd || p.Order != "o1" {
					t.Fatalf("ChargeCard = %+v, %v", p, err)
				}
				if left := p.CaptureBefore.Sub(s.clock.Now()); left > window || left < window-time.Minute {
					t.Errorf("held for %v, want %v", left, window)
				}
			}
			found, err := s.cashier.FindCharge(ctx, charge("o1", c.Card), s.clock.Now())
			if err != nil || found.State != checkout.PaymentHeld || found.CaptureBefore.IsZero() {
				t.Fatalf("FindCharge = %+v, %v", found, err)
			}
			if _, err := s.cashier.FindCharge(ctx, charge("o2", c.Card), s.clock.Now()); !errors.Is(err, checkout.ErrNoPayment) {
				t.Errorf("FindCharge of another order = %v, want ErrNoPayment", err)
			}
			s.clock.Advance(window + time.Second)
			if _, err := s.cashier.Capture(ctx, "c", found.ID, usd); !errors.Is(err, checkout.ErrRefused) {
				t.Errorf("capture after %v = %v, want ErrRefused", window, err)
			}
		})
	}
}

// A card that does not hold the amount says why, again under the same key, and is then given up.
func TestSavedCardDeclined(t *testing.T) {
	for number, code := range map[string]string{savesOnly: "generic_decline", asksEachTime: "authentication_required"} {
		t.Run(number, func(t *testing.T) {
			ctx, s := context.Background(), open(t, nil)
			c := s.saved("u1", number)
			var first checkout.Payment
			for range 2 {
				p, err := s.cashier.ChargeCard(ctx, "k", charge("o1", c.Card))
				if err != nil || p.State != checkout.PaymentDeclined || p.Decline != code || p.Order != "o1" {
					t.Fatalf("ChargeCard = %+v, %v", p, err)
				}
				if first.ID != "" && p.ID != first.ID {
					t.Errorf("the same key made %s and %s", first.ID, p.ID)
				}
				first = p
			}
			if _, err := s.cashier.Release(ctx, "r", first.ID); err != nil {
				t.Fatal(err)
			}
			if p, err := s.cashier.FindCharge(ctx, charge("o1", c.Card), s.clock.Now()); err != nil || p.State != checkout.PaymentReleased || p.Decline != code {
				t.Errorf("FindCharge = %+v, %v", p, err)
			}
		})
	}
}

func TestCardIsNotSaved(t *testing.T) {
	s := open(t, nil)
	for _, number := range []string{isDeclined, lacksFunds} {
		page := s.cardPage("u1")
		if status := s.pay(page, number); status != http.StatusPaymentRequired {
			t.Errorf("card %s is answered %d, want 402", number, status)
		}
		if p := s.look(page); p.Saved != nil {
			t.Errorf("card %s is saved as %+v", number, p.Saved)
		}
	}
	page := s.cardPage("u1")
	s.pay(page, asksBank)
	if status := s.answer(page, "deny"); status != http.StatusPaymentRequired {
		t.Errorf("a card that its bank does not confirm is answered %d, want 402", status)
	}
	if p := s.look(page); p.Saved != nil {
		t.Errorf("it is saved as %+v", p.Saved)
	}
}

// A second card joins the first one's customer.
func TestSecondCard(t *testing.T) {
	ctx, s := context.Background(), open(t, nil)
	first := s.saved("u1", pays)
	page, err := s.cashier.OpenCardPage(ctx, "k", checkout.CardPage{
		User: "u1", Customer: first.Card.Customer, Ends: s.clock.Now().Add(time.Hour), Back: s.market.URL,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.pay(page, mastercard)
	second := s.look(page).Saved
	if second == nil || second.Card.Customer != first.Card.Customer || second.Card.Method == first.Card.Method || second.String() != "Mastercard ending in 4444" {
		t.Errorf("second card = %+v, first %+v", second, first)
	}
}

func TestChargeRefused(t *testing.T) {
	ctx, s := context.Background(), open(t, nil)
	c, other := s.saved("u1", pays), s.saved("u2", pays)
	for name, card := range map[string]events.Card{
		"no such customer":      {Customer: "cus_none", Method: c.Card.Method},
		"no such card":          {Customer: c.Card.Customer, Method: "pm_none"},
		"somebody else's card":  {Customer: c.Card.Customer, Method: other.Card.Method},
		"somebody else's money": {Customer: other.Card.Customer, Method: c.Card.Method},
	} {
		if _, err := s.cashier.ChargeCard(ctx, name, charge("o1", card)); !errors.Is(err, checkout.ErrRefused) && !errors.Is(err, checkout.ErrNoPayment) {
			t.Errorf("%s: ChargeCard = %v, want ErrRefused or ErrNoPayment", name, err)
		}
	}
	for _, amount := range []int64{0, 49, events.MaxAmount} {
		ch := charge("o1", c.Card)
		ch.Amount.Amount = amount
		if _, err := s.cashier.ChargeCard(ctx, "k", ch); !errors.Is(err, checkout.ErrRefused) {
			t.Errorf("ChargeCard of %d = %v, want ErrRefused", amount, err)
		}
	}
}

// 3-D Secure on the payment page: asked, denied, asked again, confirmed.
func TestBankAsks(t *testing.T) {
	s := open(t, nil)
	page := s.page("o1", usd)
	s.pay(page, asksBank)
	if p := s.look(page); p.State != checkout.PaymentWaiting || p.ID == "" {
		t.Errorf("while the bank asks: %+v", p)
	}
	resp, err := http.Get(page.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var body strings.Builder
	if err := resp.Write(&body); err != nil || !strings.Contains(body.String(), "Your bank asks") {
		t.Errorf("page says %.200s, %v", body.String(), err)
	}
	s.answer(page, "deny")
	if p := s.look(page); p.State != checkout.PaymentDeclined || p.Decline != "payment_intent_authentication_failure" {
		t.Errorf("denied: %+v", p)
	}
	s.pay(page, asksBank)
	if status := s.answer(page, "confirm"); status != http.StatusOK {
		t.Errorf("confirmed: %d", status)
	}
	if p := s.look(page); p.State != checkout.PaymentHeld {
		t.Errorf("confirmed: %+v", p)
	}
}

// The state of saved cards survives a restart.
func TestCardsAreKept(t *testing.T) {
	folder := t.TempDir()
	c := open(t, func(c *simulator.Config) { c.Folder = folder }).saved("u1", pays)
	next := open(t, func(c *simulator.Config) { c.Folder = folder })
	if p, err := next.cashier.ChargeCard(context.Background(), "k", charge("o1", c.Card)); err != nil || p.State != checkout.PaymentHeld {
		t.Errorf("ChargeCard after a restart = %+v, %v", p, err)
	}
}
