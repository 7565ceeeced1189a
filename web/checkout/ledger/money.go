package ledger

import (
	"errors"
	"math"
	"math/bits"
)

// errOverflow says that a sum does not fit an int64 of minor units.
var errOverflow = errors.New("sum beyond int64")

// add returns a+b.
func add(a, b int64) (int64, error) {
	if b > 0 && a > math.MaxInt64-b || b < 0 && a < math.MinInt64-b {
		return 0, errOverflow
	}
	return a + b, nil
}

// apportion divides amount in proportion to the weights by largest remainder (Hamilton's method): everybody gets his
// exact part rounded down, and the units then left go to the largest fractions, among equal ones to the earlier. The parts
// sum to amount, none is negative, and none exceeds its weight if amount does not exceed their sum. amount and weights
// must not be negative; the weights must sum to something, at most an int64.
func apportion(amount int64, weights []int64) ([]int64, error) {
	total, err := sum(weights)
	if err != nil || total == 0 || amount < 0 {
		return nil, errors.Join(errors.New("nothing to divide by"), err)
	}
	var room [24]uint64
	fractions, parts, left := room[:0], make([]int64, len(weights)), amount
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(amount), uint64(w))
		part, fraction := bits.Div64(hi, lo, uint64(total)) // w <= total, so the part is at most amount
		parts[i], fractions = int64(part), append(fractions, fraction)
		left -= int64(part)
	}
	for ; left > 0; left-- {
		i := largest(fractions)
		parts[i]++
		fractions[i] = 0
	}
	return parts, nil
}

// largest returns the index of the largest number, the first among equals.
func largest(numbers []uint64) int {
	best := 0
	for i, n := range numbers {
		if n > numbers[best] {
			best = i
		}
	}
	return best
}

// sum returns the sum of numbers that must not be negative.
func sum(numbers []int64) (total int64, err error) {
	for _, n := range numbers {
		if n < 0 {
			return 0, errors.New("negative weight")
		}
		if total, err = add(total, n); err != nil {
			return 0, err
		}
	}
	return total, nil
}
