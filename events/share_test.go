package events

import (
	"errors"
	"testing"
)

func TestCheckShares(t *testing.T) {
	const ann, bob = PayeeID("aaaaaaaaaaaaaaaa"), PayeeID("bbbbbbbbbbbbbbbb")
	many := make([]Share, MaxShares+1)
	cases := map[string]struct {
		shares []Share
		want   error
	}{
		"none":               {nil, nil},
		"two and the seller": {[]Share{{ann, 2500}, {bob, 1}}, nil},
		"the whole":          {[]Share{{ann, 2500}, {Operator, 7500}}, nil},
		"more than that":     {[]Share{{ann, 2500}, {bob, 7501}}, Malformed},
		"nothing":            {[]Share{{ann, 0}}, Malformed},
		"less than nothing":  {[]Share{{ann, -1}}, Malformed},
		"twice":              {[]Share{{ann, 1}, {ann, 1}}, Malformed},
		"to nobody":          {[]Share{{"", 1}}, Malformed},
		"to a stranger":      {[]Share{{"Ann", 1}}, Malformed},
		"too many":           {many, Malformed},
		"wrapping around":    {[]Share{{ann, 1 << 62}, {bob, 1 << 62}}, Malformed},
	}
	for name, tc := range cases {
		if err := CheckShares(tc.shares); !errors.Is(err, tc.want) || tc.want == nil && err != nil {
			t.Errorf("%s: CheckShares(%v) = %v, want %v", name, tc.shares, err, tc.want)
		}
	}
}
