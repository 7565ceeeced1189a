package journal

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

const (
	clockBeat  = 10 * time.Second       // between two looks at the bus's time
	clockTries = 10                     // at the start, for a bus that is just being started too
	clockPause = 500 * time.Millisecond // between two of them

	// MaxSkew is how far the bus's time may move against that of a clock which follows it. Beyond, nobody can say who is
	// wrong: the clock goes on as it went, and an alarm is logged.
	MaxSkew = 2 * time.Second
)

// Follow has the clock show the bus's time from now on, until stop is called: all writers have one time, however wrong
// their machines' clocks are. In between it counts by itself, so that no clock that is moved moves it, neither the
// machine's nor the bus's. It is never ahead of the bus when it begins, so that nothing ends early. busTime asks the bus.
// What Advance moves afterwards comes on top.
func (c *Clock) Follow(ctx context.Context, log *slog.Logger, busTime func(context.Context) (time.Time, error)) (stop func(), err error) {
	f := &follower{clock: c, log: log, bus: busTime, ticks: ticks}
	if err := f.begin(ctx); err != nil {
		return nil, err
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.run(running)
	}()
	return func() { cancel(); <-done }, nil
}

// follower compares a clock with the bus. Used by one goroutine.
type follower struct {
	clock *Clock
	log   *slog.Logger
	bus   func(context.Context) (time.Time, error)
	ticks func() time.Duration // goes on evenly, whatever is done to the machine's clock

	alarmed bool
}

// begin sets the clock by the bus.
func (f *follower) begin(ctx context.Context) error {
	now, _, at, err := f.ask(ctx)
	for try := 1; err != nil && try < clockTries && ctx.Err() == nil; try++ {
		time.Sleep(clockPause)
		now, _, at, err = f.ask(ctx)
	}
	if err != nil {
		return fmt.Errorf("ask the bus for its time: %w", err)
	}
	if off := f.clock.Now().Sub(now); off.Abs() > MaxSkew {
		f.log.Warn("this machine's clock is wrong: the bus's time counts", "off", off.Round(time.Millisecond))
	}
	c := f.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset, c.anchor, c.anchored, c.ticks = 0, now, at, f.ticks
	return nil
}

// ask returns the least and the most that the time can be by the bus, and the ticks at which that held.
func (f *follower) ask(ctx context.Context) (least, most time.Time, at time.Duration, err error) {
	began := f.ticks()
	least, err = f.bus(ctx)
	at = f.ticks()
	return least, least.Add(at - began), at, err
}

func (f *follower) run(ctx context.Context) {
	tick := time.NewTicker(clockBeat)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			f.look(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// look brings the clock back between the least and the most that the time can be, if it has strayed a little.
func (f *follower) look(ctx context.Context) {
	least, most, at, err := f.ask(ctx)
	if err != nil {
		return // the bus will be asked again, and without it nothing is decided
	}
	c := f.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.anchor.Add(at - c.anchored)
	var off time.Duration
	switch {
	case now.Before(least):
		off = least.Sub(now)
	case now.After(most):
		off = most.Sub(now)
	}
	if strayed := off.Abs() > MaxSkew; strayed != f.alarmed {
		f.alarmed = strayed
		if strayed {
			f.log.Error("the bus's clock was moved: time goes on as before", "by", off.Round(time.Millisecond))
		} else {
			f.log.Info("the bus's clock is right again")
		}
	}
	if !f.alarmed {
		c.anchor = c.anchor.Add(off)
	}
}
