package storefront

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

// pairing returns what a seller's program posts who has that key and was told the code.
func (w *world) pairing(key ed25519.PrivateKey, code string) events.Pairing {
	p := events.Pairing{Key: key.Public().(ed25519.PublicKey), Code: code, At: w.clock.Now().Unix()}
	p.Proof = ed25519.Sign(key, events.PairingProof(p))
	return p
}

// code asks for a pairing code on the account's page.
func (v *visitor) code() string {
	v.Helper()
	p := v.post("/account/pair", nil)
	_, rest, ok := strings.Cut(p.body, `id="code">`)
	code, _, closed := strings.Cut(rest, "<")
	if !ok || !closed || len(code) != 9 {
		v.Fatalf("the page shows no code:\n%s", p.body)
	}
	return code
}

func TestPairing(t *testing.T) {
	w := newWorld(t).open()
	ann, ben := w.visitor(), w.visitor()
	id := ann.signIn("ann@example.com")
	ben.signIn("ben@example.com")
	_, key, _ := ed25519.GenerateKey(nil)
	_, stranger, _ := ed25519.GenerateKey(nil)
	seller := events.SellerOf(key.Public().(ed25519.PublicKey))

	code := ann.code()
	forged := w.pairing(stranger, code)
	forged.Key = key.Public().(ed25519.PublicKey)
	if p := ben.postJSON("/agents/pair", forged); p.status != http.StatusBadRequest {
		t.Errorf("with another's proof = %d, want 400", p.status)
	}
	if p := ben.postJSON("/agents/pair", w.pairing(key, "0000-0000")); p.status != http.StatusConflict || !strings.Contains(p.body, string(events.NoCode)) {
		t.Errorf("with a guessed code = %d %s", p.status, p.body)
	}
	typed := strings.ToLower(strings.ReplaceAll(code, "-", " "))
	ben.postJSON("/agents/pair", w.pairing(key, typed)).has(t, string(seller), "a***@example.com")
	if p := ben.postJSON("/agents/pair", w.pairing(key, code)); !strings.Contains(p.body, string(events.NoCode)) {
		t.Errorf("a second time = %d %s, want that it was used", p.status, p.body)
	}
	ann.get("/account").has(t, string(seller), "ann@example.com", "0 lots won and not paid for")
	if owner, err := w.front.accounts.OwnerOf(context.Background(), seller); owner != id || err != nil {
		t.Errorf("the seller is %q, %v; want %q", owner, err, id)
	}
	if p := ann.postJSON("/agents/pair", w.pairing(key, ben.code())); !strings.Contains(p.body, string(events.PairedElsewhere)) {
		t.Errorf("with another account = %d %s, want refused", p.status, p.body)
	}
	if p := ann.postJSON("/agents/pair", w.pairing(key, ann.code())); p.status != http.StatusOK {
		t.Errorf("with the same account again = %d %s", p.status, p.body)
	}
	late := ann.code()
	w.clock.Advance(codeLife)
	if p := ann.postJSON("/agents/pair", w.pairing(stranger, late)); !strings.Contains(p.body, string(events.NoCode)) {
		t.Errorf("after ten minutes = %d %s, want too old", p.status, p.body)
	}
}

// cancelled returns what the house was asked to void, by lot.
func (h *fakeHouse) cancelled() map[events.LotID]events.CancelBidder {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make(map[events.LotID]events.CancelBidder)
	for _, r := range h.asked {
		if c, err := r.Command(); err == nil {
			if cancel, ok := c.(events.CancelBidder); ok {
				all[events.LotID(r.Subject)] = cancel
			}
		}
	}
	return all
}

func TestNobodyBuysOrBidsOnHisOwn(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer(), w.saleOffer())
	v := w.open().visitor()
	me := v.signIn("ann@example.com")
	review := v.post("/lots/"+picture+"/bid", url.Values{"max": {"12.50"}})
	buy := v.get("/lots/" + song)
	if err := w.front.accounts.Pair(context.Background(), me, seller); err != nil {
		t.Fatal(err)
	}
	v.get("/lots/"+picture).has(t, "This is your own lot")
	if p := v.get("/lots/" + song); strings.Contains(p.body, `action="/lots/`) {
		t.Error("the seller is offered his own file")
	}
	if p := v.get("/lots/" + picture + "/bid?max=20"); p.status != http.StatusConflict {
		t.Errorf("GET of the seller's bid = %d, want 409", p.status)
	}
	w.house.answers(events.Answer{Refusal: events.OwnLot})
	v.post("/lots/"+picture+"/bid/confirm", url.Values{"id": {hidden(t, review, "id")}, "max": {"12.50"}})
	if bids, _ := w.house.bids(); len(bids) != 1 || bids[0].Sells != seller {
		t.Errorf("the house was sent %+v, want to be told that the bidder is the seller", bids)
	}
	for path, form := range map[string]url.Values{
		"/lots/" + song + "/buy":       {"id": {hidden(t, buy, "id")}},
		"/lots/" + picture + "/chance": {"answer": {"accept"}},
	} {
		if p := v.post(path, form); p.status != http.StatusConflict {
			t.Errorf("POST %s by the seller = %d, want 409", path, p.status)
		}
	}
	w.visitor().get("/lots/"+song).has(t, "Buy now for")
}

// Who bids first and says afterwards that the lot is his own, loses those bids.
func TestPairingVoidsOwnBids(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer())
	w.house.answers(events.Answer{Seq: 3})
	v := w.open().visitor()
	me := v.signIn("ann@example.com")
	_, key, _ := ed25519.GenerateKey(nil)
	own := events.SellerOf(key.Public().(ed25519.PublicKey)).Listing("x").Lot()
	for _, lot := range []events.LotID{picture, own} {
		w.redis.ZAdd(events.BookUserKey(me), float64(time.Now().UnixMilli()), string(lot))
	}
	if p := v.postJSON("/agents/pair", w.pairing(key, v.code())); p.status != http.StatusOK {
		t.Fatalf("pairing = %d %s", p.status, p.body)
	}
	if got := w.house.cancelled(); len(got) != 1 || got[own].Bidder != me {
		t.Errorf("the house was asked to void %+v, want the bids of %s on %s", got, me, own)
	}
}
