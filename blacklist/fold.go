package blacklist

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// FoldVersion changes whenever Fold answers differently for any text, so that a stored folded text can be told from a
// present one.
const FoldVersion = 1

// Fold returns s as it is compared: words of lower-case letters and digits with one space between them.
//
// Case, width (ｆｕｌｌ, ﾊﾝｶｸ), mathematical and other styled letters, combining marks, invisible characters, katakana
// against hiragana, punctuation and the kind and number of spaces make no difference. An apostrophe joins ("don't" is
// "dont"), an ampersand is the word "and", anything else that is neither letter nor digit separates. Hangul is kept in
// syllables, also where it was typed as single letters of the conjoining kind.
//
// Fold(Fold(s)) is Fold(s). Bytes that are no UTF-8 separate.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		switch kindOf(r) {
		case ignored:
			continue
		case separator:
			gap = true
			continue
		case ampersand:
			writeWord(&b, "and")
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		writeLetter(&b, r)
	}
	return norm.NFC.String(strings.TrimSuffix(b.String(), " "))
}

func writeWord(b *strings.Builder, word string) {
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteString(word)
}

// writeLetter writes the form of a letter that all its variants share.
func writeLetter(b *strings.Builder, r rune) {
	r = unicode.ToLower(r)
	if r >= 'ァ' && r <= 'ヶ' {
		r -= 'ァ' - 'ぁ'
	}
	if plain, ok := plainLetters[r]; ok {
		b.WriteString(plain)
		return
	}
	b.WriteRune(r)
}

// plainLetters are letters that Unicode does not take apart although a reader sees a plain letter with a mark, or two.
var plainLetters = map[rune]string{
	'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ħ': "h", 'ı': "i", 'ŧ': "t", 'ƀ': "b", 'ɨ': "i",
	'æ': "ae", 'œ': "oe", 'ß': "ss", 'ς': "σ",
}

type runeKind int

const (
	letter runeKind = iota
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
		return letter
	case utf8.RuneError:
		return separator
	}
	switch {
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.Is(unicode.Mc, r):
		return letter
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return ignored
	}
	return separator
}
