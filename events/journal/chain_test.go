package journal

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/bus/embedded"
)

// history is some facts of one subject, decided one after the other.
func history(t *testing.T, n int) []events.Record {
	t.Helper()
	var e Entity[tally]
	var records []events.Record
	for i := range n {
		c, b := bid(fmt.Sprint(i), int64(i+1))
		d, err := e.Decide(tallyRules{}, "lot", c, b, []byte{byte(i)}, time.Unix(int64(i), 0).UTC())
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, d.Record)
	}
	return records
}

// Whatever is done to a history, its replay notices at the first fact that does not follow.
func TestChain(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(r []events.Record) []events.Record
		stops int // at which fact; 0: nowhere
	}{
		"as it was":        {func(r []events.Record) []events.Record { return r }, 0},
		"an amount raised": {func(r []events.Record) []events.Record { r[1].Body = []byte(`{"price":9}`); return r }, 3},
		"a secret amount raised": {func(r []events.Record) []events.Record {
			r[1].Secret = bytes.Replace(r[1].Secret, []byte(`"max":2`), []byte(`"max":3`), 1)
			return r
		}, 2},
		"a secret left out": {func(r []events.Record) []events.Record { r[1].Secret = nil; return r }, 2},
		"a time moved":      {func(r []events.Record) []events.Record { r[1].At = r[1].At.Add(1); return r }, 3},
		"one left out":      {func(r []events.Record) []events.Record { return append(r[:1], r[2:]...) }, 3},
		"one left out, the rest counted anew": {func(r []events.Record) []events.Record {
			r = append(r[:1], r[2:]...)
			for i := range r {
				r[i].Seq = uint64(i + 1)
			}
			return r
		}, 2},
		"two exchanged":               {func(r []events.Record) []events.Record { r[1], r[2] = r[2], r[1]; return r }, 3},
		"one repeated":                {func(r []events.Record) []events.Record { return append(r[:2], r[1:]...) }, 2},
		"the first one missing":       {func(r []events.Record) []events.Record { return r[1:] }, 2},
		"another's history before it": {func(r []events.Record) []events.Record { r[0].Prev = make([]byte, 32); return r }, 1},
		"an unknown kind":             {func(r []events.Record) []events.Record { r[3].Kind = "no_such"; return r }, 4},
	} {
		var e Entity[tally]
		stopped := 0
		for _, rec := range tc.spoil(history(t, 5)) {
			if _, err := e.Replay(tallyRules{}, rec); err != nil {
				if !errors.Is(err, ErrBroken) {
					t.Errorf("%s: replay of fact %d: %v, want %v", name, rec.Seq, err, ErrBroken)
				}
				stopped = int(rec.Seq)
				break
			}
		}
		if stopped != tc.stops {
			t.Errorf("%s: the replay stopped at fact %d, want %d", name, stopped, tc.stops)
		}
	}
}

// A broken partition stops; the others run on.
func TestBrokenPartition(t *testing.T) {
	nc := embedded.Test(t)
	j := open(t, nc, nil)
	to := NewSender(nc, events.AuctionService)
	other := "b"
	for events.PartitionOf(other) == events.PartitionOf("lot") {
		other += "b"
	}
	for _, lot := range []string{"lot", other} {
		c, b := bid(lot, 1)
		if _, err := to.Do(t.Context(), lot, c, b, nil); err != nil {
			t.Fatal(err)
		}
	}
	j.Close()
	forged := history(t, 3)[2]
	if _, err := nc.Request(events.JournalSubject(events.Lots, events.PartitionOf("lot")), append(forged.AppendJSON(nil), '\n'), 5*time.Second); err != nil {
		t.Fatal(err)
	}
	j = open(t, nc, nil)
	c, b := bid("next", 1)
	if _, err := to.Do(t.Context(), "lot", c, b, nil); !errors.Is(err, events.Unavailable) {
		t.Errorf("bid in a broken partition: %v, want %v", err, events.Unavailable)
	}
	if _, err := to.Do(t.Context(), other, c, b, nil); err != nil {
		t.Errorf("bid in a whole partition: %v", err)
	}
	if known := states(t, j); len(known) != 1 || known[other].Bids != 2 {
		t.Errorf("Each told %v, want the whole partition's only", known)
	}
}
