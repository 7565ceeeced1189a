package finder

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	longestWord = 40  // characters of a word that count
	mostTokens  = 400 // of a listing that count
)

// tokens returns the words of a text as they are indexed, each once: alphabetic words whole, and of a run of Hangul, Han
// or Kana each character, each pair of neighbours, and the run itself.
func tokens(text string) []string {
	var all []string
	seen := make(map[string]bool)
	add := func(token string) {
		if len(all) < mostTokens && !seen[token] {
			seen[token] = true
			all = append(all, token)
		}
	}
	for _, word := range split(text) {
		if !isDense(word) {
			add(word)
			continue
		}
		runes := []rune(word)
		for i, r := range runes {
			add(string(r))
			if i+1 < len(runes) {
				add(string(runes[i : i+2]))
			}
		}
		if len(runes) > 2 {
			add(word)
		}
	}
	return all
}

// split returns the words of a text in small letters of one width, cut where the writing changes between alphabetic and
// dense.
func split(text string) []string {
	var all []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			all = append(all, string(word[:min(len(word), longestWord)]))
			word = word[:0]
		}
	}
	for _, r := range strings.ToLower(norm.NFKC.String(text)) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) {
			flush()
			continue
		}
		if len(word) > 0 && dense(word[0]) != dense(r) {
			flush()
		}
		word = append(word, r)
	}
	flush()
	return all
}

// dense reports whether a character is of a writing in which words are not found by their beginnings alone.
func dense(r rune) bool {
	switch {
	case r < 0x1100: // the first letter of Hangul; all before it is alphabetic
		return false
	case r >= '가' && r <= '힣':
		return true
	}
	return unicode.In(r, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

func isDense(word string) bool {
	for _, r := range word {
		return dense(r)
	}
	return false
}
