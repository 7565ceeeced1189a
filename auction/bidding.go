package auction

import (
	"time"

	"lightshare/events"
)

const (
	defaultSoftClose    = 2 * time.Minute
	defaultMaxExtension = time.Hour
)

// Bidding is an auction's terms as they count, and how it stands. Amounts are minor units, times UTC.
type Bidding struct {
	Start      int64
	Reserve    int64 // 0: none
	BuyNow     int64 // 0: not offered
	Increments []events.Increment
	SoftClose  time.Duration
	Opens      time.Time
	FirstEnd   time.Time
	LatestEnd  time.Time // which no extension passes
	Ends       time.Time // effective: bidding, closing and the countdown all use it

	Price  int64         // 0 before the first bid
	Leader events.UserID // whose maximum is the highest, the earliest of equals
	Max    int64         // the leader's, secret
}

// bidding returns an auction without bids that opens and ends as given.
func bidding(t events.Terms, opens, ends time.Time) Bidding {
	soft, extension := t.SoftClose, t.MaxExtension
	if soft == 0 {
		soft = defaultSoftClose
	}
	if extension == 0 {
		extension = defaultMaxExtension
	}
	return Bidding{
		Start: t.Start, Reserve: t.Reserve, BuyNow: t.BuyNow, Increments: increments(t), SoftClose: soft,
		Opens: opens, FirstEnd: ends, LatestEnd: ends.Add(extension), Ends: ends,
	}
}

// Least returns the least maximum that somebody who does not lead may bid.
func (b *Bidding) Least() int64 {
	if b.Leader == "" {
		return b.Start
	}
	return b.Price + step(b.Increments, b.Price)
}

// ReserveMet reports whether the lot would be sold at its price.
func (b *Bidding) ReserveMet() bool { return b.Price >= b.Reserve }

// BuyNowOffered reports whether the lot could still be bought at once: until the first bid, or with a reserve until
// the price reaches it.
func (b *Bidding) BuyNowOffered() bool {
	return b.BuyNow > 0 && (b.Leader == "" || b.Reserve > 0 && !b.ReserveMet())
}

// bid returns what an acceptable maximum leads to.
//
// Of the two highest maxima only the leader's needs to be known: whoever does not lead must bid more than the price,
// and the price is never below the second highest maximum, so that his bid is one of the two highest itself.
func (b *Bidding) bid(c events.PlaceBid, now time.Time) events.BidPlaced {
	placed := events.BidPlaced{Bidder: c.Bidder, Max: c.Max, Price: b.Price, Leader: b.Leader, EndsAt: b.Ends}
	highest := b.Max
	switch {
	case b.Leader == "":
		placed.Leader, placed.Price, highest = c.Bidder, b.Start, c.Max
	case b.Leader == c.Bidder: // nobody bids against himself
		highest = c.Max
	case c.Max > b.Max:
		placed.Leader, placed.Outbid, highest = c.Bidder, b.Leader, c.Max
		placed.Price = max(placed.Price, min(c.Max, b.Max+step(b.Increments, b.Max)))
	default: // at equal maxima the earlier one leads
		placed.Price = max(placed.Price, min(b.Max, c.Max+step(b.Increments, c.Max)))
	}
	placed.Price = b.towardsReserve(placed.Price, highest)
	if placed.Price != b.Price || placed.Leader != b.Leader {
		placed.EndsAt = b.extended(now)
	}
	return placed
}

// towardsReserve returns the price once the reserve has its say: a highest maximum below it is used in full, one that
// reaches it lifts the price to it.
func (b *Bidding) towardsReserve(price, highest int64) int64 {
	if b.Reserve == 0 {
		return price
	}
	return max(price, min(highest, b.Reserve))
}

// extended returns the end after a bid that changed something: later if it came within the soft close, never later
// than the latest end.
func (b *Bidding) extended(now time.Time) time.Time {
	end := now.Add(b.SoftClose)
	if !end.After(b.Ends) {
		return b.Ends
	}
	if end.After(b.LatestEnd) {
		end = b.LatestEnd
	}
	return end
}

// place applies an accepted bid.
func (b *Bidding) place(f events.BidPlaced) {
	if f.Leader == f.Bidder {
		b.Max = f.Max
	}
	b.Price, b.Leader, b.Ends = f.Price, f.Leader, f.EndsAt
}
