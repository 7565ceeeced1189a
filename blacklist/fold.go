package blacklist

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// FoldVersion changes whenever Fold answers differently for any text, so that a stored folded text can be told from a
// present one.
const FoldVersion = 2

// Fold returns s as a person reads it: words of lower-case letters and digits with one space between them.
//
// Case, width (ｆｕｌｌ, ﾊﾝｶｸ), mathematical and other styled letters, combining marks, letters of other scripts that look
// Latin (Ѕоng), invisible characters, katakana against hiragana, punctuation and the kind and number of spaces make no
// difference. An apostrophe joins ("don't" is "dont"), an ampersand is the word "and", anything else that is neither
// letter nor digit separates. Hangul is kept in syllables, also where it was typed as single letters.
//
// Fold(Fold(s)) is Fold(s). Bytes that are no UTF-8 separate.
func Fold(s string) string {
	var f folder
	return string(f.fold(nil, s, false))
}

var lunate = strings.NewReplacer("ϲ", "c", "Ϲ", "c")

// A folder folds one text after the other in the same memory. Not safe for concurrent use.
type folder struct {
	apart []byte // the text taken apart by Unicode's rules
	bare  []byte // and without what makes no difference
}

// fold appends s to dst as [Fold] leaves it; with signs, those that stand for letters ("Ke$ha", "L!ve") are letters.
func (f *folder) fold(dst []byte, s string, signs bool) []byte {
	if isPlain(s) {
		return appendBare(dst, s, signs)
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, " ")
	}
	if strings.ContainsAny(s, "ϲϹ") { // Unicode takes it for another way to write a Greek s
		s = lunate.Replace(s)
	}
	f.apart = norm.NFKD.AppendString(f.apart[:0], s)
	f.bare = appendBare(f.bare[:0], f.apart, signs)
	return norm.NFC.Append(dst, f.bare...)
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendBare appends the words of s, which Unicode's rules have taken apart.
func appendBare[S string | []byte](dst []byte, s S, signs bool) []byte {
	began, gap := len(dst), false
	letter := func(r rune) {
		if gap && len(dst) > began {
			dst = append(dst, ' ')
		}
		gap = false
		dst = appendLetter(dst, r)
	}
	for i := 0; i < len(s); {
		r, size := decodeRune(s, i)
		i += size
		if signs && r < utf8.RuneSelf && !isWordRune(r) {
			if meant := signAsLetter(s, i-size); meant != 0 {
				letter(meant)
				continue
			}
		}
		switch kindOf(r) {
		case separator:
			gap = true
		case ampersand:
			gap = true
			letter('a')
			dst = append(dst, "nd"...)
			gap = true
		case letterRune:
			letter(r)
		}
	}
	return dst
}

func decodeRune[S string | []byte](s S, i int) (rune, int) {
	if s[i] < utf8.RuneSelf {
		return rune(s[i]), 1
	}
	var b [utf8.UTFMax]byte
	return utf8.DecodeRune(b[:copy(b[:], s[i:min(i+utf8.UTFMax, len(s))])])
}

// appendLetter appends the form of a letter that all its variants share.
func appendLetter(dst []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(dst, byte(r))
	}
	if r >= 'ァ' && r <= 'ヶ' {
		return utf8.AppendRune(dst, r-('ァ'-'ぁ'))
	}
	if isEastAsian(r) {
		return utf8.AppendRune(dst, r)
	}
	for _, r := range [...]rune{r, unicode.ToLower(r)} {
		if plain, ok := lookAlikes[r]; ok {
			return append(dst, plain...)
		}
	}
	return utf8.AppendRune(dst, unicode.ToLower(r))
}

// signAsLetter returns the letter that the ASCII sign at s[i] is typed for, or 0. An exclamation mark counts only where
// letters follow, or between two equal signs: at the end of a word it is what it is.
func signAsLetter[S string | []byte](s S, i int) rune {
	switch s[i] {
	case '@':
		return 'a'
	case '$':
		return 's'
	case '!':
		if i > 0 && i+1 < len(s) && s[i-1] == s[i+1] && s[i-1] != ' ' && s[i-1] != '!' {
			return '1'
		}
		for i < len(s) && s[i] == '!' {
			i++
		}
		if i < len(s) && (s[i] == '@' || s[i] == '$' || s[i] < utf8.RuneSelf && isWordRune(rune(s[i]))) {
			return '1'
		}
	}
	return 0
}

func isWordRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// isEastAsian is a quick test for most of the letters that have no case, no marks and no look-alikes.
func isEastAsian(r rune) bool {
	return r >= 0xAC00 && r <= 0xD7A3 || r >= 0x1100 && r <= 0x11FF || r >= 0x4E00 && r <= 0x9FFF || r >= 0x3041 && r <= 0x3096
}

type runeKind int

const (
	letterRune runeKind = iota
	separator
	ignored
	ampersand
)

// Marks that make another kana, not another way of writing the same one.
const (
	voicedMark     = '\u3099'
	halfVoicedMark = '\u309A'
)

func kindOf(r rune) runeKind {
	switch r {
	case '&', '＆':
		return ampersand
	case '\'', '’', '‘', '`', '´', 'ʼ', '′':
		return ignored
	case voicedMark, halfVoicedMark:
		return letterRune
	case '\u115f', '\u1160': // letters to Unicode, but nothing to see
		return ignored
	case utf8.RuneError:
		return separator
	}
	if r < utf8.RuneSelf {
		if isWordRune(r) {
			return letterRune
		}
		return separator
	}
	switch {
	case isEastAsian(r), unicode.IsLetter(r), unicode.IsNumber(r), unicode.Is(unicode.Mc, r):
		return letterRune
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return ignored
	}
	if _, ok := lookAlikes[r]; ok {
		return letterRune
	}
	return separator
}
