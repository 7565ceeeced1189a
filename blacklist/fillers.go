package blacklist

import (
	"bytes"
	"unicode/utf8"
)

// Play languages put a syllable before each vowel ("hubellubo"), or repeat each vowel behind a consonant ("hepellopo").
var infixes = [...]string{"ub", "ab", "ob", "op", "ib", "eg", "ag", "ig", "ith", "idig", "iz", "ul", "av", "arp", "urb", "ong"}

// withoutSyllables takes the syllables of a play language out again.
func withoutSyllables(dst, folded []byte) ([]byte, bool) {
	if vowelGroups(folded) < 4 {
		return dst, false
	}
	var infixed [len(infixes)]int
	var echoed [256]int
	for i, c := range folded {
		if !isLatinVowel(c) {
			continue
		}
		for n, infix := range infixes {
			if infix[0] == c && bytes.HasPrefix(folded[i:], []byte(infix)) {
				infixed[n]++
			}
		}
		if i+2 < len(folded) && folded[i+2] == c || i+2 < len(folded) && i > 0 && folded[i+2] == folded[i-1] {
			echoed[folded[i+1]]++
		}
	}
	for n, infix := range infixes {
		if infixed[n] < leastSyllables {
			continue
		}
		out, found := withoutInfix(dst, folded, infix)
		if left := vowelGroups(out[len(dst):]); found >= leastSyllables && 5*found >= 4*left {
			return out, true
		}
	}
	for c := byte('b'); c <= 'z'; c++ {
		if echoed[c] < leastSyllables {
			continue
		}
		out, found := withoutEcho(dst, folded, c)
		if left := vowelGroups(out[len(dst):]); found >= leastSyllables && 5*found >= 4*left {
			return out, true
		}
	}
	return dst, false
}

// leastSyllables is how many must have been put in for it to be no chance.
const leastSyllables = 3

// withoutInfix drops infix where a vowel follows.
func withoutInfix(dst, folded []byte, infix string) ([]byte, int) {
	found := 0
	for i := 0; i < len(folded); {
		end := i + len(infix)
		if end < len(folded) && string(folded[i:end]) == infix && isLatinVowel(folded[end]) {
			found++
			i = end
			for i < len(folded) && isLatinVowel(folded[i]) {
				dst = append(dst, folded[i])
				i++
			}
			continue
		}
		dst = append(dst, folded[i])
		i++
	}
	return dst, found
}

// withoutEcho drops c and the vowels behind it where the same vowels stand before it.
func withoutEcho(dst, folded []byte, c byte) ([]byte, int) {
	found := 0
	for i := 0; i < len(folded); {
		if !isLatinVowel(folded[i]) {
			dst = append(dst, folded[i])
			i++
			continue
		}
		end := i + 1
		for end < len(folded) && isLatinVowel(folded[end]) {
			end++
		}
		vowels := folded[i:end]
		dst = append(dst, vowels...)
		i = end
		for n := len(vowels); n > 0; n-- {
			if last := vowels[len(vowels)-n:]; end < len(folded) && folded[end] == c && bytes.HasPrefix(folded[end+1:], last) {
				i = end + 1 + n
				found++
				break
			}
		}
	}
	return dst, found
}

func vowelGroups(s []byte) int {
	n, within := 0, false
	for _, c := range s {
		v := isLatinVowel(c)
		if v && !within {
			n++
		}
		within = v
	}
	return n
}

// withoutRepeats leaves one of each run of equal letters, where many come in runs.
func withoutRepeats(dst, folded []byte) ([]byte, bool) {
	repeated, letters := 0, 0
	for i, c := range folded {
		if i > 0 && c == folded[i-1] && c < utf8.RuneSelf {
			if i < 2 || c != folded[i-2] {
				repeated++
			}
			continue
		}
		dst = append(dst, c)
		letters++
	}
	return dst, repeated >= 3 && 5*repeated >= letters
}

// withoutFiller drops a letter that stands behind every other: "hxexlxlxox".
func withoutFiller(dst, folded []byte) ([]byte, bool) {
	var counts [256]int
	letters := 0
	for _, c := range folded {
		if c != ' ' {
			counts[c]++
			letters++
		}
	}
	for c, n := range counts {
		if c >= utf8.RuneSelf || n < 4 || 5*n < 2*letters || 5*n > 3*letters {
			continue
		}
		for _, b := range folded {
			if b != byte(c) {
				dst = append(dst, b)
			}
		}
		return dst, true
	}
	return dst, false
}

// withoutFigures drops figures that stand between letters everywhere.
func withoutFigures(dst, folded []byte) ([]byte, bool) {
	figures, letters := 0, 0
	for _, c := range folded {
		switch {
		case '0' <= c && c <= '9':
			figures++
			continue
		case c != ' ' && (c < utf8.RuneSelf || utf8.RuneStart(c)):
			letters++
		}
		dst = append(dst, c)
	}
	return dst, letters >= 4 && 3*figures >= letters
}
