package storefront

import (
	"net/http"
	"net/url"
	"testing"

	"lightshare/events"
	"lightshare/web/checkout"
)

// Who has no card is asked for one before the bid, and the bid is not typed again.
func TestBidWithoutCard(t *testing.T) {
	w := newWorld(t)
	w.desk.saved(checkout.CardView{})
	w.publish(w.auctionOffer())
	v := w.open().visitor()
	v.signIn("ann@example.com")

	review := v.post("/lots/"+picture+"/bid", url.Values{"max": {"12.50"}})
	review.has(t, "First, save a card", "your bid of up to $12.50 waits here")
	if p := v.post("/lots/"+picture+"/bid/confirm", url.Values{"id": {"x"}, "max": {"12.50"}}); p.at.Path != "/lots/"+picture+"/bid" {
		t.Errorf("a bid without a card leads to %s, want the page that asks for one", p.at.Path)
	}
	page := v.post("/card", url.Values{"next": {hidden(t, review, "next")}})
	page.has(t, "No card is saved", `href="https://pay.example/card"`, "We never see its number")
	back, err := url.Parse(w.desk.back)
	if err != nil || back.Path != "/card" {
		t.Fatalf("the provider leads back to %q, %v", w.desk.back, err)
	}
	w.desk.saved(aCard)
	confirm := v.get(back.RequestURI())
	confirm.has(t, "Confirm your bid", "Bid up to $12.50", "To be paid with Visa ending in 4242", "Your card is saved: Visa ending in 4242.")
	if bids, _ := w.house.bids(); len(bids) != 0 {
		t.Errorf("the house was sent %v before the bid was confirmed", bids)
	}
}

func TestCardPage(t *testing.T) {
	w := newWorld(t)
	v := w.open().visitor()
	if p := v.get("/card"); p.at.Path != "/sign-in" {
		t.Errorf("a stranger's card leads to %s, want /sign-in", p.at.Path)
	}
	v.signIn("ann@example.com")
	v.get("/card").has(t, "Visa ending in 4242", "Use another card")
	v.get("/card?next=//evil.example").has(t, "Use another card") // leads nowhere
	w.desk.saved(checkout.CardView{Card: "Visa ending in 0341"})
	v.get("/card").has(t, "Visa ending in 0341 has expired", "Save another card to bid")
}

// The payment provider does not answer: the visitor is told what to do, and nothing is lost.
func TestProviderIsDown(t *testing.T) {
	w := newWorld(t)
	w.desk.saved(checkout.CardView{})
	w.desk.down = true
	v := w.open().visitor()
	v.signIn("ann@example.com")
	p := v.post("/card", url.Values{"next": {"/lots/" + picture + "/bid?max=12.50"}})
	if p.status != http.StatusServiceUnavailable || p.header.Get("Retry-After") == "" {
		t.Errorf("status %d, retry after %q", p.status, p.header.Get("Retry-After"))
	}
	p.has(t, "The payment provider does not answer", string(events.Unavailable))
}
