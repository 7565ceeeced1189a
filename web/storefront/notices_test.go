package storefront

import (
	"context"
	"strings"
	"testing"

	"lightshare/events"
)

func TestNotices(t *testing.T) {
	v := newWorld(t).open().visitor()
	me := v.signIn("ann@example.com")
	v.get("/notices").has(t, "Nothing to tell you yet")
	tell := func(to events.UserID, n events.Notice) {
		if _, err := v.js.Publish(context.Background(), events.NoticeSubject(to), encode(t, n)); err != nil {
			t.Fatal(err)
		}
	}
	tell(me, events.Notice{Kind: "outbid", Lot: picture, Title: "Harbour at dawn", Text: "You have been outbid.", At: v.clock.Now()})
	tell(me, events.Notice{Kind: "paid", Order: "order-1", Title: "봄날의 노래", Text: "The amount is held.", At: v.clock.Now()})
	tell("ben", events.Notice{Kind: "won", Lot: song, Title: "Somebody else’s", Text: "You won.", At: v.clock.Now()})
	p := v.get("/notices")
	p.has(t, `data-notice="outbid"`, `href="/lots/`+picture+`"`, `href="/orders/order-1"`, "The amount is held.")
	if strings.Index(p.body, "held") > strings.Index(p.body, "outbid.") {
		t.Error("the older notice stands first")
	}
	if strings.Contains(p.body, "Somebody else’s") {
		t.Error("somebody else’s notice is shown")
	}
}
