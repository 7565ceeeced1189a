package fetch

import (
	"context"
	"errors"
	"io"
	"time"
)

var errStalled = errors.New("nothing came for too long")

// A stallGuard is a response body that breaks off the request when nothing was read for too long.
type stallGuard struct {
	body   io.ReadCloser // nil until there is an answer
	after  time.Duration
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

// guardStall returns the context for a request and its guard, which is counting already.
func guardStall(ctx context.Context, after time.Duration) (context.Context, *stallGuard) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(after, func() { cancel(errStalled) })
	return ctx, &stallGuard{after: after, timer: timer, cancel: cancel}
}

func (g *stallGuard) Read(p []byte) (int, error) {
	g.timer.Reset(g.after)
	return g.body.Read(p)
}

// Close ends the request. A Read under way returns.
func (g *stallGuard) Close() error {
	g.timer.Stop()
	g.cancel(nil)
	if g.body == nil {
		return nil
	}
	return g.body.Close()
}
