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

// sale opens a storefront with a song that is sold as the terms say, to a visitor who is signed in.
func sale(t *testing.T, change func(*events.Terms)) (*visitor, events.UserID, events.Offer) {
	w := newWorld(t)
	o := w.saleOffer()
	change(&o.Terms)
	w.house.answers(events.Answer{View: encode(t, o.Standing)})
	w.publish(o)
	v := w.open().visitor()
	return v, v.signIn("ann@example.com"), o
}

// asked returns the commands of the kind of c that the house was sent.
func asked[C events.Command](h *fakeHouse) []C {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []C
	for _, r := range h.asked {
		if c, err := r.Command(); err == nil {
			if c, ok := c.(C); ok {
				all = append(all, c)
			}
		}
	}
	return all
}

func (d *fakeDesk) lastDeal() (checkout.Deal, int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.deal, len(d.started)
}

func TestAPriceOfOnesOwn(t *testing.T) {
	v, _, _ := sale(t, func(t *events.Terms) { t.Least = 5000 })
	lot := v.get("/lots/" + song)
	lot.has(t, "Name your price", "₩5,000 or more; the seller suggests ₩12,000", `value="12000"`)
	v.get("/browse").has(t, "Name your price, from")
	form := url.Values{"id": {hidden(t, lot, "id")}}
	for amount, says := range map[string]string{"4999": "The least is ₩5,000.", "": events.BadAmount.Words(), "free": events.BadAmount.Words()} {
		form.Set("amount", amount)
		p := v.post("/lots/"+song+"/buy", form)
		if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, says) || !strings.Contains(p.body, `name="amount" inputmode="decimal" autocomplete="off" required maxlength="24" value="`+amount+`"`) {
			t.Errorf("POST of %q = %d, want 422 that says %q and keeps what was typed", amount, p.status, says)
		}
	}
	if _, n := v.desk.lastDeal(); n != 0 {
		t.Fatalf("%d orders were begun", n)
	}
	form.Set("amount", "5,500")
	v.post("/lots/"+song+"/buy", form)
	if deal, _ := v.desk.lastDeal(); deal != (checkout.Deal{Amount: 5500}) {
		t.Errorf("the order is begun with %+v, want 5500", deal)
	}
}

func TestADiscountCode(t *testing.T) {
	v, me, o := sale(t, func(t *events.Terms) {
		t.Codes = []events.Code{{Name: events.CodeName(song, "SPRING"), Percent: 25}, {Name: events.CodeName(song, "GONE"), Off: 1, Until: time.Unix(1, 0)}}
	})
	v.get("/lots/"+song).has(t, "I have a discount code", "Buy now for ₩12,000")
	v.get("/lots/"+song+"?code=autumn").has(t, events.NoSuchCode.Words(), `value="AUTUMN"`)
	v.get("/lots/"+song+"?code=GONE").has(t, "does not count any more")
	lot := v.get("/lots/" + song + "?code=+spring")
	lot.has(t, "Buy now for ₩9,000", "with the code")
	form := url.Values{"id": {hidden(t, lot, "id")}, "code": {hidden(t, lot, "code")}}
	v.house.answers(events.Answer{Refusal: events.CodeSpent, View: encode(t, o.Standing)})
	v.post("/lots/"+song+"/buy", form).has(t, "does not count any more")
	if _, n := v.desk.lastDeal(); n != 0 {
		t.Error("an order was begun with a code that the house refuses")
	}
	v.house.answers(events.Answer{View: encode(t, o.Standing)})
	v.post("/lots/"+song+"/buy", form)
	if deal, _ := v.desk.lastDeal(); deal != (checkout.Deal{Code: "SPRING"}) {
		t.Errorf("the order is begun with %+v, want the code", deal)
	}
	if codes := asked[events.AskCode](v.house); len(codes) != 2 || codes[1] != (events.AskCode{Buyer: me, Code: "SPRING"}) {
		t.Errorf("the house was asked %+v", codes)
	}
}

func TestAnOffer(t *testing.T) {
	v, me, o := sale(t, func(t *events.Terms) { t.Proposals = true })
	path := "/lots/" + song
	v.get(path).has(t, "Make an offer", "Less than ₩12,000. Only the seller sees it.")
	for price, says := range map[string]string{"12000": events.NotLess.Words(), "x": events.BadAmount.Words()} {
		if p := v.post(path+"/propose", url.Values{"price": {price}}); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, says) || !strings.Contains(p.body, `id="propose-form" open`) {
			t.Errorf("POST of %s = %d, want 422 that says %q in an open form", price, p.status, says)
		}
	}
	if p := v.world.visitor().post(path+"/propose", url.Values{"price": {"9000"}}); p.at.Path != "/sign-in" {
		t.Errorf("somebody unknown comes to %s, want to sign in", p.at.Path)
	}
	review := v.post(path+"/propose", url.Values{"price": {"9000"}})
	review.has(t, "Confirm your offer", "₩9,000", "An offer is binding")
	form := url.Values{"id": {hidden(t, review, "id")}, "price": {hidden(t, review, "price")}}

	v.house.answers(events.Answer{Refusal: events.Waiting, View: encode(t, o.Standing)})
	if p := v.post(path+"/propose/confirm", form); p.status != http.StatusConflict || !strings.Contains(p.body, events.Waiting.Words()) {
		t.Errorf("a refused offer = %d %s", p.status, p.body)
	}
	s := o.Standing
	s.Version, s.Proposals = 2, []events.Proposal{{Buyer: "zed", Price: 1000, Until: o.At}, {Buyer: me, Price: 9000, Until: o.At.Add(time.Hour)}}
	v.house.answers(events.Answer{View: encode(t, s)})
	v.post(path+"/propose/confirm", form).has(t, "Your offer of ₩9,000 is with the seller", "Your offer is with the seller", `data-part="offered"`)
	if p := v.world.visitor().get(path); strings.Contains(p.body, "9,000") || strings.Contains(p.body, "1,000") {
		t.Error("a stranger sees what somebody offered")
	}
	s.Version, s.Proposals = 3, []events.Proposal{{Buyer: me, Price: 10500, BySeller: true, Until: o.At.Add(time.Hour)}}
	v.front.market.Stands(s)
	counter := v.get(path)
	counter.has(t, "The seller would take ₩10,500", "Take it for ₩10,500")
	answer := url.Values{"id": {"one"}, "price": {"10500"}, "answer": {"accept"}}
	s.Version, s.Proposals[0].Order = 4, "won-x-4"
	v.desk.set(checkout.View{Order: "won-x-4", Buyer: me, Title: "봄날의 노래"})
	v.house.answers(events.Answer{View: encode(t, s)})
	if p := v.post(path+"/propose/answer", answer); p.at.Path != "/orders/won-x-4" {
		t.Errorf("taking it leads to %s, want the order", p.at.Path)
	}
	v.get(path).has(t, "You and the seller agree", `href="/orders/won-x-4"`)
	got := asked[events.AnswerProposal](v.house)
	if len(got) != 1 || got[0] != (events.AnswerProposal{Buyer: me, Answer: events.ProposalAccept, Price: 10500}) {
		t.Errorf("the house was sent %+v", got)
	}
	for name, bad := range map[string]url.Values{
		"a riddle": {"id": {"one"}, "price": {"10500"}, "answer": {"counter"}}, "no price": {"id": {"one"}, "answer": {"accept"}}, "no id": {"price": {"10500"}, "answer": {"accept"}},
	} {
		if p := v.post(path+"/propose/answer", bad); p.status != http.StatusBadRequest {
			t.Errorf("an answer with %s = %d, want 400", name, p.status)
		}
	}
	if p := v.get("/lots/" + song + "/propose?price=9000"); p.status != http.StatusOK {
		t.Errorf("GET of the offer after signing in = %d", p.status)
	}
}

func TestNoOfferWhereThePriceIsFixed(t *testing.T) {
	v, _, _ := sale(t, func(*events.Terms) {})
	if p := v.get("/lots/" + song); strings.Contains(p.body, "Make an offer") || strings.Contains(p.body, "discount code") || strings.Contains(p.body, "Name your price") {
		t.Error("a fixed price can be talked about")
	}
	if p := v.post("/lots/"+song+"/propose", url.Values{"price": {"9000"}}); p.status != http.StatusConflict {
		t.Errorf("POST of an offer = %d, want 409", p.status)
	}
}
