package blacklist

import (
	"slices"
	"strings"
	"unicode/utf8"

	"lightshare/events"
)

// A Stretch is a piece of a text, and whether one of an entry's names was found there.
type Stretch struct {
	Text   string
	Marked bool
}

// Marks splits a text where the names of e stand in it, in any way of writing that [Fold] undoes and with anything but
// letters between them. Of a name that is not there as a whole its longest part is marked, if that is half of it or
// more. The stretches together are the text.
func Marks(text string, e events.Entry) []Stretch {
	folded, from := unfold(text)
	marked := make([]bool, len(text)+1)
	for _, name := range slices.Concat([]string{e.Artist, e.Title}, e.ArtistAlt, e.TitleAlt) {
		letters := []rune(strings.ReplaceAll(Fold(name), " ", ""))
		for at, length := range found(folded, letters) {
			for i := from[at]; i < end(text, from, at+length-1); i++ {
				marked[i] = true
			}
		}
	}
	var all []Stretch
	for begin, i := 0, 1; i <= len(text); i++ {
		if i == len(text) || marked[i] != marked[begin] {
			all = append(all, Stretch{text[begin:i], marked[begin]})
			begin = i
		}
	}
	return all
}

// unfold returns the letters of a text folded one by one, and the byte in the text at which each begins.
func unfold(text string) (letters []rune, from []int) {
	for i, r := range text {
		for _, f := range strings.ReplaceAll(Fold(string(r)), " ", "") {
			letters, from = append(letters, f), append(from, i)
		}
	}
	return letters, from
}

// end returns the byte after the letter at.
func end(text string, from []int, at int) int {
	_, size := utf8.DecodeRuneInString(text[from[at]:])
	return from[at] + size
}

// found yields where the name stands in the text, or its longest part when that is at least half of it.
func found(text, name []rune) func(yield func(at, length int) bool) {
	return func(yield func(at, length int) bool) {
		if len(name) == 0 {
			return
		}
		best, bestAt := 0, 0
		for at := range text {
			length := run(text[at:], name)
			if length == len(name) && !yield(at, length) {
				return
			}
			if length > best {
				best, bestAt = length, at
			}
		}
		if best < len(name) && 2*best >= len(name) && best >= 3 {
			yield(bestAt, best)
		}
	}
}

// run returns how many letters at the beginning of the text stand in the name one behind the other.
func run(text, name []rune) int {
	best := 0
	for from := range name {
		n := 0
		for n < len(text) && from+n < len(name) && text[n] == name[from+n] {
			n++
		}
		best = max(best, n)
	}
	return best
}
