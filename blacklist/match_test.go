package blacklist

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"lightshare/events"
)

// longest is what a check of a megabyte of anything may take on a slow machine; most take a few milliseconds.
const longest = 2 * time.Second

func FuzzScreen(f *testing.F) {
	list := NewList(someEntries)
	for _, s := range []string{
		"", "Adele - Hello", "ellohay", "\u202eolleH\u202c", "a\xff\xfe\xc0b", "소녀시대", "ㅎㅔㄹㄹㅗ", "aGVsbG8gd29ybGQ=", "%48%65", "\\u00", "U+", "--- .-", "|-|3|_|_0",
		"\u0300\u0301", "🇦🇩", "ｶﾞ", "1 2 3 4 5 6", strings.Repeat("ab", 300), "\x00",
	} {
		f.Add(s, "x.mp3", s)
	}
	f.Fuzz(func(t *testing.T, title, file, tag string) {
		began := time.Now()
		got := list.Screen(events.Listing{Title: title, FileName: file, Tags: []string{tag}})
		if took := time.Since(began); took > longest {
			t.Errorf("Screen(%.80q, %.80q, %.80q) took %s", title, file, tag, took)
		}
		if (got.Ruling == events.Allow) != (got.Rule == "") || !utf8.ValidString(got.Folded) || got.Score < 0 || got.Score > 1 {
			t.Errorf("Screen(%.80q, %.80q, %.80q) = %+v", title, file, tag, got)
		}
		if again := list.Screen(events.Listing{Title: title, FileName: file, Tags: []string{tag}}); again != got {
			t.Errorf("Screen(%.80q, %.80q, %.80q) = %+v, again %+v", title, file, tag, got, again)
		}
	})
}

func TestScreenBearsMegabytes(t *testing.T) {
	list := NewList(someEntries)
	for name, unit := range map[string]string{
		"one letter": "a", "single letters": "a ", "figures": "1 ", "marks": "e\u0301\u0327", "marks alone": "\u0301", "bidi": "\u202ea", "broken": "\xff",
		"hangul": "가", "jamo": "\u1100\u1161", "kana": "ガ", "escapes": "%41", "entities": "&#65;", "morse": ".- ", "keys": "rk", "pig latin": "ellohay ", "ligature": "ﷺ", "brackets": "(",
	} {
		s := strings.Repeat(unit, (1<<20)/len(unit))
		began := time.Now()
		got := list.Screen(events.Listing{Title: s, FileName: s + ".mp3", Tags: []string{s, s}})
		if took := time.Since(began); took > longest {
			t.Errorf("%s: a megabyte takes %s", name, took)
		}
		if got.Ruling != events.Review || got.Rule != ruleTooLong {
			t.Errorf("%s: %s by rule %q, want a review since not all is compared", name, got.Ruling, got.Rule)
		}
	}
}

func TestVerdictSaysHow(t *testing.T) {
	list := NewList(someEntries)
	for title, rule := range map[string]string{
		"Beatles - Here Cumes Th Sun":            ruleSimilar,
		"Seatleb - Nus Eht Semoc Ereh":           ruleWordOrder,
		"비틀즈 - 히어 컴즈 더 선":                        ruleHeard,
		"Eatlesbay - Erehay Omescay Ethay Unsay": "pig latin",
		"Orngyrf - Urer Pbzrf Gur Fha":           "letters moved along the alphabet",
	} {
		got := list.Screen(events.Listing{Title: title, FileName: "1.mp3"})
		if got.Ruling != events.Block || got.Entry != "e3" || !strings.Contains(got.Rule, rule) {
			t.Errorf("Screen(%q) = %s %q by %q, want a block by e3, as %q", title, got.Ruling, got.Rule, got.Entry, rule)
		}
		if got.Folded == "" || got.Reason == "" || strings.Contains(got.Reason, "%") {
			t.Errorf("Screen(%q): folded %q, reason %q", title, got.Folded, got.Reason)
		}
	}
}
