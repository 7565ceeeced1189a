package events

import (
	"errors"
	"testing"
)

func TestDirectPrices(t *testing.T) {
	tests := map[string]struct {
		terms Terms
		want  error
	}{
		"fixed":                        {Terms{Price: 500}, nil},
		"one's own":                    {Terms{Price: 500, Least: 200}, nil},
		"one's own up to it":           {Terms{Price: 500, Least: 500}, nil},
		"one's own above":              {Terms{Price: 500, Least: 501}, BadAmount},
		"one's own below nothing":      {Terms{Price: 500, Least: -1}, BadAmount},
		"one's own and haggled":        {Terms{Price: 500, Least: 200, Proposals: true}, Malformed},
		"haggled":                      {Terms{Price: 500, Proposals: true}, nil},
		"a code":                       {Terms{Price: 500, Codes: []Code{{Name: "SPRING", Percent: 99}}}, nil},
		"a code of an amount":          {Terms{Price: 500, Codes: []Code{{Name: "봄날", Off: 499}}}, nil},
		"a code that leaves nothing":   {Terms{Price: 500, Codes: []Code{{Name: "SPRING", Off: 500}}}, BadAmount},
		"a percent of hardly anything": {Terms{Price: 1, Codes: []Code{{Name: "SPRING", Percent: 1}}}, BadAmount},
		"a code of both":               {Terms{Price: 500, Codes: []Code{{Name: "SPRING", Percent: 1, Off: 1}}}, BadAmount},
		"a code of neither":            {Terms{Price: 500, Codes: []Code{{Name: "SPRING"}}}, BadAmount},
		"a code in small letters":      {Terms{Price: 500, Codes: []Code{{Name: "spring", Off: 1}}}, Malformed},
		"a short code":                 {Terms{Price: 500, Codes: []Code{{Name: "AB", Off: 1}}}, Malformed},
		"a code twice":                 {Terms{Price: 500, Codes: []Code{{Name: "SPRING", Off: 1}, {Name: "SPRING", Off: 2}}}, Malformed},
		"too many codes":               {Terms{Price: 500, Codes: make([]Code, MaxCodes+1)}, Malformed},
	}
	for name, tc := range tests {
		tc.terms.Format, tc.terms.Currency = Direct, USD
		if err := tc.terms.Check(); !errors.Is(err, tc.want) || tc.want == nil && err != nil {
			t.Errorf("%s: Check() = %v, want %v", name, err, tc.want)
		}
	}
	auction := Terms{Format: Auction, Currency: USD, Start: 100, Duration: MinDuration, Proposals: true}
	if err := auction.Check(); !errors.Is(err, Malformed) {
		t.Errorf("an auction with proposals: Check() = %v, want malformed", err)
	}
}

func TestReduced(t *testing.T) {
	for want, c := range map[int64]Code{400: {Percent: 20}, 499: {Off: 1}, 494: {Percent: 1, Off: 1}} {
		if got := c.Reduced(500); got != want {
			t.Errorf("%+v of 500 leaves %d, want %d", c, got, want)
		}
	}
	if got := (Code{Percent: 33}).Reduced(100); got != 67 {
		t.Errorf("33 %% of 100 leaves %d, want 67", got)
	}
	if got := (Code{Percent: 50}).Reduced(3); got != 1 {
		t.Errorf("half of 3 leaves %d, want 1: the odd unit is the buyer's", got)
	}
}
