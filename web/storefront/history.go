package storefront

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/storefront/live"
	"lightshare/web/storefront/redis"
)

const (
	historyLength = 50                     // bids shown
	historyTries  = 8                      // at a book that is behind
	historyDelay  = 120 * time.Millisecond // between them
	historyLots   = 5000                   // remembered at most
)

// history remembers the public bids of the lots that are looked at. The book is written behind each bid: while it is
// behind, one reader a lot asks again and then touches the lot's bids topic. Safe for concurrent use.
type history struct {
	book redis.Book
	hub  *live.Hub
	log  *slog.Logger

	running context.Context // ends with close
	stop    context.CancelFunc
	tasks   sync.WaitGroup

	mu   sync.Mutex
	lots map[events.LotID]*bidsOf // guarded by mu
}

type bidsOf struct {
	bids    []events.Bid // newest first
	version uint64       // of the standing that they are complete for
	busy    bool         // somebody reads them
}

func newHistory(book redis.Book, hub *live.Hub, log *slog.Logger) *history {
	h := &history{book: book, hub: hub, log: log, lots: make(map[events.LotID]*bidsOf)}
	h.running, h.stop = context.WithCancel(context.Background())
	return h
}

func (h *history) close() {
	h.stop()
	h.tasks.Wait()
}

// bidsTopic is touched when more of the lot's bids are known.
func bidsTopic(l events.LotID) string { return "bids:" + string(l) }

// of returns the bids on the lot: read now if they were never read, else as they are known.
func (h *history) of(ctx context.Context, l *catalogue.Lot) []events.Bid {
	h.mu.Lock()
	known := h.lots[l.ID()]
	h.mu.Unlock()
	if known == nil {
		h.read(ctx, l)
	}
	return h.known(l)
}

// known returns the bids that are known and, if they are behind the lot, has them read.
func (h *history) known(l *catalogue.Lot) []events.Bid {
	h.mu.Lock()
	defer h.mu.Unlock()
	b := h.entry(l.ID())
	if b.version < l.Standing.Version && !b.busy && h.running.Err() == nil {
		b.busy = true
		h.tasks.Go(func() { h.catchUp(l) })
	}
	return b.bids
}

func (h *history) catchUp(l *catalogue.Lot) {
	for range historyTries {
		if h.read(h.running, l) {
			break
		}
		select {
		case <-time.After(historyDelay):
		case <-h.running.Done():
		}
	}
	h.mu.Lock()
	b := h.entry(l.ID())
	b.busy, b.version = false, max(b.version, l.Standing.Version)
	h.mu.Unlock()
	h.hub.Touch(bidsTopic(l.ID()))
}

// read reads the book, and reports whether it is as new as the lot.
func (h *history) read(ctx context.Context, l *catalogue.Lot) bool {
	bids, err := h.book.Bids(ctx, l.ID(), historyLength)
	if err != nil {
		if ctx.Err() == nil {
			h.log.WarnContext(ctx, "the history of a lot could not be read", "lot", l.ID(), "error", err)
		}
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	b := h.entry(l.ID())
	b.bids = bids
	complete := len(bids) >= min(l.Standing.Bids, historyLength) && (len(bids) == 0 || bids[0].Price == l.Standing.Price)
	if complete {
		b.version = max(b.version, l.Standing.Version)
	}
	return complete
}

// entry returns what is known of the lot. The caller holds mu.
func (h *history) entry(id events.LotID) *bidsOf {
	b := h.lots[id]
	if b == nil {
		if len(h.lots) >= historyLots {
			clear(h.lots)
		}
		b = &bidsOf{}
		h.lots[id] = b
	}
	return b
}
