package storefront

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"lightshare/events"
)

func TestBrowse(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer(), w.saleOffer())
	refused := w.saleOffer()
	refused.Listing, refused.Lot, refused.State, refused.Title = "abcdefghijklmnop-copied", "abcdefghijklmnop-copied", events.OfferRefused, "Copied"
	w.publish(refused)
	v := w.open().visitor()

	home := v.get("/")
	home.has(t, "Harbour at dawn", "봄날의 노래", "Ending soon", "₩12,000", "$5.00", `data-lot="`+picture+`"`)
	if strings.Contains(home.body, "Copied") {
		t.Error("GET / shows a listing that was taken down")
	}
	pictures := v.get("/browse?kind=picture")
	pictures.has(t, "Harbour at dawn", "1 offer")
	if strings.Contains(pictures.body, "봄날의 노래") {
		t.Error("GET /browse?kind=picture shows a song")
	}
	v.get("/browse?kind=film").has(t, "Nothing here", "Show everything")
}

func TestBrowsePages(t *testing.T) {
	w := newWorld(t)
	for i := range pageLength + 1 {
		o := w.saleOffer()
		o.Listing = seller.Listing(fmt.Sprintf("n%02d", i))
		o.Lot, o.Title = o.Listing.Lot(), fmt.Sprintf("Take %02d", i)
		o.Standing.Lot = o.Lot
		w.publish(o)
	}
	v := w.open().visitor()
	first, second := v.get("/browse"), v.get("/browse?page=2")
	if n := strings.Count(first.body, `class="card"`); n != pageLength {
		t.Errorf("GET /browse shows %d lots, want %d", n, pageLength)
	}
	if n := strings.Count(second.body, `class="card"`); n != 1 {
		t.Errorf("GET /browse?page=2 shows %d lots, want 1", n)
	}
	first.has(t, `href="/browse?page=2"`)
	second.has(t, `href="/browse?page=1"`)
}

func TestSearch(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer(), w.saleOffer())
	v := w.open().visitor()
	found := func(q, title string) bool {
		return strings.Contains(v.get("/search?q="+url.QueryEscape(q)).body, title)
	}
	w.await("the index to know the song", func() bool { return found("봄날", "봄날의 노래") })
	w.await("the index to know the picture", func() bool { return found("harbour", "Harbour at dawn") })
	for name, c := range map[string]struct{ q, title string }{
		"a Korean word of two syllables":    {"노래", "봄날의 노래"},
		"a Korean word without its ending":  {"봄날", "봄날의 노래"},
		"the beginning of a word":           {"harb", "Harbour at dawn"},
		"a word with a slip":                {"harbuor", "Harbour at dawn"},
		"capitals and full width":           {"ＨＡＲＢＯＵＲ", "Harbour at dawn"},
		"a word of the description":         {"pier", "Harbour at dawn"},
		"a tag":                             {"sea", "Harbour at dawn"},
		"the seller and a word of the name": {"ina spring", "봄날의 노래"},
	} {
		t.Run(name, func(t *testing.T) {
			if !found(c.q, c.title) {
				t.Errorf("search for %q does not find %q", c.q, c.title)
			}
		})
	}
	if found("dawn 노래", "Harbour at dawn") {
		t.Error("search for two words finds a listing with one of them")
	}
	v.get("/search?q=zebra").has(t, "No offer matches", "zebra", "Show everything")

	gone := w.auctionOffer()
	gone.Version, gone.State = 2, events.OfferWithdrawn
	w.publish(gone)
	w.await("the withdrawn picture to be found no more", func() bool { return !found("harbour", `data-lot="`+picture) })
}

// What strangers write is text, wherever it stands and however it is meant.
func TestTitlesAreText(t *testing.T) {
	w := newWorld(t)
	hostile := []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'-alert(1)-'`, `</title><svg onload=alert(1)>`,
		`javascript:alert(1)`, `{{7*7}}`, "\u202eevil", `&lt;b&gt;`, `<!--`, `]]>`, `<style>*{}</style>`,
	}
	for i, text := range hostile {
		o := w.saleOffer()
		o.Listing = seller.Listing(fmt.Sprintf("x%d", i))
		o.Lot = o.Listing.Lot()
		o.Title, o.Description, o.FileName, o.SellerName, o.Type, o.Tags = text, text, text, text, text, []string{text}
		w.publish(o)
	}
	v := w.open().visitor()
	pages := []string{"/", "/browse"}
	for i, text := range hostile {
		pages = append(pages, fmt.Sprintf("/lots/%s-x%d", seller, i), "/search?q="+url.QueryEscape(text))
	}
	for _, at := range pages {
		body := v.get(at).body
		for _, bad := range []string{"<script>alert", "<img src=x", "<svg onload", "<style>*", `href="javascript:`, "<!--"} {
			if strings.Contains(body, bad) {
				t.Errorf("GET %s contains %q", at, bad)
			}
		}
	}
}
