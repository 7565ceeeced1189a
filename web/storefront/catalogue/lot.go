// Package catalogue is the market as the storefront knows it: every listing with how it stands and whether its seller
// is there, in memory, and an index over their words.
//
// It follows the stream of offers, the standings as they happen, and presence. A change reaches open pages before
// anything else: the index (package finder) learns of it afterwards, in batches. Standings on the bus are not stored and can be missed;
// those of the book repair them regularly.
package catalogue

import (
	"cmp"
	"time"

	"lightshare/events"
	"lightshare/web/view"
)

// A Lot is one listing with its standing and its seller's presence at one moment. It never changes: news make a new one.
type Lot struct {
	events.Offer // with the newest standing
	Presence     events.Presence
	Confirmed    bool // the standing was heard or read since this program started
	ListedAt     time.Time
}

// ID returns the lot's id.
func (l *Lot) ID() events.LotID { return l.Listing.Lot() }

// Kind returns the family of the file's type.
func (l *Lot) Kind() view.Kind { return view.KindOf(l.Type) }

// Offered reports whether the lot belongs on the shelves: it can be bid on or bought, or will be again.
func (l *Lot) Offered() bool {
	return l.State == events.OfferListed && l.Standing.State == events.Open
}

// Money returns an amount of the lot's currency.
func (l *Lot) Money(amount int64) events.Money {
	return events.Money{Amount: amount, Currency: l.Terms.Currency}
}

// IsAuction reports whether the lot goes to the highest bidder.
func (l *Lot) IsAuction() bool { return l.Terms.Format == events.Auction }

// offered returns the lot after an offer, and whether that was news.
func (l *Lot) offered(o events.Offer) (*Lot, bool) {
	next := &Lot{Offer: o, ListedAt: o.At}
	if l != nil {
		if o.Version < l.Version {
			return l, false
		}
		next.Presence, next.Confirmed, next.ListedAt = l.Presence, l.Confirmed, l.ListedAt
		if l.Standing.Version > o.Standing.Version {
			next.Standing = l.Standing
		}
	}
	return next, true
}

// stands returns the lot after a standing, and whether that was news.
func (l *Lot) stands(s events.Standing) (*Lot, bool) {
	if s.Version < l.Standing.Version || s.Version == l.Standing.Version && l.Confirmed {
		return l, false
	}
	next := *l
	next.Standing, next.Confirmed = s, true
	return &next, true
}

// Orders of a shelf.
func byEnd(a, b *Lot) int {
	return cmp.Or(a.Standing.EndsAt.Compare(b.Standing.EndsAt), cmp.Compare(a.Listing, b.Listing))
}

func byNewest(a, b *Lot) int {
	return cmp.Or(b.ListedAt.Compare(a.ListedAt), cmp.Compare(a.Listing, b.Listing))
}
