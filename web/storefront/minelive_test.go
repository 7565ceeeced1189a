package storefront

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"lightshare/events"
)

func TestBidsLive(t *testing.T) {
	w := newWorld(t)
	o := w.auctionOffer()
	w.publish(o, w.saleOffer())
	v := w.open().visitor()
	me := v.signIn("ann@example.com")
	if p := v.get("/bids"); strings.Contains(p.body, "/bids/live") {
		t.Error("an empty page asks for a stream")
	}
	s := o.Standing
	stands := func(version uint64, leader events.UserID) {
		s.Version, s.Leader, s.Price, s.Bids, s.Next = version, leader, 1500+int64(version), 2, 2000
		w.stand(s, events.Bid{Seq: 2, At: w.clock.Now(), Bidder: me, Price: 1400})
	}
	stands(3, me)
	w.await("the bid in the market", func() bool { l, _ := w.front.market.Lot(picture); return l.Standing.Version == 3 })
	v.get("/bids").has(t, `data-live="/bids/live"`, `id="b-`+picture+`"`, "You lead")
	f := v.feed("/bids/live", "")
	if first := f.next("You lead"); first.Alert != "" || first.Prefix == nil || *first.Prefix != "" {
		t.Errorf("the first frame says %q with prefix %v, want nothing yet", first.Alert, first.Prefix)
	}
	stands(4, "zz")
	frame := f.next("You have been outbid")
	if len(frame.HTML) != 1 || frame.Alert != "You have been outbid: Harbour at dawn" || *frame.Prefix != "Outbid! " {
		t.Errorf("outbid, the page is told %q with prefix %q and %d pieces", frame.Alert, *frame.Prefix, len(frame.HTML))
	}
	if p := w.visitor().get("/bids/live"); p.status != http.StatusForbidden {
		t.Errorf("a stranger's stream = %d, want 403", p.status)
	}
}

func TestNoticesLive(t *testing.T) {
	w := newWorld(t).open()
	v := w.visitor()
	me := v.signIn("ann@example.com")
	tell := func(to events.UserID, text string) {
		n := events.Notice{Kind: "outbid", Lot: picture, Title: "Harbour at dawn", Text: text, At: w.clock.Now()}
		if _, err := w.js.Publish(context.Background(), events.NoticeSubject(to), encode(t, n)); err != nil {
			t.Fatal(err)
		}
	}
	tell(me, "The first.")
	v.get("/notices").has(t, `data-live="/notices/live"`, "The first.")
	f := v.feed("/notices/live", "")
	if first := f.next("The first."); first.Alert != "" {
		t.Errorf("what was there already is read out: %q", first.Alert)
	}
	tell("ben", "Not yours.")
	tell(me, "The second.")
	frame := f.next("The second.")
	html := frame.HTML["notices"]
	if frame.Alert != "The second." || strings.Contains(html, "Not yours.") || strings.Index(html, "second") > strings.Index(html, "first") {
		t.Errorf("the page is told %q and\n%s", frame.Alert, html)
	}
	if p := w.visitor().get("/notices/live"); p.status != http.StatusForbidden {
		t.Errorf("a stranger's stream = %d, want 403", p.status)
	}
}

func TestTheLeadersButton(t *testing.T) {
	w := newWorld(t)
	o := w.auctionOffer()
	w.publish(o)
	v := w.open().visitor()
	me := v.signIn("ann@example.com")
	s := o.Standing
	met := false
	s.Version, s.Leader, s.Price, s.Bids, s.Next, s.ReserveMet = 3, me, 1500, 2, 1600, &met
	w.stand(s, events.Bid{Seq: 3, At: w.clock.Now(), Bidder: me, Price: 1500})
	w.await("the button", func() bool {
		return strings.Contains(v.get("/lots/"+picture).body, "Raise your maximum towards the reserve")
	})
	met = true
	s.Version = 4
	w.stand(s)
	w.await("the button", func() bool {
		p := v.get("/lots/" + picture)
		return strings.Contains(p.body, "Raise your maximum") && !strings.Contains(p.body, "towards the reserve") && !strings.Contains(p.body, "or more")
	})
	s.Version, s.Leader = 5, "zz"
	w.stand(s)
	f := v.feed("/lots/"+picture+"/live", "")
	f.next("Bid $16.00 or more")
	w.visitor().get("/lots/"+picture).has(t, "Bid $16.00 or more")
}
