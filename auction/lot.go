package auction

import (
	"slices"
	"time"

	"lightshare/events"
)

// A Lot is the state of one lot: its listing, its bids or sales, and how it stands. It is copied with every fact, so
// what is large is behind pointers that are replaced and never changed.
type Lot struct {
	Version uint64    // the newest fact
	At      time.Time // when that was decided
	Shown   uint64    // the newest fact that changed what the [events.Offer] says
	ShownAt time.Time // when that was decided

	Listing *events.Listing   // as offered; nil while nothing is known
	Verdict *events.Verdict   // the newest on it
	Rev     int64             // the newest revision that the seller's agent spoke of
	Status  events.OfferState // of the listing, without regard to sales and the end
	Reason  string            // of the status, in words
	On      bool              // it was on sale at some time
	Result  events.LotState   // of an auction that is over: Sold or Unsold; empty before
	Ending  string            // why it ended so, in words

	Bidding
	Announced bool          // its bidders were told that the end is near
	Outbid    events.UserID // by the newest fact
	Bids      []events.Bid  // the valid ones, oldest first
	Maxima    []Maximum     // of Bids, in the same places
	Voided    uint64        // the newest fact that voided bids, and with them changed others
	Marks     []Mark        // on bidders, one each
	Sales     []Sale        // the copies sold
	Acts      []events.Act  // what the seller did since it opened
	Talks     []Talk        // about the price of a direct sale, one a buyer

	Struck     bool           // a winner did not pay
	OwesChance bool           // the next bidder is to be asked on that account
	Chance     *events.Chance // the newest second chance, until it has passed
}

// A Maximum is what a bid offered, and under which reserve. Both are secret.
type Maximum struct {
	Max     int64
	Reserve int64
}

// A Sale is a copy that belongs to an order.
type Sale struct {
	Order events.OrderID
	Buyer events.UserID
	Price int64 // minor units

	Code   string // a discount code that was used
	Agreed bool   // seller and buyer agreed on the price
}

// ID returns the lot's id, or "" while nothing is known of it.
func (l *Lot) ID() events.LotID {
	if l.Listing == nil {
		return ""
	}
	return l.Listing.ID.Lot()
}

// IsAuction reports whether the lot is sold to the highest bidder.
func (l *Lot) IsAuction() bool { return l.Listing != nil && l.Listing.Terms.Format == events.Auction }

// IsBound reports whether somebody bid on or bought the bytes as they are, which binds the seller to them.
func (l *Lot) IsBound() bool { return len(l.Bids) > 0 || len(l.Sales) > 0 }

// IsSoldOut reports whether a direct sale's edition is gone.
func (l *Lot) IsSoldOut() bool {
	edition := l.Listing.Terms.Edition
	return !l.IsAuction() && edition != events.OpenEdition && int64(len(l.Sales)) >= edition
}

// Runs reports whether the auction's clock goes: it is on offer, or bids wait or waited for a file, or for a moderator.
func (l *Lot) Runs() bool {
	if !l.IsAuction() || l.Result != "" {
		return false
	}
	switch l.Status {
	case events.OfferListed, events.OfferPaused:
		return true
	case events.OfferHeld:
		return len(l.Bids) > 0
	}
	return false
}

// State says whether the lot can be bid on or bought.
func (l *Lot) State() events.LotState {
	switch {
	case !l.On:
		return events.Unoffered
	case l.Status == events.OfferRefused || l.Status == events.OfferWithdrawn:
		return events.Withdrawn
	case l.Result != "":
		return l.Result
	case l.Status != events.OfferListed:
		return events.Paused
	case l.IsSoldOut():
		return events.Sold
	}
	return events.Open
}

// OfferState says what became of the listing.
func (l *Lot) OfferState() events.OfferState {
	switch l.State() {
	case events.Sold, events.Unsold:
		return events.OfferEnded
	}
	return l.Status
}

// hasSold reports whether the order has a copy.
func (l *Lot) hasSold(o events.OrderID) bool {
	return slices.ContainsFunc(l.Sales, func(s Sale) bool { return s.Order == o })
}
