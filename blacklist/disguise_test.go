package blacklist

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"

	"lightshare/events"
)

// Kinds of disguise that the evaluation data does not have, to estimate how the matcher does on kinds that nobody has
// thought of. least is the part of a sample of the list, in percent, that must be caught; hangul and latin say of which
// names.
var unseen = []struct {
	name  string
	least float64
	only  func(events.Entry) bool
	apply func(s string, random *rand.Rand) string
}{
	{"letters repeated", 90, latin, func(s string, r *rand.Rand) string {
		return perRune(s, func(c rune) string { return strings.Repeat(string(c), 1+r.IntN(3)) })
	}},
	{"backwards", 90, latin, func(s string, _ *rand.Rand) string { return reversed(s) }},
	{"words backwards", 90, latin, func(s string, _ *rand.Rand) string { return perWord(s, reversed) }},
	{"Hangul backwards", 60, korean, func(s string, _ *rand.Rand) string { return reversed(s) }},
	{"rot13", 90, latin, func(s string, _ *rand.Rand) string { return moved(s, 13) }},
	{"moved by three", 90, latin, func(s string, _ *rand.Rand) string { return moved(s, 3) }},
	{"base64", 95, nil, func(s string, _ *rand.Rand) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
	{"hexadecimal", 95, latin, func(s string, _ *rand.Rand) string { return hex.EncodeToString([]byte(s)) }},
	{"percent signs", 95, nil, func(s string, _ *rand.Rand) string { return url.PathEscape(s) }},
	{"letters within words shuffled", 80, latin, func(s string, r *rand.Rand) string {
		return perWord(s, func(w string) string {
			c := []rune(w)
			if len(c) > 3 {
				inner := c[1 : len(c)-1]
				r.Shuffle(len(inner), func(i, j int) { inner[i], inner[j] = inner[j], inner[i] })
			}
			return string(c)
		})
	}},
	{"vowels left out", 70, latin, func(s string, _ *rand.Rand) string { return strings.Map(dropVowels, s) }},
	{"vowels masked", 70, latin, func(s string, _ *rand.Rand) string {
		return strings.Map(func(c rune) rune {
			if dropVowels(c) < 0 {
				return '*'
			}
			return c
		}, s)
	}},
	{"emoji letters", 95, latin, func(s string, _ *rand.Rand) string {
		return perRune(strings.ToUpper(s), func(c rune) string {
			if c >= 'A' && c <= 'Z' {
				return string('🇦'+c-'A') + " "
			}
			return string(c)
		})
	}},
	{"circled letters", 95, latin, func(s string, _ *rand.Rand) string {
		return perRune(strings.ToUpper(s), func(c rune) string {
			if c >= 'A' && c <= 'Z' {
				return string('Ⓐ' + c - 'A')
			}
			return string(c)
		})
	}},
	{"signs between letters", 95, nil, func(s string, r *rand.Rand) string {
		return perRune(s, func(c rune) string { return string(c) + []string{"_", ".", "~", "♥", "*"}[r.IntN(5)] })
	}},
	{"ubbi dubbi", 70, latin, func(s string, _ *rand.Rand) string {
		return perRune(s, func(c rune) string {
			if dropVowels(c) < 0 {
				return "ub" + string(c)
			}
			return string(c)
		})
	}},
	{"typed on the Latin keyboard", 80, korean, func(s string, _ *rand.Rand) string {
		return perRune(s, func(c rune) string {
			initial, vowel, final, ok := syllable(c)
			if !ok {
				return string(c)
			}
			return initialKeys[initial] + vowelKeys[vowel] + finalKeys[final]
		})
	}},
	{"Hangul taken apart", 80, korean, func(s string, _ *rand.Rand) string {
		return perRune(s, func(c rune) string {
			initial, vowel, final, ok := syllable(c)
			if !ok {
				return string(c)
			}
			apart := string([]rune("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")[initial]) + string('ㅏ'+rune(vowel))
			if final > 0 {
				apart += string([]rune(" ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")[final])
			}
			return apart
		})
	}},
	{"syllables of Hangul put in", 80, korean, func(s string, _ *rand.Rand) string {
		return perRune(s, func(c rune) string {
			_, vowel, final, ok := syllable(c)
			if !ok {
				return string(c)
			}
			return string(c-rune(final)) + string(rune(0xAC00+7*588+vowel*28+final))
		})
	}},
	{"numbers for letters", 80, latin, func(s string, _ *rand.Rand) string {
		return perRune(strings.ToLower(s), func(c rune) string {
			if c >= 'a' && c <= 'z' {
				return fmt.Sprint(c-'a'+1, "-")
			}
			return string(c)
		})
	}},
	{"first letters exchanged", 80, latin, func(s string, _ *rand.Rand) string {
		return perWord(s, func(w string) string {
			if c := []rune(w); len(c) > 3 {
				c[0], c[1] = c[1], c[0]
				return string(c)
			}
			return w
		})
	}},
}

func latin(e events.Entry) bool {
	return !strings.ContainsFunc(e.Artist+e.Title, func(r rune) bool { return r > unicode.MaxLatin1 })
}

func korean(e events.Entry) bool { return hasHangul(e.Artist) && hasHangul(e.Title) }

func TestUnseenDisguises(t *testing.T) {
	entries := evalEntries(t)
	list := NewList(entries)
	for _, kind := range unseen {
		random := rand.New(rand.NewPCG(1, 2))
		caught, blocked, n := 0, 0, 0
		for n < 150 {
			e := entries[random.IntN(len(entries))]
			artist, _ := splitBrackets(withoutGuests(e.Artist))
			title, _ := splitBrackets(withoutGuests(e.Title))
			if kind.only != nil && !kind.only(events.Entry{Artist: artist, Title: title}) || len(artist) < 3 || len(title) < 3 {
				continue
			}
			n++
			said := kind.apply(artist, random) + " - " + kind.apply(title, random)
			if strings.Contains(kind.name, "base64") {
				said = kind.apply(artist+" - "+title, random)
			}
			v := list.Screen(events.Listing{Title: said, FileName: "track01.mp3"})
			switch v.Ruling {
			case events.Block:
				blocked++
				fallthrough
			case events.Review:
				caught++
			}
		}
		part := 100 * float64(caught) / float64(n)
		t.Logf("%-32s block %6.2f %%  caught %6.2f %%", kind.name, 100*float64(blocked)/float64(n), part)
		if part < kind.least {
			t.Errorf("%s: %.2f %% caught, want at least %.0f %%", kind.name, part, kind.least)
		}
	}
}

func perRune(s string, f func(rune) string) string {
	var b strings.Builder
	for _, c := range s {
		b.WriteString(f(c))
	}
	return b.String()
}

func perWord(s string, f func(string) string) string {
	words := strings.Fields(s)
	for i := range words {
		words[i] = f(words[i])
	}
	return strings.Join(words, " ")
}

func reversed(s string) string {
	c := []rune(s)
	slices.Reverse(c)
	return string(c)
}

func moved(s string, by rune) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z':
			return 'a' + (c-'a'+by)%26
		case c >= 'A' && c <= 'Z':
			return 'A' + (c-'A'+by)%26
		}
		return c
	}, s)
}

func dropVowels(c rune) rune {
	if strings.ContainsRune("aeiouAEIOU", c) {
		return -1
	}
	return c
}
