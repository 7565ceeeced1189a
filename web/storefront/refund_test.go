package storefront

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/web/checkout"
)

// A buyer asks for money back on a page that works without a script, and sees what he asked for.
func TestAskForMoneyBack(t *testing.T) {
	w := newWorld(t)
	v := w.open().visitor()
	o := anOrder(v.signIn("ann@example.com"), checkout.Captured)
	o.Refund = checkout.RefundView{Left: o.Price, AskUntil: w.clock.Now().Add(time.Hour)}
	w.desk.set(o)
	v.get("/orders/order-1").has(t, `id="ask-refund"`, "/orders/order-1/refund")
	v.get("/orders/order-1/refund").has(t, "It is not as described", "all of ₩12,000", "can no longer be opened")
	ask := func(amount string) page {
		return v.post("/orders/order-1/refund", url.Values{"id": {"r1"}, "reason": {"does_not_open"}, "amount": {amount}})
	}
	for _, amount := range []string{"12001", "all", "-1"} {
		if p := ask(amount); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "at most ₩12,000") {
			t.Errorf("asking for %s = %d, want 422 and what is possible", amount, p.status)
		}
	}
	p := ask("5000")
	if p.at.Path != "/orders/order-1" {
		t.Errorf("asked, the buyer is led to %s", p.at.Path)
	}
	p.has(t, "The seller is asked.", "You asked for", "₩5,000", "The file does not open")
	if strings.Contains(p.body, `id="ask-refund"`) {
		t.Error("the page lets him ask twice")
	}
	other := w.visitor()
	other.signIn("ben@example.com")
	if p := other.post("/orders/order-1/refund", url.Values{"id": {"r2"}, "reason": {"other"}}); p.status != http.StatusNotFound {
		t.Errorf("somebody else's question = %d, want 404", p.status)
	}
	o, err := w.desk.Order(t.Context(), "order-1")
	if got := o.Refund; err != nil || got.Asked.Amount != 5000 || got.Reason != events.DoesNotOpen {
		t.Errorf("asked for %v because %s", got.Asked, got.Reason)
	}
}
