package blacklist

import (
	"testing"

	"pgregory.net/rapid"
)

// slowFind is the textbook's table.
func slowFind(s, t []byte) (int, int) {
	col := make([]int, len(s)+1)
	for i := range col {
		col[i] = i
	}
	best, end := len(s), 0
	for j, c := range t {
		diagonal := 0
		for i := 1; i <= len(s); i++ {
			cost := diagonal
			if s[i-1] != c {
				cost++
			}
			diagonal = col[i]
			col[i] = min(cost, col[i]+1, col[i-1]+1)
		}
		if col[len(s)] < best {
			best, end = col[len(s)], j+1
		}
	}
	return best, end
}

func TestPatternFindsWhatTheTableFinds(t *testing.T) {
	var p pattern
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SampledFrom([]byte("abc"))
		s := rapid.SliceOfN(letters, 1, maxSound).Draw(t, "sound")
		in := rapid.SliceOfN(letters, 0, 100).Draw(t, "text")
		got := p.find(s, in, nil)
		if edits, end := slowFind(s, in); got.edits != edits || got.end != end {
			t.Fatalf("find(%q, %q) = %+v, want %d edits, ending at %d", s, in, got, edits, end)
		}
	})
}
