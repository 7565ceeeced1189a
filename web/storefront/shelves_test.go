package storefront

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lightshare/events"
	"lightshare/web/checkout"
)

func TestWatching(t *testing.T) {
	w := newWorld(t)
	o := w.auctionOffer()
	w.house.answers(events.Answer{View: encode(t, o.Standing)})
	w.publish(o, w.saleOffer())
	v := w.open().visitor()
	if p := v.post("/watching", url.Values{"lot": {picture}}); p.at.Path != "/sign-in" {
		t.Errorf("a stranger who watches comes to %s", p.at.Path)
	}
	v.signIn("ann@example.com")
	v.get("/watching").has(t, "You are not watching anything")
	v.get("/lots/"+picture).has(t, "Watch this")
	for range 2 {
		v.post("/watching", url.Values{"lot": {picture}, "watch": {"on"}}).has(t, "You are watching this.", "Stop watching")
	}
	v.post("/watching", url.Values{"lot": {song}, "watch": {"on"}})
	p := v.get("/watching")
	p.has(t, "Harbour at dawn", `data-live="/live?lot=`)
	if strings.Count(p.body, `<li class="card"`) != 2 || strings.Index(p.body, "봄날") > strings.Index(p.body, "Harbour") {
		t.Errorf("the list is not both lots, the newest first:\n%s", p.body)
	}
	v.post("/watching", url.Values{"lot": {picture}, "watch": {"off"}}).has(t, "not watching this any more", "Watch this")
	if p := v.get("/watching"); strings.Contains(p.body, "Harbour") {
		t.Error("what was taken off the list stands there")
	}
	if p := v.post("/watching", url.Values{"lot": {"nothing"}}); p.status != http.StatusNotFound {
		t.Errorf("watching nothing = %d, want 404", p.status)
	}
}

func TestLibrary(t *testing.T) {
	w := newWorld(t).open()
	v := w.visitor()
	if p := v.get("/library"); p.at.Path != "/sign-in" {
		t.Errorf("a stranger's library is at %s", p.at.Path)
	}
	me := v.signIn("ann@example.com")
	v.get("/library").has(t, "Nothing here yet")
	order := func(id events.OrderID, who events.UserID, title string, fetch bool) {
		w.desk.set(checkout.View{Order: id, Buyer: who, Title: title, FileName: string(id) + ".wav", Size: 12_000_000, Type: "audio/wav", Root: strings.Repeat("ab", 32), CanFetch: fetch})
	}
	order("won-1", me, "Straßenmusik", true)
	order("won-2", me, "봄날의 노래", true)
	order("won-3", me, "Not paid for", false)
	order("won-4", "ben", "Somebody else’s", true)
	p := v.get("/library")
	p.has(t, "Straßenmusik", "봄날의 노래", "12 MB", `href="/orders/won-1"`)
	if strings.Contains(p.body, "Not paid for") || strings.Contains(p.body, "Somebody else’s") {
		t.Error("the library holds what the visitor may not download")
	}
	for query, want := range map[string]string{"STRASSEN": "Straßenmusik", "봄날": "봄날의 노래", "won-2": "봄날의 노래"} {
		found := v.get("/library?name=" + url.QueryEscape(query))
		if strings.Count(found.body, "data-order=") != 1 || !strings.Contains(found.body, want) {
			t.Errorf("a search for %s does not find %s alone", query, want)
		}
	}
	v.get("/library?name=zzz").has(t, "Nothing of yours is called “zzz”")
}
