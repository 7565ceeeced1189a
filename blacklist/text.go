package blacklist

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// A text is one field of a listing, or a name of an entry, as it is compared.
type text struct {
	folded  []byte // what [Fold] leaves, with signs that stand for letters
	letters []byte // without spaces, each letter as its class: l and 1 as i, figures as the letters they are typed for
	starts  []int  // where in letters a word, a number or a run of one script begins, ascending
	ends    []int  // where one ends, also before a Korean particle ("김광석의") or an English s ("Adele's"), ascending
	count   int    // words
	hangul  int    // syllables
	foreign int    // letters that no English name is written in, but may be respelled in
	sums    []sum
	sound   sound
	beats   []int // where in sound a word begins
}

// A sum stands for the letters up to a place, so that those between two places are compared in one step: in their order
// or in any.
type sum struct{ ordered, bag uint64 }

const orderBase = 0x9E3779B97F4A7C15

// powers of orderBase, as many as a name has bytes.
var powers = func() (p [maxSpan + 1]uint64) {
	p[0] = 1
	for i := range maxSpan {
		p[i+1] = p[i] * orderBase
	}
	return p
}()

// maxSpan is the longest name that is looked up as a whole, in bytes.
const maxSpan = 240

// between returns the sum of letters[from:to], which is at most maxSpan long.
func (t *text) between(from, to int) sum {
	a, b := t.sums[from], t.sums[to]
	return sum{
		ordered: mix(b.ordered - a.ordered*powers[to-from] + uint64(to-from)),
		bag:     mix(b.bag - a.bag + uint64(to-from)),
	}
}

// mix spreads the bits of x (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

var bagValues = func() (v [256]uint64) {
	for i := range v {
		v[i] = mix(uint64(i) + orderBase)
	}
	return v
}()

// A reader reads texts, one after the other. Not safe for concurrent use.
type reader struct {
	folder  folder
	speaker speaker
}

// read makes t the reading of s.
func (r *reader) read(t *text, s string) {
	t.folded = r.folder.fold(t.folded[:0], s, true)
	r.take(t)
}

// take makes the rest of t fit its folded words.
func (r *reader) take(t *text) {
	t.letters, t.starts, t.ends, t.count, t.hangul, t.foreign = t.letters[:0], t.starts[:0], t.ends[:0], 0, 0, 0
	for i := 0; i < len(t.folded); {
		word := t.folded[i:]
		if end := bytes.IndexByte(word, ' '); end >= 0 {
			word = word[:end]
		}
		t.takeWord(word)
		i += len(word) + 1
	}
	t.sums = append(t.sums[:0], sum{})
	var s sum
	for _, b := range t.letters {
		s.ordered = s.ordered*orderBase + uint64(b) + 1
		s.bag += bagValues[b]
		t.sums = append(t.sums, s)
	}
	t.sound = r.speaker.append(t.sound[:0], t.folded)
	t.beats = append(t.beats[:0], r.speaker.starts...)
}

func (t *text) takeWord(word []byte) {
	t.count++
	began := len(t.letters)
	before, lastStart := class(-1), began
	for i := 0; i < len(word); {
		r, size := rune(word[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(word[i:])
		}
		now := classOf(r)
		if now != before {
			if i > 0 {
				t.ends = append(t.ends, len(t.letters))
			}
			lastStart = len(t.letters)
			t.starts = append(t.starts, lastStart)
		}
		if now == hangul {
			t.hangul++
		}
		if now == hangul || r >= 'ぁ' && r <= 'ゖ' {
			t.foreign++
		}
		before = now
		if size == 1 {
			t.letters = append(t.letters, letterClass[word[i]])
		} else {
			t.letters = append(t.letters, word[i:i+size]...)
		}
		i += size
	}
	if n := particle(word[lastStart-began:], before); n > 0 {
		t.ends = append(t.ends, len(t.letters)-n)
	}
	t.ends = append(t.ends, len(t.letters))
}

// words returns the folded words to which letters[from:to] belong.
func (t *text) words(from, to int) []byte {
	letters, began := 0, 0
	for i, c := range t.folded {
		if c == ' ' {
			continue
		}
		if letters == from {
			began = i
		}
		if letters++; letters == to {
			return t.folded[began : i+1]
		}
	}
	return nil
}

// letterClass is what letters and figures are compared as.
var letterClass = func() (c [256]byte) {
	for i := range c {
		c[i] = byte(i)
	}
	for i := range figureLetters {
		c['0'+i] = figureLetters[i]
	}
	c['l'] = 'i'
	return c
}()

// particle returns how many bytes at the end of run, all of one class, may be no part of a name; 0 where none.
func particle(run []byte, c class) int {
	switch {
	case c == alphabet && len(run) > 2 && run[len(run)-1] == 's':
		return 1
	case c == hangul:
		for _, n := range [...]int{6, 3} {
			if len(run) > n && particles[string(run[len(run)-n:])] {
				return n
			}
		}
	}
	return 0
}

var particles = wordSet("은 는 이 가 을 를 의 와 과 도 로 으로 에 에서 랑 이랑")

// A class is a kind of writing; where it changes, a new word may begin.
type class int

const (
	numeral class = iota
	hangul
	eastAsian
	alphabet
)

func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		if r <= '9' {
			return numeral
		}
		return alphabet
	case r >= 0xAC00 && r <= 0xD7A3, unicode.Is(unicode.Hangul, r):
		return hangul
	case isEastAsian(r), unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return eastAsian
	case unicode.IsNumber(r):
		return numeral
	}
	return alphabet
}

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for _, word := range bytes.Fields([]byte(words)) {
		set[string(word)] = true
	}
	return set
}
