package share

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// newCatalogue returns one that numbers its listings n1, n2, …
func newCatalogue() *Catalogue {
	n := 0
	c := &Catalogue{SellerName: "Ann", NewID: func() events.ListingID { n++; return events.ListingID(fmt.Sprintf("n%d", n)) }}
	c.Restore(nil)
	return c
}

// seen reads "path=bytes" as a sighting; without bytes nothing is there.
func seen(text string) []Sighting {
	var sightings []Sighting
	for _, part := range strings.Fields(text) {
		path, bytes, _ := strings.Cut(part, "=")
		s := Sighting{Path: path, Why: "gone"}
		if bytes != "" {
			s.Print = Print{Stat: Stat{Size: int64(len(bytes)), Modified: 1, Inode: uint64(bytes[0])}, Root: bytes, Type: "text/plain"}
			s.Card.Title = path
		}
		sightings = append(sightings, s)
	}
	return sightings
}

// told writes what is to be published: "n1:path=bytes", or "n1:-" when withdrawn.
func told(items []Item) string {
	var all []string
	for _, i := range items {
		what := i.Path + "=" + i.Listing.Root
		if !i.Offered() {
			what = "-"
		}
		all = append(all, string(i.Listing.ID)+":"+what)
	}
	return strings.Join(all, " ")
}

func TestListingsFollowTheFiles(t *testing.T) {
	for name, tc := range map[string]struct{ steps []string }{ // what is seen, and after the arrow what is told
		"a new file is listed":                      {[]string{"a=x -> n1:a=x"}},
		"seen again nothing is told":                {[]string{"a=x -> n1:a=x", "a=x -> "}},
		"an edit keeps the listing":                 {[]string{"a=x -> n1:a=x", "a=y -> n1:a=y"}},
		"a deletion withdraws it, once":             {[]string{"a=x -> n1:a=x", "a -> n1:-", "a -> "}},
		"nothing where nothing was is nothing":      {[]string{"a -> "}},
		"a move keeps the listing":                  {[]string{"a=x -> n1:a=x", "a b=x -> n1:b=x"}},
		"a copy is a listing of its own":            {[]string{"a=x -> n1:a=x", "b=x -> n2:b=x"}},
		"a file that comes back has its listing":    {[]string{"a=x -> n1:a=x", "a -> n1:-", "a=x -> n1:a=x"}},
		"another file in its place has it too":      {[]string{"a=x -> n1:a=x", "a -> n1:-", "a=y -> n1:a=y"}},
		"bytes that come back elsewhere have it":    {[]string{"a=x -> n1:a=x", "a -> n1:-", "b=x -> n1:b=x"}},
		"moved over another, that one goes":         {[]string{"a=x b=y -> n1:a=x n2:b=y", "a b=x -> n1:b=x n2:-"}},
		"two files that swap names keep theirs":     {[]string{"a=x b=y -> n1:a=x n2:b=y", "a=y b=x -> n2:a=y n1:b=x"}},
		"a rotation moves the old, lists the new":   {[]string{"a=x -> n1:a=x", "a=y b=x -> n2:a=y n1:b=x"}},
		"of two copies the one that is gone moves":  {[]string{"a=x b=x -> n1:a=x n2:b=x", "b c=x -> n2:c=x"}},
		"the last of a row of moves counts":         {[]string{"a=x -> n1:a=x", "a b=x -> n1:b=x", "b c=x -> n1:c=x", "a=z -> n2:a=z"}},
		"moved away and edited it is withdrawn":     {[]string{"a=x -> n1:a=x", "a b=y -> n1:- n2:b=y"}},
		"three names in a ring":                     {[]string{"a=x b=y c=z -> n1:a=x n2:b=y n3:c=z", "a=z b=x c=y -> n3:a=z n1:b=x n2:c=y"}},
		"what was replaced comes back by its bytes": {[]string{"a=x b=y -> n1:a=x n2:b=y", "a b=x -> n1:b=x n2:-", "c=y -> n2:c=y"}},
	} {
		c := newCatalogue()
		for _, step := range tc.steps {
			given, want, _ := strings.Cut(step, " -> ")
			want = strings.TrimSpace(want)
			if got := told(c.See(seen(strings.TrimSuffix(given, " ->")), noon)); got != want {
				t.Errorf("%s: See(%s) = %q, want %q", name, given, got, want)
			}
		}
	}
}

func TestRevGrowsWithEachMessageAlone(t *testing.T) {
	c := newCatalogue()
	first := c.See(seen("a=x"), noon)[0].Listing.Rev
	if first != noon.UnixMilli() {
		t.Errorf("first Rev = %d, want the time in milliseconds, %d", first, noon.UnixMilli())
	}
	if again := c.See(seen("a=y"), noon)[0].Listing.Rev; again != first+1 {
		t.Errorf("second Rev at the same moment = %d, want %d", again, first+1)
	}
	if back := c.See(seen("a"), noon.Add(-time.Hour))[0].Listing.Rev; back != first+2 {
		t.Errorf("third Rev after the clock was set back = %d, want %d", back, first+2)
	}
}

func TestTouchedFileKeepsItsRev(t *testing.T) {
	c := newCatalogue()
	s := seen("a=x")
	rev := c.See(s, noon)[0].Listing.Rev
	s[0].Print.Stat.Inode++
	items := c.See(s, noon.Add(time.Second))
	if len(items) != 1 || items[0].Listing.Rev != rev {
		t.Errorf("See(same bytes in another inode) = %+v, want the item to keep, with rev %d", items, rev)
	}
}

func TestCatalogueRestoresWhatItWas(t *testing.T) {
	c := newCatalogue()
	kept := make(map[events.ListingID]Item)
	for _, step := range []string{"a=x b=y c=z", "a b=x", "c"} {
		for _, item := range c.See(seen(step), noon) {
			kept[item.Listing.ID] = item
		}
	}
	again := newCatalogue()
	var items []Item
	for _, item := range kept {
		items = append(items, item)
	}
	again.Restore(items)
	if got, want := again.Offered(), c.Offered(); !reflect.DeepEqual(got, want) {
		t.Errorf("Offered() after Restore = %v, want %v", got, want)
	}
	if got := told(again.See(seen("b=x"), noon)); got != "" {
		t.Errorf("See(what is known) after Restore = %q, want nothing to tell", got)
	}
	if got, want := told(again.See(seen("d=y"), noon)), "n2:d=y"; got != want {
		t.Errorf("See(bytes replaced earlier) after Restore = %q, want %q", got, want)
	}
}

func TestPrintIsKnownByStat(t *testing.T) {
	c := newCatalogue()
	s := seen("a=x")
	c.See(s, noon)
	if p, ok := c.PrintOf(s[0].Print.Stat); !ok || p.Root != "x" {
		t.Errorf("PrintOf(known stat) = %v, %v, want x", p, ok)
	}
	other := s[0].Print.Stat
	other.Modified++
	if p, ok := c.PrintOf(other); ok {
		t.Errorf("PrintOf(another time) = %v, want none", p)
	}
	c.See(seen("b=y"), noon)
	if _, ok := c.PrintOf(Stat{Size: 1, Modified: 1}); ok {
		t.Errorf("PrintOf(a stat without inode) was known")
	}
}
