package auction

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"

	"lightshare/events"
	"lightshare/events/journal"
)

// newSellers takes what sellers say of their own lots. The answer's view is how the lot stands, as they may see it.
func newSellers(sender *journal.Sender, log *slog.Logger) *journal.Sellers {
	return &journal.Sellers{
		Sender: sender, Log: log,
		Allow: func(seller events.SellerID, subject string, c events.Command) (events.Command, error) {
			switch by := events.LotID(subject).Listing().Seller(); {
			case by == "":
				return nil, events.NoSuchLot
			case by != seller:
				return nil, events.NotSeller
			}
			return bySeller(c, seller)
		},
		Show: func(_ events.SellerID, view json.RawMessage) (json.RawMessage, error) {
			var stands events.Standing
			if len(view) == 0 || json.Unmarshal(view, &stands) != nil || stands.Lot == "" {
				return nil, nil
			}
			return json.Marshal(masked(stands))
		},
	}
}

// bySeller returns the command as one of the seller's. What sellers may not say is malformed.
func bySeller(c events.Command, seller events.SellerID) (events.Command, error) {
	switch c := c.(type) {
	case events.AskStanding:
		return c, nil
	case events.CancelBidder:
		c.Seller = seller
		return c, nil
	case events.EndEarly:
		c.Seller = seller
		return c, nil
	case events.LowerReserve:
		c.Seller = seller
		return c, nil
	case events.AddText:
		c.Seller = seller
		return c, nil
	case events.OfferChance:
		c.Seller = seller
		return c, nil
	case events.AnswerProposal:
		c.Seller = seller
		return c, nil
	}
	return nil, fmt.Errorf("command %s of a seller: %w", c.CommandKind(), events.Malformed)
}

// masked returns the standing with bidders named as the public knows them.
func masked(s events.Standing) events.Standing {
	hide := func(u events.UserID) events.UserID {
		if u == "" {
			return ""
		}
		return events.UserID(u.Masked())
	}
	s.Leader, s.Outbid, s.Order = hide(s.Leader), hide(s.Outbid), ""
	s.Proposals = slices.Clone(s.Proposals)
	for i, p := range s.Proposals {
		s.Proposals[i].Buyer, s.Proposals[i].Order = hide(p.Buyer), ""
	}
	if s.Chance != nil {
		c := *s.Chance
		c.Bidder, c.Order = hide(c.Bidder), ""
		s.Chance = &c
	}
	return s
}
