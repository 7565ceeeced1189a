package storefront

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

func TestLotPage(t *testing.T) {
	w := newWorld(t)
	w.presence.set(seller, true)
	w.publish(w.auctionOffer(), w.saleOffer())
	v := w.open().visitor()
	v.get("/lots/"+picture).has(t, "<h1 id=\"title\" dir=\"auto\">Harbour at dawn</h1>", "Taken from the pier.", "One print, one owner.",
		"harbour.png", "4.2 MB", "image/png", "Bid $5.00 or more", "Buy now for $90.00", "online now", "abababababababab",
		"A bid in the last 2 minutes", `data-state="open"`, `data-next="500"`, `inputmode="decimal"`, "Nobody has bid yet")
	v.get("/lots/"+song).has(t, "봄날의 노래", "Buy now for ₩12,000", "12 MB", "Open: any number of copies")
	if p := v.get("/lots/" + song); strings.Contains(p.body, `name="max"`) {
		t.Error("a direct sale takes bids")
	}
	if p := v.get("/lots/abcdefghijklmnop-nothing"); p.status != http.StatusNotFound {
		t.Errorf("GET of an unknown lot = %d, want 404", p.status)
	}
}

// Every state says what it means and what comes next, and offers nothing that would be refused.
func TestLotStates(t *testing.T) {
	ended := func(state events.LotState) func(*events.Offer) {
		return func(o *events.Offer) {
			o.State, o.Standing.State, o.Standing.Next, o.Standing.BuyNow = events.OfferEnded, state, 0, 0
		}
	}
	for name, c := range map[string]struct {
		change func(*events.Offer)
		says   []string
	}{
		"paused":     {func(o *events.Offer) { o.State, o.Standing.State = events.OfferPaused, events.Paused }, []string{`data-state="paused"`, "Nobody can bid until the same file is back"}},
		"held":       {func(o *events.Offer) { o.State, o.Standing.State = events.OfferHeld, events.Unoffered }, []string{`data-state="held"`, "A moderator looks at this listing"}},
		"taken down": {func(o *events.Offer) { o.State, o.Reason = events.OfferRefused, "matches an entry" }, []string{`data-state="refused"`, "may not be offered here", "matches an entry"}},
		"withdrawn":  {func(o *events.Offer) { o.State = events.OfferWithdrawn }, []string{`data-state="withdrawn"`, "taken this off the market"}},
		"sold":       {ended(events.Sold), []string{`data-state="sold"`, "This auction is over", "Sold for"}},
		"unsold":     {ended(events.Unsold), []string{`data-state="unsold"`, "ended without a sale"}},
		"time is up": {func(o *events.Offer) { o.Standing.EndsAt = o.At.Add(-time.Second) }, []string{`data-state="closing"`, "being worked out"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			o := w.auctionOffer()
			c.change(&o)
			w.publish(o)
			p := w.open().visitor().get("/lots/" + picture)
			p.has(t, c.says...)
			if strings.Contains(p.body, `action="/lots/`) {
				t.Error("the page has a form that would be refused")
			}
		})
	}
}

func TestYourPart(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer())
	v := w.open().visitor()
	me := v.signIn("ann@example.com")
	s := w.auctionOffer().Standing
	stands := func(version uint64, state events.LotState, leader events.UserID) {
		s.Version, s.State, s.Leader, s.Price, s.Bids, s.Next = version, state, leader, 1500, 2, 1550
		w.stand(s, events.Bid{Seq: 2, At: w.clock.Now(), Bidder: me, Price: 1400}, events.Bid{Seq: version, At: w.clock.Now(), Bidder: leader, Price: 1500})
	}
	says := func(part string, texts ...string) {
		t.Helper()
		w.await("the page to say "+part, func() bool { return strings.Contains(v.get("/lots/"+picture).body, `data-part="`+part+`"`) })
		v.get("/lots/"+picture).has(t, texts...)
	}
	stands(3, events.Open, "zz")
	says("outbid", "You have been outbid", "Bid $15.50 or more", "z***z", "$14.00")
	v.get("/bids").has(t, "Harbour at dawn", "You have been outbid")
	stands(4, events.Open, me)
	says("leading", "You lead")
	s.Order = events.WonOrder(picture)
	stands(5, events.Sold, me)
	says("won", "You won", `href="/orders/won-`+picture+`"`)
	stands(6, events.Sold, "zz")
	says("lost", "You did not win", "You are not charged")
}

// A lot whose standing nobody told this process is looked up in the book, and without the book at the house.
func TestStandingIsRepaired(t *testing.T) {
	w := newWorld(t)
	o := w.auctionOffer()
	w.publish(o)
	s := o.Standing
	s.Version, s.Price, s.Bids, s.Next = 9, 7700, 4, 7800
	w.house.answers(events.Answer{View: encode(t, s)})
	v := w.open().visitor()
	v.get("/lots/"+picture).has(t, `data-price="7700"`)

	s.Version, s.Price = 10, 8800
	w.redis.ZAdd(events.BookStandingKey(picture), 10, string(encode(t, s)))
	again := *w
	again.open()
	again.visitor().get("/lots/"+picture).has(t, `data-price="8800"`)
}
