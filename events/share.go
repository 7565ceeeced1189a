package events

import "fmt"

// A PayeeID names who gets a share of a sale besides the seller: another seller, or [Operator].
type PayeeID string

// Operator is the payee who runs the market.
const Operator PayeeID = "operator"

// Whole is all of a sale in basis points: hundredths of a percent.
const Whole = 10_000

// MaxShares is how many payees a sale may have besides the seller.
const MaxShares = 20

// A Share is a payee's part of a sale. What the shares leave is the seller's.
type Share struct {
	To     PayeeID `json:"to"`
	Points int     `json:"points"` // basis points, 1 to Whole
}

// CheckShares reports as [Malformed] what is wrong with the shares of one sale: a payee that is nobody or named twice,
// a share of nothing, or more than the whole.
func CheckShares(shares []Share) error {
	if len(shares) > MaxShares {
		return fmt.Errorf("%d shares, at most %d: %w", len(shares), MaxShares, Malformed)
	}
	left := Whole
	for i, s := range shares {
		left -= s.Points
		if s.Points < 1 || s.Points > Whole || left < 0 {
			return fmt.Errorf("share of %q: %w", s.To, Malformed)
		}
		if s.To != Operator && !SellerID(s.To).Valid() {
			return fmt.Errorf("payee %q: %w", s.To, Malformed)
		}
		for _, earlier := range shares[:i] {
			if earlier.To == s.To {
				return fmt.Errorf("payee %q twice: %w", s.To, Malformed)
			}
		}
	}
	return nil
}
