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
		l.On, l.Announced, l.Acts = true, false, nil
		if l.IsAuction() {
			l.Talks = nil
		}
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
		} else {
			l.Chance, l.OwesChance = nil, false
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
	n = sharing(n)
	l.Listing, l.Verdict, l.Rev, l.Status, l.Reason = &n, sharedVerdict(v), n.Rev, s, reason
}

// applyRetraction applies a fact about bids that count no more, and reports whether f is one.
func (l *Lot) applyRetraction(f events.Fact, at time.Time) bool {
	switch f := f.(type) {
	case events.BidsRetracted:
		*l = l.without(f.Bids)
		if f.Reason != events.MaterialChange {
			l.note(f.Bidder, func(m *Mark) { m.Retractions++ })
		}
	case events.BidderCancelled:
		*l = l.without(f.Bids)
		l.note(f.Bidder, func(m *Mark) { m.Blocked = true })
		if len(f.Bids) > 0 {
			l.act(events.ActCancelled, at, f.Bidder)
		}
	default:
		return false
	}
	return true
}

// applySale applies a fact about sales or the end, and reports whether f is one.
func (l *Lot) applySale(f events.Fact, at time.Time) bool {
	switch f := f.(type) {
	case events.CopySold:
		l.Sales = append(l.Sales, Sale{Order: f.Order, Buyer: f.Buyer, Price: f.Price, Code: f.Code})
	case events.LotBought:
		l.Ends = at
		l.sell(Sale{Order: f.Order, Buyer: f.Buyer, Price: f.Price})
	case events.LotClosed:
		l.Result, l.Ending = events.Unsold, f.Reason
		ended := events.ActEnded
		if f.Sold {
			l.Reserve, ended = min(l.Reserve, f.Price), events.ActSold
			l.sell(Sale{Order: f.Order, Buyer: f.Winner, Price: f.Price})
			l.Ending = f.Reason
		}
		if f.Early {
			l.Ends = at
			l.act(ended, at, "")
		}
	case events.CopyReturned:
		l.comeBack(f.Order, f.Reason)
	default:
		return l.applyChance(f, at)
	}
	return true
}

// sell gives a copy of an auctioned lot away. The lot shows the first buyer and his price.
func (l *Lot) sell(s Sale) {
	l.Sales = append(l.Sales, s)
	l.Result, l.Ending = events.Sold, ""
	l.Leader, l.Price = l.Sales[0].Buyer, l.Sales[0].Price
}

// comeBack takes a copy back. An auctioned lot without another buyer is unsold, and shows how it ended.
func (l *Lot) comeBack(o events.OrderID, reason string) {
	l.Sales = slices.DeleteFunc(slices.Clone(l.Sales), func(s Sale) bool { return s.Order == o })
	if l.Chance != nil && l.Chance.Order == o {
		l.Chance = nil
	}
	switch {
	case !l.IsAuction():
	case len(l.Sales) == 0:
		l.Result, l.Ending = events.Unsold, reason
	default:
		l.Leader, l.Price = l.Sales[0].Buyer, l.Sales[0].Price
	}
}
