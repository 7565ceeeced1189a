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
	Card  Card   // what to say of it by the sheets around it
	Sheet *Sheet // those sheets as one; nil: there are none
	Why   string // there is nothing to sell, in words
}

// An Item is one listing and the file it is about.
type Item struct {
	Path    string
	Stat    Stat           // of the file when its tree was made
	Listing events.Listing // not signed; Withdrawn when the file is not there as listed
	Fate    Fate           // what the market made of it

	sheet *Sheet // what the sheets around it said when it was last seen; nil: nothing
}

// A Fate is what the market made of a listing.
type Fate struct {
	State  events.OfferState // empty: it has not said yet
	Reason string            // in words, when it is not simply listed
}

// print returns what the item's file is, with the given Stat.
func (i *Item) print(s Stat) Print {
	return Print{Stat: s, Root: i.Listing.Root, Type: i.Listing.Type, Sealed: i.Listing.SealedRoot, Prints: i.Listing.Prints, Unread: i.Listing.Unread}
}

// Offered reports whether the item is for sale.
func (i *Item) Offered() bool { return !i.Listing.Withdrawn }

// A Catalogue is everything a folder offers or once offered. It is pure bookkeeping: no disk, no clock. Not safe for
// concurrent use.
type Catalogue struct {
	Seller     events.SellerID
	SellerName string
	Defaults   Defaults
	NewID      func() events.ListingID
	Edits      map[events.ListingID]Sheet // what the seller changed without a sheet; it counts over every sheet

	byID   map[events.ListingID]*Item
	byPath map[string]*Item // the newest item of each path
	byRoot map[string][]*Item
	wrong  map[string]error // by path: why an edit could not be followed
	byStat map[Stat]*Item   // the newest item of each state of a file
}

// Restore puts in what was known before. To be called once, first.
func (c *Catalogue) Restore(items []Item) {
	c.byID = make(map[events.ListingID]*Item, len(items))
	c.byPath = make(map[string]*Item, len(items))
	c.byRoot = make(map[string][]*Item, len(items))
	c.wrong = make(map[string]error)
	shared := make(map[string]string)
	c.byStat = make(map[Stat]*Item, len(items))
	slices.SortFunc(items, func(a, b Item) int {
		if a.Offered() != b.Offered() { // what is offered counts over what was once at the same path
			return cmp.Compare(b2i(a.Offered()), b2i(b.Offered()))
		}
		return cmp.Compare(a.Listing.Rev, b.Listing.Rev)
	})
	for _, item := range items {
		c.unify(&item.Listing, shared)
		c.byPath[item.Path] = &item
		c.index(&item)
	}
}

// unify has listings share the texts that most of them have in common.
func (c *Catalogue) unify(l *events.Listing, shared map[string]string) {
	one := func(s string) string {
		if known, ok := shared[s]; ok {
			return known
		}
		shared[s] = s
		return s
	}
	l.Seller, l.SellerName = events.SellerID(one(string(l.Seller))), one(l.SellerName)
	l.Type, l.Terms.Format = one(l.Type), events.Format(one(string(l.Terms.Format)))
	l.Terms.Currency = events.Currency(one(string(l.Terms.Currency)))
}

// TakeWrong returns the paths whose edit could not be followed, and why, since it was asked last.
func (c *Catalogue) TakeWrong() map[string]error {
	wrong := c.wrong
	c.wrong = nil
	return wrong
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
	for _, item := range c.byRoot[root] {
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
	c.byRoot[item.Listing.Root] = append(c.byRoot[item.Listing.Root], item)
}

func (c *Catalogue) unindex(item *Item) {
	if c.byStat[item.Stat] == item {
		delete(c.byStat, item.Stat)
	}
	same := c.byRoot[item.Listing.Root]
	if i := slices.Index(same, item); i >= 0 && len(same) == 1 {
		delete(c.byRoot, item.Listing.Root)
	} else if i >= 0 {
		c.byRoot[item.Listing.Root] = slices.Delete(same, i, i+1)
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
