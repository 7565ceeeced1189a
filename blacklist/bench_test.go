package blacklist

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

func bulkListings(t testing.TB) []events.Listing {
	t.Helper()
	var all []events.Listing
	for _, c := range evalCases(t, "innocent-bulk-dev.jsonl") {
		all = append(all, c.listing())
	}
	return all
}

// BenchmarkScreen is a check of an innocent listing against 22,161 entries.
func BenchmarkScreen(b *testing.B) {
	list, listings := NewList(evalEntries(b)), bulkListings(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		list.Screen(listings[i%len(listings)])
	}
}

// contained keeps the baseline's answer.
var contained bool

// BenchmarkScreenContainment is the baseline: whether artist and title of an entry are contained in lower case.
func BenchmarkScreenContainment(b *testing.B) {
	type pair struct{ artist, title string }
	var pairs []pair
	for _, e := range evalEntries(b) {
		pairs = append(pairs, pair{strings.ToLower(e.Artist), strings.ToLower(e.Title)})
	}
	listings := bulkListings(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l := listings[i%len(listings)]
		said := strings.ToLower(strings.Join(append([]string{l.Title, l.FileName}, l.Tags...), " "))
		contained = slices.ContainsFunc(pairs, func(p pair) bool { return strings.Contains(said, p.title) && strings.Contains(said, p.artist) })
	}
}

// manyEntries makes n entries of the artists of some and of titles whose halves come from two of theirs.
func manyEntries(some []events.Entry, n int) []events.Entry {
	random := rand.New(rand.NewPCG(1, 2))
	many := slices.Clone(some)
	half := func() []string {
		words := strings.Fields(some[random.IntN(len(some))].Title)
		return words[:(len(words)+1)/2]
	}
	for i := len(many); i < n; i++ {
		many = append(many, events.Entry{
			ID:     events.EntryID(fmt.Sprintf("m%07d", i)),
			Artist: some[random.IntN(len(some))].Artist,
			Title:  strings.Join(append(half(), half()...), " "),
		})
	}
	return many
}

// TestAMillionEntries measures what a large list costs. It takes a while, and runs where LIGHTSHARE_MILLION is set.
func TestAMillionEntries(t *testing.T) {
	if os.Getenv("LIGHTSHARE_MILLION") == "" {
		t.Skip("LIGHTSHARE_MILLION is not set")
	}
	listings := bulkListings(t)
	some, before := evalEntries(t), heap()
	many := manyEntries(some, 1_000_000)
	began := time.Now()
	list := NewList(many)
	built := time.Since(began)
	many = nil
	t.Logf("built in %v, %d MB", built, (heap()-before)>>20)
	var took []time.Duration
	for i, l := range listings {
		began := time.Now()
		list.Screen(l)
		if i > 200 {
			took = append(took, time.Since(began))
		}
	}
	slices.Sort(took)
	t.Logf("a check takes %v at the median, %v at the 99th percentile", took[len(took)/2], took[len(took)*99/100])
	took = took[:0]
	for i := range 500 {
		began := time.Now()
		list.Add(events.Entry{ID: events.EntryID(fmt.Sprint("new", i)), Artist: "Somebody New", Title: fmt.Sprint("Song ", i)})
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	t.Logf("a change takes %v at the median, %v at the most", took[len(took)/2], took[len(took)-1])
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
