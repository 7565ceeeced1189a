package storefront

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/web/checkout"
)

// stored returns every message that a stream holds, subjects and headers with it.
func (w *world) stored(stream string) string {
	w.Helper()
	s, err := w.js.Stream(context.Background(), stream)
	if err != nil {
		w.Fatal(err)
	}
	var all strings.Builder
	for seq := s.CachedInfo().State.FirstSeq; seq <= s.CachedInfo().State.LastSeq; seq++ {
		m, err := s.GetMsg(context.Background(), seq)
		if err == jetstream.ErrMsgNotFound {
			continue
		}
		if err != nil {
			w.Fatal(err)
		}
		all.WriteString(m.Subject + " " + string(m.Data) + "\n")
	}
	return all.String()
}

// An account is deleted once nothing of it is under way, and then nothing of it is left: not in the accounts, the notices
// or the sessions. Signing in again makes another one.
func TestAccountIsDeleted(t *testing.T) {
	w := newWorld(t)
	o := w.auctionOffer()
	w.publish(o)
	w.stand(o.Standing)
	w.open()
	v, other := w.visitor(), w.visitor()
	me := v.signIn("ann@example.com")
	ben := other.signIn("ben@example.com")
	v.post("/watching", url.Values{"lot": {picture}})
	other.post("/watching", url.Values{"lot": {picture}})
	v.notices(me, func(string, page) {})

	order := anOrder(me, checkout.Delivering)
	w.desk.set(order)
	s := o.Standing
	s.Version, s.Price, s.Bids, s.Leader = 2, 500, 1, me
	w.stand(s, events.Bid{Seq: 2, Bidder: me, Price: 500, At: s.At})
	v.await("his lead", func() bool {
		l, _ := w.front.market.Lot(s.Lot)
		return l.Standing.Version == 2
	})
	v.get("/account/delete").has(t, "It cannot be deleted yet", `href="/orders/order-1"`, `href="/lots/`+picture)
	if p := v.post("/account/delete", url.Values{"sure": {"yes"}}); p.status != http.StatusUnprocessableEntity {
		t.Errorf("deleting while an order is under way = %d", p.status)
	}

	order.State = checkout.Captured
	w.desk.set(order)
	s.Version, s.State, s.Leader = 3, events.Sold, ben
	w.stand(s)
	v.await("the end", func() bool {
		l, _ := w.front.market.Lot(s.Lot)
		return l.Standing.Version == 3
	})
	if p := v.post("/account/delete", nil); p.status != http.StatusUnprocessableEntity {
		t.Errorf("deleting without a tick = %d", p.status)
	} else {
		p.has(t, "Tick the box")
	}
	hashOf := "mail." + hashed("ann@example.com")
	if !strings.Contains(w.stored("KV_"+bus.Accounts), hashOf) {
		t.Fatal("the test does not find what is stored")
	}
	v.post("/account/delete", url.Values{"sure": {"yes"}}).has(t, "Your account is deleted.")
	for _, stream := range []string{"KV_" + bus.Accounts, bus.Notices} {
		for _, trace := range []string{string(me), "ann@example.com", hashOf} {
			if left := w.stored(stream); strings.Contains(left, trace) {
				t.Errorf("%s still holds %s:\n%s", stream, trace, left)
			}
		}
	}
	if !strings.Contains(w.stored("KV_"+bus.Accounts), "watch."+string(ben)) {
		t.Error("what ben watches is gone as well")
	}
	if body := v.get("/account").body; strings.Contains(body, "ann@example.com") {
		t.Error("a deleted account is signed in")
	}
	if again := v.signIn("ann@example.com"); again == me {
		t.Error("a new account has the id of the deleted one")
	}
}

// Who left without having paid is the same bidder when he comes again, and nothing but a hash of his address is kept.
func TestUnpaidWinsAreNotForgotten(t *testing.T) {
	w := newWorld(t)
	w.open()
	v := w.visitor()
	me := v.signIn("ann@example.com")
	if err := w.front.Redis.HSet(context.Background(), events.BookRecordKey(me), picture, `{"strikes":1}`).Err(); err != nil {
		t.Fatal(err)
	}
	v.get("/account/delete").has(t, "one-way fingerprint")
	v.post("/account/delete", url.Values{"sure": {"yes"}})
	if left := w.stored("KV_" + bus.Accounts); strings.Contains(left, "ann@example.com") || !strings.Contains(left, hashed("ann@example.com")) {
		t.Errorf("left of ann:\n%s", left)
	}
	if again := v.signIn("ann@example.com"); again != me {
		t.Errorf("ann comes back as %s, want %s with the record", again, me)
	}
	v.get("/account").has(t, "1 lot won and not paid for")
}
