package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	ahocorasick "github.com/BobuSumisu/aho-corasick"

	"lightshare/blacklist"
	"lightshare/events"
)

// benchScreen measures what it costs to hold a listing against the blacklist, and an entry against the market.
type benchScreen struct {
	Entries  string `required:"" type:"existingfile" placeholder:"FILE" help:"CSV of works: entry_id,artist,title,artist_alt,title_alt."`
	Listings string `type:"existingfile" placeholder:"FILE" help:"Listings to check, a JSON line each as for screen; otherwise they are made of the titles' words."`
	Many     int    `default:"1000000" help:"Entries of the large list, and listings on the market; those beyond the files are made of their words, the same every time."`
	JSON     bool   `help:"Print one JSON line."`
}

type screenResult struct {
	P50          float64 `json:"p50_us_22k"` // for the entries of the file, whatever their number
	P99          float64 `json:"p99_us_22k"`
	Contained50  float64 `json:"containment_p50_us"` // the baselines: artist and title contained in lower case
	Automaton50  float64 `json:"aho_corasick_p50_us"`
	P50Many      float64 `json:"p50_us_1m"` // for the large list
	P99Many      float64 `json:"p99_us_1m"`
	HeapMB       int64   `json:"heap_mb_1m"`
	BuildSeconds float64 `json:"build_s_1m"`
	Change       float64 `json:"change_max_ms_1m"` // until an entry that was added or removed counts
	ReverseP50   float64 `json:"reverse_p50_ms"`
	ReverseP99   float64 `json:"reverse_p99_ms"`
	Agreement    float64 `json:"reverse_agreement"` // of the verdicts that are not to allow, forward or in reverse
	Entries      int     `json:"entries"`
	Many         int     `json:"many"`
}

// Run measures one after the other. Each check is done three times and the fastest counts, so that what other programs
// take from the processor does not.
func (c benchScreen) Run(log *slog.Logger) error {
	entries, err := readEntries(log, c.Entries)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return errors.New("bench screen: the file has no entry")
	}
	words := newWordMill(entries)
	listings, err := c.readListings(words)
	if err != nil {
		return err
	}
	result := screenResult{Entries: len(entries), Many: c.Many}
	list := blacklist.NewList(entries)
	result.P50, result.P99 = checks(listings, func(l events.Listing) { list.Screen(l) })
	result.Contained50, _ = checks(listings[:min(len(listings), 500)], containment(entries))
	result.Automaton50, _ = checks(listings, automaton(entries))
	c.measureMany(words, listings, &result)
	c.measureReverse(words, listings, &result)
	return printResult(c.JSON, result)
}

func (c benchScreen) readListings(words *wordMill) ([]events.Listing, error) {
	if c.Listings == "" {
		return words.listings(10_000), nil
	}
	f, err := os.Open(c.Listings)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	listings, err := blacklist.ReadListings(f)
	if err == nil && len(listings) == 0 {
		err = errors.New("no listing")
	}
	if err != nil {
		return nil, fmt.Errorf("bench screen %s: %w", c.Listings, err)
	}
	return listings, nil
}

// checks returns the median and the 99th percentile of what a check takes, in microseconds.
func checks(listings []events.Listing, check func(events.Listing)) (p50, p99 float64) {
	took := make([]time.Duration, len(listings))
	for round := range 3 {
		for i, l := range listings {
			began := time.Now()
			check(l)
			if d := time.Since(began); round == 0 || d < took[i] {
				took[i] = d
			}
		}
	}
	slices.Sort(took)
	micros := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
	return micros(took[len(took)/2]), micros(took[len(took)*99/100])
}

// containment is the baseline that goes through all entries.
func containment(entries []events.Entry) func(events.Listing) {
	artists, titles := lowered(entries)
	return func(l events.Listing) {
		said := saidLower(l)
		for i := range titles {
			if strings.Contains(said, titles[i]) && strings.Contains(said, artists[i]) {
				return
			}
		}
	}
}

// automaton is the baseline that finds all artists and titles in one pass.
func automaton(entries []events.Entry) func(events.Listing) {
	artists, titles := lowered(entries)
	trie := ahocorasick.NewTrieBuilder().AddStrings(slices.Concat(artists, titles)).Build()
	return func(l events.Listing) {
		seen := make(map[int64]bool)
		trie.Walk([]byte(saidLower(l)), func(_, _, pattern int64) bool {
			n := pattern % int64(len(titles))
			if other := pattern >= int64(len(titles)); seen[2*n] && other || seen[2*n+1] && !other {
				return false
			} else if other {
				seen[2*n+1] = true
			} else {
				seen[2*n] = true
			}
			return true
		})
	}
}

func lowered(entries []events.Entry) (artists, titles []string) {
	for _, e := range entries {
		artists, titles = append(artists, strings.ToLower(e.Artist)), append(titles, strings.ToLower(e.Title))
	}
	return artists, titles
}

func saidLower(l events.Listing) string {
	return strings.ToLower(strings.Join(append([]string{l.Title, l.FileName}, l.Tags...), " "))
}

// heapMB returns what is in use, in megabytes, once the garbage is gone.
func heapMB() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc >> 20)
}
