package uplink

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"lightshare/events"
)

const (
	// Queueing is how long a buyer's request waits for others to finish before he is asked to come again.
	Queueing = 20 * time.Second
	// comeAgain is when.
	comeAgain  = 5 * time.Second
	remembered = 500 // transfers that are over
	minPiece   = 4 << 10
	maxPiece   = 256 << 10
)

// A Wait says that nothing is delivered at the moment, and when it is worth asking again.
type Wait struct {
	Why   string
	Until time.Time
}

// Error implements error.
func (w *Wait) Error() string { return w.Why }

// A Delivery is one request of a buyer.
type Delivery struct {
	Order   events.OrderID
	Listing events.ListingID
	Title   string
	Size    int64 // bytes of the whole file
}

// A Line is one seller's uplink. A nil one has no limits and remembers nothing. Safe for concurrent use.
type Line struct {
	now   func() time.Time
	turns turns // at sending without a limit

	mu       sync.Mutex
	limits   Limits                    // guarded by mu, like all that follow
	paused   time.Time                 // nothing is delivered before; zero: not paused
	limiter  *rate.Limiter             // as limits and clock had it last
	changed  chan struct{}             // closed when what a delivery waits for may have changed
	buyers   map[events.OrderID]*buyer // all that are remembered
	waiting  []*buyer                  // for a place, the first to come first
	serving  int
	observed func(Transfer)
}

// New returns a line with these limits. now is the clock, in the zone that quiet hours are meant in.
func New(l Limits, now func() time.Time) *Line {
	return &Line{
		now: now, turns: newTurns(), limits: l, limiter: rate.NewLimiter(rate.Inf, maxPiece), changed: make(chan struct{}),
		buyers: make(map[events.OrderID]*buyer),
	}
}

// Observe has f told of each transfer whose last connection has ended, one at a time. To be called before the first.
func (l *Line) Observe(f func(Transfer)) { l.observed = f }

// Limits returns what holds.
func (l *Line) Limits() Limits {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.limits
}

// SetLimits has other limits hold from the next piece on.
func (l *Line) SetLimits(limits Limits) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limits = limits
	l.admit()
	l.stir()
}

// Pause stops deliveries until then; a moment that is past lets them go on. Buyers resume by themselves.
func (l *Line) Pause(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paused = until
	l.stir()
}

// Paused returns until when nothing is delivered, or false.
func (l *Line) Paused() (time.Time, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.paused, l.now().Before(l.paused)
}

// stir has everybody who waits look again.
func (l *Line) stir() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// Join takes a place on the line, waiting for one if too many buyers are served already. The error is a [*Wait] when the
// buyer should come again. Each Stream is to be closed.
func (l *Line) Join(ctx context.Context, d Delivery) (*Stream, error) {
	if l == nil {
		return nil, nil
	}
	b, admitted, err := l.enter(d)
	if err != nil {
		return nil, err
	}
	late := time.NewTimer(Queueing)
	defer late.Stop()
	select {
	case <-admitted:
		return &Stream{line: l, buyer: b}, nil
	case <-late.C:
		err = &Wait{"Other buyers are being served.", l.now().Add(comeAgain)}
	case <-ctx.Done():
		err = ctx.Err()
	}
	l.leave(b)
	return nil, err
}

// enter notes the buyer. The channel is closed once he has a place.
func (l *Line) enter(d Delivery) (*buyer, <-chan struct{}, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if _, err := l.open(now); err != nil {
		return nil, nil, err
	}
	b := l.buyers[d.Order]
	if b == nil {
		l.forget()
		b = &buyer{began: now, turn: make(chan struct{}, 1)}
		l.buyers[d.Order] = b
	}
	b.Delivery, b.touched = d, now
	if b.connections++; b.connections == 1 {
		b.admitted, b.served = make(chan struct{}), false
		l.waiting = append(l.waiting, b)
		l.admit()
	}
	return b, b.admitted, nil
}

// admit gives the free places to those who wait longest.
func (l *Line) admit() {
	for len(l.waiting) > 0 && (l.limits.Buyers == 0 || l.serving < l.limits.Buyers) {
		b := l.waiting[0]
		l.waiting = l.waiting[1:]
		b.served = true
		l.serving++
		close(b.admitted)
	}
}

// leave takes one connection of a buyer off the line.
func (l *Line) leave(b *buyer) {
	l.mu.Lock()
	b.touched = l.now()
	if b.connections--; b.connections > 0 {
		l.mu.Unlock()
		return
	}
	if b.served {
		l.serving--
	} else {
		l.waiting = slices.DeleteFunc(l.waiting, func(other *buyer) bool { return other == b })
	}
	b.served = false
	l.admit()
	t, observed := b.transfer(l.now()), l.observed
	l.mu.Unlock()
	if observed != nil && t.Sent > 0 {
		observed(t)
	}
}

// forget drops the oldest of what is over, when there is too much of it.
func (l *Line) forget() {
	if len(l.buyers) < remembered {
		return
	}
	var oldest *buyer
	for _, b := range l.buyers {
		if b.connections == 0 && (oldest == nil || b.touched.Before(oldest.touched)) {
			oldest = b
		}
	}
	if oldest != nil {
		delete(l.buyers, oldest.Order)
	}
}

// open returns the rate that holds now, or why nothing is delivered.
func (l *Line) open(now time.Time) (int64, error) {
	if now.Before(l.paused) {
		return 0, &Wait{"The seller has paused deliveries.", l.paused}
	}
	perSecond, open := l.limits.At(now)
	if !open {
		end := l.limits.Quiet.ends(now)
		return 0, &Wait{fmt.Sprintf("The seller delivers from %s on.", end.UTC().Format("15:04 MST")), end}
	}
	return perSecond, nil
}

// reserve sets up to most bytes aside for one buyer. They may be sent after the wait; changed is closed when that should
// be asked anew.
func (l *Line) reserve(most int64) (n int64, r *rate.Reservation, changed <-chan struct{}, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	perSecond, err := l.open(now)
	if err != nil || perSecond == 0 {
		return most, nil, nil, err
	}
	piece := min(max(perSecond/32, minPiece), maxPiece)
	if l.limiter.Limit() != rate.Limit(perSecond) {
		l.limiter = rate.NewLimiter(rate.Limit(perSecond), int(piece))
		l.limiter.AllowN(now, int(piece)) // what was sent so far was sent under another limit
	}
	n = min(most, piece)
	return n, l.limiter.ReserveN(now, int(n)), l.changed, nil
}

// cancel gives back what was set aside.
func (l *Line) cancel(r *rate.Reservation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.CancelAt(l.now())
}

// Transfers returns what is under way and what is remembered, the newest first.
func (l *Line) Transfers() []Transfer {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]Transfer, 0, len(l.buyers))
	for _, b := range l.buyers {
		all = append(all, b.transfer(l.now()))
	}
	slices.SortFunc(all, func(a, b Transfer) int {
		return cmp.Or(b.Began.Compare(a.Began), cmp.Compare(a.Order, b.Order))
	})
	return all
}

// AsWait returns when to come again, if that is what err says.
func AsWait(err error) (*Wait, bool) {
	var w *Wait
	ok := errors.As(err, &w)
	return w, ok
}
