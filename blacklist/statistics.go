package blacklist

import (
	"cmp"
	"slices"
	"time"

	"lightshare/events"
)

// A closedCase is a case that a person decided.
type closedCase struct {
	listing    string
	since, at  time.Time
	overturned bool // by another person, or by himself later than [undoTime]
}

// undoTime is how long taking a decision back counts as a slip of the hand.
const undoTime = time.Minute

// keptCases is how many decided cases statistics look back on.
const keptCases = 200_000

// close notes that a case was decided; mu is held. What carries out a notice is no case of the queue.
func (s *state) close(rec events.Record, f events.ListingRuled) {
	if f.Since.IsZero() {
		return
	}
	s.closed = append(s.closed, closedCase{listing: rec.Subject, since: f.Since, at: rec.At})
	if len(s.closed) > 2*keptCases {
		s.closed = slices.Clone(s.closed[keptCases:])
	}
}

// overturned notes that the listing's last decision counts no more; mu is held.
func (s *state) overturned(listing string) { s.overturnedAt(listing, time.Time{}) }

// overturnedAt notes that a decision was taken back; soon after it that is none, and the case was not decided; mu is held.
func (s *state) overturnedAt(listing string, at time.Time) {
	for i, c := range slices.Backward(s.closed) {
		if c.listing != listing {
			continue
		}
		if !at.IsZero() && at.Sub(c.at) <= undoTime {
			s.closed = slices.Delete(s.closed, i, i+1)
		} else {
			s.closed[i].overturned = true
		}
		return
	}
}

// A Day is one day's work.
type Day struct {
	Day        time.Time // its beginning, UTC
	Waiting    int       // cases at its end, or now
	Decided    int
	MedianWait time.Duration // of those decided
	Overturned int           // of those decided, taken back since
}

// Statistics returns the last days, the oldest first; the last is today.
func (k *Keeper) Statistics(days int) []Day {
	now := k.c.Clock.Now()
	var open []time.Time
	for _, it := range k.waiting() {
		open = append(open, it.since)
	}
	k.state.mu.Lock()
	closed := slices.Clone(k.state.closed)
	k.state.mu.Unlock()
	today := now.Truncate(24 * time.Hour)
	all := make([]Day, days)
	for i := range all {
		d := &all[i]
		d.Day = today.AddDate(0, 0, i+1-days)
		end := d.Day.AddDate(0, 0, 1)
		var waits []time.Duration
		for _, c := range closed {
			if c.since.Before(end) && !c.at.Before(end) {
				d.Waiting++
			}
			if !c.at.Before(d.Day) && c.at.Before(end) {
				d.Decided++
				waits = append(waits, c.at.Sub(c.since))
				if c.overturned {
					d.Overturned++
				}
			}
		}
		for _, since := range open {
			if since.Before(end) {
				d.Waiting++
			}
		}
		d.MedianWait = median(waits)
	}
	return all
}

// median returns the middle one, or of an even number the lower of both; 0 of none.
func median[T cmp.Ordered](all []T) T {
	var none T
	if len(all) == 0 {
		return none
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}
