package auction

import (
	"fmt"
	"slices"
	"time"

	"lightshare/events"
)

const (
	freeHours = 12 * time.Hour // before the end: until then a bidder may take everything back, and a seller end the lot
	regret    = time.Hour      // after placing it, a bid can be taken back nearer to the end
	maxReason = 500            // bytes of what a seller tells the bidder
)

// retract takes a bidder's bids back, as far as the reason and the time allow.
func (l *Lot) retract(c events.RetractBid, now time.Time) (events.Fact, error) {
	all := l.Ends.Sub(now) > freeHours
	switch c.Reason {
	case events.WrongAmount:
	case events.MaterialChange:
		if l.Status != events.OfferPaused {
			return nil, events.NoChange
		}
		all = true
	default:
		return nil, fmt.Errorf("retraction for %q: %w", c.Reason, events.Malformed)
	}
	if err := l.goesOn(now); err != nil {
		return nil, err
	}
	bids := l.bidsOf(c.Bidder)
	if len(bids) == 0 {
		return nil, events.NoBid
	}
	if !all {
		newest := bids[len(bids)-1]
		if now.Sub(newest.At) > regret {
			return nil, events.TooLate
		}
		bids = bids[len(bids)-1:]
	}
	numbers := numbersOf(bids)
	after := l.without(numbers)
	return events.BidsRetracted{Bidder: c.Bidder, Reason: c.Reason, Bids: numbers, Price: after.Price, Leader: after.Leader}, nil
}

// cancel voids a bidder's bids and blocks him, because the seller says so.
func (l *Lot) cancel(c events.CancelBidder, now time.Time) (events.Fact, error) {
	if c.Seller != l.Listing.Seller {
		return nil, events.NotSeller
	}
	if err := l.goesOn(now); err != nil {
		return nil, err
	}
	bidder, err := l.named(c)
	switch {
	case err != nil:
		return nil, err
	case l.mark(bidder).Blocked:
		return nil, events.Unchanged
	case !events.GoodText(c.Reason, 0, maxReason, false):
		return nil, fmt.Errorf("reason: %w", events.Malformed)
	}
	numbers := numbersOf(l.bidsOf(bidder))
	after := l.without(numbers)
	return events.BidderCancelled{Bidder: bidder, Reason: c.Reason, Bids: numbers, Price: after.Price, Leader: after.Leader}, nil
}

// goesOn refuses to change the bids of an auction that is over or does not run.
func (l *Lot) goesOn(now time.Time) error {
	switch {
	case !l.IsAuction():
		return events.NoBid
	case l.Result != "" || l.Runs() && !now.Before(l.Ends):
		return events.Closed
	case !l.Runs():
		return events.NotForSale
	}
	return nil
}

func (l *Lot) bidsOf(who events.UserID) []events.Bid {
	var bids []events.Bid
	for _, bid := range l.Bids {
		if bid.Bidder == who {
			bids = append(bids, bid)
		}
	}
	return bids
}

func numbersOf(bids []events.Bid) []uint64 {
	var numbers []uint64
	for _, bid := range bids {
		numbers = append(numbers, bid.Seq)
	}
	return numbers
}

// without returns the lot as if the bids of those numbers had never been placed: the others count in their order and
// by the rules, under the reserve that each of them met. The end stays where it is, since people have planned for it.
func (l *Lot) without(numbers []uint64) Lot {
	after := *l
	after.Price, after.Leader, after.Max = 0, "", 0
	after.Bids, after.Maxima = nil, nil
	for i, bid := range l.Bids {
		if slices.Contains(numbers, bid.Seq) {
			continue
		}
		offered := l.Maxima[i]
		after.Reserve = offered.Reserve
		placed := after.bid(events.PlaceBid{Bidder: bid.Bidder, Max: offered.Max}, bid.At)
		placed.EndsAt = l.Ends
		after.place(placed)
		bid.Price = placed.Price
		after.Bids, after.Maxima = append(after.Bids, bid), append(after.Maxima, offered)
	}
	after.Reserve = l.Reserve
	return after
}
