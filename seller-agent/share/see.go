package share

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"lightshare/events"
)

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
	var others []Sighting            // files whose bytes are on no listing that they could be
	for _, s := range sightings {
		if s.Print.Root == "" {
			continue
		}
		if item := c.withBytes(s, found, replaced); item != nil {
			c.place(item, s, now, changed, replaced)
		} else {
			others = append(others, s)
		}
	}
	for _, s := range others {
		item := c.byPath[s.Path]
		if item == nil {
			item = &Item{Path: s.Path, Listing: events.Listing{ID: c.NewID()}}
		}
		c.place(item, s, now, changed, replaced)
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

// withBytes returns the listing that the file of s is by its bytes: the one of its path, or one that has lost its own.
func (c *Catalogue) withBytes(s Sighting, found map[string]Sighting, replaced map[*Item]bool) *Item {
	if here := c.byPath[s.Path]; here != nil && here.Listing.Root == s.Print.Root {
		return here
	}
	return c.lost(s.Print.Root, found, replaced)
}

// place makes item the listing of the file of s and brings it up to date.
func (c *Catalogue) place(item *Item, s Sighting, now time.Time, changed, replaced map[*Item]bool) {
	if here := c.byPath[s.Path]; item != here {
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
	item.Path, item.Stat, item.sheet = s.Path, s.Print.Stat, s.Sheet
	next := c.listing(item.Listing, s)
	if !same(item.Listing, next) {
		next.Rev = revAfter(item.Listing.Rev, now)
		item.Listing = next
		changed[item] = true
	} else if moved {
		changed[item] = true // to be kept; the market need not know
	}
	c.index(item)
}

// lost returns the best listing with these bytes whose own path has lost them.
func (c *Catalogue) lost(root string, found map[string]Sighting, replaced map[*Item]bool) *Item {
	var best *Item
	for _, item := range c.byRoot[root] {
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
	s.Card = c.edited(l, s)
	return events.Listing{
		ID: l.ID, Rev: l.Rev, Seller: c.Seller, SellerName: c.SellerName,
		Title: s.Card.Title, Description: s.Card.Description, Tags: s.Card.Tags, Terms: s.Card.Terms,
		FileName: FileName(s.Path), Size: s.Print.Stat.Size, Type: s.Print.Type,
		Modified: s.Print.Stat.modified(), Root: s.Print.Root, SealedRoot: s.Print.Sealed, Prints: s.Print.Prints, Unread: s.Print.Unread,
	}
}

// edited returns the card with what the seller changed by hand. An edit that does not go with the sheets any more leaves
// the listing as it was.
func (c *Catalogue) edited(l events.Listing, s Sighting) Card {
	edit, ok := c.Edits[l.ID]
	if !ok {
		return s.Card
	}
	card, err := editedCard(s.Path, s.Sheet, edit, c.Defaults)
	if err == nil {
		return card
	}
	if c.wrong == nil {
		c.wrong = make(map[string]error)
	}
	c.wrong[s.Path] = err
	if l.Title == "" { // not listed yet
		return s.Card
	}
	return Card{l.Title, l.Description, l.Tags, l.Terms}
}

// editedCard returns the card of the file at path by its sheets, which may be nil, and an edit over them.
func editedCard(path string, sheets *Sheet, edit Sheet, d Defaults) (Card, error) {
	if sheets != nil {
		edit = merge(*sheets, edit)
	}
	card, err := CardFor(path, edit, d)
	if err == nil {
		err = card.check(path)
	}
	return card, err
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
