package blacklist

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// prefixRunes is how many letters of a form it is found by.
const prefixRunes = 4

// gluedBytes is the least that artist and title must come to where nothing shows that they are two: 12 letters, or 4
// syllables of Hangul. Below, "uses" would name "U" by S.E.S.
const gluedBytes = 12

// An index finds the forms that stand in a text.
type index struct {
	forms    map[string]*form   // by letters
	byPrefix map[string][]*form // by their first prefixRunes letters, or all where they are fewer
}

func newIndex() index {
	return index{forms: make(map[string]*form), byPrefix: make(map[string][]*form)}
}

// form returns the form that is written as folded, and makes it if need be.
func (x index) form(folded string) *form {
	t := newText(folded)
	letters := t.letters
	f := x.forms[letters]
	if f == nil {
		f = &form{letters: letters, words: len(t.words)}
		x.forms[letters] = f
		key := prefix(letters, prefixRunes)
		x.byPrefix[key] = append(x.byPrefix[key], f)
	}
	return f
}

// drop forgets f if no work is written so any more.
func (x index) drop(f *form) {
	if len(f.artists)+len(f.titles) > 0 {
		return
	}
	delete(x.forms, f.letters)
	key := prefix(f.letters, prefixRunes)
	if rest := slices.DeleteFunc(slices.Clone(x.byPrefix[key]), func(o *form) bool { return o == f }); len(rest) > 0 {
		x.byPrefix[key] = rest
	} else {
		delete(x.byPrefix, key)
	}
}

// find calls hit for every form that stands in t from the beginning of a word to the end of one, and for artist and
// title of one work that together do so with nothing between them ("adelehello").
func (x index) find(t text, hit func(*form, span)) {
	for from := range t.letters {
		if !t.starts[from] {
			continue
		}
		x.at(t, from, func(f *form, to int) {
			if t.ended(to) {
				hit(f, span{from, to})
				return
			}
			x.at(t, to, func(next *form, end int) {
				if end-from >= gluedBytes && t.ended(end) && belongTogether(f, next) {
					hit(f, span{from, to})
					hit(next, span{to, end})
				}
			})
		})
	}
}

// at calls hit for every form that stands in t from the byte from on, wherever it ends.
func (x index) at(t text, from int, hit func(f *form, to int)) {
	rest := t.letters[from:]
	for n := 1; n <= prefixRunes; n++ {
		key := prefix(rest, n)
		for _, f := range x.byPrefix[key] {
			if strings.HasPrefix(rest, f.letters) {
				hit(f, from+len(f.letters))
			}
		}
		if len(key) == len(rest) {
			return
		}
	}
}

// belongTogether reports whether one of the forms is the artist and the other the title of one work.
func belongTogether(a, b *form) bool {
	isTitle := func(of *form) func(*work) bool {
		return func(w *work) bool { return slices.Contains(w.titles, of) }
	}
	return slices.ContainsFunc(a.artists, isTitle(b)) || slices.ContainsFunc(b.artists, isTitle(a))
}

// prefix returns the first n letters of s, or all where they are fewer.
func prefix(s string, n int) string {
	end := 0
	for ; n > 0 && end < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[end:])
		end += size
	}
	return s[:end]
}
