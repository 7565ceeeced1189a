package checkout

import (
	"context"
	"encoding/json"
	"fmt"

	"lightshare/events"
	"lightshare/events/bus"
)

// lotFact follows the auctions: a won lot, a second chance that is taken or a price agreed on becomes an order, a lot that is taken down ends its orders.
func (d *Desk) lotFact(ctx context.Context, rec events.Record) error {
	fact, err := rec.Fact()
	if err != nil {
		return err
	}
	lot := events.LotID(rec.Subject)
	switch f := fact.(type) {
	case events.LotClosed:
		if f.Sold {
			return d.won(ctx, lot, f.Order, events.OrderWon, f.Winner, f.Price)
		}
	case events.ChanceTaken:
		return d.won(ctx, lot, f.Order, events.OrderChance, f.Bidder, f.Price)
	case events.ProposalAccepted:
		return d.won(ctx, lot, f.Order, events.OrderAgreed, f.Buyer, f.Price)
	case events.ListingRefused:
		return d.takenDown(ctx, lot, rec.Seq, f)
	}
	return nil
}

// won makes the order of a winner, or of whoever took a second chance or agreed on a price. What he bought reads as the lot was last offered.
func (d *Desk) won(ctx context.Context, lot events.LotID, id events.OrderID, kind events.OrderKind, buyer events.UserID, price int64) error {
	stream, err := d.js.Stream(ctx, bus.Market)
	if err != nil {
		return fmt.Errorf("offer of lot %s: %w", lot, err)
	}
	msg, err := stream.GetLastMsgForSubject(ctx, events.OfferSubject(lot.Listing()))
	if err != nil {
		return fmt.Errorf("offer of lot %s: %w", lot, err)
	}
	var offer events.Offer
	if err := json.Unmarshal(msg.Data, &offer); err != nil {
		return fmt.Errorf("offer of lot %s: %w", lot, err)
	}
	create := createOrder(id, kind, buyer, price, offer)
	purse, err := d.wallet.purse(ctx, buyer)
	if err != nil {
		return fmt.Errorf("card for lot %s: %w", lot, err)
	}
	if purse.Card.Good(d.Clock.Now()) {
		create.Card = purse.Card.Card
	}
	return d.command(ctx, id, events.CommandID("won:"+lot), create)
}

// takenDown ends every order of the lot that is not paid for.
func (d *Desk) takenDown(ctx context.Context, lot events.LotID, seq uint64, f events.ListingRefused) error {
	reason := "The listing was taken down."
	if f.Verdict.Reason != "" {
		reason = "The listing was taken down: " + f.Verdict.Reason
	}
	ids := []events.OrderID{events.WonOrder(lot)} // may be too new for the index
	for _, o := range d.index.lots(lot) {
		if !o.State.Final() && o.Order != ids[0] {
			ids = append(ids, o.Order)
		}
	}
	for _, id := range ids {
		if err := d.command(ctx, id, events.CommandID(fmt.Sprintf("taken-down:%d", seq)), events.CancelOrder{Reason: reason}); err != nil {
			return err
		}
	}
	return nil
}
