package fetch

import (
	"context"
	"io"

	"golang.org/x/time/rate"

	"lightshare/events/sealed"
)

// newLimiter returns a limiter to n bytes a second, or nil for no limit. It never lets more than a record through at
// once.
func newLimiter(n int64) *rate.Limiter {
	if n <= 0 {
		return nil
	}
	return rate.NewLimiter(rate.Limit(n), sealed.SealedRecordSize)
}

// limited returns body, read no faster than limit allows; nil means no limit.
func limited(ctx context.Context, body io.ReadCloser, limit *rate.Limiter) io.ReadCloser {
	if limit == nil {
		return body
	}
	return &limitedBody{ctx, body, limit}
}

type limitedBody struct {
	ctx context.Context // of the request that brought the body
	io.ReadCloser
	limit *rate.Limiter
}

func (b *limitedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p[:min(len(p), b.limit.Burst())])
	if waitErr := b.limit.WaitN(b.ctx, n); waitErr != nil && err == nil {
		err = waitErr
	}
	return n, err
}
