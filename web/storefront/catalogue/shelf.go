package catalogue

import (
	"slices"
	"time"

	"lightshare/web/view"
)

// A shelf is everything on offer, in the orders in which people browse.
type shelf struct {
	ending []*Lot // auctions, the next to end first
	newest []*Lot
	built  time.Time
	cost   time.Duration // of building it
}

// share is how much of the time may go into building shelves: one in share.
const share = 20

// An Order is one in which people browse.
type Order string

// The orders.
const (
	Newest Order = "new"
	Ending Order = "ending" // auctions only
)

// Browse returns up to n lots on offer from the given position on, in that order, of that kind (empty: all), and how
// many there are in all.
func (c *Catalogue) Browse(order Order, kind view.Kind, from, n int) ([]*Lot, int) {
	s := c.shelved()
	lots := s.newest
	if order == Ending {
		lots = s.ending
	}
	if kind != "" {
		lots = slices.DeleteFunc(slices.Clone(lots), func(l *Lot) bool { return l.Kind() != kind })
	}
	from = min(max(from, 0), len(lots))
	return lots[from:min(from+n, len(lots))], len(lots)
}

// shelved returns the shelf with all news, or, when the market is so large that sorting it takes long, one that is a
// little older.
func (c *Catalogue) shelved() *shelf {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shelf == nil && c.last != nil && time.Since(c.last.built) < c.last.cost*share {
		return c.last
	}
	if c.shelf == nil {
		c.shelf = c.build()
		c.last = c.shelf
	}
	return c.shelf
}

// build sorts the market. The caller holds mu.
func (c *Catalogue) build() *shelf {
	start := time.Now()
	s := &shelf{}
	for _, l := range c.lots {
		if !l.Offered() {
			continue
		}
		s.newest = append(s.newest, l)
		if l.IsAuction() {
			s.ending = append(s.ending, l)
		}
	}
	slices.SortFunc(s.newest, byNewest)
	slices.SortFunc(s.ending, byEnd)
	s.built, s.cost = time.Now(), time.Since(start)
	return s
}
