package auction

import (
	"time"

	"lightshare/events"
)

const (
	absentAtEnd = "The file was not available when the auction ended."
	endedEarly  = "The seller ended it early."

	lastCall = 10 * time.Minute // before the end its bidders are told of it
)

// deadline returns when the journal must decide about the lot by itself, and what.
func (l *Lot) deadline() (time.Time, events.Command) {
	switch ends := l.proposalEnds(); {
	case !ends.IsZero():
		return ends, events.ExpireProposal{}
	case l.OwesChance && l.Status == events.OfferListed:
		return l.At, events.OfferChance{}
	case l.chanceWaits():
		return l.Chance.Until, events.ExpireChance{}
	case !l.Runs():
		return time.Time{}, nil
	}
	if call := l.Ends.Add(-lastCall); !l.Announced && len(l.Bids) > 0 && call.After(l.Bids[0].At) {
		return call, events.AnnounceEnding{}
	}
	return l.Ends, events.CloseLot{}
}

// announce has the bidders told that the end is near. If it has come meanwhile, the lot closes.
func (l *Lot) announce(now time.Time) (events.Fact, error) {
	switch {
	case !l.Runs() || l.Announced:
		return nil, events.Unchanged
	case !now.Before(l.Ends):
		return l.close(now)
	case now.Before(l.Ends.Add(-lastCall)):
		return nil, events.StillOpen
	}
	return events.EndingAnnounced{EndsAt: l.Ends}, nil
}

// close ends the auction: sold to the leader if the file is there and the reserve is met. Closing a lot that is over
// changes nothing.
func (l *Lot) close(now time.Time) (events.Fact, error) {
	switch {
	case l.Result != "":
		return nil, nil
	case !l.Runs():
		return nil, events.NotForSale
	case now.Before(l.Ends):
		return nil, events.StillOpen
	}
	closed := events.LotClosed{Price: l.Price}
	switch {
	case l.Leader == "":
		closed.Reason = "Nobody bid."
	case l.Status != events.OfferListed:
		closed.Reason = absentAtEnd
	case !l.ReserveMet():
		closed.Reason = "The reserve was not met."
	default:
		closed.Sold, closed.Winner, closed.Order = true, l.Leader, events.WonOrder(l.ID())
	}
	return closed, nil
}

// endEarly ends the auction because the seller says so. While bids stand and the end is near, the only way is to sell.
func (l *Lot) endEarly(c events.EndEarly, now time.Time) (events.Fact, error) {
	if c.Seller != l.Listing.Seller {
		return nil, events.NotSeller
	}
	if err := l.goesOn(now); err != nil {
		return nil, err
	}
	closed := events.LotClosed{Price: l.Price, Reason: endedEarly, Early: true}
	switch {
	case c.Sell && l.Leader == "":
		return nil, events.NoBid
	case c.Sell && l.Status != events.OfferListed:
		return nil, events.NotOpen
	case c.Sell:
		closed.Sold, closed.Winner, closed.Order = true, l.Leader, events.WonOrder(l.ID())
	case l.Leader != "" && l.Ends.Sub(now) <= freeHours:
		return nil, events.TooLate
	}
	return closed, nil
}
