package auction

import (
	"slices"
	"time"

	"lightshare/events"
)

// applyListing applies a fact about the listing, and reports whether f is one.
func (l *Lot) applyListing(f events.Fact, at time.Time) bool {
	switch f := f.(type) {
	case events.ListingOffered:
		l.list(f.Listing, f.Verdict, events.OfferListed, "")
		l.On, l.Announced = true, false
		l.Bidding = bidding(f.Listing.Terms, at, f.EndsAt)
	case events.ListingChanged:
		l.list(f.Listing, f.Verdict, events.OfferListed, "")
		if len(l.Bids) > 0 {
			l.Reserve = f.Listing.Terms.Reserve // a price below the old one is the leader's whole maximum
		} else {
			l.Bidding = bidding(f.Listing.Terms, l.Opens, f.EndsAt)
		}
	case events.ListingResumed:
		l.list(f.Listing, f.Verdict, events.OfferListed, "")
		l.Reserve = f.Listing.Terms.Reserve
	case events.ListingHeld:
		l.list(f.Listing, f.Verdict, events.OfferHeld, f.Verdict.Reason)
	case events.ListingRefused:
		l.list(f.Listing, f.Verdict, events.OfferRefused, f.Verdict.Reason)
		if l.Result == "" {
			l.Bidding, l.Bids, l.Maxima = Bidding{}, nil, nil
			l.Voided = l.Version
		}
	case events.ListingPaused:
		l.Rev, l.Status, l.Reason = f.Rev, events.OfferPaused, f.Reason
	case events.ListingWithdrawn:
		l.Rev, l.Status, l.Reason = f.Rev, events.OfferWithdrawn, f.Reason
	default:
		return false
	}
	return true
}

func (l *Lot) list(n events.Listing, v events.Verdict, s events.OfferState, reason string) {
	l.Listing, l.Verdict, l.Rev, l.Status, l.Reason = &n, &v, n.Rev, s, reason
}

// applyRetraction applies a fact about bids that count no more, and reports whether f is one.
func (l *Lot) applyRetraction(f events.Fact) bool {
	switch f := f.(type) {
	case events.BidsRetracted:
		*l = l.without(f.Bids)
		if f.Reason != events.MaterialChange {
			l.note(f.Bidder, func(m *Mark) { m.Retractions++ })
		}
	case events.BidderCancelled:
		*l = l.without(f.Bids)
		l.note(f.Bidder, func(m *Mark) { m.Blocked = true })
	default:
		return false
	}
	return true
}

// applySale applies a fact about sales or the end, and reports whether f is one.
func (l *Lot) applySale(f events.Fact, at time.Time) bool {
	switch f := f.(type) {
	case events.CopySold:
		l.Sales = append(l.Sales, Sale{f.Order, f.Buyer})
	case events.LotBought:
		l.Result = events.Sold
		l.Price, l.Leader, l.Ends = f.Price, f.Buyer, at
		l.Sales = append(l.Sales, Sale{f.Order, f.Buyer})
	case events.LotClosed:
		l.Result, l.Ending = events.Unsold, f.Reason
		if f.Early {
			l.Ends = at
		}
		if f.Sold {
			l.Result = events.Sold
			l.Reserve = min(l.Reserve, f.Price)
			l.Sales = append(l.Sales, Sale{f.Order, f.Winner})
		}
	case events.CopyReturned:
		l.Sales = slices.DeleteFunc(slices.Clone(l.Sales), func(s Sale) bool { return s.Order == f.Order })
		if l.IsAuction() {
			l.Result, l.Ending = events.Unsold, f.Reason
		}
	default:
		return false
	}
	return true
}
