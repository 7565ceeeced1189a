package checkout

import (
	"encoding/json"
	"fmt"
	"log/slog"

	"lightshare/events"
	"lightshare/events/journal"
)

// newSellers takes what sellers say about their own sales. Of the buyer they see nothing.
func newSellers(sender *journal.Sender, log *slog.Logger) *journal.Sellers {
	return &journal.Sellers{
		Sender: sender, Log: log,
		Allow: bySeller,
		Show: func(seller events.SellerID, view json.RawMessage) (json.RawMessage, error) {
			var v View
			if len(view) == 0 || json.Unmarshal(view, &v) != nil || v.Order == "" {
				return nil, nil
			}
			if v.Seller != seller {
				return nil, events.NotSeller
			}
			return json.Marshal(v.sale())
		},
	}
}

// bySeller returns the command as one of the seller's. What sellers may not say is malformed.
func bySeller(seller events.SellerID, _ string, c events.Command) (events.Command, error) {
	switch c := c.(type) {
	case events.AskOrder:
		return c, nil
	case events.GrantRefund:
		c.By, c.Seller = events.BySeller, seller
		return c, nil
	case events.DeclineRefund:
		c.By, c.Seller = events.BySeller, seller
		return c, nil
	}
	return nil, fmt.Errorf("command %s of a seller: %w", c.CommandKind(), events.Malformed)
}

// sale is the order as its seller may see it.
func (v View) sale() events.Sale {
	return events.Sale{
		Order: v.Order, Lot: v.Lot, Title: v.Title, State: string(v.State), Headline: v.sellerHeadline(), Price: v.Price,
		Back: v.Refund.Back, Asked: v.Refund.Asked, Reason: v.Refund.Reason, AnswerBy: v.Refund.AnswerBy,
	}
}

// sellerHeadline says where the order stands as its seller sees it.
func (v View) sellerHeadline() string {
	switch {
	case v.Refund.Asked.Amount > 0:
		return "The buyer wants money back"
	case v.State == Disputed:
		return "The buyer disputes the payment; his bank holds the money"
	case v.State == ChargedBack:
		return "Lost: the buyer's bank gave him the money back"
	case v.State == Refunding:
		return "Money goes back to the buyer"
	case v.State == Owed:
		return "The provider refused the refund; the operator owes it to the buyer"
	case v.State == Refunded:
		return "All of the money went back to the buyer"
	case v.State == Captured && v.Refund.Back.Amount > 0:
		return "Sold; a part of the money went back"
	case v.State == Captured:
		return "Sold and paid"
	case v.State == Abandoned, v.State == Released, v.State == Releasing:
		return "Not sold"
	case v.State == Delivering, v.State == Delivered, v.State == Authorised:
		return "Payment held; being delivered"
	}
	return "Not paid yet"
}
