package storefront

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lightshare/events"
)

// hidden returns the value of a page's hidden field.
func hidden(t *testing.T, p page, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut(p.body, `name="`+name+`" value="`)
	value, _, closed := strings.Cut(rest, `"`)
	if !ok || !closed || value == "" {
		t.Fatalf("page %s has no field %s:\n%s", p.at.Path, name, p.body)
	}
	return value
}

func TestBid(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer())
	v := w.open().visitor()
	me := v.signIn("ann@example.com")

	review := v.post("/lots/"+picture+"/bid", url.Values{"max": {"12.50"}})
	review.has(t, "Confirm your bid", "$12.50", "A bid is binding", "Harbour at dawn")
	if bids, _ := w.house.bids(); len(bids) != 0 {
		t.Fatalf("the house was sent %v before the bid was confirmed", bids)
	}
	form := url.Values{"id": {hidden(t, review, "id")}, "max": {hidden(t, review, "max")}}
	s := w.auctionOffer().Standing
	s.Version, s.Price, s.Bids, s.Leader, s.Next = 2, 500, 1, me, 550
	w.house.answers(events.Answer{Seq: 2, View: encode(t, s)})
	placed := v.post("/lots/"+picture+"/bid/confirm", form)
	if placed.at.Path != "/lots/"+picture {
		t.Errorf("a bid leads to %s, want the lot", placed.at.Path)
	}
	placed.has(t, "Your bid of up to $12.50 was accepted", "You lead", `data-bids="1 bid"`)

	v.post("/lots/"+picture+"/bid/confirm", form)
	bids, ids := w.house.bids()
	if len(bids) != 2 || bids[0] != (events.PlaceBid{Bidder: me, Max: 1250}) {
		t.Errorf("the house was sent %+v, want two bids of %s up to 1250", bids, me)
	}
	if len(ids) == 2 && ids[0] != ids[1] {
		t.Errorf("the same form was sent under the ids %s and %s, want one", ids[0], ids[1])
	}
}

func TestBidRefused(t *testing.T) {
	s := events.Standing{Lot: picture, Version: 2, State: events.Open, Next: 2100}
	for name, c := range map[string]struct {
		max    string
		answer events.Answer
		status int
		says   string
	}{
		"too low for what the page knows": {"1", events.Answer{}, http.StatusUnprocessableEntity, "The least bid is now $5.00"},
		"no amount":                       {"a lot", events.Answer{}, http.StatusUnprocessableEntity, events.BadAmount.Words()},
		"too many decimals":               {"12.345", events.Answer{}, http.StatusUnprocessableEntity, events.BadAmount.Words()},
		"somebody was faster":             {"20", events.Answer{Refusal: events.TooLow}, http.StatusConflict, "Somebody was faster: the least bid is now $21.00"},
		"closed":                          {"20", events.Answer{Refusal: events.Closed}, http.StatusConflict, events.Closed.Words()},
		"own lot":                         {"20", events.Answer{Refusal: events.OwnLot}, http.StatusConflict, events.OwnLot.Words()},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.publish(w.auctionOffer())
			v := w.open().visitor()
			v.signIn("ann@example.com")
			p := v.post("/lots/"+picture+"/bid", url.Values{"max": {c.max}})
			if c.answer.Refusal != "" {
				stands := s
				stands.EndsAt, stands.Format, stands.Currency = w.auctionOffer().Standing.EndsAt, events.Auction, events.USD
				c.answer.View = encode(t, stands)
				w.house.answers(c.answer)
				p = v.post("/lots/"+picture+"/bid/confirm", url.Values{"id": {hidden(t, p, "id")}, "max": {c.max}})
			}
			if p.status != c.status {
				t.Errorf("status = %d, want %d", p.status, c.status)
			}
			p.has(t, c.says, `value="`+c.max+`"`, `aria-invalid="true"`)
		})
	}
}

// Nobody who has to sign in first types the bid again.
func TestBidBeforeSigningIn(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer())
	v := w.open().visitor()
	asked := v.post("/lots/"+picture+"/bid", url.Values{"max": {"12.50"}})
	if asked.at.Path != "/sign-in" {
		t.Fatalf("a stranger's bid leads to %s, want /sign-in", asked.at.Path)
	}
	v.post("/sign-in", url.Values{"email": {"ann@example.com"}, "next": {asked.at.Query().Get("next")}})
	link, _ := url.Parse(w.front.caught.Letters()[0].Link)
	v.post(link.Path, nil).has(t, "Confirm your bid", "Bid up to $12.50")
}

func TestBuy(t *testing.T) {
	w := newWorld(t)
	w.publish(w.saleOffer())
	v := w.open().visitor()
	if p := v.post("/lots/"+song+"/buy", url.Values{"id": {"x"}}); p.at.Path != "/sign-in" {
		t.Errorf("a stranger's purchase leads to %s, want /sign-in", p.at.Path)
	}
	v.signIn("ann@example.com")
	form := url.Values{"id": {hidden(t, v.get("/lots/"+song), "id")}}
	order := v.post("/lots/"+song+"/buy", form)
	order.has(t, "Opening the payment page", `data-order-state="created"`, "봄날의 노래")
	if again := v.post("/lots/"+song+"/buy", form); again.at.Path != order.at.Path {
		t.Errorf("the same form leads to %s and %s, want one order", order.at.Path, again.at.Path)
	}
	v.get("/orders").has(t, "봄날의 노래", "Opening the payment page")
}
