package auction

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lightshare/events"
)

// maxActs is how much of what a seller did is remembered, the newest.
const maxActs = 50

// lowerReserve lowers an auction's reserve. At or under the leader's maximum it is met at once: a price under the old
// reserve is that maximum.
func (l *Lot) lowerReserve(c events.LowerReserve, now time.Time) (events.Fact, error) {
	if c.Seller != l.Listing.Seller {
		return nil, events.NotSeller
	}
	if err := l.goesOn(now); err != nil {
		return nil, err
	}
	switch {
	case c.Reserve < 0 || c.Reserve != 0 && c.Reserve < l.Start:
		return nil, events.BadAmount
	case c.Reserve == l.Reserve:
		return nil, events.Unchanged
	case c.Reserve > l.Reserve:
		return nil, events.NotLower
	}
	return events.ReserveLowered{Reserve: c.Reserve}, nil
}

// addText adds to the description of what is on offer.
func (l *Lot) addText(c events.AddText) (events.Fact, error) {
	text := strings.TrimSpace(c.Text)
	n := *l.Listing
	switch {
	case c.Seller != n.Seller:
		return nil, events.NotSeller
	case l.Result != "":
		return nil, events.Closed
	case l.Status != events.OfferListed && l.Status != events.OfferPaused:
		return nil, events.NotForSale
	case !events.GoodText(text, 1, events.MaxDescription, true):
		return nil, fmt.Errorf("text: %w", events.Malformed)
	case len(n.Additions) >= maxAdditions || len(shown(n))+len(text) > events.MaxDescription:
		return nil, events.TooMuchText
	}
	return events.TextAdded{Text: text}, nil
}

// named returns the bidder whom the command means. Somebody without a bid can be named by his id alone.
func (l *Lot) named(c events.CancelBidder) (events.UserID, error) {
	if c.Name == "" {
		if c.Bidder == "" {
			return "", fmt.Errorf("bidder: %w", events.Malformed)
		}
		return c.Bidder, nil
	}
	var found events.UserID
	for _, bid := range l.Bids {
		if !bid.Bidder.IsCalled(c.Name) || c.Stood != 0 && c.Stood != bid.Price {
			continue
		}
		if found != "" && found != bid.Bidder {
			return "", events.Ambiguous
		}
		found = bid.Bidder
	}
	if found == "" {
		return "", events.NoBidder
	}
	return found, nil
}

// applyCounter applies a fact about what the seller says of his lot, and reports whether f is one.
func (l *Lot) applyCounter(f events.Fact, at time.Time) bool {
	n := *l.Listing
	switch f := f.(type) {
	case events.ReserveLowered:
		l.Reserve, n.Terms.Reserve = f.Reserve, f.Reserve
		l.act(events.ActReserve, at, "")
	case events.TextAdded:
		n.Additions = append(slices.Clip(n.Additions), events.Addition{At: at, Text: f.Text, Told: true})
		l.act(events.ActAdded, at, "")
	default:
		return false
	}
	l.Listing = &n
	return true
}

// act remembers for the public what the seller did.
func (l *Lot) act(kind events.ActKind, at time.Time, who events.UserID) {
	a := events.Act{Kind: kind, At: at}
	if who != "" {
		a.Who = who.Masked()
	}
	l.Acts = append(slices.Clip(l.Acts[max(0, len(l.Acts)-maxActs+1):]), a)
}
