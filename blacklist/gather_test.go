package blacklist

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"lightshare/events"
)

// TestGatheredListIsTheSame changes a list and one that is gathered alike, and looks for a difference.
func TestGatheredListIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := someEntries[:3]
		want, got := NewList(base), gatherList(base)
		var came []changes
		anyEntry := rapid.Custom(func(t *rapid.T) events.Entry {
			e := rapid.SampledFrom(someEntries).Draw(t, "work")
			e.ID = events.EntryID(fmt.Sprint("e", rapid.IntRange(1, 9).Draw(t, "id")))
			return e
		})
		same := func() {
			if want.Version() != got.Version() {
				t.Fatalf("gathered list has version %d, want %d", got.Version(), want.Version())
			}
			for n := range 10 {
				id := events.EntryID(fmt.Sprint("e", n))
				a, has := want.Entry(id)
				b, too := got.Entry(id)
				c, _ := want.changeOf(id)
				d, _ := got.changeOf(id)
				if has != too || fmt.Sprint(a) != fmt.Sprint(b) || c != d {
					t.Fatalf("gathered list has %v by change %d (%t), want %v by change %d (%t)", b, d, too, a, c, has)
				}
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) { same() },
			"add": func(t *rapid.T) {
				e := anyEntry.Draw(t, "entry")
				want.Add(e)
				got.Add(e)
			},
			"add all": func(t *rapid.T) {
				many := rapid.SliceOfNDistinct(anyEntry, 1, 5, func(e events.Entry) events.EntryID { return e.ID }).Draw(t, "entries")
				came = append(came, want.AddAll(many))
				got.AddAll(many)
			},
			"remove": func(t *rapid.T) {
				id := anyEntry.Draw(t, "entry").ID
				want.Remove(id)
				got.Remove(id)
			},
			"remove all": func(t *rapid.T) {
				if len(came) == 0 {
					t.Skip("nothing came")
				}
				one := came[rapid.IntRange(0, len(came)-1).Draw(t, "batch"):][:1]
				if a, b := want.RemoveAll(one), got.RemoveAll(one); a != b {
					t.Fatalf("gathered list loses %d works, want %d", b, a)
				}
			},
		})
		got.settle()
		same()
		for _, e := range someEntries {
			l := events.Listing{Title: e.Artist + " - " + e.Title, FileName: "1.mp3"}
			if a, b := want.Screen(l), got.Screen(l); a.Ruling != b.Ruling || a.Rule != b.Rule || a.List != b.List {
				t.Fatalf("settled list says %v, %s of %q, want %v, %s", b.Ruling, b.Rule, l.Title, a.Ruling, a.Rule)
			}
		}
	})
}
