package blacklist

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever goes in, and in whatever order it goes in and out, the heaviest comes first and nothing is lost.
func TestRankingHandsOutTheHeaviestFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q ranking
		q.clear()
		var in []int // weight of each number that is in it; -1 once it is out
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "push") {
				weight := rapid.IntRange(0, 255).Draw(t, "weight")
				q.push(len(in), weight)
				in = append(in, weight)
				continue
			}
			i, weight := q.first()
			heaviest := slices.Max(append([]int{-1}, in...))
			if weight != heaviest || heaviest >= 0 && in[i] != weight {
				t.Fatalf("first() = %d with weight %d, want the weight %d of %v", i, weight, heaviest, in)
			}
			if i >= 0 {
				q.pop(weight)
				in[i] = -1
			}
		}
	})
}
