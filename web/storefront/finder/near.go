package finder

import (
	"math/bits"
	"slices"
	"unicode/utf8"

	"github.com/hbollon/go-edlib"
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
	most := slips(utf8.RuneCountInString(letters))
	if most == 0 {
		return ""
	}
	best, distance, common := "", most+1, 0
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
		d := edlib.OSADamerauLevenshteinDistance(letters, lettersOf(text))
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
func lettersOf(word string) string {
	if !isDense(word) {
		return word
	}
	return norm.NFD.String(word)
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
