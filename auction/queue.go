package auction

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"lightshare/events"
)

const (
	restShare   = 19                     // a worker rests so many times as long as it has worked
	longestRest = 250 * time.Millisecond // and no longer
	retryDelay  = 250 * time.Millisecond // after something that could not be written
)

// A board is where the journal's writers, who wait for nobody, put what is new about lots, and from where each worker
// takes what he has not told yet. News of the same lot is merged, so that a worker who falls behind has less to do and
// not more.
type board struct {
	mu     sync.Mutex
	notes  map[events.LotID]*note // guarded by mu
	queues []*queue
}

// A note is what is new about one lot.
type note struct {
	news
	waits readers // who has not taken it yet
}

// readers is a set of workers.
type readers uint8

// The workers.
const (
	pages  readers = 1 << iota // that show the lot now
	book                       // in which pages look it up
	offers                     // of the stream, and the seller's agent
	people                     // around the lot
)

func newBoard() *board { return &board{notes: make(map[events.LotID]*note)} }

// A queue is what waits on a board for one worker.
type queue struct {
	board  *board
	reader readers
	some   chan struct{} // has room for one; filled when something waits or the queue was closed

	order  []events.LotID // guarded by board.mu; what waits, first come first
	closed bool           // guarded by board.mu
}

// queue returns the queue of a worker who has none yet, before anything is put on the board.
func (b *board) queue(reader readers) *queue {
	q := &queue{board: b, reader: reader, some: make(chan struct{}, 1)}
	b.queues = append(b.queues, q)
	return q
}

// put has the workers take l, unless something newer of it is there. tell, if not nil, adds what people are to be told.
func (b *board) put(l *Lot, to readers, tell func(*news)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id := l.ID()
	n := b.notes[id]
	if n == nil {
		n = new(note)
		b.notes[id] = n
	}
	if n.lot.Version < l.Version {
		n.lot = *l
	}
	if tell != nil {
		tell(&n.news)
	}
	fresh := to &^ n.waits
	if n.waits |= to; fresh == 0 {
		return
	}
	for _, q := range b.queues {
		if fresh&q.reader != 0 {
			q.order = append(q.order, id)
			q.ring()
		}
	}
}

// back puts a lot before the worker again, or for the first time.
func (q *queue) back(l *Lot) { q.board.put(l, q.reader, nil) }

func (q *queue) ring() {
	select {
	case q.some <- struct{}{}:
	default:
	}
}

// close lets the worker end once nothing waits any more.
func (q *queue) close() {
	q.board.mu.Lock()
	q.closed = true
	q.board.mu.Unlock()
	q.ring()
}

// take returns up to most lots, and false when the queue is closed and empty. What people are to be told is in them if the
// queue is theirs.
func (q *queue) take(most int) ([]news, bool) {
	b := q.board
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := make([]news, min(most, len(q.order)))
	for i, id := range q.order[:len(taken)] {
		n := b.notes[id]
		if q.reader == people {
			taken[i], n.news = n.news, news{lot: n.lot}
		} else {
			taken[i].lot = n.lot
		}
		if n.waits &^= q.reader; n.waits == 0 {
			delete(b.notes, id)
		}
	}
	if q.order = q.order[len(taken):]; len(q.order) > 0 {
		q.ring()
	} else {
		q.order = nil
	}
	if len(b.notes) == 0 && len(taken) > 0 {
		b.notes = make(map[events.LotID]*note) // a map keeps the room of all that it ever held
	}
	return taken, len(taken) > 0 || !q.closed
}

// work hands what waits to do, up to most lots at a time, until the queue is closed and empty or ctx ends.
func (q *queue) work(ctx context.Context, most int, do func(context.Context, []news)) {
	for {
		select {
		case <-q.some:
		case <-ctx.Done():
			return
		}
		batch, open := q.take(most)
		if !open {
			return
		}
		if len(batch) > 0 {
			began := time.Now()
			do(ctx, batch)
			rest(ctx, began, longestRest)
		}
	}
}

// rest pauses a worker who began to work at the given time. What tells the world, and Redis, may run on the cores that
// the bids need: it is done at once while little happens, takes a twentieth of the time while much does, and news of the same
// lot is merged meanwhile.
func rest(ctx context.Context, began time.Time, longest time.Duration) {
	pause(ctx, min(restShare*time.Since(began), longest))
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// A fault logs a trouble once when it begins and once when it is over. Used by one goroutine.
type fault struct {
	log   *slog.Logger
	what  string // cannot be written
	begun bool
}

// report takes note of how the newest try went.
func (f *fault) report(err error) {
	switch {
	case err != nil && !f.begun:
		f.log.Warn("not written, repeated until it is", "what", f.what, "error", err)
	case err == nil && f.begun:
		f.log.Info("written again", "what", f.what)
	}
	f.begun = err != nil
}
