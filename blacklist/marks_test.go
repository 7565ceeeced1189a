package blacklist_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lightshare/blacklist"
	"lightshare/events"
)

// shown writes the marked stretches in brackets.
func shown(stretches []blacklist.Stretch) string {
	var b strings.Builder
	for _, s := range stretches {
		if s.Marked {
			b.WriteString("[" + s.Text + "]")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func TestMarks(t *testing.T) {
	adele := events.Entry{Artist: "Adele", Title: "Hello", TitleAlt: []string{"헬로"}}
	for name, tc := range map[string]struct{ text, want string }{
		"as it is written":    {"Hello (Adele cover)", "[Hello] ([Adele] cover)"},
		"case and marks":      {"ÀDÉLE – hello!", "[ÀDÉLE] – [hello]!"},
		"spread out":          {"a.d.e.l.e - h e l l o", "[a.d.e.l.e] - [h e l l o]"},
		"look-alikes":         {"Аdеlе live", "[Аdеlе] live"},
		"another name":        {"헬로 - 아델", "[헬로] - 아델"},
		"part of a name":      {"adel - hell", "[adel] - [hell]"},
		"twice":               {"hello, hello", "[hello], [hello]"},
		"nothing":             {"field recording of a brook", "field recording of a brook"},
		"too little of it":    {"he and ad", "he and ad"},
		"no letters":          {"!!", "!!"},
		"no text":             {"", ""},
		"not valid as UTF-8":  {"hello\xff\xfeadele", "[hello]\xff\xfe[adele]"},
		"marks that are wide": {"🎵ADELE🎵", "🎵[ADELE]🎵"},
	} {
		if got := shown(blacklist.Marks(tc.text, adele)); got != tc.want {
			t.Errorf("%s: Marks(%q) = %q, want %q", name, tc.text, got, tc.want)
		}
	}
}

func TestMarksKeepTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, artist, title := rapid.String().Draw(t, "text"), rapid.String().Draw(t, "artist"), rapid.String().Draw(t, "title")
		all := ""
		for _, s := range blacklist.Marks(text, events.Entry{Artist: artist, Title: title}) {
			all += s.Text
		}
		if all != text {
			t.Fatalf("Marks(%q) together say %q", text, all)
		}
	})
}
