package checkout

import (
	"time"

	"lightshare/events"
)

// A Deal is what a buyer says about the price of a direct sale.
type Deal struct {
	Amount int64  // what he names himself, minor units; 0: what is suggested
	Code   string // of a discount, as [events.TypedCode] returns it; empty for none
}

// direct returns what a copy of a direct sale costs.
func (deal Deal) direct(offer events.Offer, now time.Time) (int64, error) {
	terms := offer.Terms
	switch {
	case deal.Code != "":
		code, ok := terms.Code(events.CodeName(offer.Lot, deal.Code))
		if !ok {
			return 0, events.NoSuchCode
		}
		if !code.Until.IsZero() && !now.Before(code.Until) {
			return 0, events.CodeSpent
		}
		return code.Reduced(terms.Price), nil
	case deal.Amount == 0 || terms.Least == 0:
		return terms.Price, nil
	case deal.Amount < terms.Least:
		return 0, events.TooLow
	}
	return deal.Amount, nil
}
