package storefront

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"lightshare/web/storefront/catalogue"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

const (
	shelfLength = 8   // lots of each shelf on the first page
	pageLength  = 24  // lots of a page
	maxPage     = 100 // nobody turns more pages; further ones cost more to find
	maxQuery    = 200 // bytes
)

// A listView is a page of lots.
type listView struct {
	Heading string
	Count   string
	Kinds   []view.Link
	Orders  []view.Link
	Cards   []cardView
	Earlier string // path of the page before; empty on the first
	Later   string
	Query   string
	Empty   bool
}

// home is the first page: what ends next, and what is new.
func (f *Front) home(w http.ResponseWriter, r *http.Request) error {
	ending, _ := f.market.Browse(catalogue.Ending, "", 0, shelfLength)
	newest, all := f.market.Browse(catalogue.Newest, "", 0, shelfLength)
	p := f.frame(r, "")
	v := homeView{Ending: f.cards(r.Context(), ending), Newest: f.cards(r.Context(), newest), All: all, Kinds: kindLinks(r, "/browse")}
	p.Live = livePath(append(ending, newest...))
	return f.render(w, r, http.StatusOK, homePage(p, v))
}

// A homeView is the first page.
type homeView struct {
	Ending, Newest []cardView
	All            int
	Kinds          []view.Link
}

// browse is everything on offer, by kind and order.
func (f *Front) browse(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	kind, order, from := kindIn(q), catalogue.Newest, pageIn(q)
	if q.Get("order") == string(catalogue.Ending) {
		order = catalogue.Ending
	}
	lots, all := f.market.Browse(order, kind, from, pageLength)
	v := listView{
		Heading: say(r.Context(), "On the market"), Count: say(r.Context(), "%d offers", all), Cards: f.cards(r.Context(), lots),
		Kinds: kindLinks(r, "/browse"), Empty: all == 0,
		Orders: []view.Link{
			{Href: with(q, "/browse", "order", ""), Text: say(r.Context(), "Newest"), Current: order == catalogue.Newest},
			{Href: with(q, "/browse", "order", string(catalogue.Ending)), Text: say(r.Context(), "Auctions ending soon"), Current: order == catalogue.Ending},
		},
	}
	v.Earlier, v.Later = neighbours(q, "/browse", from, all)
	p := f.frame(r, say(r.Context(), "Browse"))
	p.Live = livePath(lots)
	return f.render(w, r, http.StatusOK, listPage(p, v))
}

func (f *Front) cards(ctx context.Context, lots []*catalogue.Lot) []cardView {
	now := f.Clock.Now()
	cards := make([]cardView, len(lots))
	for i, l := range lots {
		cards[i] = cardOf(words.Of(ctx), l, now)
	}
	return cards
}

// kinds are the families of files in the order of the page, with their names.
var kinds = []struct {
	kind view.Kind
	name string
}{
	{"", words.Key("Everything")}, {view.Picture, words.Key("Pictures")}, {view.Sound, words.Key("Sound")}, {view.Film, words.Key("Film")},
	{view.Text, words.Key("Text")}, {view.Archive, words.Key("Archives")}, {view.Other, words.Key("Other")},
}

func kindIn(q url.Values) view.Kind {
	for _, k := range kinds {
		if q.Get("kind") == string(k.kind) {
			return k.kind
		}
	}
	return ""
}

func kindLinks(r *http.Request, path string) []view.Link {
	q := r.URL.Query()
	links := make([]view.Link, len(kinds))
	for i, k := range kinds {
		links[i] = view.Link{Href: with(q, path, "kind", string(k.kind)), Text: say(r.Context(), k.name), Current: k.kind == kindIn(q)}
	}
	return links
}

// pageIn returns the position of the first lot of the page that q asks for.
func pageIn(q url.Values) int {
	n, err := strconv.Atoi(q.Get("page"))
	if err != nil || n < 1 || n > maxPage {
		return 0
	}
	return (n - 1) * pageLength
}

func neighbours(q url.Values, path string, from, all int) (earlier, later string) {
	page := from/pageLength + 1
	if page > 1 {
		earlier = with(q, path, "page", strconv.Itoa(page-1))
	}
	if from+pageLength < all {
		later = with(q, path, "page", strconv.Itoa(page+1))
	}
	return earlier, later
}

// with returns the path with the query q changed in one value; another choice begins again at the first page.
func with(q url.Values, path, name, value string) string {
	changed := url.Values{}
	for _, keep := range []string{"q", "kind", "price", "ends", "online", "sort", "order"} {
		if v := q.Get(keep); v != "" {
			changed.Set(keep, v)
		}
	}
	changed.Del(name)
	if value != "" {
		changed.Set(name, value)
	}
	if len(changed) == 0 {
		return path
	}
	return path + "?" + changed.Encode()
}
