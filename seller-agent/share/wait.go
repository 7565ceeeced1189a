package share

import "time"

const (
	// Quiet is how long nothing must be heard of a file before it is read.
	Quiet = 40 * time.Millisecond
	// Absence is how long a file must be away before it counts as gone: some programs save by removing first.
	Absence = 100 * time.Millisecond
	// Stale is how long a listing may stand while its file is being rewritten.
	Stale = 2 * time.Second
	// Rested is the age at which a file is not suspected of being written any more.
	Rested = 2 * time.Second
)

// A wait is a path that may have changed and is being given time to rest.
type wait struct {
	since   time.Time // when it was first suspected
	due     time.Time // when to look
	heard   bool      // the watch would have told of a write since due was set
	written bool      // the bytes may differ though size and time do not
	last    *Stat     // as it was at the last look
}

// rests reports whether a file that now looks like s has stopped changing; if not, it is to be looked at again later.
func (w *wait) rests(s Stat, now time.Time) bool {
	if w.heard || now.Sub(s.modified()) >= Rested || w.last != nil && *w.last == s {
		return true
	}
	w.last = &s
	w.again(now)
	return false
}

// again sets the next look: soon at first, then less and less often, up to a second.
func (w *wait) again(now time.Time) {
	w.due = now.Add(min(max(Quiet, now.Sub(w.since)/8), time.Second))
}

// stale reports whether a listing has stood for too long on bytes that are not there any more.
func stale(since, now time.Time) bool { return now.Sub(since) >= Stale }
