package events

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

func init() { command[AskCode]() }

// MaxCodes is how many discount codes a listing may have.
const MaxCodes = 50

// A Code takes something off the price of a direct sale for whoever knows it. Terms hold either Percent or Off.
type Code struct {
	Name    string    `json:"name"` // as buyers type it; in an Offer its [CodeName], so that nobody reads it there
	Percent int64     `json:"percent,omitempty"`
	Off     int64     `json:"off,omitempty"`  // minor units
	Until   time.Time `json:"until,omitzero"` // UTC; the first moment at which it counts no more
	Uses    int64     `json:"uses,omitempty"` // in all; 0: any number
	Once    bool      `json:"once,omitempty"` // for each buyer
}

// AskCode changes nothing: it is refused if the code does not count for the buyer.
type AskCode struct {
	Buyer UserID `json:"buyer"`
	Code  string `json:"code"`
}

func (AskCode) CommandKind() string { return "ask_code" }

// Question marks AskCode as one.
func (AskCode) Question() {}

// CodeName returns what stands for a lot's code where it must not be read.
func CodeName(l LotID, name string) string {
	sum := sha256.Sum256([]byte("lightshare code 1\n" + string(l) + "\n" + name))
	return hex.EncodeToString(sum[:])
}

// TypedCode returns a code as it counts, however it was typed.
func TypedCode(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }

// Code returns the code of that name, and whether there is one.
func (t Terms) Code(name string) (Code, bool) {
	for _, c := range t.Codes {
		if c.Name == name {
			return c, true
		}
	}
	return Code{}, false
}

// Reduced returns what the price is with the code, in minor units. A percentage is rounded in the buyer's favour.
func (c Code) Reduced(price int64) int64 {
	return price - c.Off - (price*c.Percent+99)/100
}

// checkPrice reports what is wrong with how a direct sale is priced.
func (t Terms) checkPrice() error {
	switch {
	case t.Price <= 0 || t.Price > MaxAmount:
		return fmt.Errorf("price: %w", BadAmount)
	case t.Least != 0 && (t.Least < 0 || t.Least > t.Price):
		return fmt.Errorf("least (at most the price, which is what is suggested): %w", BadAmount)
	case t.Least != 0 && (t.Proposals || len(t.Codes) > 0):
		return fmt.Errorf("least: buyers who name their own price need neither offers nor codes: %w", Malformed)
	case len(t.Codes) > MaxCodes:
		return fmt.Errorf("codes (at most %d): %w", MaxCodes, Malformed)
	}
	for i, c := range t.Codes {
		if err := c.check(t.Price); err != nil {
			return fmt.Errorf("code %.20q: %w", c.Name, err)
		}
		if first, _ := (Terms{Codes: t.Codes[:i]}).Code(c.Name); first.Name != "" {
			return fmt.Errorf("code %.20q twice: %w", c.Name, Malformed)
		}
	}
	return nil
}

func (c Code) check(price int64) error {
	switch {
	case !GoodText(c.Name, 3, 40, false) || TypedCode(c.Name) != c.Name:
		return fmt.Errorf("3 to 40 bytes in capitals are wanted: %w", Malformed)
	case c.Percent < 0 || c.Percent > 99 || c.Off < 0 || (c.Percent == 0) == (c.Off == 0):
		return fmt.Errorf("1 to 99 %%, or an amount, is to be taken off: %w", BadAmount)
	case c.Reduced(price) < 1:
		return fmt.Errorf("it leaves no price: %w", BadAmount)
	case c.Uses < 0:
		return fmt.Errorf("uses: %w", Malformed)
	}
	return nil
}
