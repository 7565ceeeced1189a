package blacklist

import (
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"lightshare/events"
)

// A kind is one more kind of disguise that the evaluation data does not have: of a name by itself, or, where whole is set,
// of the offer.
type kind struct {
	name   string
	least  int // of a hundred of the list that must be caught
	only   func(events.Entry) bool
	single func(s string, random *rand.Rand) string
	whole  func(artist, title string) (text, fileName string, tags []string)
}

var kinds = []kind{
	// Other keyboards and codes.
	{name: "Dvorak", least: 80, only: latin, single: exchanged("qwertyuiopasdfghjklzxcvbnm", "',.pyfgcrlaoeuidhtn;qjkxbm")},
	{name: "AZERTY", least: 80, only: latin, single: exchanged("azqwm", "qwazñ")},
	{name: "Russian keys", least: 80, only: latin, single: exchanged("qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзфывапролдячсмить")},
	{name: "letters from the other end", least: 90, only: latin, single: exchanged("abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba")},
	{name: "rot47", least: 80, only: latin, single: runeByRune(func(c rune, _ *rand.Rand) string {
		if c > 32 && c < 127 {
			c = 33 + (c-33+47)%94
		}
		return string(c)
	})},
	{name: "base32", least: 80, whole: func(a, t string) (string, string, []string) {
		return base32.StdEncoding.EncodeToString([]byte(a + " - " + t)), "track01.mp3", nil
	}},
	{name: "base64 twice", least: 80, whole: func(a, t string) (string, string, []string) {
		once := base64.StdEncoding.EncodeToString([]byte(a + " - " + t))
		return base64.StdEncoding.EncodeToString([]byte(once)), "track01.mp3", nil
	}},
	{name: "octal numbers", least: 90, only: latin, single: runeByRune(func(c rune, _ *rand.Rand) string { return fmt.Sprintf("%03o ", c) })},
	{name: "binary numbers", least: 90, only: latin, single: runeByRune(func(c rune, _ *rand.Rand) string { return fmt.Sprintf("%08b ", c) })},
	{name: "entities", least: 90, single: runeByRune(func(c rune, _ *rand.Rand) string { return fmt.Sprintf("&#%d;", c) })},
	{name: "Morse code", least: 90, only: latin, single: runeByRune(func(c rune, _ *rand.Rand) string {
		for code, letter := range morse {
			if rune(letter) == unicode.ToLower(c) {
				return code + " "
			}
		}
		return "/ "
	})},
	// Other scripts.
	{name: "Devanagari", least: 70, only: latin, single: exchanged("abcdefghijklmnopqrstuvwxyz", "अबकडएफगहइजकलमनओपकरसटउववखयज")},
	{name: "Georgian", least: 80, only: latin, single: exchanged("abgdevzhiklmnoprstufqycj", "აბგდევზჰიკლმნოპრსტუფქყცჯ")},
	{name: "runes", least: 70, only: latin, single: exchanged("abcdefghijklmnopqrstuvwyz", "ᚨᛒᚲᛞᛖᚠᚷᚺᛁᛃᚲᛚᛗᚾᛟᛈᚲᚱᛊᛏᚢᚡᚹᛦᛉ")},
	{name: "braille", least: 95, only: latin, single: exchanged("abcdefghijklmnopqrstuvwxyz", "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵")},
	{name: "superscript", least: 95, only: latin, single: exchanged("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")},
	{name: "upside down", least: 95, only: latin, whole: func(a, t string) (string, string, []string) {
		return exchanged("abcdefghijklmnpqrtuvwy", "ɐqɔpǝɟƃɥᴉɾʞlɯudbɹʇnʌʍʎ")(reversed(a+" - "+t), nil), "track01.mp3", nil
	}},
	// Letters changed, put in and left out.
	{name: "one vowel for all", least: 70, only: latin, single: exchanged("aeiou", "iiiii")},
	{name: "marks within words", least: 90, only: latin, single: func(s string, _ *rand.Rand) string {
		return s[:len(s)/2] + "<b>" + s[len(s)/2:] + "</b>"
	}},
	{name: "a syllable behind each word", least: 80, only: latin, single: wordByWord(func(w []rune, _ *rand.Rand) string { return string(w) + "la" })},
	{name: "a letter of each word masked", least: 75, only: latin, single: wordByWord(func(w []rune, r *rand.Rand) string {
		if len(w) > 3 {
			w[1+r.IntN(len(w)-2)] = '*'
		}
		return string(w)
	})},
	{name: "a syllable of Hangul masked", least: 55, only: korean, single: func(s string, _ *rand.Rand) string {
		c := []rune(s)
		if len(c) > 2 {
			c[1] = '*'
		}
		return string(c)
	}},
	{name: "emoji between letters", least: 95, single: runeByRune(func(c rune, r *rand.Rand) string { return string(c) + []string{"🔥", "❤️", "🎵"}[r.IntN(3)] })},
	{name: "figures put in", least: 75, single: runeByRune(func(c rune, r *rand.Rand) string {
		if r.IntN(3) == 0 {
			return string(c) + fmt.Sprint(r.IntN(10))
		}
		return string(c)
	})},
	{name: "vowels of Hangul bent", least: 80, only: korean, single: ofSyllables(func(initial, vowel, final int) (int, int, int) {
		for bent, plain := range plainVowels {
			if plain == vowel {
				vowel = bent
			}
		}
		return initial, vowel, final
	})},
	{name: "finals of Hangul put in", least: 60, only: korean, single: ofSyllables(func(initial, vowel, final int) (int, int, int) {
		if final == 0 {
			final = 21
		}
		return initial, vowel, final
	})},
	{name: "tense consonants", least: 95, only: korean, single: ofSyllables(func(initial, vowel, final int) (int, int, int) {
		if tense, ok := map[int]int{0: 1, 3: 4, 7: 8, 9: 10, 12: 13}[initial]; ok {
			initial = tense
		}
		return initial, vowel, final
	})},
	// The names apart, and shorter.
	{name: "over text and tags", least: 80, only: latin, whole: func(a, t string) (string, string, []string) {
		both := a + " " + t
		return both[:len(both)/2], "track01.mp3", []string{both[len(both)/2:]}
	}},
	{name: "over text and file name", least: 90, only: latin, whole: func(a, t string) (string, string, []string) {
		words := strings.Fields(t)
		half := (len(words) + 1) / 2
		return a + " " + strings.Join(words[:half], " "), strings.Join(words[half:], " ") + ".mp3", nil
	}},
	{name: "the artist's initial", least: 90, only: latin, whole: func(a, t string) (string, string, []string) {
		if words := strings.Fields(a); len(words) > 1 {
			a = words[0][:1] + ". " + strings.Join(words[1:], " ")
		}
		return a + " - " + t, "track01.mp3", nil
	}},
	{name: "first letters of the names exchanged", least: 90, only: latin, whole: func(a, t string) (string, string, []string) {
		return t[:1] + a[1:] + " - " + a[:1] + t[1:], "track01.mp3", nil
	}},
	{name: "all written backwards", least: 90, only: korean, whole: func(a, t string) (string, string, []string) {
		return reversed(a + " - " + t), "track01.mp3", nil
	}},
}

func TestUnseenKinds(t *testing.T) {
	entries := evalEntries(t)
	list := NewList(entries)
	for _, k := range kinds {
		random := rand.New(rand.NewPCG(1, 2))
		caught := 0
		for n := 0; n < 100; {
			e := entries[random.IntN(len(entries))]
			artist, _ := splitBrackets(withoutGuests(e.Artist))
			title, _ := splitBrackets(withoutGuests(e.Title))
			if k.only != nil && !k.only(events.Entry{Artist: artist, Title: title}) || len(artist) < 3 || len(title) < 3 {
				continue
			}
			n++
			l := events.Listing{FileName: "track01.mp3"}
			if k.whole != nil {
				l.Title, l.FileName, l.Tags = k.whole(artist, title)
			} else {
				l.Title = k.single(artist, random) + " - " + k.single(title, random)
			}
			if list.Screen(l).Ruling != events.Allow {
				caught++
			}
		}
		t.Logf("%-38s caught %3d %%", k.name, caught)
		if caught < k.least {
			t.Errorf("%s: %d %% caught, want at least %d %%", k.name, caught, k.least)
		}
	}
}

func exchanged(from, to string) func(string, *rand.Rand) string {
	as, tos := make(map[rune]rune), []rune(to)
	for i, c := range []rune(from) {
		as[c] = tos[i]
	}
	return runeByRune(func(c rune, _ *rand.Rand) string {
		if other, ok := as[unicode.ToLower(c)]; ok {
			c = other
		}
		return string(c)
	})
}

func runeByRune(f func(rune, *rand.Rand) string) func(string, *rand.Rand) string {
	return func(s string, r *rand.Rand) string { return perRune(s, func(c rune) string { return f(c, r) }) }
}

func wordByWord(f func([]rune, *rand.Rand) string) func(string, *rand.Rand) string {
	return func(s string, r *rand.Rand) string {
		return perWord(s, func(w string) string { return f([]rune(w), r) })
	}
}

func ofSyllables(f func(initial, vowel, final int) (int, int, int)) func(string, *rand.Rand) string {
	return runeByRune(func(c rune, _ *rand.Rand) string {
		if initial, vowel, final, ok := syllable(c); ok {
			initial, vowel, final = f(initial, vowel, final)
			c = rune(0xAC00 + initial*588 + vowel*28 + final)
		}
		return string(c)
	})
}
