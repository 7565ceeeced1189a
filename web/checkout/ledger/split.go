package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"lightshare/events"
)

// A Part is what one party gets of a sale.
type Part struct {
	To     Account
	Amount int64 // minor units of the account's currency; may be 0
}

// Split divides the money of a sale: the seller's part first, then those of the payees by their ids. It is exact to the
// unit by largest remainder and does not depend on the order of shares; among equal fractions the seller comes first,
// then the lower id. The shares must pass [events.CheckShares]; a share for the seller himself joins what is his.
func Split(m events.Money, seller events.SellerID, shares []events.Share) ([]Part, error) {
	if err := events.CheckShares(shares); err != nil {
		return nil, fmt.Errorf("split %d: %w", m.Amount, err)
	}
	parts := []Part{{To: Account{SellerPayable, string(seller), m.Currency}}}
	if len(shares) == 0 {
		parts[0].Amount = m.Amount
		return parts, nil
	}
	shares = slices.Clone(shares)
	slices.SortFunc(shares, func(a, b events.Share) int { return cmp.Compare(a.To, b.To) })
	points := []int64{events.Whole}
	for _, s := range shares {
		if s.To == events.PayeeID(seller) {
			continue
		}
		parts = append(parts, Part{To: payee(s.To, m.Currency)})
		points = append(points, int64(s.Points))
		points[0] -= int64(s.Points)
	}
	amounts, err := apportion(m.Amount, points)
	if err != nil {
		return nil, fmt.Errorf("split %d: %w", m.Amount, err)
	}
	for i, a := range amounts {
		parts[i].Amount = a
	}
	return parts, nil
}

// payee returns the account on which a payee's shares gather.
func payee(p events.PayeeID, c events.Currency) Account {
	if p == events.Operator {
		return Account{Kind: PlatformFees, Currency: c}
	}
	return Account{RoyaltyPayable, string(p), c}
}
