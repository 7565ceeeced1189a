package uplink

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lightshare/events"
)

// start is when a bubble of synctest begins, at midnight UTC.
var utc = func() time.Time { return time.Now().UTC() }

// A crowd is buyers who fetch as fast as they are let.
type crowd struct {
	t    *testing.T
	line *Line
	ctx  context.Context
	stop func()

	mu   sync.Mutex
	sent map[events.OrderID]int64 // guarded by mu
	errs map[events.OrderID]error // guarded by mu; why each came to an end
	over sync.WaitGroup
}

func newCrowd(t *testing.T, l *Line) *crowd {
	c := &crowd{t: t, line: l, sent: make(map[events.OrderID]int64), errs: make(map[events.OrderID]error)}
	c.ctx, c.stop = context.WithCancel(t.Context())
	return c
}

// fetch opens one more connection of an order, for a file of size bytes.
func (c *crowd) fetch(order events.OrderID, size int64) {
	c.over.Go(func() {
		err := c.run(order, size)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.errs[order] = err
	})
}

func (c *crowd) run(order events.OrderID, size int64) error {
	s, err := c.line.Join(c.ctx, Delivery{Order: order, Title: string(order), Size: size})
	if err != nil {
		return err
	}
	defer s.Close()
	for left := size; left > 0; {
		n, err := s.Next(c.ctx, min(left, 1<<20))
		if err != nil {
			return err
		}
		left -= n
		s.Sent(n)
		c.mu.Lock()
		c.sent[order] += n
		c.mu.Unlock()
	}
	return nil
}

// total returns what all have received.
func (c *crowd) total() (sum int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.sent {
		sum += n
	}
	return sum
}

func (c *crowd) of(order events.OrderID) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sent[order]
}

// ended returns why an order came to an end, and whether it has.
func (c *crowd) ended(order events.OrderID) (error, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	err, over := c.errs[order]
	return err, over
}

func (c *crowd) end() {
	c.stop()
	c.over.Wait()
}

func TestCapHoldsAndBuyersGetEqualParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const perSecond, piece = 320_000, 10_000
		c := newCrowd(t, New(Limits{Rate: perSecond}, utc))
		for i := range 4 {
			c.fetch(events.OrderID(fmt.Sprint("order ", i)), 1<<30)
		}
		for range 7 { // one buyer tries to get more by more connections
			c.fetch("order 0", 1<<30)
		}
		for second := int64(1); second <= 60; second++ {
			time.Sleep(time.Second)
			synctest.Wait()
			if got := c.total(); got > second*perSecond+piece || got < second*perSecond-4*piece {
				t.Fatalf("%d bytes after %d s, want %d", got, second, second*perSecond)
			}
		}
		for i := range 4 {
			order := events.OrderID(fmt.Sprint("order ", i))
			if got, want := c.of(order), int64(60*perSecond/4); got < want-2*piece || got > want+2*piece {
				t.Errorf("%s got %d bytes, want %d: an equal part", order, got, want)
			}
		}
		for _, tr := range c.line.Transfers() {
			if tr.State != Running || tr.Rate < perSecond/4*9/10 || tr.Rate > perSecond/4*11/10 {
				t.Errorf("transfer of %s is %s at %d bytes/s, want running at %d", tr.Order, tr.State, tr.Rate, perSecond/4)
			}
		}
		c.end()
	})
}

func TestLimitThatChangesHoldsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Limits{Rate: MinRate}, utc)
		c := newCrowd(t, l)
		c.fetch("a", 1<<30)
		c.fetch("b", 1<<30)
		time.Sleep(10 * time.Second)
		before := c.total()
		if most := int64(11 * MinRate); before > most {
			t.Errorf("%d bytes in 10 s, want at most %d", before, most)
		}
		l.SetLimits(Limits{Rate: 1 << 20})
		time.Sleep(10 * time.Second)
		if got := c.total() - before; got < 99<<20/10 || got > 101<<20/10 {
			t.Errorf("%d bytes in the next 10 s, want %d", got, 10<<20)
		}
		c.end()
	})
}

func TestPlacesGoToThoseWhoCameFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Limits{Rate: 100_000, Buyers: 2}, utc)
		c := newCrowd(t, l)
		for _, order := range []events.OrderID{"a", "b", "c", "d"} {
			c.fetch(order, 500_000) // 10 s for two at a time
			synctest.Wait()
		}
		states := map[events.OrderID]State{}
		for _, tr := range l.Transfers() {
			states[tr.Order] = tr.State
		}
		if states["a"] != Running || states["b"] != Running || states["c"] != Waiting || states["d"] != Waiting {
			t.Errorf("states = %v, want a and b running", states)
		}
		time.Sleep(9 * time.Second)
		if c.of("c")+c.of("d") != 0 {
			t.Error("somebody was served beyond the limit")
		}
		time.Sleep(12 * time.Second)
		synctest.Wait()
		for _, order := range []events.OrderID{"a", "b", "c", "d"} {
			if err, over := c.ended(order); c.of(order) != 500_000 || err != nil || !over {
				t.Errorf("%s got %d bytes, %v", order, c.of(order), err)
			}
		}
		c.end()
	})
}

func TestWhoWaitsTooLongIsAskedToComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Limits{Rate: MinRate, Buyers: 1}, utc)
		c := newCrowd(t, l)
		c.fetch("a", 1<<30)
		synctest.Wait()
		began := time.Now()
		_, err := l.Join(t.Context(), Delivery{Order: "b"})
		wait, ok := AsWait(err)
		if !ok || time.Since(began) != Queueing || time.Until(wait.Until) != comeAgain {
			t.Errorf("Join = %v after %v, want a wait after %v", err, time.Since(began), Queueing)
		}
		l.SetLimits(Limits{Rate: MinRate, Buyers: 2})
		s, err := l.Join(t.Context(), Delivery{Order: "b"})
		if err != nil {
			t.Errorf("Join with a place free = %v", err)
		}
		s.Close()
		c.end()
	})
}

func TestPauseAndQuietHoursEndTransfers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // begins at midnight
		l := New(Limits{Rate: 100_000, Quiet: Quiet{From: 1, To: 3}}, utc)
		var seen []Transfer
		l.Observe(func(tr Transfer) { seen = append(seen, tr) })
		c := newCrowd(t, l)
		c.fetch("a", 1<<30)
		time.Sleep(59 * time.Second)
		if _, over := c.ended("a"); over {
			t.Fatal("the transfer ended before the quiet hours")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		err, _ := c.ended("a")
		if wait, ok := AsWait(err); !ok || time.Until(wait.Until) != 119*time.Second {
			t.Errorf("in quiet hours the transfer ended with %v", err)
		}
		if _, err := l.Join(t.Context(), Delivery{Order: "b"}); err == nil {
			t.Error("somebody was let in during quiet hours")
		}
		time.Sleep(2 * time.Minute)
		c.fetch("c", 1<<30)
		time.Sleep(time.Second)
		l.Pause(time.Now().Add(time.Hour))
		synctest.Wait()
		err, _ = c.ended("c")
		if _, ok := AsWait(err); !ok {
			t.Errorf("after the pause the transfer ended with %v", err)
		}
		l.Pause(time.Time{})
		c.fetch("d", 1000)
		c.over.Wait()
		if err, _ := c.ended("d"); err != nil || len(seen) != 3 || seen[0].State != Broken || seen[2].State != Sent || seen[2].Sent != 1000 {
			t.Errorf("d: %v; observed %+v", err, seen)
		}
		c.end()
	})
}

func TestWhoLeavesWhileWaitingTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Limits{Rate: MinRate, Buyers: 1}, utc)
		c := newCrowd(t, l)
		c.fetch("a", MinRate*30)
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := l.Join(ctx, Delivery{Order: "b"}); !errors.Is(err, context.Canceled) {
			t.Errorf("Join = %v, want it canceled", err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if s, err := l.Join(t.Context(), Delivery{Order: "c"}); err != nil {
			t.Errorf("Join = %v once the line is free", err)
		} else {
			s.Close()
		}
		c.end()
	})
}

func TestMemoryOfTransfersIsBounded(t *testing.T) {
	l := New(Limits{}, time.Now)
	for i := range remembered + 50 {
		s, err := l.Join(t.Context(), Delivery{Order: events.OrderID(fmt.Sprint(i)), Size: 1})
		if err != nil {
			t.Fatal(err)
		}
		s.Sent(1)
		s.Close()
	}
	if got := len(l.Transfers()); got != remembered {
		t.Errorf("%d transfers are remembered, want %d", got, remembered)
	}
}

func TestNoLineIsNoLimit(t *testing.T) {
	var l *Line
	s, err := l.Join(t.Context(), Delivery{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n, err := s.Next(t.Context(), 77); n != 77 || err != nil {
		t.Errorf("Next = %d, %v", n, err)
	}
	s.Sent(77)
}
