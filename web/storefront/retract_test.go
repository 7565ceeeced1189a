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

// commands returns the commands of C's kind that the house was sent.
func commands[C events.Command](h *fakeHouse) []C {
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

func TestRetract(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer())
	v := w.open().visitor()
	if p := v.get(retractPath(picture)); p.at.Path != "/sign-in" {
		t.Errorf("a stranger who takes a bid back is led to %s, want /sign-in", p.at.Path)
	}
	me := v.signIn("ann@example.com")
	s := w.auctionOffer().Standing
	s.Version, s.Price, s.Bids, s.Leader, s.Next = 2, 500, 1, me, 550
	w.redis.HSet(events.BookRecordKey(me), "lot-1", `{"retractions":1}`, "lot-2", `{"retractions":1,"strikes":1}`)
	w.stand(s, events.Bid{Seq: 2, At: w.clock.Now(), Bidder: me, Price: 500})
	w.await("the page to say that I lead", func() bool { return strings.Contains(v.get("/lots/"+picture).body, `data-part="leading"`) })
	v.get("/lots/"+picture).has(t, `href="`+retractPath(picture)+`"`)

	ask := v.get(retractPath(picture))
	ask.has(t, "Harbour at dawn", "Only your newest bid goes", "within an hour", "This cannot be undone", "So far it has 2 retractions", `value="wrong_amount"`)
	if strings.Contains(ask.body, `value="material_change"`) {
		t.Error("a lot that is not paused offers the reason that its file changed")
	}
	form := url.Values{"id": {hidden(t, ask, "id")}, "reason": {"wrong_amount"}}
	w.house.answers(events.Answer{Refusal: events.TooLate})
	late := v.post(retractPath(picture), form)
	late.has(t, events.TooLate.Words(), `aria-invalid="true"`)
	if late.status != http.StatusConflict {
		t.Errorf("a late retraction = %d, want 409", late.status)
	}

	s.Version, s.Price, s.Bids, s.Leader, s.Next = 3, 0, 0, "", 500
	w.house.answers(events.Answer{Seq: 3, View: encode(t, s)})
	w.redis.Del(events.BookUserKey(me))
	w.redis.Del(events.BookBidsKey(picture))
	w.redis.ZAdd(events.BookStandingKey(picture), 3, string(encode(t, s)))
	done := v.post(retractPath(picture), form)
	done.has(t, "Your bid was taken back", "Bid $5.00 or more", `data-part=""`)
	if sent := commands[events.RetractBid](w.house); len(sent) != 2 || sent[1] != (events.RetractBid{Bidder: me, Reason: events.WrongAmount}) {
		t.Errorf("the house was sent %+v", sent)
	}
}

// What a retraction means depends on how much time is left, and on whether the file is still the one that was bid on.
func TestRetractSaysWhatGoes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*events.Offer)
		says   []string
	}{
		"early":  {func(o *events.Offer) { o.Standing.EndsAt = o.At.Add(13 * time.Hour) }, []string{"All your bids on this lot go"}},
		"paused": {func(o *events.Offer) { o.State, o.Standing.State = events.OfferPaused, events.Paused }, []string{`value="material_change" selected`}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			o := w.auctionOffer()
			c.change(&o)
			w.publish(o)
			v := w.open().visitor()
			v.signIn("ann@example.com")
			v.get(retractPath(picture)).has(t, c.says...)
			if p := v.post(retractPath(picture), url.Values{"reason": {"wrong_amount"}}); p.status != http.StatusBadRequest {
				t.Errorf("a form without its id = %d, want 400", p.status)
			}
		})
	}
}

func TestSecondChance(t *testing.T) {
	w := newWorld(t)
	o := w.auctionOffer()
	o.State, o.Standing.State, o.Standing.Next, o.Standing.BuyNow = events.OfferEnded, events.Unsold, 0, 0
	w.publish(o)
	v := w.open().visitor()
	me := v.signIn("ann@example.com")
	until := w.clock.Now().Add(72 * time.Hour)
	s := o.Standing
	s.Version, s.Price, s.Bids, s.Leader, s.Chance = 5, 3000, 2, "zz", &events.Chance{Bidder: me, Price: 2800, Until: until}
	w.stand(s)
	at := "/lots/" + picture
	w.await("the second chance", func() bool { return strings.Contains(v.get(at).body, `data-part="chance"`) })
	v.get(at).has(t, "It can still be yours", "$28.00", `action="`+at+`/chance"`, `value="decline"`)
	other := w.visitor()
	other.signIn("bob@example.com")
	if p := other.get(at); strings.Contains(p.body, "28.00") || strings.Contains(p.body, "/chance") {
		t.Error("somebody else sees the second chance")
	}

	w.house.answers(events.Answer{Refusal: events.NoChance})
	other.post(at+"/chance", url.Values{"answer": {"accept"}}).has(t, events.NoChance.Words())
	if p := v.post(at+"/chance", url.Values{"answer": {"perhaps"}}); p.status != http.StatusBadRequest {
		t.Errorf("an unclear answer = %d, want 400", p.status)
	}
	order := events.ChanceOrder(picture, 6)
	s.Version, s.State, s.Leader, s.Price, s.Order = 6, events.Sold, me, 2800, order
	s.Chance = &events.Chance{Bidder: me, Price: 2800, Until: until, Order: order}
	w.house.answers(events.Answer{Seq: 6, View: encode(t, s)})
	w.desk.Start(t.Context(), "x", me, events.OrderChance, o, checkout.Deal{})
	made := w.desk.OrdersOf(me)[0]
	made.Order = order
	w.desk.set(made)
	if p := v.post(at+"/chance", url.Values{"answer": {"accept"}}); p.at.Path != "/orders/"+string(order) {
		t.Errorf("taking it leads to %s, want the order", p.at.Path)
	}
	v.get(at).has(t, `data-part="won"`, "You took the second chance", `href="/orders/`+string(order)+`"`)

	s.Version, s.State, s.Chance = 7, events.Unsold, nil
	w.house.answers(events.Answer{Seq: 7, View: encode(t, s)})
	v.post(at+"/chance", url.Values{"answer": {"decline"}}).has(t, "You declined", `data-part=""`)
	sent := commands[events.AnswerChance](w.house)
	if want := (events.AnswerChance{Bidder: me}); len(sent) != 3 || sent[2] != want || !sent[1].Accept || sent[1].Bidder != me {
		t.Errorf("the house was sent %+v", sent)
	}
}
