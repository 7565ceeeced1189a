package storefront

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"lightshare/events"
	"lightshare/web/checkout"
)

// anOrder is an order of the buyer's in the given state.
func anOrder(buyer events.UserID, state checkout.State) checkout.View {
	return checkout.View{
		Order: "order-1", Kind: events.OrderDirect, Lot: song, Buyer: buyer, Seller: seller, Title: "봄날의 노래", FileName: "spring song.wav",
		Size: 12_000_000, Type: "audio/wav", Root: strings.Repeat("cd", 32), SealedRoot: strings.Repeat("ef", 32), Price: events.Money{Amount: 12000, Currency: events.KRW},
		State: state, Headline: "Where it stands", Text: "What comes next.",
		CanFetch: state == checkout.Delivering || state == checkout.Delivered || state == checkout.Captured,
	}
}

func TestOrderPage(t *testing.T) {
	for state, c := range map[checkout.State]struct {
		shows []string
		hides []string
	}{
		checkout.Created:    {[]string{`data-order-state="created"`, "Hold the amount"}, []string{`id="pay"`, `id="save"`}},
		checkout.Payable:    {[]string{`data-pay-url="http://pay.example/1"`, `id="pay"`, "Pay ₩12,000", "Left to pay"}, []string{`id="save"`}},
		checkout.Authorised: {[]string{`id="save" disabled`, "Set your copy aside"}, []string{`id="pay"`}},
		checkout.Delivering: {[]string{`id="save"`, "/orders/order-1#secret-of-order-1", "lightshare fetch"}, []string{`id="pay"`}},
		checkout.Captured:   {[]string{`id="save"`, "Charge the card"}, []string{`id="pay"`}},
		checkout.Released:   {[]string{"Where it stands", "What comes next."}, []string{`id="pay"`, `id="save"`, "Charge the card"}},
		checkout.Abandoned:  {[]string{"Where it stands"}, []string{`id="pay"`, `id="save"`}},
	} {
		t.Run(string(state), func(t *testing.T) {
			w := newWorld(t)
			v := w.open().visitor()
			o := anOrder(v.signIn("ann@example.com"), state)
			if state == checkout.Payable {
				o.PayURL, o.PayBy = "http://pay.example/1", w.clock.Now()
			}
			w.desk.set(o)
			p := v.get("/orders/order-1")
			p.has(t, c.shows...)
			for _, text := range c.hides {
				if strings.Contains(p.body, text) {
					t.Errorf("the page of an order that is %s contains %q", state, text)
				}
			}
		})
	}
}

func TestOrderIsItsBuyersAlone(t *testing.T) {
	w := newWorld(t)
	v := w.open().visitor()
	w.desk.set(anOrder(v.signIn("ann@example.com"), checkout.Delivering))
	if p := w.visitor().get("/orders/order-1"); p.at.Path != "/sign-in" {
		t.Errorf("a stranger's look at an order leads to %s, want /sign-in", p.at.Path)
	}
	other := w.visitor()
	other.signIn("ben@example.com")
	for _, path := range []string{"/orders/order-1", "/orders/order-1/live", "/orders/order-2"} {
		if p := other.get(path); p.status != http.StatusNotFound {
			t.Errorf("somebody else's GET %s = %d, want 404", path, p.status)
		}
	}
	for _, path := range []string{"/orders/order-1/ticket", "/orders/order-1/peer", "/orders/order-1/receipt"} {
		if p := other.postJSON(path, map[string]string{}); p.status != http.StatusNotFound {
			t.Errorf("somebody else's POST %s = %d, want 404", path, p.status)
		}
	}
	if p := other.get("/orders"); strings.Contains(p.body, "봄날의 노래") {
		t.Error("somebody else's orders show this one")
	}
}

func TestDelivery(t *testing.T) {
	w := newWorld(t)
	v := w.open().visitor()
	w.desk.set(anOrder(v.signIn("ann@example.com"), checkout.Delivering))
	key := map[string][]byte{"key": bytes.Repeat([]byte{7}, 32)}

	var grant checkout.Grant
	p := v.postJSON("/orders/order-1/ticket", key)
	if err := json.Unmarshal([]byte(p.body), &grant); err != nil || grant.Ticket == "" || grant.FileName != "spring song.wav" || grant.Listing != song {
		t.Errorf("POST ticket = %s (%v), want a grant for the song", p.body, err)
	}
	if p := v.postJSON("/orders/order-1/ticket", map[string]string{"key": "AA=="}); p.status != http.StatusBadRequest || !strings.Contains(p.body, `"refusal":"malformed"`) {
		t.Errorf("POST ticket with half a key = %d %s, want 400 malformed", p.status, p.body)
	}
	if p := v.postJSON("/orders/order-1/peer", map[string]string{"ticket": "b.a", "sdp": "v=0"}); p.status != http.StatusForbidden || !strings.Contains(p.body, `"refusal":"no_ticket"`) {
		t.Errorf("POST peer with another ticket = %d %s, want 403 no_ticket", p.status, p.body)
	}
	if p := v.postJSON("/orders/order-1/peer", map[string]string{"ticket": "a.b", "sdp": "v=0"}); p.status != http.StatusServiceUnavailable {
		t.Errorf("POST peer for an agent that is not there = %d %s, want 503", p.status, p.body)
	}
	w.desk.setAway(true)
	if p := v.postJSON("/orders/order-1/ticket", key); p.status != http.StatusServiceUnavailable || p.header.Get("Retry-After") == "" {
		t.Errorf("POST ticket while the seller is away = %d, Retry-After %q, want 503 and a time", p.status, p.header.Get("Retry-After"))
	}
	p = v.postJSON("/orders/order-1/receipt", map[string][]byte{"receipt": []byte("signed")})
	if !strings.Contains(p.body, `"state":"delivered"`) || string(w.desk.lastReceipt()) != "signed" {
		t.Errorf("POST receipt = %s with receipt %q, want delivered with the one signed", p.body, w.desk.lastReceipt())
	}
}

// The link of an order stands for its buyer where there is no browser.
func TestDeliveryByLink(t *testing.T) {
	w := newWorld(t).open()
	w.desk.set(anOrder("ann", checkout.Delivering))
	ask := func(order, secret string) int {
		body := string(encode(t, map[string][]byte{"key": make([]byte, 32)}))
		r, _ := http.NewRequest("POST", w.server.URL+"/orders/"+order+"/ticket", strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+secret)
		r.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		return res.StatusCode
	}
	for _, c := range []struct {
		order, secret string
		want          int
	}{
		{"order-1", "secret-of-order-1", http.StatusOK},
		{"order-1", "secret-of-order-2", http.StatusForbidden},
		{"order-1", "", http.StatusForbidden},
		{"order-2", "secret-of-order-2", http.StatusNotFound},
	} {
		if got := ask(c.order, c.secret); got != c.want {
			t.Errorf("ticket for %s with %q = %d, want %d", c.order, c.secret, got, c.want)
		}
	}
}
