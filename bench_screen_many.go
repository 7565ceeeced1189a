package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"lightshare/blacklist"
	"lightshare/events"
)

// A wordMill makes entries and listings of the words of others, the same every time.
type wordMill struct {
	entries []events.Entry
	random  *rand.Rand
}

func newWordMill(entries []events.Entry) *wordMill {
	return &wordMill{entries: entries, random: rand.New(rand.NewPCG(1, 2))}
}

func (m *wordMill) any() events.Entry { return m.entries[m.random.IntN(len(m.entries))] }

// title puts the halves of two titles together.
func (m *wordMill) title() string {
	half := func() []string {
		words := strings.Fields(m.any().Title)
		return words[:(len(words)+1)/2]
	}
	return strings.Join(append(half(), half()...), " ")
}

// many returns the entries and as many more as make n.
func (m *wordMill) many(n int) []events.Entry {
	many := append(make([]events.Entry, 0, max(n, len(m.entries))), m.entries...)
	for i := len(many); i < n; i++ {
		many = append(many, events.Entry{ID: events.EntryID(fmt.Sprintf("m%07d", i)), Artist: m.any().Artist, Title: m.title()})
	}
	return many
}

// listings are by people who are on no list, with titles of words that are: a tenth is music.
func (m *wordMill) listings(n int) []events.Listing {
	endings := []string{"pdf", "jpg", "epub", "txt", "png", "docx", "zip", "svg", "stl", "mp3"}
	made := make([]events.Listing, n)
	for i := range made {
		title := m.title()
		made[i] = events.Listing{Title: title + fmt.Sprintf(" by Nemo Quill %d", i%97), FileName: title + "." + endings[i%len(endings)]}
	}
	return made
}

// market makes n listings of the words of some.
func (m *wordMill) market(some []events.Listing, n int) []events.Listing {
	made := make([]events.Listing, n)
	for i := range made {
		a, b := some[m.random.IntN(len(some))], some[m.random.IntN(len(some))]
		words, more := strings.Fields(a.Title), strings.Fields(b.Title)
		made[i] = events.Listing{
			ID:    events.ListingID(fmt.Sprintf("l%07d", i)),
			Title: strings.Join(append(words[:(len(words)+1)/2:(len(words)+1)/2], more[len(more)/2:]...), " "), FileName: b.FileName,
		}
	}
	return made
}

// disguised offers the work in a handful of ways.
func (m *wordMill) disguised(e events.Entry) []events.Listing {
	both := e.Artist + " - " + e.Title
	mistyped := []rune(both)
	if at := m.random.IntN(len(mistyped)); at > 0 {
		mistyped[at-1], mistyped[at] = mistyped[at], mistyped[at-1]
	}
	var made []events.Listing
	for i, title := range []string{
		both, string(mistyped), strings.NewReplacer("e", "3", "o", "0", "a", "4", "s", "5").Replace(both),
		e.Title + " / " + e.Artist + " (official audio)", strings.ReplaceAll(both, " ", "_"), strings.Join(strings.Split(both, ""), " "),
	} {
		made = append(made, events.Listing{ID: events.ListingID(fmt.Sprintf("d-%s-%d", e.ID, i)), Title: title, FileName: "track01.mp3"})
	}
	return made
}

func (c benchScreen) measureMany(words *wordMill, listings []events.Listing, result *screenResult) {
	before := heapMB()
	many := words.many(c.Many)
	began := time.Now()
	list := blacklist.NewList(many)
	result.BuildSeconds = time.Since(began).Seconds()
	many = nil
	result.HeapMB = heapMB() - before
	result.P50Many, result.P99Many = checks(listings, func(l events.Listing) { list.Screen(l) })
	for i := range 200 {
		e := events.Entry{ID: events.EntryID(fmt.Sprintf("new%d", i)), Artist: "Somebody New", Title: fmt.Sprintf("Song Number %d", i)}
		began := time.Now()
		list.Add(e)
		if i%2 == 1 {
			list.Remove(e.ID)
		}
		result.Change = max(result.Change, float64(time.Since(began).Microseconds())/1000)
	}
}

// Entries that are held against the market, and listings that each is held against for comparison.
const (
	reversed = 200
	compared = 1000
)

func (c benchScreen) measureReverse(words *wordMill, some []events.Listing, result *screenResult) {
	live, now := blacklist.NewLive(), time.Now()
	var entries []events.Entry
	sample := words.market(some, compared)
	for range reversed {
		e := words.any()
		entries, sample = append(entries, e), append(sample, words.disguised(e)...)
	}
	for _, l := range sample {
		live.Offer(l, now)
	}
	for _, l := range words.market(some, c.Many)[min(compared, c.Many):] {
		live.Offer(l, now)
	}
	var took []time.Duration
	same, either := 0, 0
	for _, e := range entries {
		began := time.Now()
		matches := live.Reverse(e)
		took = append(took, time.Since(began))
		s, n := agreement(e, matches, sample)
		same, either = same+s, either+n
	}
	result.ReverseP50, result.ReverseP99 = percentile(took, 50), percentile(took, 99)
	result.Agreement = float64(same) / float64(max(either, 1))
}

// agreement counts the listings of the sample that the entry does not leave alone, and of how many of them forward and
// reverse say the same.
func agreement(e events.Entry, matches []blacklist.Match, sample []events.Listing) (same, either int) {
	found := make(map[events.ListingID]events.Ruling)
	for _, m := range matches {
		found[m.Listing.ID] = m.Verdict.Ruling
	}
	alone := blacklist.NewList([]events.Entry{e})
	for _, l := range sample {
		forward, backward := alone.Screen(l).Ruling, found[l.ID]
		if backward == "" {
			backward = events.Allow
		}
		if forward == events.Allow && backward == events.Allow {
			continue
		}
		either++
		if forward == backward {
			same++
		}
	}
	return same, either
}
