package blacklist

import (
	"encoding/json"
	"strings"
	"testing"

	"lightshare/events"
)

// history returns n facts of each subject that follow from each other.
func history(subjects []string, n int) []events.Record {
	var all []events.Record
	for _, subject := range subjects {
		var prev []byte
		for seq := range n {
			rec := events.Record{Subject: subject, Seq: uint64(seq + 1), Kind: "case_left", Prev: prev, Body: json.RawMessage(`{"by":"mina"}`)}
			hash := rec.Hash()
			prev = hash[:]
			all = append(all, rec)
		}
	}
	return all
}

func TestBrokenChainIsFound(t *testing.T) {
	for name, tc := range map[string]struct {
		change func([]events.Record) []events.Record
		want   string // empty: nothing is broken
	}{
		"untouched": {func(r []events.Record) []events.Record { return r }, ""},
		"a fact changed": {func(r []events.Record) []events.Record {
			r[4].Body = json.RawMessage(`{"by":"jun"}`)
			return r
		}, "fact 3 of b does not follow from fact 2"},
		"a fact missing":      {func(r []events.Record) []events.Record { return append(r[:4:4], r[5:]...) }, "fact 3 of b does not follow from fact 1"},
		"a first one missing": {func(r []events.Record) []events.Record { return r[1:] }, "fact 2 of a does not follow from fact 0"},
		"two exchanged": {func(r []events.Record) []events.Record {
			r[1], r[2] = r[2], r[1]
			return r
		}, "fact 3 of a does not follow from fact 1"},
		"one of somebody else": {func(r []events.Record) []events.Record {
			r[4].Prev = r[1].Prev
			return r
		}, "fact 2 of b does not follow from fact 1"},
	} {
		c := newChains()
		for _, rec := range tc.change(history([]string{"a", "b"}, 3)) {
			c.add(rec)
		}
		if c.broken != tc.want {
			t.Errorf("%s: broken %q, want %q", name, c.broken, tc.want)
		}
	}
	whole, cut := newChains(), newChains()
	for i, rec := range history([]string{"a", "b"}, 3) {
		whole.add(rec)
		if i < 5 {
			cut.add(rec)
		}
	}
	if whole.head() == cut.head() || strings.Trim(whole.head(), "0123456789abcdef") != "" {
		t.Errorf("the heads of a journal and of its beginning are %q and %q, want two hashes", whole.head(), cut.head())
	}
}
