package journal

import (
	"context"
	"sync"
	"time"
)

// A Clock is the time of a service. The nil Clock is the machine's. A clock of one's own can be moved forward, so that
// a week's deadline can be lived through in a moment; one that follows the bus shows the bus's time.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration // guarded by mu
	moved  chan struct{} // guarded by mu; closed at the next Advance

	ticks    func() time.Duration // guarded by mu; nil: it shows the machine's time
	anchor   time.Time            // guarded by mu; what it showed at the ticks anchored, without the offset
	anchored time.Duration        // guarded by mu
}

// NewClock returns a clock that shows the machine's time until it is moved.
func NewClock() *Clock { return &Clock{moved: make(chan struct{})} }

// Now returns the time in UTC, cut to milliseconds, which is what every message carries.
func (c *Clock) Now() time.Time {
	now := time.Now()
	if c != nil {
		c.mu.Lock()
		if c.ticks != nil {
			now = c.anchor.Add(c.ticks() - c.anchored)
		}
		now = now.Add(c.offset)
		c.mu.Unlock()
	}
	return now.UTC().Round(0).Truncate(time.Millisecond)
}

// Advance moves the clock forward by d and wakes everybody who waits on it.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
	close(c.moved)
	c.moved = make(chan struct{})
}

// Moved returns a channel that is closed when the clock is moved the next time.
func (c *Clock) Moved() <-chan struct{} {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.moved
}

// Wait returns when the clock shows t or later, or with ctx's error when that ends first.
func (c *Clock) Wait(ctx context.Context, t time.Time) error {
	for {
		moved := c.Moved()
		left := t.Sub(c.Now())
		if left <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-moved:
			timer.Stop()
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}
