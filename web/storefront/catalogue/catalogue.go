package catalogue

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/web/storefront/live"
)

// Presence knows which sellers' agents are connected.
type Presence interface {
	// Of returns whether the seller's agent is connected now.
	Of(events.SellerID) events.Presence
	// Watch sends every change from now on until ctx ends, and then closes the channel.
	Watch(ctx context.Context) <-chan events.Presence
}

// A Book remembers the newest standing of each lot, except when it was lost and is being rebuilt.
type Book interface {
	Standings(context.Context, []events.LotID) ([]events.Standing, error)
}

// Config is what a catalogue needs.
type Config struct {
	NC       *nats.Conn
	Presence Presence
	Book     Book
	Hub      *live.Hub // its topics of lots are touched at each change; see Topic
	Log      *slog.Logger
}

// repairEvery is how often the standings of open auctions are compared with the book.
const repairEvery = 15 * time.Second

// A Catalogue holds the market. Safe for concurrent use.
type Catalogue struct {
	Config
	index *index
	stop  context.CancelFunc
	tasks sync.WaitGroup

	loaded atomic.Bool // what was on the market has been taken in: from now on offers are news

	mu      sync.RWMutex
	lots    map[events.LotID]*Lot                         // guarded by mu
	sellers map[events.SellerID]map[events.LotID]struct{} // guarded by mu
	shelf   *shelf                                        // guarded by mu; nil when there was news since it was built
	last    *shelf                                        // guarded by mu; the newest that was built
}

// Topic is touched on the hub when the lot changed.
func Topic(l events.LotID) string { return "lot:" + string(l) }

// Open returns the catalogue once it holds everything that was on the market. It follows on until Close.
func Open(ctx context.Context, c Config) (*Catalogue, error) {
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	cat := &Catalogue{
		Config: c, stop: stop,
		lots: make(map[events.LotID]*Lot), sellers: make(map[events.SellerID]map[events.LotID]struct{}),
	}
	cat.index = newIndex(cat.Lot)
	if err := cat.follow(ctx, following); err != nil {
		cat.Close()
		return nil, fmt.Errorf("open catalogue: %w", err)
	}
	cat.loaded.Store(true)
	cat.tasks.Go(func() { cat.watchPresence(following) })
	cat.repair(ctx)
	cat.index.start()
	cat.tasks.Go(func() { cat.repairAlways(following) })
	return cat, nil
}

// Close stops following. The catalogue may still be read.
func (c *Catalogue) Close() error {
	c.stop()
	c.tasks.Wait()
	c.index.close()
	return nil
}

// Lot returns the lot as it is now.
func (c *Catalogue) Lot(id events.LotID) (*Lot, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	l, ok := c.lots[id]
	return l, ok
}

// Stands takes in a standing that somebody read or was told.
func (c *Catalogue) Stands(s events.Standing) {
	c.change(s.Lot, func(l *Lot) (*Lot, bool) {
		if l == nil {
			return nil, false
		}
		return l.stands(s)
	})
}

func (c *Catalogue) offered(o events.Offer) {
	c.change(o.Listing.Lot(), func(l *Lot) (*Lot, bool) {
		next, news := l.offered(o)
		if news && l == nil {
			next.Presence = c.Presence.Of(o.Seller)
		}
		if news && c.loaded.Load() {
			next.Confirmed = true
		}
		return next, news
	})
}

func (c *Catalogue) present(p events.Presence) {
	c.mu.RLock()
	lots := make([]events.LotID, 0, len(c.sellers[p.Seller]))
	for id := range c.sellers[p.Seller] {
		lots = append(lots, id)
	}
	c.mu.RUnlock()
	for _, id := range lots {
		c.change(id, func(l *Lot) (*Lot, bool) {
			if l.Presence.Online == p.Online {
				return l, false
			}
			next := *l
			next.Presence = p
			return &next, true
		})
	}
}

// change replaces the lot by what next makes of it and tells who watches it.
func (c *Catalogue) change(id events.LotID, next func(*Lot) (*Lot, bool)) {
	c.mu.Lock()
	old := c.lots[id]
	l, news := next(old)
	if news {
		c.lots[id] = l
		if c.sellers[l.Seller] == nil {
			c.sellers[l.Seller] = make(map[events.LotID]struct{})
		}
		c.sellers[l.Seller][id] = struct{}{}
		c.shelf = nil
	}
	c.mu.Unlock()
	if news {
		c.Hub.Touch(Topic(id))
		c.index.put(id)
	}
}
