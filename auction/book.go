package auction

import (
	"context"
	"errors"
	"log/slog"
	"sort"
	"sync"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
)

// A Book keeps the public state of the market for pages, behind the journal. It may lose everything at any time;
// the house then writes it whole again.
type Book interface {
	// Write adds the pages. A page may come twice; one that comes late does not replace a newer standing.
	Write(ctx context.Context, pages []Page) error

	// Begin starts to write the book whole and End declares that done, as of the given time. End returns false if
	// the book lost anything since Begin.
	Begin(ctx context.Context, at time.Time) error
	End(ctx context.Context) (bool, error)

	// Complete reports whether the book was written whole since it last lost anything.
	Complete(ctx context.Context) (bool, error)
}

// A Page is what the book is to know of one lot.
type Page struct {
	Standing events.Standing
	Bids     []events.Bid                          // those that the book may not have yet, oldest first
	Whole    bool                                  // Bids are all there are: the book is to forget others
	Gone     []events.UserID                       // who bid on the lot and has no bid on it any more
	Records  map[events.UserID]events.BidderRecord // what the lot adds to bidders' records
}

const (
	bookBatch       = 1024        // pages written together
	longestBookRest = time.Second // how far the book may lag behind while much happens
	bookCheck       = time.Second // between looks at whether the book is still there
)

// scribe writes the book.
type scribe struct {
	book    Book
	journal *journal.Journal[Lot]
	clock   *journal.Clock
	log     *slog.Logger
	queue   *queue
	written map[events.LotID]uint64 // the version up to which the book knows the lot
	fault   fault

	mu    sync.Mutex
	taken []events.LotID // guarded by mu; that this process has begun to write, and whose pages are another's work
}

// takeOver has a lot written whole, which another process wrote until now and perhaps not to its end.
func (s *scribe) takeOver(l *Lot) {
	s.mu.Lock()
	s.taken = append(s.taken, l.ID())
	s.mu.Unlock()
	s.queue.back(l)
}

// forget makes the lots unknown that were taken over.
func (s *scribe) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range s.taken {
		delete(s.written, id)
	}
	s.taken = nil
}

// run writes what the house puts into the queue, and the whole book when it is not complete.
func (s *scribe) run(ctx context.Context) {
	look := time.NewTicker(bookCheck)
	defer look.Stop()
	s.rewrite(ctx)
	for {
		select {
		case <-s.queue.some:
			if !s.writeWaiting(ctx) {
				return
			}
		case <-look.C:
			complete, err := s.book.Complete(ctx)
			s.fault.report(err)
			if err == nil && !complete {
				s.rewrite(ctx)
			}
		case <-ctx.Done():
			return
		}
	}
}

// writeWaiting writes one batch of what waits, and returns false when the queue is closed and empty.
func (s *scribe) writeWaiting(ctx context.Context) bool {
	waiting, open := s.queue.take(bookBatch)
	s.forget()
	if len(waiting) == 0 {
		return open
	}
	lots := make([]*Lot, len(waiting))
	for i := range waiting {
		lots[i] = &waiting[i].lot
	}
	began := time.Now()
	if err := s.write(ctx, lots); err != nil {
		for _, lot := range lots {
			s.queue.back(lot)
		}
		pause(ctx, retryDelay)
		return true
	}
	rest(ctx, began, longestBookRest)
	return true
}

// write writes the pages of lots that the book does not know yet.
func (s *scribe) write(ctx context.Context, lots []*Lot) error {
	pages := make([]Page, 0, len(lots))
	for _, lot := range lots {
		if known := s.written[lot.ID()]; known < lot.Version {
			pages = append(pages, page(lot, known))
		}
	}
	err := s.book.Write(ctx, pages)
	s.fault.report(err)
	if err != nil {
		return err
	}
	for _, lot := range lots {
		s.written[lot.ID()] = max(lot.Version, s.written[lot.ID()])
	}
	return nil
}

// page returns what the book is to know of a lot that it knows up to a version.
func page(l *Lot, known uint64) Page {
	if l.Voided > known {
		known = 0
	}
	first := sort.Search(len(l.Bids), func(i int) bool { return l.Bids[i].Seq > known })
	p := Page{Standing: l.Standing(), Bids: l.Bids[first:], Whole: known == 0}
	for _, m := range l.Marks {
		if p.Records == nil {
			p.Records = make(map[events.UserID]events.BidderRecord)
		}
		p.Records[m.Bidder] = m.record()
		if len(l.bidsOf(m.Bidder)) == 0 {
			p.Gone = append(p.Gone, m.Bidder)
		}
	}
	return p
}

// rewrite writes the whole book from the journal. If it fails or the book loses something meanwhile, the next look
// begins anew.
func (s *scribe) rewrite(ctx context.Context) {
	if err := s.rewriteAll(ctx); err != nil && ctx.Err() == nil {
		s.fault.report(err)
	}
}

func (s *scribe) rewriteAll(ctx context.Context) error {
	if err := s.book.Begin(ctx, s.clock.Now()); err != nil {
		return err
	}
	clear(s.written)
	var lots []*Lot
	err := s.journal.Each(ctx, func(_ string, l Lot) {
		if l.Listing != nil {
			lots = append(lots, &l)
		}
	})
	if err != nil {
		return err
	}
	for rest := lots; len(rest) > 0; {
		n := min(bookBatch, len(rest))
		if err := s.write(ctx, rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
		s.writeWaiting(ctx) // bids go on meanwhile
	}
	past, err := s.rewritePast(ctx)
	if err != nil {
		return err
	}
	whole, err := s.book.End(ctx)
	if err == nil && whole {
		s.log.Info("book written whole", "lots", len(lots)+past)
	}
	return err
}

// rewritePast writes the lots that have left memory, and returns how many.
func (s *scribe) rewritePast(ctx context.Context) (int, error) {
	var pages []Page
	var failed error
	written := 0
	flush := func() {
		if failed == nil && len(pages) > 0 {
			failed = s.book.Write(ctx, pages)
		}
		written, pages = written+len(pages), pages[:0]
	}
	err := s.journal.Past(ctx, func(_ string, l Lot) {
		if l.Listing != nil {
			pages = append(pages, page(&l, 0))
		}
		if len(pages) == bookBatch {
			flush()
			s.writeWaiting(ctx) // bids go on meanwhile
		}
	})
	flush()
	return written, errors.Join(err, failed)
}
