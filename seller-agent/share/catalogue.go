package share

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"time"

	"lightshare/events"
)

// A Sighting is what was found at a path.
type Sighting struct {
	Path  string
	Print Print  // without a Root: there is nothing to sell
	Card  Card   // what to say of it
	Why   string // there is nothing to sell, in words
}

// An Item is one listing and the file it is about.
type Item struct {
	Path    string
	Stat    Stat           // of the file when its tree was made
	Listing events.Listing // not signed; Withdrawn when the file is not there as listed
}

// Offered reports whether the item is for sale.
func (i *Item) Offered() bool { return !i.Listing.Withdrawn }

// A Catalogue is everything a folder offers or once offered. It is pure bookkeeping: no disk, no clock. Not safe for
// concurrent use.
type Catalogue struct {
	Seller     events.SellerID
	SellerName string
	NewID      func() events.ListingID

	byID   map[events.ListingID]*Item
	byPath map[string]*Item // the newest item of each path
	byRoot map[string]map[*Item]bool
	byStat map[Stat]*Item // the newest item of each state of a file
}

// Restore puts in what was known before. To be called once, first.
func (c *Catalogue) Restore(items []Item) {
	c.byID = make(map[events.ListingID]*Item, len(items))
	c.byPath = make(map[string]*Item, len(items))
	c.byRoot = make(map[string]map[*Item]bool, len(items))
	c.byStat = make(map[Stat]*Item, len(items))
	slices.SortFunc(items, func(a, b Item) int {
		if a.Offered() != b.Offered() { // what is offered counts over what was once at the same path
			return cmp.Compare(b2i(a.Offered()), b2i(b.Offered()))
		}
		return cmp.Compare(a.Listing.Rev, b.Listing.Rev)
	})
	for _, item := range items {
		c.byPath[item.Path] = &item
		c.index(&item)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ByID returns a copy of the item, if it is known.
func (c *Catalogue) ByID(id events.ListingID) (Item, bool) { return valueOf(c.byID[id]) }

// ByPath returns a copy of what is or was last listed at path.
func (c *Catalogue) ByPath(path string) (Item, bool) { return valueOf(c.byPath[path]) }

func valueOf(i *Item) (Item, bool) {
	if i == nil {
		return Item{}, false
	}
	return *i, true
}

// PrintOf returns the print of a file with this Stat, wherever it lay, if one is known. Only files with an inode are
// recognized.
func (c *Catalogue) PrintOf(s Stat) (Print, bool) {
	item := c.byStat[s]
	if item == nil || s.Inode == 0 {
		return Print{}, false
	}
	return Print{Stat: s, Root: item.Listing.Root, Type: item.Listing.Type}, true
}

// Offered returns the paths of what is for sale, sorted.
func (c *Catalogue) Offered() []string {
	var paths []string
	for path, item := range c.byPath {
		if item.Offered() {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// Elsewhere returns the other paths at which these bytes are offered: candidates for having been moved from there.
func (c *Catalogue) Elsewhere(root, path string) []string {
	var paths []string
	for item := range c.byRoot[root] {
		if item.Path != path && item.Offered() {
			paths = append(paths, item.Path)
		}
	}
	slices.Sort(paths)
	return paths
}

// See takes in what was found and returns the items whose listing is to be published or published anew.
//
// A listing belongs to its bytes first and to its path second. So, for a file found at a path: if the path's listing has
// the same bytes it stays; else a listing with these bytes whose own path has lost them moves here; else the path's
// listing takes the new bytes; else there is a new listing. A listing that is left without a file is withdrawn.
func (c *Catalogue) See(sightings []Sighting, now time.Time) []Item {
	slices.SortFunc(sightings, func(a, b Sighting) int { return cmp.Compare(a.Path, b.Path) })
	found := make(map[string]Sighting, len(sightings))
	for _, s := range sightings {
		found[s.Path] = s
	}
	changed := make(map[*Item]bool)
	replaced := make(map[*Item]bool) // lost their path to another listing; they may yet be found elsewhere
	for _, s := range sightings {
		if s.Print.Root != "" {
			c.settle(s, found, now, changed, replaced)
		}
	}
	for item := range replaced {
		c.withdraw(item, "another file was moved over it", now, changed)
	}
	for _, s := range sightings {
		if item := c.byPath[s.Path]; s.Print.Root == "" && item != nil {
			c.withdraw(item, s.Why, now, changed)
		}
	}
	return c.sorted(changed)
}

// Clear withdraws everything, and returns the items whose listing is to be published.
func (c *Catalogue) Clear(why string, now time.Time) []Item {
	changed := make(map[*Item]bool)
	for _, item := range c.byID {
		c.withdraw(item, why, now, changed)
	}
	return c.sorted(changed)
}

// settle finds the listing for the file of s and brings it up to date.
func (c *Catalogue) settle(s Sighting, found map[string]Sighting, now time.Time, changed, replaced map[*Item]bool) {
	here := c.byPath[s.Path]
	item := here
	if here == nil || here.Listing.Root != s.Print.Root {
		if moved := c.lost(s.Print.Root, found, replaced); moved != nil {
			item = moved
		}
	}
	if item == nil {
		id := c.NewID()
		item = &Item{Path: s.Path, Listing: events.Listing{ID: id}}
	}
	if item != here {
		if here != nil {
			replaced[here] = true
		}
		if c.byPath[item.Path] == item {
			delete(c.byPath, item.Path)
		}
		delete(replaced, item)
		c.byPath[s.Path] = item
	}
	moved := item.Path != s.Path || item.Stat != s.Print.Stat
	c.unindex(item)
	item.Path, item.Stat = s.Path, s.Print.Stat
	next := c.listing(item.Listing, s)
	if moved || !same(item.Listing, next) {
		if !same(item.Listing, next) {
			next.Rev = revAfter(item.Listing.Rev, now)
		}
		item.Listing = next
		changed[item] = true
	}
	c.index(item)
}

// lost returns the best listing with these bytes whose own path has lost them.
func (c *Catalogue) lost(root string, found map[string]Sighting, replaced map[*Item]bool) *Item {
	var best *Item
	for item := range c.byRoot[root] {
		now, looked := found[item.Path]
		holds := item.Offered() && !replaced[item] && (!looked || now.Print.Root == root)
		if holds {
			continue
		}
		if best == nil || better(item, best) {
			best = item
		}
	}
	return best
}

// better prefers what is still offered, then what was last changed.
func better(a, b *Item) bool {
	if a.Offered() != b.Offered() {
		return a.Offered()
	}
	if a.Listing.Rev != b.Listing.Rev {
		return a.Listing.Rev > b.Listing.Rev
	}
	return a.Listing.ID < b.Listing.ID
}

// listing returns l as the sighting would have it, with the old Rev.
func (c *Catalogue) listing(l events.Listing, s Sighting) events.Listing {
	return events.Listing{
		ID: l.ID, Rev: l.Rev, Seller: c.Seller, SellerName: c.SellerName,
		Title: s.Card.Title, Description: s.Card.Description, Tags: s.Card.Tags, Terms: s.Card.Terms,
		FileName: FileName(s.Path), Size: s.Print.Stat.Size, Type: s.Print.Type,
		Modified: s.Print.Stat.modified(), Root: s.Print.Root,
	}
}

func (c *Catalogue) withdraw(item *Item, why string, now time.Time, changed map[*Item]bool) {
	if !item.Offered() {
		return
	}
	item.Listing.Withdrawn, item.Listing.Reason = true, why
	item.Listing.Rev = revAfter(item.Listing.Rev, now)
	changed[item] = true
}

// revAfter returns the next Rev: the time in Unix milliseconds, so that it grows even for an agent that lost its memory.
func revAfter(rev int64, now time.Time) int64 { return max(rev+1, now.UnixMilli()) }

func same(a, b events.Listing) bool {
	a.Rev, b.Rev = 0, 0
	return reflect.DeepEqual(a, b)
}

func (c *Catalogue) index(item *Item) {
	c.byID[item.Listing.ID] = item
	c.byStat[item.Stat] = item
	set := c.byRoot[item.Listing.Root]
	if set == nil {
		set = make(map[*Item]bool, 1)
		c.byRoot[item.Listing.Root] = set
	}
	set[item] = true
}

func (c *Catalogue) unindex(item *Item) {
	if c.byStat[item.Stat] == item {
		delete(c.byStat, item.Stat)
	}
	if set := c.byRoot[item.Listing.Root]; set != nil {
		if delete(set, item); len(set) == 0 {
			delete(c.byRoot, item.Listing.Root)
		}
	}
}

func (c *Catalogue) sorted(changed map[*Item]bool) []Item {
	items := make([]Item, 0, len(changed))
	for _, item := range slices.SortedFunc(maps.Keys(changed), func(a, b *Item) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Listing.ID, b.Listing.ID))
	}) {
		items = append(items, *item)
	}
	return items
}
