package blacklist

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
)

// fromEscapes undoes percent signs, HTML's entities and \u escapes.
func fromEscapes(dst []byte, raw string) ([]byte, bool) {
	if !strings.ContainsAny(raw, `%&\`) && !strings.Contains(raw, "U+") && !strings.Contains(raw, "u+") {
		return dst, false
	}
	s := raw
	if strings.Contains(s, "%") {
		if plain, err := url.QueryUnescape(s); err == nil {
			s = plain
		}
	}
	s = html.UnescapeString(s)
	s = unescapeUnicode(s)
	return append(dst, s...), s != raw && len(s)+2 <= len(raw)
}

// unescapeUnicode replaces \u0041, \x41 and U+0041.
func unescapeUnicode(s string) string {
	for _, e := range []struct {
		mark   string
		digits int
	}{{`\u`, 4}, {`\x`, 2}, {"U+", 4}, {"u+", 4}} {
		var b strings.Builder
		for {
			before, after, ok := strings.Cut(s, e.mark)
			b.WriteString(before)
			if !ok {
				break
			}
			code, err := uint64(0), error(strconv.ErrSyntax)
			if len(after) >= e.digits {
				code, err = strconv.ParseUint(after[:e.digits], 16, 21)
			}
			if err != nil {
				b.WriteString(e.mark)
				s = after
				continue
			}
			b.WriteRune(rune(code))
			s = after[e.digits:]
		}
		s = b.String()
	}
	return s
}

// fromBase64 decodes words that come to readable text, twice if that is such a word again.
func fromBase64(dst []byte, raw string) ([]byte, bool) {
	any := false
	for word := range strings.FieldsSeq(raw) {
		if plain, ok := base64Word(word, 1); ok {
			any, word = true, plain
		}
		dst = append(append(dst, word...), ' ')
	}
	return dst, any
}

// base64Word decodes a word, and what it comes to as often again.
func base64Word(word string, again int) (string, bool) {
	bare := strings.TrimRight(word, "=")
	if len(bare) < 7 {
		return "", false
	}
	if plain, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(bare); err == nil && len(bare) >= 16 && isReadable(plain) {
		return string(plain), true
	}
	if len(bare)%4 == 1 {
		return "", false
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(bare, "-_") {
		encoding = base64.RawURLEncoding
	}
	var few [256]byte
	plain := few[:0]
	if n := encoding.DecodedLen(len(bare)); n > len(few) {
		plain = make([]byte, 0, n)
	}
	plain, err := encoding.AppendDecode(plain, []byte(bare))
	if err != nil {
		return "", false
	}
	if again > 0 && len(plain) >= 12 {
		if twice, ok := base64Word(string(plain), again-1); ok {
			return twice, true
		}
	}
	if !isReadable(plain) {
		return "", false
	}
	return string(plain), true
}

// isReadable reports whether s is text of letters and spaces for the most part.
func isReadable(s []byte) bool {
	letters, others := 0, 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRune(s[i:])
		i += size
		switch {
		case r == utf8.RuneError:
			return false
		case unicode.IsLetter(r), r == ' ':
			letters++
		case !unicode.IsPrint(r):
			return false
		default:
			others++
		}
	}
	return letters >= 4*others
}

// mostlyDigits reports whether most of what is typed are hexadecimal digits.
func mostlyDigits(raw string) bool {
	digits, others := 0, 0
	for i := range len(raw) {
		switch c := raw[i]; {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
			digits++
		case c != ' ' && c != '-' && c != ',':
			others++
		}
	}
	return digits >= 10 && digits > 3*others
}

// fromCodes reads letters that are given by their numbers: two hexadecimal, eight binary, or decimal digits each.
func fromCodes(dst []byte, raw string) ([]byte, bool) {
	if !mostlyDigits(raw) {
		return dst, false
	}
	var compact strings.Builder
	decimal, octal, words := make([]byte, 0, 64), make([]byte, 0, 64), 0
	for word := range strings.FieldsFuncSeq(raw, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		words++
		if n, err := strconv.Atoi(word); err == nil && n >= 32 && n < 127 {
			decimal = append(decimal, byte(n))
		}
		if n, err := strconv.ParseUint(word, 8, 8); err == nil && len(word) == 3 && n >= 32 && n < 127 {
			octal = append(octal, byte(n))
		}
		compact.WriteString(strings.TrimPrefix(word, "0x"))
	}
	s := compact.String()
	if len(s) >= 40 && strings.Trim(s, "01") == "" {
		for ; len(s) >= 8; s = s[8:] {
			n, err := strconv.ParseUint(s[:8], 2, 8)
			if err != nil {
				return dst, false
			}
			dst = append(dst, byte(n))
		}
		return dst, isReadable(dst)
	}
	if len(octal) >= 5 && len(octal) == words && isReadable(octal) {
		return append(dst, octal...), true
	}
	if len(decimal) >= 5 && len(decimal) == words && isReadable(decimal) {
		return append(dst, decimal...), true
	}
	if plain, err := hex.DecodeString(s); err == nil && len(plain) >= 5 && isReadable(plain) {
		return append(dst, plain...), true
	}
	return dst, false
}

var morse = map[string]byte{
	".-": 'a', "-...": 'b', "-.-.": 'c', "-..": 'd', ".": 'e', "..-.": 'f', "--.": 'g', "....": 'h', "..": 'i', ".---": 'j', "-.-": 'k', ".-..": 'l', "--": 'm',
	"-.": 'n', "---": 'o', ".--.": 'p', "--.-": 'q', ".-.": 'r', "...": 's', "-": 't', "..-": 'u', "...-": 'v', ".--": 'w', "-..-": 'x', "-.--": 'y', "--..": 'z',
	"-----": '0', ".----": '1', "..---": '2', "...--": '3', "....-": '4', ".....": '5', "-....": '6', "--...": '7', "---..": '8', "----.": '9',
}

var dotsAndDashes = strings.NewReplacer("·", ".", "•", ".", "–", "-", "—", "-", "−", "-", "_", "-")

// isMorse reports whether a text may be dots and dashes.
func isMorse(raw string) bool {
	return strings.Count(raw, " ") >= 4 && !strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// fromMorse reads dots and dashes with spaces between the letters.
func fromMorse(dst []byte, raw string) ([]byte, bool) {
	if !isMorse(raw) {
		return dst, false
	}
	s := dotsAndDashes.Replace(raw)
	letters := 0
	for code := range strings.FieldsSeq(s) {
		if c, ok := morse[code]; ok {
			letters++
			dst = append(dst, c)
		} else {
			dst = append(dst, ' ')
		}
	}
	return dst, letters >= 5
}

// drawn are letters put together from several signs, longer ones first.
var drawn = strings.NewReplacer(
	`/\/\`, "m", `|\/|`, "m", `|v|`, "m", `\/\/`, "w", `|\|`, "n", `/\/`, "n", `|-|`, "h", `)-(`, "h", "]-[", "h", "}{", "h", "|_|", "u", "(_)", "u", "()", "o", "[]", "o",
	"|<", "k", "|{", "k", "|3", "b", "|)", "d", "|>", "p", "|]", "d", "|=", "f", "|*", "p", "|2", "r", "|_", "l", `/\`, "a", `\/`, "v", "><", "x", "`/", "y", "_|", "j",
	"|", "l", "(", "c", "+", "t", "€", "e", "<", "c", "[", "c")

// fromDrawnLetters reads |-|3|_|_0.
func fromDrawnLetters(dst []byte, raw string) ([]byte, bool) {
	if strings.Count(raw, "|")+strings.Count(raw, `\`)+strings.Count(raw, "(")+strings.Count(raw, "+")+strings.Count(raw, "<") < 2 {
		return dst, false
	}
	return append(dst, drawn.Replace(raw)...), true
}

var cyrillic = strings.NewReplacer("а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ё", "io", "ж", "j", "з", "z", "и", "i", "й", "i", "к", "k", "л", "l", "м", "m", "н", "n",
	"о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "h", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "sh", "ъ", "", "ы", "i", "ь", "", "э", "e", "ю", "iu", "я", "ia",
	"і", "i", "ї", "i", "є", "e", "ґ", "g",
	"μπ", "b", "ντ", "d", "γκ", "g", "ου", "u", "τζ", "j", "α", "a", "β", "v", "γ", "g", "δ", "d", "ε", "e", "ζ", "z", "η", "i", "θ", "th", "ι", "i", "κ", "k", "λ", "l", "μ", "m", "ν", "n", "ξ", "x", "ο", "o", "π", "p", "ρ", "r", "σ", "s", "ς", "s", "τ", "t",
	"υ", "i", "φ", "f", "χ", "h", "ψ", "ps", "ω", "o")

// fromCyrillic reads Cyrillic and Greek letters by their sound, where they are not there for their looks.
func fromCyrillic(dst []byte, raw string) ([]byte, bool) {
	letters, latin := 0, 0
	for _, r := range raw {
		switch {
		case unicode.In(r, unicode.Cyrillic, unicode.Greek):
			letters++
		case 'a' <= r && r <= 'z':
			latin++
		}
	}
	if letters < 5 || latin > letters {
		return dst, false
	}
	return append(dst, cyrillic.Replace(strings.ToLower(raw))...), true
}

// fromAlphabets reads letters of scripts that are neither Latin nor compared as such by how they are usually put in Latin
// letters.
func fromAlphabets(dst []byte, raw string) ([]byte, bool) {
	letters := 0
	for _, r := range raw {
		if unicode.In(r, otherAlphabets...) {
			letters++
		}
	}
	if letters < 4 {
		return dst, false
	}
	return append(dst, unidecode.Unidecode(raw)...), true
}

var otherAlphabets = []*unicode.RangeTable{
	unicode.Hebrew, unicode.Arabic, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Tamil, unicode.Telugu,
	unicode.Thai, unicode.Georgian, unicode.Armenian, unicode.Ethiopic, unicode.Runic, unicode.Khmer, unicode.Lao, unicode.Myanmar, unicode.Sinhala, unicode.Malayalam, unicode.Kannada,
}

// fromUpsideDown reads turned letters from the end.
func fromUpsideDown(dst []byte, raw string) ([]byte, bool) {
	if !strings.ContainsAny(raw, "ɐǝɟƃɥᴉɹʇʌʍʎʞɯ∀Ǝ") {
		return dst, false
	}
	for len(raw) > 0 {
		r, size := utf8.DecodeLastRuneInString(raw)
		raw = raw[:len(raw)-size]
		if as, ok := upright[r]; ok {
			r = as
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst, true
}

var upright = map[rune]rune{
	'ɐ': 'a', 'q': 'b', 'ɔ': 'c', 'p': 'd', 'ǝ': 'e', 'ɟ': 'f', 'ƃ': 'g', 'ɓ': 'g', 'ɥ': 'h', 'ᴉ': 'i', 'ı': 'i', 'ɾ': 'j', 'ʞ': 'k', 'ן': 'l', 'ɯ': 'm', 'u': 'n', 'd': 'p', 'b': 'q',
	'ɹ': 'r', 'ʇ': 't', 'n': 'u', 'ʌ': 'v', 'ʍ': 'w', 'ʎ': 'y', '∀': 'a', 'Ǝ': 'e', 'Ⅎ': 'f', '⅂': 'l', 'W': 'm', 'M': 'w', 'Ԁ': 'p', '┴': 't', '∩': 'u', 'Λ': 'v', '⅄': 'y',
}
