package events

import (
	"fmt"
	"strconv"
	"strings"
)

// A Currency is an ISO 4217 code in upper case. Only those in the table of this file are traded.
type Currency string

// The currencies traded.
const (
	USD Currency = "USD"
	EUR Currency = "EUR"
	GBP Currency = "GBP"
	JPY Currency = "JPY"
	KRW Currency = "KRW"
)

// MaxAmount is the largest amount of any bid, price or payment, in minor units.
const MaxAmount int64 = 1_000_000_000_000

// currencies says the number of decimal digits of the minor unit (ISO 4217) and the sign people write before the amount.
var currencies = map[Currency]struct {
	digits int
	sign   string
}{
	USD: {2, "$"}, EUR: {2, "€"}, GBP: {2, "£"}, JPY: {0, "¥"}, KRW: {0, "₩"},
}

// Known reports whether c is traded here.
func (c Currency) Known() bool { _, ok := currencies[c]; return ok }

// Digits returns how many decimal digits c's minor unit stands for: 2 for USD, 0 for JPY and KRW.
func (c Currency) Digits() int { return currencies[c].digits }

// Money is an amount in minor units (cents; whole won and yen) of one currency.
type Money struct {
	Amount   int64    `json:"amount"`
	Currency Currency `json:"currency"`
}

// String returns the amount as people write it: $12.50, ₩12,500.
func (m Money) String() string {
	info := currencies[m.Currency]
	amount, minus := m.Amount, ""
	if amount < 0 {
		amount, minus = -amount, "-"
	}
	digits := strconv.FormatInt(amount, 10)
	for len(digits) <= info.digits {
		digits = "0" + digits
	}
	whole, fraction := digits[:len(digits)-info.digits], digits[len(digits)-info.digits:]
	var b strings.Builder
	b.WriteString(minus)
	b.WriteString(info.sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	if fraction != "" {
		b.WriteByte('.')
		b.WriteString(fraction)
	}
	return b.String()
}

// Decimal returns the amount without sign or separators, as an input field wants it: 12.50, 12500.
func (m Money) Decimal() string {
	s := m.String()
	return strings.ReplaceAll(strings.Replace(s, currencies[m.Currency].sign, "", 1), ",", "")
}

// ParseMoney reads an amount as people type it ("12.5", "1,250", "$12") into minor units of c. It refuses more decimals
// than c has, amounts of zero or less and amounts above [MaxAmount] with [BadAmount].
func ParseMoney(s string, c Currency) (Money, error) {
	info, ok := currencies[c]
	if !ok {
		return Money{}, fmt.Errorf("currency %q: %w", c, BadCurrency)
	}
	text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), info.sign))
	whole, fraction, _ := strings.Cut(text, ".")
	if groups := strings.Split(whole, ","); len(groups) > 1 {
		for i, g := range groups {
			if i > 0 && len(g) != 3 || i == 0 && (len(g) == 0 || len(g) > 3) {
				return Money{}, fmt.Errorf("amount %q: %w", s, BadAmount)
			}
		}
		whole = strings.Join(groups, "")
	}
	if len(fraction) > info.digits || whole == "" && fraction == "" {
		return Money{}, fmt.Errorf("amount %q: %w", s, BadAmount)
	}
	fraction += strings.Repeat("0", info.digits-len(fraction))
	n, err := strconv.ParseUint(whole+fraction, 10, 62)
	if err != nil || n == 0 || int64(n) > MaxAmount {
		return Money{}, fmt.Errorf("amount %q: %w", s, BadAmount)
	}
	return Money{Amount: int64(n), Currency: c}, nil
}
