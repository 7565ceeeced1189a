package finder

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
	"golang.org/x/text/unicode/norm"
)

// nearest returns the words with each that no listing has replaced by the nearest one that some listing has, and whether
// any was. The caller holds mu.
func (f *Finder) nearest(wanted []string) ([]string, bool) {
	nearer, changed := slices.Clone(wanted), false
	for i, word := range wanted {
		if any, _ := f.having(word); any.IsEmpty() {
			if near := f.near(word); near != "" {
				nearer[i], changed = near, true
			}
		}
	}
	return nearer, changed
}

// near returns the word that is nearest to one that nothing has, the most common of several; empty if none is near. Of
// dense writing the letters count that a syllable is made of: 노레 is near 노래. The caller holds mu.
func (f *Finder) near(word string) string {
	letters, shape := lettersOf(word), shapeOf(word)
	most := slips(len(letters))
	if most == 0 {
		return ""
	}
	best, distance, common := "", most+1, 0
	var row []int
	for id := range f.words.texts {
		if !shape.mayBeNear(f.words.shapes[id], most) {
			continue
		}
		has := f.words.any[id].len()
		if has == 0 {
			continue
		}
		text := f.words.texts[id]
		if shape.dense && differing(word, text) > most {
			continue
		}
		var d int
		d, row = slipsBetween(letters, lettersOf(text), distance, row)
		if d < distance || d == distance && d <= most && has > common {
			best, distance, common = text, d, has
		}
	}
	return best
}

// A shape is what can be seen of a word at a glance: most words are told apart by it.
type shape struct {
	letters uint64 // a bit for each letter that it has, of 64
	length  uint8  // characters
	dense   bool
}

func shapeOf(word string) shape {
	s := shape{dense: isDense(word)}
	for _, r := range word {
		s.length++
		s.letters |= 1 << (r % 64)
	}
	return s
}

// mayBeNear reports whether words of the two shapes may be that many slips apart. A slip changes two letters at most; in
// dense writing it changes a letter within a character.
func (s shape) mayBeNear(o shape, most int) bool {
	apart := int(s.length) - int(o.length)
	if s.dense != o.dense || s.dense && apart != 0 || apart > most || -apart > most {
		return false
	}
	return bits.OnesCount64(s.letters^o.letters) <= 2*most
}

// differing returns in how many places two dense words of one length have different characters.
func differing(a, b string) (n int) {
	other := []rune(b)
	for i, r := range []rune(a) {
		if other[i] != r {
			n++
		}
	}
	return n
}

// lettersOf returns what a word is typed with: of a syllable of Hangul the letters that it is made of.
func lettersOf(word string) []rune {
	if !isDense(word) {
		return []rune(word)
	}
	return []rune(norm.NFD.String(word))
}

// slips is how many slips of the finger a word of that length may have.
func slips(letters int) int {
	switch {
	case letters < 4:
		return 0
	case letters < 8:
		return 1
	}
	return 2
}

// slipsBetween returns how many letters must be put in, left out, changed or swapped with their neighbour to make a into
// b, or most+1 if that is more than most (optimal string alignment). row is memory to use again.
func slipsBetween(a, b []rune, most int, row []int) (int, []int) {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1, row
	}
	width := len(b) + 1
	if len(row) < 3*width {
		row = make([]int, 3*width)
	}
	before, last, next := row[:width], row[width:2*width], row[2*width:3*width]
	for j := range last {
		last[j] = j
	}
	for i := range a {
		next[0] = i + 1
		least := next[0]
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(last[j]+cost, last[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
			least = min(least, next[j+1])
		}
		if least > most {
			return most + 1, row
		}
		before, last, next = last, next, before
	}
	return last[len(b)], row
}

// Suggest returns up to n ways to go on with a question whose last word may be unfinished, the most common first. Each
// has an answer.
func (f *Finder) Suggest(text string, n int) []string {
	wanted := split(text)
	if len(wanted) == 0 || len(wanted) > mostWords {
		return nil
	}
	last := wanted[len(wanted)-1]
	f.mu.RLock()
	defer f.mu.RUnlock()
	var before *roaring.Bitmap
	if len(wanted) > 1 {
		before, _ = f.match(wanted[:len(wanted)-1])
	}
	type way struct {
		text  string
		count int
	}
	var ways []way
	f.words.begun(last, func(id int32) {
		if text := f.words.texts[id]; utf8.RuneCountInString(text) > 1 {
			ways = append(ways, way{text, f.words.any[id].len()})
		}
	})
	slices.SortFunc(ways, func(a, b way) int { return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.text, b.text)) })
	var all []string
	for _, w := range ways[:min(len(ways), 20*n)] {
		if len(all) == n {
			break
		}
		if has := f.words.any[f.words.ids[w.text]]; before != nil && !before.Intersects(has.bitmap()) {
			continue
		}
		all = append(all, strings.Join(append(slices.Clone(wanted[:len(wanted)-1]), w.text), " "))
	}
	return all
}
