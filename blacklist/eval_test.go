package blacklist

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lightshare/events"
)

const evalData = "../../shared/blacklist"

// openEval opens a file of the evaluation data, which is no part of the repository.
func openEval(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join(evalData, name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("evaluation data is missing: %v", err)
		}
		t.Skipf("evaluation data is missing: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func evalEntries(t testing.TB) []events.Entry {
	t.Helper()
	entries, broken, err := ReadCSV(openEval(t, "entries.csv"))
	if err != nil || len(broken) > 0 {
		t.Fatalf("ReadCSV = %d broken rows %v, %v", len(broken), broken, err)
	}
	return entries
}

type evalCase struct {
	ID       string            `json:"id"`
	Text     string            `json:"text"`
	FileName string            `json:"file_name"`
	Tags     map[string]string `json:"tags"`
	Label    events.Ruling     `json:"label"`
	Class    string            `json:"class"`
}

func (c evalCase) listing() events.Listing {
	l := events.Listing{Title: c.Text, FileName: c.FileName}
	for _, key := range []string{"artist", "title"} {
		if tag := c.Tags[key]; tag != "" {
			l.Tags = append(l.Tags, tag)
		}
	}
	return l
}

func evalCases(t testing.TB, name string) []evalCase {
	t.Helper()
	var cases []evalCase
	lines := bufio.NewScanner(openEval(t, name))
	for lines.Scan() {
		var c evalCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return cases
}

// A tally counts what became of the cases of one class.
type tally struct{ n, block, review int }

func (c *tally) add(r events.Ruling) {
	c.n++
	switch r {
	case events.Block:
		c.block++
	case events.Review:
		c.review++
	}
}

func (c tally) blocked() float64 { return 100 * float64(c.block) / float64(c.n) }
func (c tally) caught() float64  { return 100 * float64(c.block+c.review) / float64(c.n) }

func evaluate(t testing.TB, list *List, cases []evalCase) map[string]*tally {
	t.Helper()
	tallies := make(map[string]*tally)
	var took []time.Duration
	for _, c := range cases {
		began := time.Now()
		got := list.Screen(c.listing()).Ruling
		took = append(took, time.Since(began))
		for _, key := range []string{string(c.Label), string(c.Label) + " " + c.Class} {
			if tallies[key] == nil {
				tallies[key] = new(tally)
			}
			tallies[key].add(got)
		}
	}
	keys := make([]string, 0, len(tallies))
	for key := range tallies {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		c := tallies[key]
		t.Logf("%-45s n %5d  block %6.2f %%  caught %6.2f %%", key, c.n, c.blocked(), c.caught())
	}
	slices.Sort(took)
	t.Logf("a check takes %v at the median, %v at the 99th percentile", took[len(took)/2], took[len(took)*99/100])
	return tallies
}

// The classes of disguise that folding undoes. The others (typing errors, sound spelling, look-alike letters, other
// scripts) are seen through by chance at best, and count only in the total.
var foldable = []string{"alias", "archive", "case_punct", "diacritics", "exact", "false_claim", "file_name", "fullwidth_math",
	"nfd_hangul", "renamed_ext", "sentence", "spacing", "split_fields", "suffix", "swapped", "tags_only",
	"title_only_distinctive", "word_order", "zero_width"}

func TestEvaluation(t *testing.T) {
	list := NewList(evalEntries(t))
	got := evaluate(t, list, evalCases(t, "cases-dev.jsonl"))
	for _, class := range foldable {
		if c := got["block "+class]; c == nil || c.blocked() < 98 {
			t.Errorf("class %s: %+v, want at least 98 %% blocked", class, c)
		}
	}
	if c := got["block"]; c.blocked() < 65 {
		t.Errorf("what must be blocked: %.2f %% blocked, want at least 65 %%", c.blocked())
	}
	if c := got["review"]; c.caught() < 99 || c.block > 0 {
		t.Errorf("what a person must decide: %.2f %% caught and %d blocked, want at least 99 %% and none", c.caught(), c.block)
	}
	if c := got["allow"]; c.caught() > 0.2 || c.block > 0 {
		t.Errorf("hard innocents: %.2f %% caught and %d blocked, want at most 0.2 %% and none", c.caught(), c.block)
	}
	innocent := evaluate(t, list, evalCases(t, "innocent-bulk-dev.jsonl"))["allow"]
	if innocent.caught() > 0.05 || innocent.block > 0 {
		t.Errorf("plain innocents: %.2f %% caught and %d blocked, want at most 0.05 %% and none", innocent.caught(), innocent.block)
	}
}

func BenchmarkScreen(b *testing.B) {
	list := NewList(evalEntries(b))
	cases := evalCases(b, "innocent-bulk-dev.jsonl")
	for i := 0; b.Loop(); i++ {
		list.Screen(cases[i%len(cases)].listing())
	}
}
