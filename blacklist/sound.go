package blacklist

import (
	"unicode/utf8"
)

// A sound is a text as it is roughly spoken, whatever it is written in: a byte for each of the consonants k t p s j l m
// n h and the vowels a e i o u, two bytes for a letter without a known sound. Voiced and unvoiced, long and short,
// single and double are one: "Knight", "Nite" and 나이트 come close to each other, and a Korean name is the same in Hangul
// and in Latin letters.
type sound = []byte

// A speaker turns words into sounds, one after the other.
type speaker struct {
	word   []rune
	starts []int // where the words begin in the sound that was made last
}

// append appends the sound of a folded text to dst. Rules on two letters ("ph") hold within a word; where words of one
// letter follow each other somebody has spelled a word out, and they are one.
func (sp *speaker) append(dst []byte, folded []byte) []byte {
	began := len(dst)
	sp.starts = sp.starts[:0]
	for i := 0; i < len(folded); {
		sp.word = sp.word[:0]
		for {
			from := i
			for i < len(folded) && folded[i] != ' ' {
				r, size := utf8.DecodeRune(folded[i:])
				sp.word = append(sp.word, r)
				i += size
			}
			single := utf8.RuneCount(folded[from:i]) == 1
			i++
			if !single || !startsSingle(folded, i) {
				break
			}
		}
		sp.starts = append(sp.starts, len(dst)-began)
		dst = appendWordSound(dst, len(dst), sp.word)
	}
	return dst
}

// startsSingle reports whether a word of one letter stands at folded[i].
func startsSingle(folded []byte, i int) bool {
	if i >= len(folded) {
		return false
	}
	_, size := utf8.DecodeRune(folded[i:])
	return i+size == len(folded) || folded[i+size] == ' '
}

func appendWordSound(dst []byte, began int, word []rune) []byte {
	for i := 0; i < len(word); {
		from := len(dst)
		switch r := word[i]; {
		case r < utf8.RuneSelf:
			n, made := latinSound(word, i)
			dst = append(dst, made...)
			i += n
		case r >= 0xAC00 && r <= 0xD7A3:
			dst = appendSyllableSound(dst, word, i)
			i++
		case r >= 'ぁ' && r <= 'ゖ':
			dst = appendKanaSound(dst, r)
			i++
		case r >= 0x1100 && r <= 0x11FF:
			dst = appendJamoSound(dst, r)
			i++
		case r == 'ー' || r == 'っ':
			i++
		default:
			if s, ok := otherSounds[r]; ok {
				dst = append(dst, s...)
			} else {
				dst = append(dst, 0x80|byte(r&0x7f), 0x80|byte(r>>7&0x7f))
			}
			i++
		}
		dst = withoutDouble(dst, began, from)
	}
	return dst
}

// withoutDouble drops the symbol at dst[at] if it only repeats the one before.
func withoutDouble(dst []byte, began, at int) []byte {
	if at > began && at < len(dst) && dst[at] == dst[at-1] && dst[at] < utf8.RuneSelf {
		return append(dst[:at], dst[at+1:]...)
	}
	return dst
}

// latinPairs are the sounds of letters that are spoken together.
var latinPairs = map[string]string{
	"ph": "p", "ck": "k", "ch": "j", "sh": "s", "th": "t", "gh": "", "wh": "u", "qu": "ku", "dg": "j", "kn": "n", "wr": "l",
	"eo": "o", "eu": "", "ae": "e", "oe": "e", "ee": "i", "oo": "u", "ce": "se", "ci": "si", "cy": "si", "tz": "s", "ie": "i",
}

var latinLetters = [26]string{
	"a", "p", "k", "t", "e", "p", "k", "h", "i", "j", "k", "l", "m", "n", "o", "p", "k", "l", "s", "t", "u", "p", "u", "ks", "i", "s",
}

// latinSound returns how many letters at word[i] are spoken together, and how.
func latinSound(word []rune, i int) (int, string) {
	r := asLetter(word, i)
	if (r == 'a' || r == 'o') && i+2 < len(word) && word[i+1] == 'e' && word[i+2] == 'u' {
		return 1, latinLetters[r-'a'] // Korean ㅏ or ㅗ before ㅡ
	}
	if i+1 < len(word) && word[i+1] < utf8.RuneSelf {
		if next := asLetter(word, i+1); pairStarts[r-'a'] {
			if s, ok := latinPairs[string([]byte{r, next})]; ok && (s != "" || r != 'g' || i == 0 || isVowel(word[i-1])) {
				return 2, s
			}
		}
	}
	return 1, latinLetters[r-'a']
}

var pairStarts = func() (starts [26]bool) {
	for pair := range latinPairs {
		starts[pair[0]-'a'] = true
	}
	return starts
}()

// figureLetters are those that the figures 0 to 9 are typed for; a 1 is an i or an l.
const figureLetters = "oizeasgtbg"

// asLetter returns the Latin letter or figure at word[i] as a letter. A 1 beside a vowel is an l.
func asLetter(word []rune, i int) byte {
	r := word[i]
	switch {
	case r == '1':
		if i > 0 && isVowel(word[i-1]) || i+1 < len(word) && isVowel(word[i+1]) {
			return 'l'
		}
		return 'i'
	case r >= '0' && r <= '9':
		return figureLetters[r-'0']
	case r >= 'a' && r <= 'z':
		return byte(r)
	}
	return 'h'
}

func isVowel(r rune) bool {
	switch r {
	case 'a', 'e', 'i', 'o', 'u', '4', '3', '0':
		return true
	}
	return false
}

// otherSounds are those of letters that look like none of the Latin ones.
var otherSounds = map[rune]string{
	'б': "p", 'д': "t", 'ж': "j", 'з': "s", 'й': "i", 'л': "l", 'ф': "p", 'ц': "s", 'ч': "j", 'ш': "s", 'щ': "s",
	maskLetter: string(rune(anySound)), 'ъ': "", 'ь': "", 'э': "e", 'я': "ia", 'є': "e",
}
