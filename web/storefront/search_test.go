package storefront

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"golang.org/x/net/html"
)

// choices returns the facets' choices of a page with their counts, and where they lead.
func (p page) choices(t *testing.T) (counts map[string]string, links map[string]string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	counts, links = make(map[string]string), make(map[string]string)
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "li" || n.Parent.Data != "ul" || n.Parent.Parent.Data != "nav" {
			continue
		}
		said := ""
		href := ""
		for c := range n.Descendants() {
			if c.Type == html.TextNode {
				said += c.Data
			}
			for _, a := range c.Attr {
				if a.Key == "href" {
					href = a.Val
				}
			}
		}
		fields := strings.Fields(said)
		if len(fields) > 1 {
			name := strings.Join(fields[:len(fields)-1], " ")
			counts[name], links[name] = fields[len(fields)-1], href
		}
	}
	return counts, links
}

// What was found is narrowed down by links alone, whose counts are true; the address holds every choice.
func TestFacets(t *testing.T) {
	w := newWorld(t)
	soon := w.auctionOffer()
	soon.Standing.EndsAt = w.clock.Now().Add(50 * time.Minute)
	late := w.auctionOffer()
	late.Listing = seller.Listing("late")
	late.Lot, late.Title, late.Terms.Start = late.Listing.Lot(), "Harbour at night", 15_000
	late.Standing.Lot, late.Standing.EndsAt = late.Lot, w.clock.Now().Add(60*time.Hour)
	w.publish(soon, late, w.saleOffer())
	v := w.open().visitor()

	all := v.get("/search")
	all.has(t, "3 matches", "Harbour at dawn", "봄날의 노래")
	counts, _ := all.choices(t)
	for name, want := range map[string]string{"Pictures": "2", "Sound": "1", "Film": "0", "Under $5.00": "0", "$5.00 to $20.00": "2", "$100.00 and more": "1", "1 hour": "1", "24 hours": "1", "3 days": "2", "online now": "0"} {
		if counts[name] != want {
			t.Errorf("%q counts %q, want %s of %v", name, counts[name], want, counts)
		}
	}
	_, links := v.get("/search?q=harbour&sort=low").choices(t)
	narrowed := v.get(links["3 days"])
	narrowed.has(t, "2 matches", "Clear these")
	_, links = narrowed.choices(t)
	two := v.get(links["$100.00 and more"])
	two.has(t, "1 match", "Harbour at night")
	if q := two.at.Query(); q.Get("q") != "harbour" || q.Get("sort") != "low" || q.Get("ends") != "72h" || q.Get("price") != "4" {
		t.Errorf("the address is %s: a choice got lost", two.at)
	}
	_, links = two.choices(t)
	v.get(links["3 days"]).has(t, "1 match") // taken back
	none := v.get("/search?q=harbour&kind=sound")
	none.has(t, "Nothing matches all of this", `href="/search?q=harbour"`)

	w.presence.set(seller, true)
	w.await("the seller's presence to count", func() bool {
		counts, _ := v.get("/search?q=harbour").choices(t)
		return counts["online now"] == "2"
	})
	late.Standing.Price, late.Standing.Bids, late.Standing.Version = 900, 1, 2
	w.stand(late.Standing)
	w.await("the price to move to another band", func() bool {
		counts, _ := v.get("/search?q=harbour").choices(t)
		return counts["$100.00 and more"] == "0" && counts["$5.00 to $20.00"] == "2"
	})
}

// A slip is mended, and the page says so; what is typed is completed by words that there are.
func TestSuggestions(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer(), w.saleOffer())
	v := w.open().visitor()
	v.get("/search?q=harbuor").has(t, "Harbour at dawn", "This is what matches “harbour”")
	v.get("/search?lang=ko&q="+url.QueryEscape("노레")).has(t, "봄날의 노래", "‘노래’ 검색 결과를 보여 드려요")
	for text, want := range map[string][]string{"harb": {"harbour"}, "봄날": {"봄날", "봄날의"}, "zz": nil, "": nil, strings.Repeat("x", 300): nil} {
		var got []string
		if err := json.Unmarshal([]byte(v.get("/suggest?q="+url.QueryEscape(text)).body), &got); err != nil || !slices.Equal(got, want) {
			t.Errorf("suggestions for %.20q = %q (%v), want %q", text, got, err, want)
		}
	}
}

// What nobody can mean by a question is left out of it.
func TestSearchOfNonsense(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer())
	v := w.open().visitor()
	for _, query := range []string{
		"price=99", "price=-1", "ends=9999h", "sort=worst", "kind=../..", "page=-3", "page=1000000", "online=yes", "q=" + url.QueryEscape(strings.Repeat("봄 ", 500)),
		"q=%ff%fe", "q=%00", "q=" + url.QueryEscape(`") OR (title:*`), "q=" + url.QueryEscape("* ? ~ ^ : \\"),
	} {
		if p := v.get("/search?" + query); p.status != 200 {
			t.Errorf("GET /search?%.60s = %d, want a page", query, p.status)
		}
	}
}

// The field suggests as one types, in a real browser.
func TestSuggestInThePage(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer())
	v := w.open().visitor()
	tab := v.tab()
	tab.do(chromedp.Navigate(w.server.URL+"/"), chromedp.SendKeys(chromedp.CSS("#q"), "har"))
	tab.says("what it suggests", `[...document.getElementById("suggestions").options].some(o => o.value === "harbour")`)
}
