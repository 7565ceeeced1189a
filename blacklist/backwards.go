package blacklist

import "unicode/utf8"

// backwards turns the whole text round, if it looks more like words then.
func backwards(dst, folded []byte) ([]byte, bool) {
	if !betterBackwards(folded) {
		return dst, false
	}
	return appendReversed(dst, folded), true
}

// wordsBackwards turns each word round and leaves their order.
func wordsBackwards(dst, folded []byte) ([]byte, bool) {
	if !betterBackwards(folded) {
		return dst, false
	}
	eachWord(folded, func(word []byte) {
		dst = append(appendReversed(dst, word), ' ')
	})
	return dst, true
}

func betterBackwards(folded []byte) bool {
	plain, ok := naturalness(folded, asItIs)
	return ok && naturalBackwards(folded) > plain+0.15
}

// appendReversed appends the letters of s from the last to the first.
func appendReversed(dst, s []byte) []byte {
	for len(s) > 0 {
		_, size := utf8.DecodeLastRune(s)
		dst = append(dst, s[len(s)-size:]...)
		s = s[:len(s)-size]
	}
	return dst
}
