package events

import (
	"errors"
	"testing"
)

func TestMoney(t *testing.T) {
	for name, tc := range map[string]struct {
		typed string
		in    Currency
		want  int64
		err   error
		shown string
	}{
		"cents":                   {typed: "12.50", in: USD, want: 1250, shown: "$12.50"},
		"one decimal":             {typed: "12.5", in: EUR, want: 1250, shown: "€12.50"},
		"no decimals":             {typed: "12", in: USD, want: 1200, shown: "$12.00"},
		"cents only":              {typed: ".05", in: USD, want: 5, shown: "$0.05"},
		"sign and thousands":      {typed: " $1,234,567.89 ", in: USD, want: 123456789, shown: "$1,234,567.89"},
		"won":                     {typed: "12,500", in: KRW, want: 12500, shown: "₩12,500"},
		"yen have no decimals":    {typed: "12.5", in: JPY, err: BadAmount},
		"too many decimals":       {typed: "1.005", in: USD, err: BadAmount},
		"nothing":                 {typed: "", in: USD, err: BadAmount},
		"a point":                 {typed: ".", in: USD, err: BadAmount},
		"zero":                    {typed: "0.00", in: USD, err: BadAmount},
		"negative":                {typed: "-3", in: USD, err: BadAmount},
		"words":                   {typed: "ten", in: USD, err: BadAmount},
		"comma as decimal sign":   {typed: "12,5", in: EUR, err: BadAmount},
		"misplaced thousands":     {typed: "1,23,456", in: USD, err: BadAmount},
		"the largest":             {typed: "10000000000", in: USD, want: MaxAmount, shown: "$10,000,000,000.00"},
		"beyond the largest":      {typed: "10000000000.01", in: USD, err: BadAmount},
		"beyond what fits":        {typed: "99999999999999999999999999", in: USD, err: BadAmount},
		"a currency not traded":   {typed: "1", in: "XAU", err: BadCurrency},
		"digits of other scripts": {typed: "١٢", in: USD, err: BadAmount},
	} {
		got, err := ParseMoney(tc.typed, tc.in)
		if !errors.Is(err, tc.err) || got.Amount != tc.want {
			t.Errorf("%s: ParseMoney(%q, %s) = %v, %v, want %d, %v", name, tc.typed, tc.in, got, err, tc.want, tc.err)
			continue
		}
		if err != nil {
			continue
		}
		if got.String() != tc.shown {
			t.Errorf("%s: shown as %s, want %s", name, got, tc.shown)
		}
		if again, err := ParseMoney(got.Decimal(), tc.in); err != nil || again != got {
			t.Errorf("%s: ParseMoney(Decimal %q) = %v, %v, want the same", name, got.Decimal(), again, err)
		}
	}
}
