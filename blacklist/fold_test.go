package blacklist

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"case":                       {"HeLLo", "hello"},
		"spaces":                     {"  a \t\n b\u00a0c ", "a b c"},
		"punctuation separates":      {"AC/DC - T.N.T.", "ac dc t n t"},
		"apostrophes join":           {"Don’t don't", "dont dont"},
		"ampersand is a word":        {"Simon&Garfunkel", "simon and garfunkel"},
		"a lone ampersand":           {" & ", "and"},
		"marks":                      {"Beyoncé Mötley Crüe", "beyonce motley crue"},
		"marks piled up":             {"Z̷̢a̴l̵g̶o̸", "zalgo"},
		"letters with strokes":       {"Mø Łona Straße", "mo lona strasse"},
		"full width":                 {"ＡＢＣ　１２３", "abc 123"},
		"mathematical letters":       {"𝐓𝐨𝐦𝐦𝐲 𝙎𝙞𝙭", "tommy six"},
		"half-width katakana":        {"ｶﾞｷﾞ", "がぎ"},
		"katakana is hiragana":       {"カラオケ", "からおけ"},
		"voiced kana stay":           {"ガ カ", "が か"},
		"invisible characters":       {"he\u200bl\u00adl\u2060o", "hello"},
		"hangul in syllables":        {"소녀시대", "소녀시대"},
		"hangul typed in letters":    {norm.NFD.String("소녀시대"), "소녀시대"},
		"nothing to compare":         {"★ ~~ !!", ""},
		"bytes that are no UTF-8":    {"a\xffb", "a b"},
		"circled and raised figures": {"①x²", "1x2"},
	} {
		if got := Fold(tc.in); got != tc.want {
			t.Errorf("%s: Fold(%q) = %q, want %q", name, tc.in, got, tc.want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "Hello, World", "Ｂｅｙｏｎｃé", "소녀시대 (GIRLS' GENERATION)", "ｶﾞ", "\u1100\u1161\u11a8", "İı\u0345ẞ", "a\xff\u200b&", "ﬁ㈜"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if !utf8.ValidString(once) {
			t.Errorf("Fold(%q) = %q, which is no UTF-8", s, once)
		}
		if twice := Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, folded again %q", s, once, twice)
		}
		if strings.Join(strings.Fields(once), " ") != once {
			t.Errorf("Fold(%q) = %q, want single spaces between words", s, once)
		}
	})
}
