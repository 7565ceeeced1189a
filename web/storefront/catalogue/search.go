package catalogue

import (
	"strings"
	"sync"
	"time"
	"unicode"

	"lightshare/events"
	"lightshare/web/storefront/finder"
)

// index keeps a finder in step with the market. Lots that changed are gathered for a moment and taken in together, each
// as it stands by then.
type index struct {
	finder *finder.Finder
	lot    func(events.LotID) (*Lot, bool)
	wake   chan struct{}
	done   chan struct{}
	tasks  sync.WaitGroup
	known  map[events.LotID]uint64 // version of the offer whose words are in the finder; of the one goroutine that indexes

	mu      sync.Mutex
	waiting map[events.LotID]struct{} // guarded by mu
}

const (
	gather    = 20 * time.Millisecond // how long changes are gathered
	batchSize = 200
)

func newIndex(lot func(events.LotID) (*Lot, bool)) *index {
	return &index{
		finder: finder.New(), lot: lot, wake: make(chan struct{}, 1), done: make(chan struct{}),
		known: make(map[events.LotID]uint64), waiting: make(map[events.LotID]struct{}),
	}
}

// start takes in what waits, and from then on what changes, until close.
func (x *index) start() {
	for x.some() {
	}
	x.tasks.Go(x.run)
}

func (x *index) close() {
	close(x.done)
	x.tasks.Wait()
}

// put has the lot taken in anew soon.
func (x *index) put(id events.LotID) {
	x.mu.Lock()
	x.waiting[id] = struct{}{}
	x.mu.Unlock()
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

func (x *index) run() {
	for {
		select {
		case <-x.wake:
		case <-x.done:
			return
		}
		select {
		case <-time.After(gather):
		case <-x.done:
			return
		}
		for x.some() {
		}
	}
}

// some takes in a batch of what waits, and reports whether there was any.
func (x *index) some() bool {
	var batch []events.LotID
	x.mu.Lock()
	for id := range x.waiting {
		delete(x.waiting, id)
		if batch = append(batch, id); len(batch) == batchSize {
			break
		}
	}
	x.mu.Unlock()
	for _, id := range batch {
		x.take(id)
	}
	return len(batch) > 0
}

func (x *index) take(id events.LotID) {
	l, ok := x.lot(id)
	version, known := x.known[id]
	switch {
	case !ok || !l.Offered():
		x.finder.Remove(id.Listing())
		delete(x.known, id)
	case known && version == l.Version:
		x.finder.Stands(id.Listing(), priceOf(l), l.Standing.EndsAt, l.Presence.Online)
	default:
		x.finder.Put(listingOf(l))
		x.known[id] = l.Version
	}
}

func listingOf(l *Lot) finder.Listing {
	text := append([]string{l.Description, l.SellerName, apart(l.FileName), l.Type}, l.Tags...)
	return finder.Listing{
		ID: l.Listing, Title: l.Title, Text: strings.Join(text, "\n"), Kind: string(l.Kind()), Price: priceOf(l),
		Ends: l.Standing.EndsAt, Listed: l.ListedAt, Online: l.Presence.Online,
	}
}

// priceOf returns the price that the lot's tag shows.
func priceOf(l *Lot) events.Money {
	switch {
	case l.IsAuction() && l.Standing.Bids > 0:
		return l.Money(l.Standing.Price)
	case l.IsAuction():
		return l.Money(l.Terms.Start)
	case l.Terms.Least > 0:
		return l.Money(l.Terms.Least)
	}
	return l.Money(l.Terms.Price)
}

// apart splits a file name into words.
func apart(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return ' '
	}, s)
}

// Search returns the lots on offer that answer the question, and what else the finder says about it.
func (c *Catalogue) Search(q finder.Query) ([]*Lot, finder.Answer) {
	answer := c.index.finder.Ask(q)
	lots := make([]*Lot, 0, len(answer.IDs))
	for _, id := range answer.IDs {
		if l, ok := c.Lot(id.Lot()); ok && l.Offered() {
			lots = append(lots, l)
		}
	}
	return lots, answer
}

// Suggest returns up to n ways to go on with an unfinished question.
func (c *Catalogue) Suggest(text string, n int) []string { return c.index.finder.Suggest(text, n) }
