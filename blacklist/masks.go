package blacklist

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Where a letter is masked ("C*rters", 이*성), any sound may stand. The mask goes through folding as a letter that nobody
// writes with.
const (
	maskLetter = 'ꙮ'
	anySound   = 1
)

// fromMasks puts the letter for any in the place of signs that mask one within a word: two for a syllable of Hangul, as
// most have two sounds. At most a third of the letters may be masked, so that something is left to compare.
func fromMasks(dst []byte, raw string) ([]byte, bool) {
	masked, letters := 0, 0
	before := rune(' ')
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRuneInString(raw[i:])
		next, _ := utf8.DecodeRuneInString(raw[i+size:])
		switch {
		case isMask(r, before, next):
			masked++
			dst = utf8.AppendRune(dst, maskLetter)
			if hangulBeside(before, next) {
				dst = utf8.AppendRune(dst, maskLetter)
			}
		default:
			if unicode.IsLetter(r) {
				letters++
			}
			dst = utf8.AppendRune(dst, r)
		}
		before = r
		i += size
	}
	return dst, masked > 0 && masked*2 <= letters && letters >= 4
}

const masks = "*○●◯〇□■◆◇#＊"

// hasMask reports whether a sign stands between two letters, or beside one.
func hasMask(raw string) bool {
	if !strings.ContainsAny(raw, masks) {
		return false
	}
	before := rune(' ')
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRuneInString(raw[i:])
		i += size
		next, _ := utf8.DecodeRuneInString(raw[i:])
		if strings.ContainsRune(masks, r) && isMask(r, before, next) {
			return true
		}
		before = r
	}
	return false
}

// isMask reports whether a sign stands for a letter between its neighbours; a Latin O or X does so within Hangul.
func isMask(r, before, next rune) bool {
	switch {
	case strings.ContainsRune(masks, r):
		return unicode.IsLetter(before) || unicode.IsLetter(next)
	case strings.ContainsRune("OXox0", r):
		return isSyllable(before) && isSyllable(next)
	}
	return false
}

func hangulBeside(before, next rune) bool { return isSyllable(before) || isSyllable(next) }

func isSyllable(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 }
