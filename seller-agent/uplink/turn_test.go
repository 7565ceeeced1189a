package uplink

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"lightshare/events"
)

// A computer that sends a piece a millisecond, and gives it to one of those who may send, gives all of them the same: also when
// one wants it ten times as often.
func TestTurnsAreFairWithoutALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Limits{}, utc)
		l.turns = make(turns, 2)
		ctx, stop := context.WithCancel(t.Context())
		const buyers = 10
		sent := make([]int64, buyers)
		done := make(chan struct{})
		for i := range buyers {
			go func() {
				defer func() { done <- struct{}{} }()
				s, err := l.Join(ctx, Delivery{Order: events.OrderID(fmt.Sprint(i)), Size: 1 << 30})
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close()
				for {
					n, err := s.Next(ctx, 1000)
					if err != nil {
						return
					}
					time.Sleep(time.Millisecond)
					s.Sent(n)
					sent[i] += n
					time.Sleep(time.Duration(i) * 100 * time.Microsecond) // until its next piece is sealed
				}
			}()
		}
		time.Sleep(time.Second)
		stop()
		for range buyers {
			<-done
		}
		for i, n := range sent {
			if n < 190_000 || n > 210_000 {
				t.Errorf("buyer %d had %d bytes of 2,000,000, want a tenth: %v", i, n, sent)
			}
		}
	})
}

// Whoever takes nothing at the moment holds nobody up for long.
func TestTurnEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := make(turns, 1)
		first, err := all.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		second, err := all.take(t.Context())
		if err != nil || time.Since(began) != longest {
			t.Errorf("a second turn after %s, %v, want %s", time.Since(began), err, longest)
		}
		first() // is over already, and ends nobody else's
		ctx, cancel := context.WithTimeout(t.Context(), longest/2)
		defer cancel()
		if _, err := all.take(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a third turn beside the second: %v", err)
		}
		second()
		third, err := all.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		third()
		third()
	})
}
