package blacklist

import (
	"strings"
	"unicode"
)

// A text is one field of a listing, folded, without its spaces: whoever spreads a title ("H e l l o", "Hel-lo") changes
// nothing but where words begin.
type text struct {
	letters string
	starts  []bool // per byte of letters and one more: a word, number or run of one script begins here
	ends    []bool // likewise: one ends before this byte
	words   []span
}

// A span is a stretch of letters, from the byte from up to, not including, the byte to.
type span struct{ from, to int }

func (s span) overlaps(o span) bool { return s.from < o.to && o.from < s.to }
func (s span) within(o span) bool   { return o.from <= s.from && s.to <= o.to }

// newText takes apart what Fold returned.
func newText(folded string) text {
	words := strings.Fields(folded)
	letters := strings.Join(words, "")
	t := text{letters: letters, starts: make([]bool, len(letters)+1), ends: make([]bool, len(letters)+1)}
	at := 0
	for _, word := range words {
		t.words = append(t.words, span{at, at + len(word)})
		t.starts[at], t.ends[at+len(word)] = true, true
		before := class(-1)
		for i, r := range word {
			now := classOf(r)
			if i > 0 && now != before {
				t.starts[at+i], t.ends[at+i] = true, true
			}
			before = now
		}
		at += len(word)
	}
	return t
}

func (t text) word(s span) string { return t.letters[s.from:s.to] }

// ended reports whether a form that ends before the byte i may end there: at the end of a word, or where only a Korean
// particle ("김광석의") or an English s ("Adele's") follows.
func (t text) ended(i int) bool {
	if t.ends[i] {
		return true
	}
	to := i
	for !t.ends[to] {
		to++
	}
	return particles[t.letters[i:to]]
}

var particles = wordSet("s 은 는 이 가 을 를 의 와 과 도 로 으로 에 에서 랑 이랑")

// A class is a kind of writing; where it changes, a new word may begin.
type class int

const (
	figures class = iota
	hangul
	eastAsian
	alphabet
)

func classOf(r rune) class {
	switch {
	case unicode.IsNumber(r):
		return figures
	case unicode.Is(unicode.Hangul, r):
		return hangul
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return eastAsian
	}
	return alphabet
}

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}
