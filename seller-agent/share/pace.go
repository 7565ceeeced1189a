package share

import (
	"context"
	"sync"
	"time"
)

// A Pace says whether files may be read in bulk. A file that was just saved is not held up by a busy computer, but by a
// pause. A nil Pace never holds anything up. Safe for concurrent use.
type Pace struct {
	mu      sync.Mutex
	paused  time.Time     // guarded by mu; nothing is read before
	busy    bool          // guarded by mu; others need the computer
	changed chan struct{} // guarded by mu; closed at the next change
}

// NewPace returns a pace that holds nothing up yet.
func NewPace() *Pace { return &Pace{changed: make(chan struct{})} }

// Pause has nothing read until then; a time that is past lets reading go on.
func (p *Pace) Pause(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = until
	p.stir()
}

// Paused returns until when nothing is read, or false.
func (p *Pace) Paused() (time.Time, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paused, time.Now().Before(p.paused)
}

// SetBusy says whether others need the computer.
func (p *Pace) SetBusy(busy bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy != busy {
		p.busy = busy
		p.stir()
	}
}

// Busy reports whether reading in bulk waits for others.
func (p *Pace) Busy() bool {
	busy, _ := p.held()
	return busy
}

// held reports whether nothing, or nothing in bulk, is read at the moment.
func (p *Pace) held() (busy, any bool) {
	if p == nil {
		return false, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.busy, p.busy || time.Now().Before(p.paused)
}

func (p *Pace) stir() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// Wait returns when reading may go on, in bulk or not, or with the error of ctx.
func (p *Pace) Wait(ctx context.Context, bulk bool) error {
	if p == nil {
		return ctx.Err()
	}
	for {
		p.mu.Lock()
		paused, busy, changed := time.Until(p.paused), p.busy && bulk, p.changed
		p.mu.Unlock()
		if paused <= 0 && !busy {
			return ctx.Err()
		}
		over := make(<-chan time.Time)
		if paused > 0 && !busy {
			over = time.After(paused)
		}
		select {
		case <-changed:
		case <-over:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
