package checkout_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/web/checkout"
	"lightshare/web/checkout/ledger"
)

// captured makes an order that is delivered and paid.
func (w *world) captured() events.OrderID {
	w.t.Helper()
	w.agent()
	order := w.delivering(song)
	w.ticket(order)
	w.deliver(order, song)
	w.await(order, checkout.Captured)
	return order
}

// grant has a moderator give money back.
func (w *world) grant(order events.OrderID, id events.CommandID, cents int64) {
	w.t.Helper()
	c := events.GrantRefund{Amount: events.Money{Amount: cents, Currency: price.Currency}, By: events.ByModerator, Reason: events.OtherReason}
	if _, err := journal.NewSender(w.nc, events.CheckoutService).Do(context.Background(), string(order), id, c, nil); err != nil {
		w.t.Fatal(err)
	}
}

// reconciled checks that the books agree with the provider's to the unit, and returns the report.
func (w *world) reconciled() string {
	w.t.Helper()
	var report strings.Builder
	err := ledger.Reconcile(context.Background(), w.nc, w.bank, w.clock.Now(), &report)
	if err != nil || !strings.Contains(report.String(), "both sides agree") {
		w.t.Errorf("reconcile: %v\n%s", err, report.String())
	}
	if err := ledger.Check(context.Background(), w.nc, &report); err != nil {
		w.t.Errorf("check: %v\n%s", err, report.String())
	}
	return report.String()
}

// back returns how much went back at the provider.
func (w *world) back(order events.OrderID) int64 {
	w.t.Helper()
	p, err := w.cashier.Look(context.Background(), checkout.News{Payment: w.onlyPayment(order)})
	if err != nil {
		w.t.Fatal(err)
	}
	return p.Back.Amount
}

// From the buyer's wish to his card: a part that the seller's silence grants, then the rest by a moderator. The provider
// fails in every way meanwhile, and nothing goes back twice.
func TestRefundInParts(t *testing.T) {
	w := newWorld(t)
	order := w.captured()
	ask := events.AskRefund{Amount: events.Money{Amount: 400, Currency: price.Currency}, Reason: events.NotAsDescribed}
	for range 2 {
		if err := w.desk.AskRefund(context.Background(), "a1", order, ask); err != nil {
			t.Fatal(err)
		}
	}
	w.until(order, "what was asked", func(v checkout.View) bool { return v.Refund.Asked.Amount == 400 && v.State == checkout.Captured })
	w.faults.RepeatWebhooks(2)
	w.faults.LoseAnswers(1)
	w.clock.Advance(checkout.AnswerTime + time.Minute)
	w.until(order, "a part back", func(v checkout.View) bool { return v.Refund.Back.Amount == 400 && v.State == checkout.Captured })
	if k, err := w.key(order); err != nil || k != song.Key {
		t.Errorf("Key after a part went back = %v, %v", k, err)
	}
	w.faults.RefuseCalls(2, 429)
	w.grant(order, "m1", 850)
	w.await(order, checkout.Refunded)
	if got := w.back(order); got != price.Amount {
		t.Errorf("%d went back, want %d", got, price.Amount)
	}
	if _, err := w.key(order); !errors.Is(err, events.WrongState) {
		t.Errorf("Key with all the money back = %v, want it revoked", err)
	}
	if _, err := w.desk.Ticket(context.Background(), order, bytes.Repeat([]byte{1}, 32)); !errors.Is(err, events.WrongState) {
		t.Errorf("Ticket with all the money back = %v, want it revoked", err)
	}
	if report := w.reconciled(); strings.Contains(report, "refunds:payable  USD  1  0.00") {
		t.Errorf("report: %s", report)
	}
}

// What an operator refunds by hand counts for what was to go back anyway.
func TestRefundByHandCounts(t *testing.T) {
	w := newWorld(t)
	order := w.captured()
	w.faults.LoseWebhooks(true)
	byHand := events.Money{Amount: 300, Currency: price.Currency}
	if _, err := w.cashier.Refund(context.Background(), "by hand", w.onlyPayment(order), byHand); err != nil {
		t.Fatal(err)
	}
	w.until(order, "what was done by hand", func(v checkout.View) bool { return v.Refund.Back.Amount == 300 })
	w.grant(order, "m1", 950)
	w.await(order, checkout.Refunded)
	if got := w.back(order); got != price.Amount {
		t.Errorf("%d went back, want %d", got, price.Amount)
	}
	w.reconciled()
}

// A seller decides about his own sales over his own subject, and sees nothing of the buyer.
func TestSellerAnswersRefund(t *testing.T) {
	w := newWorld(t)
	order := w.captured()
	if err := w.desk.AskRefund(context.Background(), "a1", order, events.AskRefund{Reason: events.BoughtTwice}); err != nil {
		t.Fatal(err)
	}
	stranger := events.SellerOf(bytes.Repeat([]byte{9}, 32))
	for _, c := range []events.Command{events.AskOrder{}, events.DeclineRefund{}, events.GrantRefund{Seller: seller, By: events.ByModerator}} {
		if a := w.says(stranger, order, c); a.Refusal != events.NotSeller || len(a.View) > 0 {
			t.Errorf("a stranger's %s is answered %q and shows %s", c.CommandKind(), a.Refusal, a.View)
		}
	}
	if a := w.says(seller, order, events.RecordRefunded{Amount: price}); a.Refusal != events.Malformed {
		t.Errorf("a seller who plays the provider is answered %q", a.Refusal)
	}
	a := w.says(seller, order, events.AskOrder{})
	var sale events.Sale
	if err := json.Unmarshal(a.View, &sale); err != nil || sale.Asked != price || sale.Reason != events.BoughtTwice || bytes.Contains(a.View, []byte(buyer)) {
		t.Errorf("the seller sees %s, %v", a.View, err)
	}
	if a := w.says(seller, order, events.GrantRefund{}); a.Refusal != "" {
		t.Fatalf("granting is answered %q", a.Refusal)
	}
	w.await(order, checkout.Refunded)
	w.reconciled()
}

// says sends a seller's command as his agent does.
func (w *world) says(s events.SellerID, order events.OrderID, c events.Command) (a events.Answer) {
	w.t.Helper()
	r := must(events.NewRequest(events.CommandID(events.NewID()), string(order), c))
	msg := must(w.nc.Request(events.SellerSaleSubject(s, order), r.AppendJSON(nil), patience))
	if err := json.Unmarshal(msg.Data, &a); err != nil {
		w.t.Fatal(err)
	}
	return a
}

// A disputed payment: the bank takes it back, gets what the journal proves, and decides. Both sides' books agree at each
// step, also about the fee, and nothing but webhooks and the list of events tells of it.
func TestDisputesAtTheBank(t *testing.T) {
	for card, want := range map[string]checkout.State{"4000000000000259": checkout.Captured, "4000000000002685": checkout.ChargedBack} {
		t.Run(string(want), func(t *testing.T) {
			w := newWorld(t)
			w.agent()
			w.faults.RepeatWebhooks(1)
			w.faults.LoseAnswers(1)
			order := w.start("c1")
			w.pay(order, card)
			w.await(order, checkout.Delivering)
			w.ticket(order)
			w.deliver(order, song)
			w.await(order, checkout.Captured)
			w.clock.Advance(2 * time.Hour)
			w.await(order, checkout.Disputed)
			if _, err := w.key(order); !errors.Is(err, events.WrongState) {
				t.Errorf("Key while the bank has the money = %v, want none", err)
			}
			w.reconciled()
			w.restart()
			w.stated(events.Orders, string(order), events.EvidenceSubmitted{}) // without it the bank would decide against us
			w.clock.Advance(4 * 24 * time.Hour)
			w.await(order, want)
			if report := w.reconciled(); !strings.Contains(report, "provider:fees") {
				t.Errorf("nothing of the fee:\n%s", report)
			}
		})
	}
}

// stingy is a cashier that gives nothing back.
type stingy struct{ checkout.Cashier }

func (stingy) Refund(context.Context, string, string, events.Money) (checkout.Payment, error) {
	return checkout.Payment{}, fmt.Errorf("the charge has been charged back: %w", checkout.ErrRefused)
}

// M13: a refund that the provider refuses ends: the buyer is told, the operator finds it in his report, and what he then
// does by hand ends that too.
func TestRefusedRefund(t *testing.T) {
	w := newWorld(t)
	order := w.captured()
	provider, payment := w.cashier, w.onlyPayment(order)
	w.cashier = stingy{provider}
	w.restart()
	w.grant(order, "m1", 400)
	w.await(order, checkout.Refunding)
	w.clock.Advance(25 * time.Hour)
	v := w.await(order, checkout.Owed)
	if !strings.Contains(v.Text, "refused to give $4.00 back") {
		t.Errorf("the buyer reads %q", v.Text)
	}
	owed := "owed: $4.00 to the buyer of order " + string(order)
	if report := w.reconciled(); !strings.Contains(report, owed) || !strings.Contains(report, "charged back") {
		t.Errorf("the operator reads\n%s", report)
	}
	if _, err := provider.Refund(context.Background(), "by hand", payment, events.Money{Amount: 400, Currency: price.Currency}); err != nil {
		t.Fatal(err)
	}
	w.await(order, checkout.Captured)
	if report := w.reconciled(); strings.Contains(report, owed) {
		t.Errorf("the operator still reads\n%s", report)
	}
}
