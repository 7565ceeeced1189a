package simulator

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Faults are what a test can do to a simulator. The zero value is none. Safe for concurrent use.
type Faults struct {
	mu       sync.Mutex
	lose     bool // guarded by mu, like all
	copies   int
	overtake time.Duration
	refuse   int
	status   int
	remember int
	unheard  int
	empty    bool

	loseShare, lateShare float64
}

// LoseWebhooks says whether webhooks are thrown away from now on.
func (f *Faults) LoseWebhooks(lose bool) { f.mu.Lock(); defer f.mu.Unlock(); f.lose = lose }

// RepeatWebhooks says how many more times each webhook is sent.
func (f *Faults) RepeatWebhooks(copies int) { f.mu.Lock(); defer f.mu.Unlock(); f.copies = copies }

// LoseSome throws away that share of the webhooks, drawn by chance.
func (f *Faults) LoseSome(share float64) { f.mu.Lock(); defer f.mu.Unlock(); f.loseShare = share }

// DelaySome has that share of the webhooks, drawn by chance, wait for up to window, so that others overtake them.
func (f *Faults) DelaySome(share float64, window time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lateShare, f.overtake = share, window
}

// DisorderWebhooks has webhooks that happen within a window overtake each other.
func (f *Faults) DisorderWebhooks(window time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.overtake, f.lateShare = window, 1
}

// FailCalls makes the next n writing calls fail before they do anything.
func (f *Faults) FailCalls(n int) { f.RefuseCalls(n, http.StatusInternalServerError) }

// RefuseCalls answers the next n writing calls with that status before they do anything: 409 says that a call with the
// same key is under way, 429 that there are too many.
func (f *Faults) RefuseCalls(n, status int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuse, f.status = n, status
}

// RememberFailures makes the next n writing calls fail before they do anything, and their keys repeat the failure.
func (f *Faults) RememberFailures(n int) { f.mu.Lock(); defer f.mu.Unlock(); f.remember = n }

// LoseAnswers makes the next n writing calls succeed without an answer.
func (f *Faults) LoseAnswers(n int) { f.mu.Lock(); defer f.mu.Unlock(); f.unheard = n }

// EmptyAccounts says whether sellers have taken their money out of their accounts, so that none can be fetched back.
func (f *Faults) EmptyAccounts(empty bool) { f.mu.Lock(); defer f.mu.Unlock(); f.empty = empty }

func (f *Faults) emptyAccounts() bool { f.mu.Lock(); defer f.mu.Unlock(); return f.empty }
func (f *Faults) extraCopies() int    { f.mu.Lock(); defer f.mu.Unlock(); return f.copies }
func (f *Faults) losesAnswer() bool   { f.mu.Lock(); defer f.mu.Unlock(); return used(&f.unheard) }
func (f *Faults) remembers() bool     { f.mu.Lock(); defer f.mu.Unlock(); return used(&f.remember) }

// losesWebhook reports whether the next webhook is thrown away.
func (f *Faults) losesWebhook() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lose || f.loseShare > 0 && rand.Float64() < f.loseShare
}

// disorder returns within which time the next webhook waits; 0: it does not.
func (f *Faults) disorder() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	if rand.Float64() >= f.lateShare {
		return 0
	}
	return f.overtake
}

// refusal returns how the next writing call is turned down, or nil.
func (f *Faults) refusal() *apiError {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !used(&f.refuse) {
		return nil
	}
	switch f.status {
	case http.StatusConflict:
		return &apiError{Type: "idempotency_error", Code: "idempotency_key_in_use", status: f.status, Message: "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through)."}
	case http.StatusTooManyRequests:
		return &apiError{Type: "invalid_request_error", Code: "rate_limit", status: f.status, Message: "Request rate limit exceeded."}
	}
	return outOfOrder(f.status)
}

// outOfOrder is what a call answers that failed for no reason of the caller's.
func outOfOrder(status int) *apiError {
	return &apiError{Type: "api_error", Message: "An unknown error occurred", status: status}
}

func used(n *int) bool {
	if *n == 0 {
		return false
	}
	*n--
	return true
}
