package auction

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"lightshare/events"
)

const (
	restShare   = 9                      // a worker rests so many times as long as it has worked
	longestRest = 250 * time.Millisecond // and no longer
	retryDelay  = 250 * time.Millisecond // after something that could not be written
)

// A queue hands what is new about lots from the journal's writers, who never wait, to one worker. News of the same lot
// is merged, so that a worker who falls behind has less to do and not more.
type queue[V any] struct {
	some chan struct{} // has room for one; filled when something waits or the queue was closed

	mu     sync.Mutex
	waits  map[events.LotID]*V // guarded by mu
	order  []events.LotID      // guarded by mu; the keys of waits, first come first
	closed bool                // guarded by mu
}

func newQueue[V any]() *queue[V] {
	return &queue[V]{some: make(chan struct{}, 1), waits: make(map[events.LotID]*V)}
}

// update changes what waits about the lot; it is the zero V if nothing does.
func (q *queue[V]) update(id events.LotID, change func(*V)) {
	q.mu.Lock()
	v, ok := q.waits[id]
	if !ok {
		v = new(V)
		q.waits[id] = v
		q.order = append(q.order, id)
	}
	change(v)
	q.mu.Unlock()
	q.ring()
}

func (q *queue[V]) ring() {
	select {
	case q.some <- struct{}{}:
	default:
	}
}

// close lets the worker end once nothing waits any more.
func (q *queue[V]) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.ring()
}

// take returns up to most entries, and false when the queue is closed and empty.
func (q *queue[V]) take(most int) ([]*V, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(most, len(q.order))
	taken := make([]*V, 0, n)
	for _, id := range q.order[:n] {
		taken = append(taken, q.waits[id])
		delete(q.waits, id)
	}
	q.order = q.order[n:]
	if len(q.order) > 0 {
		q.ring()
	} else if n > 0 {
		q.waits, q.order = make(map[events.LotID]*V), nil // a map keeps the room of all that it ever held
	}
	return taken, n > 0 || !q.closed
}

// work hands what waits to do, up to most entries at a time, until the queue is closed and empty or ctx ends.
func (q *queue[V]) work(ctx context.Context, most int, do func(context.Context, []*V)) {
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
// the bids need: it is done at once while little happens, takes a tenth of the time while much does, and news of the same
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

// newest keeps the newer of two states of a lot.
func newest(l *Lot) func(*Lot) {
	return func(waiting *Lot) {
		if waiting.Version < l.Version {
			*waiting = *l
		}
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
