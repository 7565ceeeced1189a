package share

import (
	"context"
	"sync"
	"time"
)

// A Pace says how files may be read in bulk. A file that was just saved is not slowed down by a busy computer, but held
// up by a pause. A nil Pace never holds anything up. Safe for concurrent use.
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

// Busy reports whether reading in bulk is slow for the sake of others.
func (p *Pace) Busy() bool {
	busy, _ := p.held()
	return busy
}

// held reports whether what is read in bulk is read slowly or not at all.
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

// slow is how many bytes a second are read in bulk by each reader while others need the computer: little enough to give
// way to them, and enough that a computer which is never at rest offers its files all the same.
const slow = 32 << 20

// Wait returns when reading may go on after n bytes, in bulk or not, or with the error of ctx. Nothing is read in a pause;
// what is read in bulk is read slowly while the computer is busy.
func (p *Pace) Wait(ctx context.Context, n int, bulk bool) error {
	if p == nil {
		return ctx.Err()
	}
	slowly := time.Now().Add(time.Duration(n) * time.Second / slow)
	for {
		p.mu.Lock()
		until, changed := p.paused, p.changed
		if p.busy && bulk && until.Before(slowly) {
			until = slowly
		}
		p.mu.Unlock()
		left := time.Until(until)
		if left <= 0 {
			return ctx.Err()
		}
		over := time.NewTimer(left)
		select {
		case <-changed:
		case <-over.C:
		case <-ctx.Done():
			over.Stop()
			return ctx.Err()
		}
		over.Stop()
	}
}
