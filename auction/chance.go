package auction

import (
	"fmt"
	"time"

	"lightshare/events"
)

const chanceLasts = 72 * time.Hour // for a second chance to be answered

// unpaid strikes a buyer who let the time to pay go by. His copy is nobody's again.
func (l *Lot) unpaid(c events.RecordUnpaid) (events.Fact, error) {
	for _, sale := range l.Sales {
		if (l.IsAuction() || sale.Agreed) && sale.Order == c.Order {
			return events.WinnerUnpaid{Winner: sale.Buyer, Order: sale.Order, Reason: c.Reason}, nil
		}
	}
	return nil, events.NoSuchOrder
}

// offerChance offers the lot to the next bidder, for the seller or because a winner did not pay.
func (l *Lot) offerChance(c events.OfferChance, now time.Time) (events.Fact, error) {
	switch {
	case c.Seller == "" && !l.OwesChance || c.Seller != "" && c.Seller != l.Listing.Seller:
		return nil, events.NotSeller
	case !l.IsAuction():
		return nil, events.NoBid
	case l.Result == "":
		return nil, events.StillOpen
	case l.Status != events.OfferListed:
		return nil, events.NotForSale
	case l.chanceWaits():
		return nil, events.Unchanged
	case !l.hasCopy():
		return nil, events.SoldOut
	}
	bidder, price := l.runnerUp()
	if bidder == "" {
		return nil, events.NoBid
	}
	return events.ChanceOffered{Bidder: bidder, Price: price, Until: now.Add(chanceLasts)}, nil
}

// answerChance takes or declines a second chance. An answer at exactly its end is late.
func (l *Lot) answerChance(c events.AnswerChance, now time.Time) (events.Fact, error) {
	switch {
	case !l.chanceWaits() || l.Chance.Bidder != c.Bidder || !now.Before(l.Chance.Until):
		return nil, events.NoChance
	case !c.Accept:
		return events.ChancePassed{Bidder: c.Bidder, Declined: true}, nil
	case l.Status != events.OfferListed:
		return nil, events.NotForSale
	}
	return events.ChanceTaken{Bidder: c.Bidder, Price: l.Chance.Price, Order: events.ChanceOrder(l.ID(), l.Version+1)}, nil
}

func (l *Lot) expireChance(now time.Time) (events.Fact, error) {
	switch {
	case !l.chanceWaits():
		return nil, events.NoChance
	case now.Before(l.Chance.Until):
		return nil, fmt.Errorf("second chance until %s: %w", l.Chance.Until.Format(time.RFC3339), events.StillOpen)
	}
	return events.ChancePassed{Bidder: l.Chance.Bidder}, nil
}

// chanceWaits reports whether somebody has a second chance that he has not answered.
func (l *Lot) chanceWaits() bool { return l.Chance != nil && l.Chance.Order == "" }

// hasCopy reports whether a second chance has something to offer: a winner did not pay, or the edition has another copy.
func (l *Lot) hasCopy() bool {
	sold, edition := int64(len(l.Sales)), l.Listing.Terms.Edition
	return (sold > 0 || l.Struck) && (edition == events.OpenEdition || sold < edition)
}

// runnerUp returns who offered most, and how much, of those who reach the reserve and neither have the lot nor were asked
// before; of equals the earliest.
func (l *Lot) runnerUp() (events.UserID, int64) {
	var next events.UserID
	var most int64
	for i, bid := range l.Bids {
		offered := l.Maxima[i].Max
		if offered > most && offered >= l.Reserve && l.mayHaveChance(bid.Bidder) {
			next, most = bid.Bidder, offered
		}
	}
	return next, most
}

func (l *Lot) mayHaveChance(who events.UserID) bool {
	for _, sale := range l.Sales {
		if sale.Buyer == who {
			return false
		}
	}
	m := l.mark(who)
	return !m.Blocked && !m.Asked && m.Strikes == 0
}

// applyChance applies a fact about an unpaid winner or a second chance, and reports whether f is one.
func (l *Lot) applyChance(f events.Fact, at time.Time) bool {
	switch f := f.(type) {
	case events.WinnerUnpaid:
		l.note(f.Winner, func(m *Mark) { m.Strikes++ })
		l.Struck = true
		l.comeBack(f.Order, f.Reason)
		next, _ := l.runnerUp()
		l.OwesChance = next != ""
	case events.ChanceOffered:
		l.note(f.Bidder, func(m *Mark) { m.Asked = true })
		if !l.OwesChance { // else it follows from the rules
			l.act(events.ActChance, at, "")
		}
		l.OwesChance = false
		l.Chance = &events.Chance{Bidder: f.Bidder, Price: f.Price, Until: f.Until}
	case events.ChanceTaken:
		l.Chance = &events.Chance{Bidder: f.Bidder, Price: f.Price, Until: l.Chance.Until, Order: f.Order}
		l.sell(Sale{Order: f.Order, Buyer: f.Bidder, Price: f.Price})
	case events.ChancePassed:
		l.Chance = nil
	default:
		return false
	}
	return true
}
