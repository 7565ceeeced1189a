package storefront

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/web/view/words/wordstest"
)

// states of lots as pages show them, each made of an auction or a sale.
func (w *world) inEveryState() map[string]events.Offer {
	change := func(o events.Offer, name string, f func(*events.Offer)) events.Offer {
		o.Listing = seller.Listing(name)
		o.Lot, o.Title = o.Listing.Lot(), "상품"
		o.Standing.Lot = o.Lot
		f(&o)
		return o
	}
	met := false
	all := map[string]events.Offer{
		"open": change(w.auctionOffer(), "open", func(o *events.Offer) { o.Standing.ReserveMet = &met; o.Standing.Extended = true }),
		"paused": change(w.auctionOffer(), "paused", func(o *events.Offer) {
			o.State, o.Reason = events.OfferPaused, "The file on the seller's computer changed."
		}),
		"held": change(w.auctionOffer(), "held", func(o *events.Offer) {
			o.State, o.Reason = events.OfferHeld, "It says more than can be compared. A moderator looks at it before it is offered."
		}),
		"refused":   change(w.auctionOffer(), "refused", func(o *events.Offer) { o.State = events.OfferRefused }),
		"withdrawn": change(w.auctionOffer(), "withdrawn", func(o *events.Offer) { o.State = events.OfferWithdrawn }),
		"sold":      change(w.auctionOffer(), "sold", func(o *events.Offer) { o.Standing.State, o.Standing.Price, o.Standing.Bids = events.Sold, 900, 2 }),
		"unsold":    change(w.auctionOffer(), "unsold", func(o *events.Offer) { o.Standing.State = events.Unsold }),
		"closing":   change(w.auctionOffer(), "closing", func(o *events.Offer) { o.Standing.EndsAt = w.clock.Now().Add(-time.Second) }),
		"sale":      change(w.saleOffer(), "sale", func(o *events.Offer) { o.Terms.Proposals = true }),
		"named":     change(w.saleOffer(), "named", func(o *events.Offer) { o.Terms.Least, o.Description = 3000, "" }),
		"edition":   change(w.saleOffer(), "edition", func(o *events.Offer) { o.Terms.Edition, o.Standing.Edition, o.Standing.Copies = 5, 5, 2 }),
		"soldout":   change(w.saleOffer(), "soldout", func(o *events.Offer) { o.Standing.State = events.Sold }),
	}
	acts := []events.ActKind{events.ActCancelled, events.ActReserve, events.ActAdded, events.ActEnded, events.ActSold, events.ActChance}
	open := all["open"]
	for _, kind := range acts {
		open.Acts = append(open.Acts, events.Act{Kind: kind, At: w.clock.Now(), Who: "k***3"})
	}
	all["open"] = open
	return all
}

// No page says anything in English to somebody who reads Korean: no lot in whatever state, no order, no refusal.
func TestNoEnglishInKorean(t *testing.T) {
	w := newWorld(t)
	states := w.inEveryState()
	for _, o := range states {
		w.publish(o)
		w.stand(o.Standing)
	}
	v := w.open().visitor()
	v.get("/?lang=ko")
	reads := func(what string, p page) {
		t.Helper()
		for _, text := range wordstest.English(t, p.body) {
			t.Errorf("%s (%d) says %s", what, p.status, text)
		}
		if !strings.Contains(p.body, `<html lang="ko">`) {
			t.Errorf("%s is not marked as Korean", what)
		}
	}
	for _, at := range []string{"/sign-in", "/sign-in?next=/card", "/sign-in/used-up", "/nothing"} {
		reads("signed out: "+at, v.get(at))
	}
	reads("no address", v.post("/sign-in", url.Values{"email": {"nobody"}}))
	me := v.signIn("ann@example.com")
	reads("letter", v.get("/dev/mail"))
	for _, at := range []string{"/", "/browse", "/browse?kind=sound", "/browse?order=ending", "/browse?kind=text", "/search?q=상품", "/search?q=없다", "/search", "/account", "/account/delete", "/bids", "/watching", "/library", "/orders", "/notices", "/card"} {
		reads(at, v.get(at))
	}
	reads("pairing code", v.post("/account/pair", nil))
	for state, o := range states {
		reads("lot "+state, v.get("/lots/"+string(o.Lot)))
	}
	auction, sale := "/lots/"+string(states["open"].Lot), "/lots/"+string(states["sale"].Lot)
	v.post("/watching", url.Values{"lot": {string(states["open"].Lot)}})
	for _, at := range []string{"/watching", auction + "/bid?max=20", auction + "/bid?max=1", auction + "/bid?max=x", sale + "/propose?price=50", sale + "/propose?price=99999999", sale + "?code=NONE", auction + "/retract"} {
		reads(at, v.get(at))
	}
	v.standings(t, me, states["open"], reads)
	v.refusals(auction, reads)
	v.inEveryOrderState(me, reads)
	v.notices(me, reads)
}

// standings reads a lot's page as the visitor stands in it.
func (v *visitor) standings(t *testing.T, me events.UserID, o events.Offer, reads func(string, page)) {
	s := o.Standing
	for i, c := range []struct {
		what   string
		change func(*events.Standing)
	}{
		{"leads", func(s *events.Standing) { s.Leader = me }},
		{"is outbid", func(s *events.Standing) { s.Leader, s.Outbid = "ben", me }},
		{"won", func(s *events.Standing) { s.Leader, s.State, s.Order = me, events.Sold, "won-1" }},
		{"lost", func(s *events.Standing) { s.Leader, s.State, s.Order = "ben", events.Sold, "" }},
		{"has a chance", func(s *events.Standing) {
			s.State, s.Chance = events.Unsold, &events.Chance{Bidder: me, Price: 700, Until: s.At.Add(time.Hour)}
		}},
		{"took it", func(s *events.Standing) { s.Chance = &events.Chance{Bidder: me, Price: 700, Order: "won-1"} }},
	} {
		s.Version, s.Price, s.Bids, s.Next = uint64(i+2), int64(500+i*i*100), i+1, int64(550+i*i*100)
		c.change(&s)
		v.stand(s, events.Bid{Seq: uint64(i + 2), Bidder: me, Price: s.Price, At: s.At.Add(time.Duration(i) * time.Minute)})
		v.await(c.what, func() bool {
			l, _ := v.front.market.Lot(s.Lot)
			return l.Standing.Version == s.Version
		})
		reads("who "+c.what, v.get("/lots/"+string(s.Lot)))
		reads("bids of who "+c.what, v.get("/bids"))
	}
}

// refusals reads what the house refuses, each on the page with the form.
func (v *visitor) refusals(auction string, reads func(string, page)) {
	for _, r := range []events.Refusal{events.Closed, events.TooLow, events.NotRaised, events.Blocked, events.RateLimited, events.Unavailable, events.OwnLot} {
		v.house.answers(events.Answer{Refusal: r})
		reads("refused: "+string(r), v.post(auction+"/retract", url.Values{"id": {events.NewID()}, "reason": {"wrong_amount"}}))
	}
}

// notices shows the page of notices with some of each kind.
func (v *visitor) notices(me events.UserID, reads func(string, page)) {
	for i, text := range []string{"You were outbid on 상품: it stands at $9.50.", "Your card was charged. The file can be opened now.", "상품 ended without a sale. Nobody bid."} {
		n := events.Notice{Kind: "outbid", Lot: song, Title: "상품", Text: text, At: v.clock.Now(), Version: uint64(i)}
		if _, err := v.js.Publish(context.Background(), events.NoticeSubject(me), encode(v, n)); err != nil {
			v.Fatal(err)
		}
	}
	reads("notices", v.get("/notices"))
}

// The language is the one that the visitor asked for, else the one he asked for before, else his browser's.
func TestLanguage(t *testing.T) {
	w := newWorld(t)
	v := w.open().visitor()
	prefers := func(accept string) page {
		r, _ := http.NewRequest("GET", w.server.URL+"/browse?order=ending", nil)
		r.Header.Set("Accept-Language", accept)
		res, err := v.Do(r)
		return v.read(res, err)
	}
	prefers("").has(t, `<html lang="en">`, ">Browse</a>")
	p := prefers("ko-KR,ko;q=0.9,en;q=0.8")
	p.has(t, `<html lang="ko">`, ">둘러보기</a>", `href="/browse?lang=en&amp;order=ending"`, `lang="en"`)
	if got := p.header.Get("Vary"); !strings.Contains(got, "Accept-Language") {
		t.Errorf("Vary = %q, want Accept-Language in it", got)
	}
	v.get("/browse?order=ending&lang=en").has(t, `<html lang="en">`)
	prefers("ko").has(t, `<html lang="en">`) // kept
	v.get("/?lang=ko").has(t, `<html lang="ko">`)
	v.get("/?lang=xx").has(t, `<html lang="ko">`)
	v.post("/sign-in", url.Values{"email": {"ann@example.com"}})
	letter := v.front.caught.Letters()[0]
	if letter.Subject != "Lightshare 로그인" || letter.Language != "ko" || !strings.Contains(letter.Text, letter.Link) || strings.Contains(letter.Text, "Open") {
		t.Errorf("the letter is %+v, want one in Korean with its link", letter)
	}
}
