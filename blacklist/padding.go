package blacklist

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// withoutEndings drops the letters that every word ends or begins with: "marty" as "martyla" among others.
func withoutEndings(dst, folded []byte) ([]byte, bool) {
	words := bytes.Fields(folded)
	if len(words) < 3 || folded[0] >= utf8.RuneSelf {
		return dst, false
	}
	for n := 4; n >= 2; n-- {
		for _, side := range [...]func(w, affix []byte) ([]byte, bool){bytes.CutSuffix, bytes.CutPrefix} {
			affix := affixOf(words[0], n, side)
			if affix == nil {
				continue
			}
			has := 0
			for _, w := range words {
				if rest, ok := side(w, affix); ok && len(rest) > 0 {
					has++
				}
			}
			if has < 3 || 5*has < 4*len(words) {
				continue
			}
			for _, w := range words {
				rest, _ := side(w, affix)
				dst = append(append(dst, rest...), ' ')
			}
			return dst, true
		}
	}
	return dst, false
}

// affixOf returns the n letters at the side of a word that the function cuts.
func affixOf(word []byte, n int, cut func(w, affix []byte) ([]byte, bool)) []byte {
	if len(word) <= n {
		return nil
	}
	if _, ok := cut(word, word[len(word)-n:]); ok {
		return word[len(word)-n:]
	}
	return word[:n]
}

// withoutMarkup drops what stands in angle brackets or looks like a forum's marks, within words too.
func withoutMarkup(dst []byte, raw string) ([]byte, bool) {
	any := false
	for i := 0; i < len(raw); {
		if n := markup(raw[i:]); n > 0 {
			any = true
			i += n
			continue
		}
		dst = append(dst, raw[i])
		i++
	}
	return dst, any
}

// markup returns how long the mark is at the beginning of s; 0 where there is none.
func markup(s string) int {
	for _, pair := range [...]string{"<>", "[]"} {
		end := strings.IndexByte(s, pair[1])
		if s[0] != pair[0] || end < 2 || end > 12 {
			continue
		}
		name := strings.ToLower(strings.Trim(s[1:end], "/ "))
		if pair == "<>" || marks[name] {
			return end + 1
		}
	}
	return 0
}

var marks = wordSet("b i u s em strong sub sup center code quote")

// fromYVowels reads the vowels ㅑ ㅕ ㅛ ㅠ ㅒ ㅖ as those without the y, where there are too many of them to be Korean.
func fromYVowels(dst, folded []byte) ([]byte, bool) {
	bent, all := 0, 0
	for i := 0; i < len(folded); {
		r, size := utf8.DecodeRune(folded[i:])
		i += size
		if initial, vowel, final, ok := syllable(r); ok {
			all++
			if plain, ok := plainVowels[vowel]; ok {
				bent++
				r = rune(0xAC00 + initial*588 + plain*28 + final)
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst, all >= 4 && 5*bent >= 2*all
}

var plainVowels = map[int]int{2: 0, 3: 1, 6: 4, 7: 5, 12: 8, 17: 13}

// withoutFinals drops a final consonant that most syllables end in.
func withoutFinals(dst, folded []byte) ([]byte, bool) {
	var finals [28]int
	all, most := 0, 1
	for i := 0; i < len(folded); {
		r, size := utf8.DecodeRune(folded[i:])
		i += size
		if _, _, final, ok := syllable(r); ok {
			all++
			finals[final]++
		}
	}
	for f := 2; f < len(finals); f++ {
		if finals[f] > finals[most] {
			most = f
		}
	}
	if finals[most] < 3 || 5*finals[most] < 3*all {
		return dst, false
	}
	for i := 0; i < len(folded); {
		r, size := utf8.DecodeRune(folded[i:])
		i += size
		if _, _, final, ok := syllable(r); ok && final == most {
			r -= rune(most)
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst, true
}

// hangulBackwards turns a short text of Hangul round. Nothing tells from its syllables that it stands backwards, so each is
// tried.
func hangulBackwards(dst, folded []byte) ([]byte, bool) {
	syllables, others := 0, 0
	for i := 0; i < len(folded); {
		r, size := utf8.DecodeRune(folded[i:])
		i += size
		if r >= 0xAC00 && r <= 0xD7A3 {
			syllables++
		} else if r != ' ' {
			others++
		}
	}
	if syllables < 4 || syllables > 30 || others > syllables/2 {
		return dst, false
	}
	return appendReversed(dst, folded), true
}

// withVowelsMoved undoes that each vowel stands for the next, or one further.
func withVowelsMoved(dst, folded []byte) ([]byte, bool) {
	plain, ok := naturalness(folded, asItIs)
	if !ok || plain > natural+clearly {
		return dst, false
	}
	best, by := plain+0.2, 0
	for n := 1; n < len(vowels); n++ {
		if read, _ := naturalness(folded, func(c byte) byte { return movedVowel(c, n) }); read > best {
			best, by = read, n
		}
	}
	if by == 0 {
		return dst, false
	}
	return appendAs(dst, folded, func(c byte) byte { return movedVowel(c, by) }), true
}

const vowels = "aeiou"

func movedVowel(c byte, by int) byte {
	if at := strings.IndexByte(vowels, c); at >= 0 {
		return vowels[(at+by)%len(vowels)]
	}
	return c
}
