package blacklist

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The letters of the Korean keyboard's keys (두벌식), and of those with the shift key.
var (
	initialKeys = []string{"r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"}
	vowelKeys   = []string{"k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l"}
	finalKeys   = []string{"", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt", "t", "T", "d", "w", "c", "z", "x", "v", "g"}
)

func keyIndex(keys []string) map[string]int {
	index := make(map[string]int)
	for i, k := range keys {
		index[k] = i
	}
	return index
}

var initialOf, vowelOf, finalOf = keyIndex(initialKeys), keyIndex(vowelKeys), keyIndex(finalKeys)

// toKoreanKeys reads Latin letters as the Hangul that the same keys give, if they give hardly anything but syllables:
// "thsutleo" is 소녀시대.
func toKoreanKeys(dst []byte, raw string) ([]byte, bool) {
	if natural, ok := naturalness(raw, asItIs); ok && natural > unlikeKeys {
		return dst, false
	}
	syllables, left := 0, 0
	for i := 0; i < len(raw); {
		r, n := koreanSyllable(raw[i:])
		if n == 0 {
			if c := raw[i]; 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
				left++
			}
			dst = append(dst, raw[i])
			i++
			continue
		}
		syllables++
		dst = utf8.AppendRune(dst, r)
		i += n
	}
	return dst, syllables >= 2 && left*6 <= syllables
}

// unlikeKeys is how much like English a text must look for it to be just that.
const unlikeKeys = 4.5

// koreanSyllable returns the syllable that the first keys of s type, and how many keys; 0 where they type none.
func koreanSyllable(s string) (rune, int) {
	initial, ok := initialOf[key(s, 0)]
	if !ok {
		return 0, 0
	}
	at, vowel := 1, -1
	for n := 2; n >= 1 && vowel < 0; n-- {
		if v, ok := vowelOf[keysOf(s, at, n)]; ok {
			vowel, at = v, at+n
		}
	}
	if vowel < 0 {
		return 0, 0
	}
	final := 0
	for n := 2; n >= 1; n-- {
		f, ok := finalOf[keysOf(s, at, n)]
		if !ok || f == 0 {
			continue
		}
		if _, opens := vowelOf[key(s, at+n)]; opens { // the last of them begins the next syllable
			continue
		}
		final, at = f, at+n
		break
	}
	return rune(0xAC00 + initial*588 + vowel*28 + final), at
}

// key returns the key at s[i]; the shift key matters for few.
func key(s string, i int) string {
	if i >= len(s) {
		return ""
	}
	switch c := s[i]; c {
	case 'R', 'E', 'Q', 'T', 'W', 'O', 'P':
		return s[i : i+1]
	default:
		if 'A' <= c && c <= 'Z' {
			return string([]byte{c + 'a' - 'A'})
		}
		return s[i : i+1]
	}
}

func keysOf(s string, i, n int) string {
	keys := ""
	for j := range n {
		k := key(s, i+j)
		if k == "" {
			return ""
		}
		keys += k
	}
	return keys
}

// fromKoreanKeys reads Hangul as the Latin letters on the same keys, if it is typed as no Korean is: "ㅗ디ㅣㅐ" is hello.
func fromKoreanKeys(dst, folded []byte) ([]byte, bool) {
	lone, syllables := 0, 0
	for i := 0; i < len(folded); {
		r, size := utf8.DecodeRune(folded[i:])
		i += size
		if r >= 0x1100 && r <= 0x11FF {
			lone++
		} else if r >= 0xAC00 && r <= 0xD7A3 {
			syllables++
		}
	}
	if lone < 2 || 3*lone < syllables {
		return dst, false
	}
	for _, r := range string(norm.NFD.Bytes(folded)) {
		switch {
		case r >= 0x1100 && r < 0x1113:
			dst = append(dst, initialKeys[r-0x1100]...)
		case r >= 0x1161 && r < 0x1176:
			dst = append(dst, vowelKeys[r-0x1161]...)
		case r > 0x11A7 && r < 0x11C3:
			dst = append(dst, finalKeys[r-0x11A7]...)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst, true
}

// withoutHangulSyllables drops the syllables of the play languages that repeat each syllable's vowel behind another
// consonant: "소보녀벼" and "소소녀녀" are 소녀.
func withoutHangulSyllables(dst, folded []byte) ([]byte, bool) {
	repeated, all, with := 0, 0, -1
	for i := 0; i < len(folded); {
		r, size := utf8.DecodeRune(folded[i:])
		i += size
		initial, vowel, final, ok := syllable(r)
		if !ok {
			dst = utf8.AppendRune(dst, r)
			continue
		}
		all++
		next, size := utf8.DecodeRune(folded[i:])
		nextInitial, nextVowel, nextFinal, ok := syllable(next)
		if ok && nextVowel == vowel && (final == 0 || nextFinal == final || nextFinal == 0) && (with < 0 || with == nextInitial || nextInitial == initial) {
			with = nextInitial
			repeated++
			r = rune(0xAC00 + initial*588 + vowel*28 + max(final, nextFinal))
			i += size
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst, repeated >= 3 && 5*repeated >= 4*all
}
