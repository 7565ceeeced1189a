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
	price, err := l.priceFor(c, now)
	return events.CopySold{Buyer: c.Buyer, Order: c.Order, Price: price, Code: c.Code}, err
}

// codeGrace is how long a discount code counts beyond its end for an order that was begun before it: as long as one can
// take to pay.
const codeGrace = 40 * time.Minute

// priceFor returns what a copy of a direct sale is sold for. An order says what was held for it; that is the price that
// the listing showed when the order was made, and stays so if it has changed since.
func (l *Lot) priceFor(c events.Buy, now time.Time) (int64, error) {
	terms := l.Listing.Terms
	price := c.Price
	if price == 0 {
		price = terms.Price
	}
	if c.Code != "" {
		return price, l.checkCode(c.Code, c.Buyer, now.Add(-codeGrace))
	}
	if price < terms.Least || price > events.MaxAmount {
		return 0, events.TooLow
	}
	return price, nil
}

// checkCode refuses a discount code that does not count, or not for this buyer.
func (l *Lot) checkCode(name string, buyer events.UserID, now time.Time) error {
	code, ok := l.Listing.Terms.Code(name)
	if !ok {
		return events.NoSuchCode
	}
	var uses int64
	for _, s := range l.Sales {
		if s.Code != name {
			continue
		}
		if uses++; code.Once && s.Buyer == buyer {
			return events.CodeSpent
		}
	}
	if code.Uses != 0 && uses >= code.Uses || !code.Until.IsZero() && !now.Before(code.Until) {
		return events.CodeSpent
	}
	return nil
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
