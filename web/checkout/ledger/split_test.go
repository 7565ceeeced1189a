package ledger

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lightshare/events"
)

// division is a table of shares, and the same in another order.
type division struct {
	shares, other []events.Share
	points        map[Account]int64
}

func newDivision(shares []events.Share, shuffle func([]events.Share)) division {
	d := division{shares, slices.Clone(shares), map[Account]int64{account(SellerPayable, string(seller)): events.Whole}}
	shuffle(d.other)
	for _, s := range shares {
		if s.To != events.PayeeID(seller) {
			d.points[payee(s.To, events.USD)] = int64(s.Points)
			d.points[account(SellerPayable, string(seller))] -= int64(s.Points)
		}
	}
	return d
}

type tester interface {
	Helper()
	Fatalf(string, ...any)
}

// check checks what Split promises of an amount, in whatever order the shares are named.
func (d division) check(t tester, amount int64) {
	t.Helper()
	parts, err := Split(usd(amount), seller, d.shares)
	if err != nil {
		t.Fatalf("Split(%d, %v) = %v", amount, d.shares, err)
	}
	left, least, most := amount, int64(events.Whole), int64(-1) // fractions of those who got a unit more, and who did not
	for _, p := range parts {
		whole, fraction := exact(amount, d.points[p.To])
		switch p.Amount - whole {
		case 0:
			most = max(most, fraction)
		case 1:
			least = min(least, fraction)
		default:
			t.Fatalf("%v of %d among %v: %d, want %v or one more", p.To, amount, d.shares, p.Amount, whole)
		}
		left -= p.Amount
	}
	if left != 0 || least < most || least == 0 || len(parts) != len(d.points) {
		t.Fatalf("Split(%d, %v) = %v: %d left; the fraction %d was rounded up and %d down", amount, d.shares, parts, left, least, most)
	}
	if again, err := Split(usd(amount), seller, d.other); err != nil || !slices.Equal(again, parts) {
		t.Fatalf("Split(%d, %v) = %v, %v, want %v", amount, d.other, again, err, parts)
	}
}

// exact returns the whole units of points basis points of amount, and the ten-thousandths over.
func exact(amount, points int64) (whole, fraction int64) {
	if amount < math.MaxInt64/events.Whole {
		return amount * points / events.Whole, amount * points % events.Whole
	}
	product, rest := new(big.Int).Mul(big.NewInt(amount), big.NewInt(points)), new(big.Int)
	product.DivMod(product, big.NewInt(events.Whole), rest)
	return product.Int64(), rest.Int64()
}

// Every amount up to a million divides exactly.
func TestSplitEveryAmount(t *testing.T) {
	tables := map[string][]events.Share{
		"nobody else":  nil,
		"half":         {{To: ann, Points: 5000}},
		"thirds":       {{To: bob, Points: 3333}, {To: ann, Points: 3333}},
		"the smallest": {{To: bob, Points: 1}, {To: ann, Points: 1}, {To: events.Operator, Points: 1}},
		"all of it":    {{To: bob, Points: 3333}, {To: ann, Points: 3333}, {To: events.Operator, Points: 3334}},
		"to himself":   {{To: events.PayeeID(seller), Points: 1234}, {To: ann, Points: 777}},
	}
	for name, table := range tables {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDivision(table, slices.Reverse)
			for n := int64(0); n <= 1_000_000; n += effort {
				d.check(t, n)
			}
		})
	}
}

// drawShares draws a table of up to as many payees as there may be.
func drawShares(t *rapid.T) []events.Share {
	var shares []events.Share
	left := events.Whole
	for i := range rapid.IntRange(0, events.MaxShares).Draw(t, "payees") {
		points := rapid.IntRange(1, max(1, left/2)).Draw(t, "points")
		if left -= points; left < 0 {
			break
		}
		shares = append(shares, events.Share{To: events.PayeeID("payee0000000000" + string(rune('a'+i))), Points: points})
	}
	return shares
}

func TestSplitAnyTable(t *testing.T) {
	amounts := rapid.OneOf(rapid.Int64Range(0, 1_000_000), rapid.Int64Range(0, math.MaxInt64), rapid.SampledFrom([]int64{events.MaxAmount, math.MaxInt64 - 1, math.MaxInt64}))
	rapid.Check(t, func(t *rapid.T) {
		shares, amount := drawShares(t), amounts.Draw(t, "amount")
		seed := rapid.Uint64().Draw(t, "shuffle")
		newDivision(shares, func(s []events.Share) {
			rand.New(rand.NewPCG(seed, 0)).Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
		}).check(t, amount)
	})
}

func TestApportion(t *testing.T) {
	const most = math.MaxInt64
	cases := map[string]struct {
		amount  int64
		weights []int64
		want    []int64 // nil: refused
	}{
		"evenly":             {9, []int64{1, 1, 1}, []int64{3, 3, 3}},
		"the first is lucky": {10, []int64{1, 1, 1}, []int64{4, 3, 3}},
		"the largest first":  {1, []int64{1, 3, 2}, []int64{0, 1, 0}},
		"nothing":            {0, []int64{1, 1}, []int64{0, 0}},
		"to somebody with 0": {7, []int64{0, 1}, []int64{0, 7}},
		"int64, unevenly":    {most, []int64{1, most - 1}, []int64{1, most - 1}},
		"int64, evenly":      {most, []int64{1, 1}, []int64{most/2 + 1, most / 2}},
		"among nobody":       {1, nil, nil},
		"among nothings":     {1, []int64{0, 0}, nil},
		"of a debt":          {-1, []int64{1}, nil},
		"a negative weight":  {1, []int64{2, -1}, nil},
		"weights too large":  {1, []int64{most, 1}, nil},
	}
	for name, tc := range cases {
		if got, err := apportion(tc.amount, tc.weights); !slices.Equal(got, tc.want) || (err != nil) != (tc.want == nil) {
			t.Errorf("%s: apportion(%d, %d) = %d, %v, want %d", name, tc.amount, tc.weights, got, err, tc.want)
		}
	}
}

// What goes back in parts never exceeds what is left, and ends with nothing left anywhere.
func TestApportionInParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		left := rapid.SliceOfN(rapid.Int64Range(0, 1000), 1, 8).Draw(t, "left")
		all, err := sum(left)
		for all > 0 && err == nil {
			amount := rapid.Int64Range(1, all).Draw(t, "amount")
			var parts []int64
			if parts, err = apportion(amount, left); err != nil {
				break
			}
			for i, p := range parts {
				if left[i] -= p; p < 0 || left[i] < 0 {
					t.Fatalf("%d back leaves %d", parts, left)
				}
			}
			all -= amount
		}
		if again, _ := sum(left); err != nil || again != 0 {
			t.Fatalf("left %d, %v", left, err)
		}
	})
}

func TestAdd(t *testing.T) {
	const most, least = math.MaxInt64, math.MinInt64
	for _, tc := range []struct {
		a, b, want int64
		fits       bool
	}{
		{1, 2, 3, true}, {most, 0, most, true}, {most - 1, 1, most, true}, {most, 1, 0, false}, {1, most, 0, false},
		{least, 0, least, true}, {least + 1, -1, least, true}, {least, -1, 0, false}, {-1, least, 0, false}, {most, least, -1, true},
	} {
		if got, err := add(tc.a, tc.b); got != tc.want || (err == nil) != tc.fits {
			t.Errorf("add(%d, %d) = %d, %v, want %d", tc.a, tc.b, got, err, tc.want)
		}
	}
}
