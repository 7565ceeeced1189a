package checkout

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"lightshare/events"
)

const (
	errandsAtOnce = 16                     // orders worked on at the same time, if nothing else is said
	errandTime    = 40 * time.Second       // for one effect
	firstRetry    = 100 * time.Millisecond // doubled each time
	longestRetry  = 30 * time.Second
)

// errands does what orders want, one effect of an order at a time, and again with growing pauses until a fact answers it.
type errands struct {
	ctx     context.Context // ends with the desk
	perform func(context.Context, Order, Effect) error
	log     *slog.Logger
	places  chan struct{}
	group   sync.WaitGroup

	mu     sync.Mutex
	closed bool                       // guarded by mu
	jobs   map[events.OrderID]*errand // guarded by mu; orders that want something
}

// errand is one order's.
type errand struct {
	order Order
	busy  bool
	tries int         // without a fact in answer
	timer *time.Timer // of the next try, while not busy
}

func newErrands(ctx context.Context, atOnce int, perform func(context.Context, Order, Effect) error, log *slog.Logger) *errands {
	return &errands{ctx: ctx, perform: perform, log: log, places: make(chan struct{}, atOnce), jobs: make(map[events.OrderID]*errand)}
}

// wake tells of the order's newest state. It does not wait.
func (e *errands) wake(o Order) {
	e.mu.Lock()
	defer e.mu.Unlock()
	j := e.jobs[o.Order]
	if j == nil {
		if len(o.Wants()) == 0 {
			return
		}
		j = &errand{}
		e.jobs[o.Order] = j
	}
	j.order, j.tries = o, 0
	if !j.busy {
		e.start(j)
	}
}

// start runs the errand if nobody does. e.mu is held.
func (e *errands) start(j *errand) {
	if e.closed || j.busy {
		return
	}
	if j.timer != nil {
		j.timer.Stop()
	}
	j.busy = true
	e.group.Go(func() { e.run(j) })
}

// run performs what the order wants until it wants nothing, or until no fact has come of it; then a later try is planned.
func (e *errands) run(j *errand) {
	e.places <- struct{}{}
	defer func() { <-e.places }()
	for {
		e.mu.Lock()
		o := j.order
		wants := o.Wants()
		if len(wants) == 0 {
			j.busy = false
			delete(e.jobs, o.Order)
			e.mu.Unlock()
			return
		}
		e.mu.Unlock()
		err := e.performAll(o, wants)
		if e.pause(j, o, err) {
			return
		}
	}
}

func (e *errands) performAll(o Order, wants []Effect) error {
	var errs []error
	for _, w := range wants {
		ctx, cancel := context.WithTimeout(e.ctx, errandTime)
		errs = append(errs, e.perform(ctx, o, w))
		cancel()
	}
	return errors.Join(errs...)
}

// pause plans the next try and returns true, unless the order has moved on meanwhile.
func (e *errands) pause(j *errand, o Order, err error) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if j.order.Seq != o.Seq && !e.closed {
		return false
	}
	if err != nil && !e.closed {
		e.log.Warn("errand not done, tried again", "order", o.Order, "state", o.State, "tries", j.tries, "error", err)
	}
	delay := min(firstRetry<<min(j.tries, 16), longestRetry)
	j.busy, j.tries = false, j.tries+1
	if !e.closed {
		j.timer = time.AfterFunc(delay, func() {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.start(j)
		})
	}
	return true
}

// once runs f beside the errands. Nothing depends on its success.
func (e *errands) once(f func(context.Context)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.group.Go(func() {
			ctx, cancel := context.WithTimeout(e.ctx, errandTime)
			defer cancel()
			f(ctx)
		})
	}
}

// close waits for what is under way; the errands' context has ended.
func (e *errands) close() {
	e.mu.Lock()
	e.closed = true
	for _, j := range e.jobs {
		if j.timer != nil {
			j.timer.Stop()
		}
	}
	e.mu.Unlock()
	e.group.Wait()
}
