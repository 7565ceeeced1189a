package storefront

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lightshare/events"
	"lightshare/web/storefront/finder"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

// suggestions is how many ways to go on with a question are shown.
const suggestions = 8

// A searchView is the page of what was found. Its address holds all there is to know, so it can be passed on.
type searchView struct {
	listView
	Facets  []facet
	Instead string // what was searched for, as nothing matched what was asked
	Clear   string // path of the same question without its facets; empty without any
}

// A facet is one way to narrow down what was found.
type facet struct {
	Name    string
	Choices []choice
}

// A choice narrows down what was found, or, if it is made already, takes that back.
type choice struct {
	view.Link
	Count int
}

// search is what matches the words in q, or everything, and the facets that are chosen.
func (f *Front) search(w http.ResponseWriter, r *http.Request) error {
	values := r.URL.Query()
	q := f.queryIn(values)
	lots, answer := f.market.Search(q)
	v := searchView{
		listView: listView{
			Heading: say(r.Context(), "Search"), Query: q.Text, Count: say(r.Context(), "%d matches", answer.All), Cards: f.cards(r.Context(), lots),
			Orders: sortLinks(r.Context(), values, q.Sort), Empty: answer.All == 0,
		},
		Facets: facetsOf(r.Context(), values, q, answer.Counts), Instead: answer.Instead,
	}
	if q.Text != "" {
		v.Heading = "“" + q.Text + "”"
	}
	if q.Filter != (finder.Filter{}) {
		v.Clear = "/search?q=" + escaped(q.Text)
	}
	v.Earlier, v.Later = neighbours(values, "/search", q.From, answer.All)
	p := f.frame(r, v.Heading)
	p.Live = livePath(lots)
	return f.render(w, r, http.StatusOK, searchPage(p, v))
}

// queryIn reads a question. What it cannot read it leaves out.
func (f *Front) queryIn(values url.Values) finder.Query {
	text := strings.TrimSpace(values.Get("q"))
	if len(text) > maxQuery {
		text = strings.ToValidUTF8(text[:maxQuery], "")
	}
	q := finder.Query{Text: text, From: pageIn(values), N: pageLength, Now: f.Clock.Now()}
	q.Kind, q.Online = string(kindIn(values)), values.Get("online") == "1"
	if band, err := strconv.Atoi(values.Get("price")); err == nil && band > 0 && band <= len(finder.Bands()) {
		q.Band = finder.Band(band)
	}
	for _, d := range finder.Ends {
		if values.Get("ends") == hours(d) {
			q.Within = d
		}
	}
	for _, s := range finder.Sorts {
		if values.Get("sort") == string(s) {
			q.Sort = s
		}
	}
	return q
}

func hours(d time.Duration) string { return strconv.Itoa(int(d/time.Hour)) + "h" }

func facetsOf(ctx context.Context, values url.Values, q finder.Query, c finder.Counts) []facet {
	kind, price, ends, online := facet{Name: say(ctx, "Kinds of files")}, facet{Name: say(ctx, "Price")}, facet{Name: say(ctx, "Ends within")}, facet{Name: say(ctx, "Seller")}
	for _, k := range kinds[1:] {
		kind.add(values, "kind", string(k.kind), say(ctx, k.name), q.Kind == string(k.kind), c.Kinds[string(k.kind)])
	}
	for _, b := range finder.Bands() {
		price.add(values, "price", strconv.Itoa(int(b)), bandWords(words.Of(ctx), b), q.Band == b, c.Bands[b])
	}
	for _, d := range finder.Ends {
		ends.add(values, "ends", hours(d), endWords(ctx, d), q.Within == d, c.Within[d])
	}
	online.add(values, "online", "1", say(ctx, "online now"), q.Online, c.Online)
	return []facet{kind, price, ends, online}
}

func (f *facet) add(values url.Values, name, value, text string, chosen bool, count int) {
	if chosen {
		value = ""
	}
	f.Choices = append(f.Choices, choice{view.Link{Href: with(values, "/search", name, value), Text: text, Current: chosen}, count})
}

// bandWords words a range of prices in the currency that is usual where the language is; prices in others are grouped
// with those that are about alike.
func bandWords(in words.Language, b finder.Band) string {
	currency := map[words.Language]events.Currency{words.English: events.USD, words.Korean: events.KRW}[in]
	from, below := b.Limits(currency)
	switch {
	case from.Amount == 0:
		return in.Say("Under %s", below)
	case below.Amount == 0:
		return in.Say("%s and more", from)
	}
	return in.Say("%s to %s", from, below)
}

func endWords(ctx context.Context, d time.Duration) string {
	if d <= 24*time.Hour {
		return say(ctx, "%d hours", int(d/time.Hour))
	}
	return say(ctx, "%d days", int(d/(24*time.Hour)))
}

func sortLinks(ctx context.Context, values url.Values, chosen finder.Sort) []view.Link {
	names := map[finder.Sort]string{
		finder.Best: words.Key("Best match"), finder.Newest: words.Key("Newest"), finder.Ending: words.Key("Ending soon"),
		finder.Cheap: words.Key("Lowest price"), finder.Dear: words.Key("Highest price"),
	}
	var links []view.Link
	for _, s := range finder.Sorts {
		links = append(links, view.Link{Href: with(values, "/search", "sort", string(s)), Text: say(ctx, names[s]), Current: s == chosen})
	}
	return links
}

// suggest says how a question that is being typed may go on.
func (f *Front) suggest(w http.ResponseWriter, r *http.Request) error {
	text := r.URL.Query().Get("q")
	if len(text) > maxQuery {
		text = ""
	}
	return writeJSON(w, http.StatusOK, f.market.Suggest(text, suggestions))
}
