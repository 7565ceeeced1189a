package storefront

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"lightshare/events"
	"lightshare/web/checkout"
)

// Somebody can take with him all that is known of him, and nothing of anybody else.
func TestExport(t *testing.T) {
	w := newWorld(t)
	o := w.auctionOffer()
	w.publish(o)
	w.stand(o.Standing)
	w.open()
	ann, ben := w.visitor(), w.visitor()
	ben.signIn("ben@example.com")
	me := ann.signIn("ann@example.com")
	s := o.Standing
	s.Version, s.Price, s.Bids, s.Leader = 2, 500, 1, me
	w.stand(s, events.Bid{Seq: 2, Bidder: me, Price: 500, At: s.At})
	w.desk.set(anOrder(me, checkout.Captured))
	ann.post("/watching", url.Values{"lot": {picture}})
	ann.notices(me, func(string, page) {})

	p := ann.get("/account/export")
	var x export
	if err := json.Unmarshal([]byte(p.body), &x); err != nil || !strings.Contains(p.header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("GET /account/export = %d %q: %v", p.status, p.header.Get("Content-Disposition"), err)
	}
	if x.Account.Email != "ann@example.com" || len(x.Watching) != 1 || len(x.Bids) != 1 || len(x.Orders) != 1 || len(x.Notices) != 3 {
		t.Errorf("what is known of ann = %+v", x)
	}
	if other := ben.get("/account/export").body; strings.Contains(other, "ann@example.com") || strings.Contains(other, "order-1") || !strings.Contains(other, "ben@example.com") {
		t.Errorf("what is known of ben = %s", other)
	}
	ann.get("/account").has(t, `href="/account/export"`)
}
