package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"lightshare/events"
	"lightshare/web/storefront/finder"
)

// benchSearch measures every shape of question that the search page offers, while prices move.
type benchSearch struct {
	Listings int    `default:"1000000" help:"Listings on the market, a third of them Korean; they are made up, the same every time."`
	Each     int    `default:"200" help:"Questions of each shape."`
	Moves    int    `default:"1000" help:"Listings a second whose price or presence changes meanwhile."`
	Seed     uint64 `default:"1" help:"Of the listings and questions."`
	JSON     bool   `help:"Print one JSON line."`
}

type searchResult struct {
	Listings     int                    `json:"listings"`
	BuildSeconds float64                `json:"build_s"` // the whole index, from nothing
	HeapMB       int64                  `json:"heap_mb"` // of it, without the listings themselves
	Shapes       map[string]shapeResult `json:"shapes"`
	WorstP99     float64                `json:"worst_p99_ms"`
	Scan50       float64                `json:"scan_p50_ms"` // the baseline: two words looked for in every title
}

type shapeResult struct {
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
	First float64 `json:"p99_first_ms"` // asked once, whatever else the machine did
	Found int     `json:"found"`        // answers of the middle question
}

// Run builds the index, asks, and looks through the titles one by one.
func (c benchSearch) Run() error {
	mill := newTitleMill(c.Seed)
	listings := make([]finder.Listing, c.Listings)
	now := time.Now()
	for i := range listings {
		listings[i] = mill.listing(i, now)
	}
	before, began := heap(), time.Now()
	f := finder.New()
	for _, l := range listings {
		f.Put(l)
	}
	result := searchResult{Listings: c.Listings, BuildSeconds: time.Since(began).Seconds(), Shapes: make(map[string]shapeResult)}
	result.HeapMB = (heap() - before) >> 20
	stop, moving := make(chan struct{}), sync.WaitGroup{}
	moving.Go(func() { c.move(f, listings, stop) })
	shapes := mill.shapes(now)
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		result.Shapes[name] = c.ask(f, shapes[name])
		result.WorstP99 = max(result.WorstP99, result.Shapes[name].P99)
	}
	close(stop)
	moving.Wait()
	result.Scan50 = c.scan(listings, mill)
	return printResult(c.JSON, result)
}

// heap returns the bytes in use after a collection.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// move changes prices and presence evenly until stop.
func (c benchSearch) move(f *finder.Finder, listings []finder.Listing, stop <-chan struct{}) {
	random := rand.New(rand.NewPCG(c.Seed, 3))
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-stop:
			return
		}
		for range c.Moves / 100 {
			l := &listings[random.IntN(len(listings))]
			l.Price.Amount += l.Price.Amount/10 + 1
			f.Stands(l.ID, l.Price, l.Ends, random.IntN(10) == 0)
		}
	}
}

// ask asks the questions of a shape, each with its facets, and returns how long that took. Each is asked three times and
// the fastest counts, so that what other programs take from the processor does not; what the first took is said, too.
func (c benchSearch) ask(f *finder.Finder, question func() func(*finder.Finder) int) shapeResult {
	took, first, found := make([]time.Duration, c.Each), make([]time.Duration, c.Each), make([]int, c.Each)
	for i := range took {
		q := question()
		for round := range 3 {
			began := time.Now()
			found[i] = q(f)
			if d := time.Since(began); round == 0 {
				took[i], first[i] = d, d
			} else {
				took[i] = min(took[i], d)
			}
		}
	}
	slices.Sort(found)
	return shapeResult{percentile(took, 50), percentile(took, 99), percentile(first, 99), found[len(found)/2]}
}

// scan is the baseline: every title in small letters, without an index.
func (c benchSearch) scan(listings []finder.Listing, mill *titleMill) float64 {
	var took []time.Duration
	for range 10 {
		one, other := mill.word(), mill.word()
		began := time.Now()
		found := 0
		for i := range listings {
			if title := strings.ToLower(listings[i].Title); strings.Contains(title, one) && strings.Contains(title, other) {
				found++
			}
		}
		took = append(took, time.Since(began))
	}
	return percentile(took, 50)
}

// A titleMill makes up listings whose words are as unevenly common as people's.
type titleMill struct {
	random *rand.Rand
	latin  []string
	korean []string
	often  *rand.Zipf
}

const vocabulary = 60_000 // words of each language

func newTitleMill(seed uint64) *titleMill {
	m := &titleMill{random: rand.New(rand.NewPCG(seed, 1))}
	for len(m.latin) < vocabulary {
		var word strings.Builder
		for range 2 + m.random.IntN(3) {
			word.WriteByte("bcdfghklmnprstvwz"[m.random.IntN(17)])
			word.WriteByte("aeiou"[m.random.IntN(5)])
		}
		m.latin = append(m.latin, word.String())
		syllables := make([]rune, 2+m.random.IntN(3))
		for i := range syllables {
			syllables[i] = '가' + rune(m.random.IntN(400)*28) + []rune{0, 0, 0, 4, 8, 16, 21}[m.random.IntN(7)]
		}
		m.korean = append(m.korean, string(syllables))
	}
	m.often = rand.NewZipf(m.random, 1.1, 20, vocabulary-1)
	return m
}

func (m *titleMill) word() string   { return m.latin[m.often.Uint64()] }
func (m *titleMill) hangul() string { return m.korean[m.often.Uint64()] }

// rare is a word that few listings have.
func (m *titleMill) rare() string { return m.latin[vocabulary/2+m.random.IntN(vocabulary/2)] }

func (m *titleMill) text(n int, word func() string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = word()
	}
	return strings.Join(all, " ")
}

func (m *titleMill) listing(i int, now time.Time) finder.Listing {
	word, money := m.word, events.Money{Amount: int64(1+m.random.IntN(200)) * int64(1+m.random.IntN(200)), Currency: events.USD}
	if i%3 == 0 {
		word, money.Currency, money.Amount = m.hangul, events.KRW, money.Amount*14
	}
	seller := m.random.IntN(20_000)
	l := finder.Listing{
		ID: events.ListingID(fmt.Sprintf("seller%010d-%d", seller, i)), Title: m.text(3+m.random.IntN(4), word), Text: m.text(8+m.random.IntN(16), word),
		Kind:  []string{"picture", "sound", "film", "text", "archive", "other"}[m.random.IntN(6)],
		Price: money, Listed: now.Add(time.Duration(i-10_000_000) * time.Second), Online: seller%10 == 0,
	}
	if m.random.IntN(2) == 0 {
		l.Ends = now.Add(time.Duration(m.random.IntN(10*24*3600)) * time.Second)
	}
	return l
}

// shapes are the questions that the page offers, each made anew every time.
func (m *titleMill) shapes(now time.Time) map[string]func() func(*finder.Finder) int {
	ask := func(text func() string, change func(*finder.Query)) func() func(*finder.Finder) int {
		return func() func(*finder.Finder) int {
			q := finder.Query{Text: text(), N: 24, Now: now}
			if change != nil {
				change(&q)
			}
			return func(f *finder.Finder) int { return f.Ask(q).All }
		}
	}
	nothing := func() string { return "" }
	common := func() string { return m.latin[m.random.IntN(20)] }
	slip := func() string { word := m.rare() + "xq"; return word[1:2] + word[:1] + word[2:] }
	narrow := func(q *finder.Query) {
		q.Kind, q.Band, q.Within, q.Online = "picture", 2, 72*time.Hour, true
	}
	return map[string]func() func(*finder.Finder) int{
		"everything":                 ask(nothing, nil),
		"everything, cheapest first": ask(nothing, func(q *finder.Query) { q.Sort = finder.Cheap }),
		"everything, dearest first":  ask(nothing, func(q *finder.Query) { q.Sort = finder.Dear }),
		"everything, ending soon":    ask(nothing, func(q *finder.Query) { q.Sort = finder.Ending }),
		"everything, every facet":    ask(nothing, narrow),
		"everything, page 100":       ask(nothing, func(q *finder.Query) { q.From = 99 * 24 }),
		"a word":                     ask(m.word, nil),
		"a common word":              ask(common, nil),
		"a common word, cheapest":    ask(common, func(q *finder.Query) { q.Sort = finder.Cheap }),
		"a common word, every facet": ask(common, narrow),
		"a rare word":                ask(m.rare, nil),
		"two words":                  ask(func() string { return m.text(2, m.word) }, nil),
		"twelve words":               ask(func() string { return m.text(12, m.word) }, nil),
		"a beginning of two letters": ask(func() string { return m.word()[:2] }, nil),
		"a Korean word":              ask(m.hangul, nil),
		"two Korean words":           ask(func() string { return m.text(2, m.hangul) }, nil),
		"one syllable":               ask(func() string { return string([]rune(m.hangul())[:1]) }, nil),
		"a slip":                     ask(slip, nil),
		"a Korean slip":              ask(func() string { r := []rune(m.hangul()); r[len(r)-1]++; return string(r) }, nil),
		"suggestions for a letter": func() func(*finder.Finder) int {
			t := m.word()[:1]
			return func(f *finder.Finder) int { return len(f.Suggest(t, 8)) }
		},
		"suggestions for a second word": func() func(*finder.Finder) int {
			t := m.word() + " " + m.word()[:2]
			return func(f *finder.Finder) int { return len(f.Suggest(t, 8)) }
		},
	}
}
