package blacklist

import (
	"strings"
	"unicode/utf8"
)

// Keys of other layouts, as what the same hands would have typed on the usual Latin one.
const latinKeys = "qwertyuiop[]asdfghjkl;'zxcvbnm,."

var layouts = [...]map[rune]rune{
	layout("',.pyfgcrl/=aoeuidhtns-;qjkxbmwv"), // Dvorak
	layout("azertyuiop^$qsdfghjklmùwxcvbn,;:"), // AZERTY
	layout("qwertzuiopü+asdfghjklöäyxcvbnm,."), // QWERTZ
	layout("qwfpgjluy;[]arstdhneio'zxcvbkm,."), // Colemak
	layout("йцукенгшщзхъфывапролджэячсмитьбю"), // Russian
}

func layout(keys string) map[rune]rune {
	latin, as := []rune(latinKeys), make(map[rune]rune)
	for i, r := range []rune(keys) {
		as[r] = latin[i]
	}
	return as
}

// fromLayouts reads what was typed on another layout than the keyboard was set to, either way round. It takes the layout
// that leaves the most natural words, if they are clearly more so than what is there.
func fromLayouts(dst []byte, raw string) ([]byte, bool) {
	lower := strings.ToLower(raw)
	plain, latin := naturalness(lower, asItIs)
	if latin && plain > natural+clearly {
		return dst, false
	}
	began, best := len(dst), natural
	if latin {
		best = max(best, plain+clearly)
	}
	for _, keys := range layouts {
		end := len(dst)
		for _, r := range lower {
			if as, ok := keys[r]; ok {
				r = as
			}
			dst = utf8.AppendRune(dst, r)
		}
		if read, ok := naturalness(dst[end:], asItIs); ok && read > best {
			best = read
			dst = append(dst[:began], dst[end:]...)
		} else {
			dst = dst[:end]
		}
	}
	return dst, len(dst) > began
}

// fromRot47 undoes a move of all printable characters by half their number.
func fromRot47(dst []byte, raw string) ([]byte, bool) {
	signs := 0
	for i := range len(raw) {
		if c := raw[i]; c > ' ' && c < utf8.RuneSelf && !isWordRune(rune(c)) {
			signs++
		}
	}
	plain, latin := naturalness(strings.ToLower(raw), asItIs)
	if 10*signs < len(raw) || latin && plain > natural+clearly {
		return dst, false
	}
	began := len(dst)
	for i := range len(raw) {
		c := raw[i]
		if c > ' ' && c < 0x7f {
			c = '!' + (c-'!'+47)%94
		}
		dst = append(dst, c)
	}
	read, ok := naturalness(strings.ToLower(string(dst[began:])), asItIs)
	return dst, ok && read > natural && read > plain+clearly
}
