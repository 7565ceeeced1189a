package ledger

import (
	"cmp"
	"slices"

	"lightshare/events"
)

// winners holds what winners are asked to pay against how their auctions went.
type winners map[events.LotID]*auction

// auction is what is known of one auction.
type auction struct {
	order  events.CreateOrder
	bid    events.BidPlaced // the newest, with price and leader as they are without those taken back
	closed events.LotClosed
}

// order notes the order of a winner.
func (w winners) order(rec events.Record) error {
	if rec.Kind != (events.OrderCreated{}).FactKind() {
		return nil
	}
	f, err := rec.Fact()
	if err != nil {
		return err
	}
	if o := f.(events.OrderCreated).CreateOrder; o.Kind == events.OrderWon {
		w[o.Lot] = &auction{order: o}
	}
	return nil
}

// lot notes the bids and the close of a lot that was won.
func (w winners) lot(rec events.Record) error {
	a := w[events.LotID(rec.Subject)]
	if a == nil {
		return nil
	}
	f, err := rec.Fact()
	switch f := f.(type) {
	case events.BidPlaced:
		a.bid = f
	case events.BidsRetracted:
		a.bid.Price, a.bid.Leader = f.Price, f.Leader
	case events.BidderCancelled:
		a.bid.Price, a.bid.Leader = f.Price, f.Leader
	case events.LotClosed:
		a.closed = f
	}
	return err
}

// check returns, by order, who is not asked for what his auction came to.
func (w winners) check() []*Violation {
	var all []*Violation
	for _, a := range w {
		o, c := a.order, a.closed
		var v *Violation
		switch {
		case !c.Sold || c.Order != o.Order || c.Winner != o.Buyer || c.Winner != a.bid.Leader:
			v = broken(Single, "won by %q, who led was %q, and paid for by %q", c.Winner, a.bid.Leader, o.Buyer)
		case c.Price != o.Price.Amount || c.Price != a.bid.Price:
			v = broken(Priced, "asks for %d, closed at %d, the last bid made it %d", o.Price.Amount, c.Price, a.bid.Price)
		default:
			continue
		}
		v.Order, v.Seq = o.Order, 1
		all = append(all, v)
	}
	slices.SortFunc(all, func(x, y *Violation) int { return cmp.Compare(x.Order, y.Order) })
	return all
}
