package share

import (
	"cmp"
	"maps"
	"slices"

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

// print returns what the item's file is, with the given Stat.
func (i *Item) print(s Stat) Print {
	return Print{Stat: s, Root: i.Listing.Root, Type: i.Listing.Type, Sealed: i.Listing.SealedRoot}
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
	return item.print(s), true
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
