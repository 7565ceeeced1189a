package storefront

import (
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"lightshare/events"
)

// A limit is how often one key may do something.
type limit struct {
	every time.Duration // one more is allowed each
	burst int           // at once
}

// limits counts who did what lately. It is each process's own; it slows down, it does not account.
type limits struct {
	signInFrom *limiter // by network address
	signInTo   *limiter // by e-mail address: nobody's inbox is filled from here
	bid        *limiter // by user
	card       *limiter // by user
	ticket     *limiter // by order
	proof      *limiter // by order; checking one is work
	refund     *limiter // by order
	enrol      *limiter // by network address
	record     *limiter // by network address: each reads a lot's whole history
	pair       *limiter // by user, who asks for codes, and by network address, which tries them
}

func newLimits() limits {
	return limits{
		signInFrom: newLimiter(limit{time.Second, 60}),
		signInTo:   newLimiter(limit{20 * time.Second, 6}),
		bid:        newLimiter(limit{200 * time.Millisecond, 30}),
		card:       newLimiter(limit{10 * time.Second, 10}),
		ticket:     newLimiter(limit{time.Second, 30}),
		proof:      newLimiter(limit{10 * time.Second, 5}),
		refund:     newLimiter(limit{10 * time.Second, 5}),
		enrol:      newLimiter(limit{time.Second, 60}),
		record:     newLimiter(limit{2 * time.Second, 30}),
		pair:       newLimiter(limit{20 * time.Second, 10}),
	}
}

// A limiter applies one limit to many keys.
type limiter struct {
	limit limit

	mu    sync.Mutex
	keys  map[string]*rate.Limiter // guarded by mu
	swept time.Time                // guarded by mu; when full ones were forgotten
}

func newLimiter(l limit) *limiter {
	return &limiter{limit: l, keys: make(map[string]*rate.Limiter), swept: time.Now()}
}

// allow returns [events.RateLimited] if key has done it too often.
func (l *limiter) allow(key string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if full := l.limit.every * time.Duration(l.limit.burst); now.Sub(l.swept) > full {
		for k, r := range l.keys {
			if r.TokensAt(now) >= float64(l.limit.burst) {
				delete(l.keys, k)
			}
		}
		l.swept = now
	}
	r := l.keys[key]
	if r == nil {
		r = rate.NewLimiter(rate.Every(l.limit.every), l.limit.burst)
		l.keys[key] = r
	}
	if !r.AllowN(now, 1) {
		return events.RateLimited
	}
	return nil
}

// from returns the network address that the request came from.
func from(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
