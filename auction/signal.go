package auction

import (
	"time"

	"lightshare/events"
)

// manyRetractions by one bidder on one lot are a pattern and no mistake.
const manyRetractions = 2

// signals tells the moderators of a retraction that looks like more than a mistyped amount. It is evidence for a
// person, with the innocent reading left open: nothing follows from it by itself.
func (l *Lot) signals(f events.BidsRetracted, before *Lot, at time.Time) []letter {
	if f.Reason != events.WrongAmount {
		return nil
	}
	var all []letter
	title := l.Listing.Title
	if n := l.mark(f.Bidder).Retractions; n >= manyRetractions {
		all = append(all, l.letter(events.Moderators, at, "signal", nil, "Bidder %s retracted %d times on %s.", f.Bidder, n, title))
	}
	if before.Leader == f.Bidder && f.Leader != "" && f.Leader != f.Bidder {
		was, now := l.money(before.Price), l.money(f.Price)
		all = append(all, l.letter(events.Moderators, at, "signal", &was,
			"Bidder %s outbid %s on %s up to %s and took that back: it stands at %s. The first amount tells how far the other would go.",
			f.Bidder, f.Leader, title, was, now))
	}
	return all
}
