package auction

import (
	"fmt"
	"time"

	"lightshare/events"
)

// placeBid checks a bid in the order that the rules give: closed, not open, own lot, blocked, amount, too low.
func (l *Lot) placeBid(c events.PlaceBid, now time.Time) (events.Fact, error) {
	if err := l.takes(c.Bidder, c.Sells, now); err != nil {
		return nil, err
	}
	switch {
	case c.Max <= 0 || c.Max > events.MaxAmount:
		return nil, events.BadAmount
	case c.Bidder == l.Leader && c.Max <= l.Max:
		return nil, events.NotRaised
	case c.Bidder != l.Leader && c.Max < l.Least():
		return nil, events.TooLow
	}
	return l.bid(c, now), nil
}

// takes refuses whoever may not bid on or buy the auctioned lot now; sells is the seller who he is himself, if the
// accounts know one. A bid at exactly the end is late.
func (l *Lot) takes(who events.UserID, sells events.SellerID, now time.Time) error {
	switch {
	case who == "":
		return fmt.Errorf("bidder: %w", events.Malformed)
	case !l.IsAuction():
		return events.NotOpen
	case l.Result != "" || l.Runs() && !now.Before(l.Ends):
		return events.Closed
	case l.Status == events.OfferPaused || l.Status == events.OfferListed && now.Before(l.Opens):
		return events.NotOpen
	case l.Status != events.OfferListed:
		return events.NotForSale
	case string(who) == string(l.Listing.Seller), sells == l.Listing.Seller:
		return events.OwnLot
	case len(l.Marks) > 0 && l.mark(who).Blocked:
		return events.Blocked
	}
	return nil
}

// buy gives a copy to an order whose payment is authorised.
func (l *Lot) buy(c events.Buy, now time.Time) (events.Fact, error) {
	if c.Order == "" || c.Buyer == "" {
		return nil, fmt.Errorf("order of a buyer: %w", events.Malformed)
	}
	if l.hasSold(c.Order) {
		return nil, events.Unchanged
	}
	if l.IsAuction() {
		return l.buyNow(c, now)
	}
	switch {
	case l.Status != events.OfferListed:
		return nil, events.NotForSale
	case l.IsSoldOut():
		return nil, events.SoldOut
	case string(c.Buyer) == string(l.Listing.Seller):
		return nil, events.OwnLot
	}
	return events.CopySold{Buyer: c.Buyer, Order: c.Order, Price: l.Listing.Terms.Price}, nil
}

func (l *Lot) buyNow(c events.Buy, now time.Time) (events.Fact, error) {
	if err := l.takes(c.Buyer, "", now); err != nil {
		return nil, err
	}
	if !l.BuyNowOffered() {
		return nil, events.BuyNowGone
	}
	return events.LotBought{Buyer: c.Buyer, Order: c.Order, Price: l.BuyNow}, nil
}

// takeBack frees the copy of an order that came to nothing.
func (l *Lot) takeBack(c events.ReturnCopy) (events.Fact, error) {
	if !l.hasSold(c.Order) {
		return nil, events.NoSuchOrder
	}
	return events.CopyReturned{Order: c.Order, Reason: c.Reason}, nil
}
