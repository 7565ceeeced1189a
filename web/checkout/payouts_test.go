package checkout_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/checkout/ledger"
	"lightshare/web/checkout/payee"
)

// asksPayee sends what the seller's agent says of his own money.
func (w *world) asksPayee(s events.SellerID, c events.Command) (a events.Answer, p events.Payee) {
	w.t.Helper()
	r := must(events.NewRequest(events.CommandID(events.NewID()), string(s), c))
	msg := must(w.nc.Request(events.SellerPayeeSubject(s), r.AppendJSON(nil), patience))
	if err := json.Unmarshal(msg.Data, &a); err != nil {
		w.t.Fatal(err)
	}
	if len(a.View) > 0 {
		if err := json.Unmarshal(a.View, &p); err != nil {
			w.t.Fatal(err)
		}
	}
	return a, p
}

// payee waits until the seller stands as wanted.
func (w *world) payee(what string, ready func(events.Payee) bool) (p events.Payee) {
	w.t.Helper()
	late := time.Now().Add(patience)
	for {
		if _, p = w.asksPayee(seller, events.AskPayee{}); ready(p) {
			return p
		}
		if time.Now().After(late) {
			w.t.Fatalf("the seller stands at %+v, waiting for %s", p, what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// purse returns the seller's dollars.
func purse(p events.Payee) events.Purse {
	if len(p.Purses) == 0 {
		return events.Purse{}
	}
	return p.Purses[0]
}

// onboard completes the seller's account on the provider's page.
func (w *world) onboard() {
	w.t.Helper()
	if a, _ := w.asksPayee(seller, events.SetUpPayouts{}); a.Refusal != "" {
		w.t.Fatalf("setting up is refused: %s", a.Refusal)
	}
	page := w.payee("a page", func(p events.Payee) bool { return p.SetUp != "" }).SetUp
	resp, err := http.PostForm(page, url.Values{"name": {"A seller"}, "iban": {"DE00 0000"}})
	if err != nil {
		w.t.Fatal(err)
	}
	resp.Body.Close()
	w.payee("an account that takes money", func(p events.Payee) bool { return p.Ready })
}

// A sale of a seller who is not set up is kept for him and he is told; once he is, and the hold is over, it is sent, once,
// however the provider answers. A refund after that is fetched back; what cannot be is kept from the next sale.
func TestPayouts(t *testing.T) {
	w := newWorld(t)
	order := w.captured()
	p := w.payee("the sale", func(p events.Payee) bool { return purse(p).Held == price })
	if !strings.Contains(p.Status, "kept for you") || p.Ready {
		t.Errorf("a seller who is not set up is told %q", p.Status)
	}
	w.clock.Advance(payee.Hold + time.Hour)
	w.payee("the end of the hold", func(p events.Payee) bool { return purse(p).Free == price && len(p.Payouts) == 0 })
	w.faults.LoseAnswers(1)
	w.onboard()
	p = w.payee("the payout", func(p events.Payee) bool { return purse(p).Sent == price })
	if len(p.Payouts) != 1 || p.Payouts[0].State != "made" || purse(p).Free.Amount != 0 {
		t.Errorf("payouts %+v, free %s", p.Payouts, purse(p).Free)
	}
	w.reconciled()

	w.restart() // all facts come again, and count once
	w.faults.EmptyAccounts(true)
	w.grant(order, "m1", 500)
	w.until(order, "the refund", func(v checkout.View) bool { return v.Refund.Back.Amount == 500 })
	p = w.payee("the debt", func(p events.Payee) bool { return purse(p).Free.Amount == -500 })
	if !strings.Contains(p.Status, "You owe $5.00") {
		t.Errorf("a seller in debt is told %q", p.Status)
	}
	w.stated(events.Payees, string(seller), events.ReversalRefused{}) // a week from then it is tried again
	w.faults.EmptyAccounts(false)
	w.clock.Advance(8 * 24 * time.Hour)
	p = w.payee("the reversal", func(p events.Payee) bool { return purse(p).Free.Amount == 0 && purse(p).Sent.Amount == 750 })
	if p.Payouts[0].Back.Amount != 500 {
		t.Errorf("fetched back %s, want 5", p.Payouts[0].Back)
	}
	w.reconciled()
	var statement bytes.Buffer
	if err := ledger.Statement(context.Background(), w.nc, seller, &statement); err != nil || !strings.Contains(statement.String(), "payout,-12.50") || !strings.Contains(statement.String(), "reversal,5.00") {
		t.Errorf("statement: %v\n%s", err, statement.String())
	}
}

// Nobody learns of another's money, or says what only the market may.
func TestPayeesAreTheirOwn(t *testing.T) {
	w := newWorld(t)
	stranger := events.SellerOf(bytes.Repeat([]byte{9}, 32))
	r := must(events.NewRequest("x", string(seller), events.AskPayee{}))
	subject := "seller." + string(stranger) + ".payee." + string(seller)
	msg := must(w.nc.Request(subject, r.AppendJSON(nil), patience))
	var a events.Answer
	if err := json.Unmarshal(msg.Data, &a); err != nil || a.Refusal != events.NotSeller || len(a.View) > 0 {
		t.Errorf("a stranger is answered %s", msg.Data)
	}
	for _, c := range []events.Command{
		events.RecordEarnings{Upto: 1, Earnings: []events.Earning{{Money: price}}}, events.RecordAccount{Account: "acct", Ready: true}, events.RecordPayout{Number: 1},
	} {
		if a, _ := w.asksPayee(seller, c); a.Refusal != events.Malformed {
			t.Errorf("a seller's %s is answered %q", c.CommandKind(), a.Refusal)
		}
	}
}
