package auction

import (
	"slices"

	"lightshare/events"
)

// A Mark is what a lot remembers about one of its bidders beside his bids.
type Mark struct {
	Bidder      events.UserID
	Retractions int  // that were not free
	Strikes     int  // for not paying
	Blocked     bool // by the seller
	Asked       bool // had a second chance
}

// mark returns what is remembered about a bidder.
func (l *Lot) mark(who events.UserID) Mark {
	for _, m := range l.Marks {
		if m.Bidder == who {
			return m
		}
	}
	return Mark{Bidder: who}
}

// record returns what the mark adds to its bidder's record.
func (m Mark) record() events.BidderRecord {
	return events.BidderRecord{Retractions: m.Retractions, Strikes: m.Strikes}
}

// note changes what is remembered about a bidder.
func (l *Lot) note(who events.UserID, change func(*Mark)) {
	m := l.mark(who)
	change(&m)
	l.Marks = append(slices.DeleteFunc(slices.Clone(l.Marks), func(m Mark) bool { return m.Bidder == who }), m)
}
