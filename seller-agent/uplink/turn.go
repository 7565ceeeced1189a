package uplink

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// longest is how long a buyer keeps the others waiting who have as much right to the processors: his own connection may take
// nothing at the moment.
const longest = 20 * time.Millisecond

// turns let a few pieces be sent at a time, first come, first served. Without a limit it is the seller's computer that sets the
// pace, and its scheduler, left alone, gives some of fifty buyers six times as much as others.
type turns chan struct{}

func newTurns() turns { return make(turns, runtime.GOMAXPROCS(0)) }

// take waits for a turn, which ends by itself before long, and returns what ends it sooner. That may be called more than once.
func (t turns) take(ctx context.Context) (func(), error) {
	select {
	case t <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	end := sync.OnceFunc(func() { <-t })
	late := time.AfterFunc(longest, end)
	return func() { late.Stop(); end() }, nil
}
