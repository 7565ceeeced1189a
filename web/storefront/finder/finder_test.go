package finder

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightshare/events"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func dollars(n int64) events.Money { return events.Money{Amount: n * 100, Currency: events.USD} }

func market() *Finder {
	f := New()
	for i, l := range []Listing{
		{ID: "harbour", Title: "Harbour at dawn", Text: "Taken from the pier. Ina sea", Kind: "picture", Price: dollars(12), Ends: noon.Add(30 * time.Minute), Online: true},
		{ID: "song", Title: "봄날의 노래", Text: "Recorded in spring. Ina", Kind: "sound", Price: events.Money{Amount: 12000, Currency: events.KRW}},
		{ID: "pier", Title: "Ice on the pier", Text: "A harbour in winter", Kind: "picture", Price: dollars(150), Ends: noon.Add(26 * time.Hour)},
		{ID: "train", Title: "야간열차 8mm 필름", Text: "Nacht", Kind: "film", Price: dollars(3), Ends: noon.Add(3 * time.Hour), Online: true},
	} {
		l.Listed = noon.Add(time.Duration(i) * time.Minute)
		f.Put(l)
	}
	return f
}

func (a Answer) names() string {
	var all []string
	for _, id := range a.IDs {
		all = append(all, string(id))
	}
	return strings.Join(all, " ")
}

func TestAsk(t *testing.T) {
	f := market()
	for name, c := range map[string]struct {
		q       Query
		want    string
		instead string
	}{
		"everything, the newest first":             {q: Query{}, want: "train pier song harbour"},
		"a word of the title before one elsewhere": {q: Query{Text: "harbour"}, want: "harbour pier"},
		"the other way":                            {q: Query{Text: "pier"}, want: "pier harbour"},
		"every word":                               {q: Query{Text: "harbour dawn"}, want: "harbour"},
		"a beginning":                              {q: Query{Text: "harb"}, want: "harbour pier"},
		"capitals and full width":                  {q: Query{Text: "ＨＡＲＢＯＵＲ Dawn!"}, want: "harbour"},
		"two syllables inside a word":              {q: Query{Text: "열차"}, want: "train"},
		"one syllable":                             {q: Query{Text: "봄"}, want: "song"},
		"a word without its ending":                {q: Query{Text: "봄날"}, want: "song"},
		"Korean glued to digits":                   {q: Query{Text: "8mm필름"}, want: "train"},
		"a slip":                                   {q: Query{Text: "harbuor"}, want: "harbour pier", instead: "harbour"},
		"a slip beside a good word":                {q: Query{Text: "wintre harbour"}, want: "pier", instead: "winter harbour"},
		"a Korean slip":                            {q: Query{Text: "노레"}, want: "song", instead: "노래"},
		"nothing near":                             {q: Query{Text: "zebra"}},
		"good words that are never together":       {q: Query{Text: "dawn 노래"}},
		"the next to end first":                    {q: Query{Sort: Ending}, want: "harbour train pier song"},
		"the cheapest first, won among dollars":    {q: Query{Sort: Cheap}, want: "train song harbour pier"},
		"the dearest first":                        {q: Query{Sort: Dear}, want: "pier harbour song train"},
		"a kind":                                   {q: Query{Filter: Filter{Kind: "picture"}}, want: "pier harbour"},
		"a kind that is not there":                 {q: Query{Filter: Filter{Kind: "text"}}},
		"a band":                                   {q: Query{Filter: Filter{Band: 2}}, want: "song harbour"},
		"ends within the hour":                     {q: Query{Filter: Filter{Within: time.Hour}}, want: "harbour"},
		"ends within a day":                        {q: Query{Filter: Filter{Within: 24 * time.Hour}}, want: "train harbour"},
		"the seller is there":                      {q: Query{Filter: Filter{Online: true}}, want: "train harbour"},
		"all at once":                              {q: Query{Text: "ha", Filter: Filter{Kind: "picture", Band: 2, Within: time.Hour, Online: true}}, want: "harbour"},
		"the second page":                          {q: Query{From: 2, N: 1}, want: "song"},
		"far behind":                               {q: Query{From: 100, N: 5}},
	} {
		t.Run(name, func(t *testing.T) {
			q := c.q
			q.Now = noon
			if q.N == 0 {
				q.N = 10
			}
			if got := f.Ask(q); got.names() != c.want || got.Instead != c.instead {
				t.Errorf("Ask(%+v) = %q instead %q, want %q instead %q", c.q, got.names(), got.Instead, c.want, c.instead)
			}
		})
	}
}

func TestCounts(t *testing.T) {
	a := market().Ask(Query{Filter: Filter{Kind: "picture", Online: true}, Now: noon, N: 10})
	if a.All != 1 || a.Counts.Kinds["film"] != 1 || a.Counts.Kinds["picture"] != 1 || a.Counts.Kinds[""] != 2 || a.Counts.Online != 1 || a.Counts.Bands[2] != 1 || a.Counts.Bands[4] != 0 || a.Counts.Within[time.Hour] != 1 {
		t.Errorf("pictures of sellers who are there: %d, %+v", a.All, a.Counts)
	}
}

func TestSuggest(t *testing.T) {
	f := market()
	for text, want := range map[string]string{"ha": "harbour", "HARB": "harbour", "ice pi": "ice pier", "ice ha": "ice harbour", "봄날": "봄날 봄날의", "zebra": "", "": "", "dawn wi": ""} {
		got := f.Suggest(text, 5)
		if strings.Join(got, " ") != want {
			t.Errorf("Suggest(%q) = %q, want %q", text, got, want)
		}
	}
}

// Whatever is put, changed and removed in whatever order: what is found is what is there, as if looked for one by one.
func TestLikeLookingOneByOne(t *testing.T) {
	words := []string{"harbour", "dawn", "pier", "봄날의", "노래", "song", "take", "바다"}
	rapid.Check(t, func(rt *rapid.T) {
		f, there := New(), make(map[events.ListingID]Listing)
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			id := events.ListingID(fmt.Sprint("l", rapid.IntRange(0, 12).Draw(rt, "id")))
			if rapid.IntRange(0, 4).Draw(rt, "do") == 0 {
				f.Remove(id)
				delete(there, id)
				continue
			}
			some := func(name string) string {
				return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 4).Draw(rt, name), " ")
			}
			l := Listing{ID: id, Title: some("title"), Text: some("text"), Kind: rapid.SampledFrom([]string{"picture", "sound"}).Draw(rt, "kind"),
				Price: dollars(int64(rapid.IntRange(1, 200).Draw(rt, "price"))), Listed: noon, Online: rapid.Bool().Draw(rt, "online")}
			if m := rapid.IntRange(-1, 5000).Draw(rt, "ends"); m >= 0 {
				l.Ends = noon.Add(time.Duration(m) * time.Minute)
			}
			if old, known := there[id]; known && old.Title == l.Title && old.Text == l.Text && old.Kind == l.Kind {
				f.Stands(id, l.Price, l.Ends, l.Online)
			} else {
				f.Put(l)
			}
			there[id] = l
		}
		q := Query{Text: rapid.SampledFrom([]string{"", "harbour", "ha", "봄날", "노래 song", "바", "pier dawn"}).Draw(rt, "text"), Now: noon, N: 100,
			Filter: Filter{Kind: rapid.SampledFrom([]string{"", "sound"}).Draw(rt, "of kind"), Band: Band(rapid.IntRange(0, bands).Draw(rt, "of band")),
				Within: rapid.SampledFrom([]time.Duration{0, time.Hour, 24 * time.Hour}).Draw(rt, "within"), Online: rapid.Bool().Draw(rt, "is online")}}
		want := 0
		for _, l := range there {
			if isWanted(l, q) {
				want++
			}
		}
		if got := f.Ask(q); got.Instead == "" && (got.All != want || len(got.IDs) != want) {
			rt.Fatalf("Ask(%+v) = %d (%q), one by one %d of %+v", q, got.All, got.IDs, want, there)
		}
		if f.Len() != len(there) {
			rt.Fatalf("%d listings, want %d", f.Len(), len(there))
		}
	})
}

func isWanted(l Listing, q Query) bool {
	said := split(l.Title + " " + l.Text)
	for _, word := range split(q.Text) {
		if !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, word) || isDense(word) && strings.Contains(s, word) }) {
			return false
		}
	}
	left := l.Ends.Sub(q.Now)
	return (q.Kind == "" || l.Kind == q.Kind) && (q.Band == 0 || BandOf(l.Price) == q.Band) && (!q.Online || l.Online) &&
		(q.Within == 0 || !l.Ends.IsZero() && left >= 0 && left <= q.Within)
}

func TestBands(t *testing.T) {
	for m, want := range map[events.Money]Band{
		dollars(4): 1, dollars(5): 2, dollars(19): 2, dollars(20): 3, dollars(100): 4, {Amount: 6999, Currency: events.KRW}: 1, {Amount: 7000, Currency: events.KRW}: 2,
		{Amount: 140_000, Currency: events.KRW}: 4,
	} {
		if got := BandOf(m); got != want {
			t.Errorf("BandOf(%s) = %d, want %d", m, got, want)
		}
	}
	if from, below := Band(2).Limits(events.KRW); from.Amount != 7000 || below.Amount != 28000 {
		t.Errorf("the second band in won is %s to %s", from, below)
	}
}

// Many more words than are kept unsorted, found all the same.
func TestManyWords(t *testing.T) {
	f, random := New(), rand.New(rand.NewPCG(1, 2))
	for i := range 10_000 {
		f.Put(Listing{ID: events.ListingID(fmt.Sprint(i)), Title: fmt.Sprintf("w%d shared", i), Listed: noon})
	}
	for range 100 {
		i := random.IntN(10_000)
		if got := f.Ask(Query{Text: fmt.Sprintf("w%d shared", i), Now: noon, N: 1, Sort: Newest}); got.All == 0 {
			t.Errorf("w%d is not found", i)
		}
	}
	if got := f.Ask(Query{Text: "shared", Now: noon, N: 3}); got.All != 10_000 {
		t.Errorf("%d have the word that all have", got.All)
	}
}
