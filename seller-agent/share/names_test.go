package share

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lightshare/events"
)

func TestIgnored(t *testing.T) {
	for name, want := range map[string]bool{
		"photo.jpg": false, "사진.jpg": false, "a~b.txt": false, "4914": false, "#1 hit.mp3": false, "back.up": false,
		".hidden": true, ".photo.jpg.swp": true, "photo.jpg~": true, "x.SWP": true, "4913": true, "#draft#": true,
		"~$report.docx": true, "film.part": true, "film.mkv.crdownload": true, "a.tmp": true, "Thumbs.db": true,
		"photo.jpg.sb-1a2b3c-XyZ": true, "file.!qB": true, "old.bak": true,
	} {
		if got := Ignored(name); got != want {
			t.Errorf("Ignored(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestIgnoredPath(t *testing.T) {
	for path, want := range map[string]bool{
		".": false, "a/b.txt": false, ".git/config": true, "a/.cache/b.txt": true, "a/.listing.yaml": false,
		".listing.yaml": false, ".git/.listing.yaml": true, "a.tmp/b.txt": true,
	} {
		if got := ignoredPath(path); got != want {
			t.Errorf("ignoredPath(%q) = %v, want %v", path, got, want)
		}
	}
}

func TestNamesForOthers(t *testing.T) {
	for name, tc := range map[string]struct{ path, file, title string }{
		"plain":           {"a/Dawn_over_Bukhansan.jpg", "Dawn_over_Bukhansan.jpg", "Dawn over Bukhansan"},
		"two endings":     {"source.tar.gz", "source.tar.gz", "source"},
		"no ending":       {"README", "README", "README"},
		"a sentence":      {"Mr. Smith goes home", "Mr. Smith goes home", "Mr. Smith goes home"},
		"a version":       {"tool 1.20", "tool 1.20", "tool 1.20"},
		"hangul":          {"산 위의 새벽.png", "산 위의 새벽.png", "산 위의 새벽"},
		"hangul in parts": {"\u1112\u1161\u11ab.txt", "\u1112\u1161\u11ab.txt", "한"},
		"arabic":          {"فجر.txt", "فجر.txt", "فجر"},
		"control":         {"a\x1b[31m\nb.txt", "a_[31m_b.txt", "a [31m b"},
		"turned":          {"photo\u202egpj.exe", "photo_gpj.exe", "photo gpj"},
		"not UTF-8":       {"caf\xe9.txt", "caf_.txt", "caf"},
		"backslash":       {`a\b.txt`, "a_b.txt", "a b"},
		"nothing left":    {"\x01\x02.txt", "__.txt", "Untitled"},
	} {
		if got := FileName(tc.path); got != tc.file {
			t.Errorf("%s: FileName(%q) = %q, want %q", name, tc.path, got, tc.file)
		}
		if got := TitleOf(tc.path); got != tc.title {
			t.Errorf("%s: TitleOf(%q) = %q, want %q", name, tc.path, got, tc.title)
		}
	}
}

func TestLongTitleIsCutBetweenCharacters(t *testing.T) {
	got := TitleOf(strings.Repeat("산", 84))
	if len(got) > events.MaxTitle || !utf8.ValidString(got) || !strings.HasSuffix(got, "…") {
		t.Errorf("TitleOf(84 syllables) = %q of %d bytes", got, len(got))
	}
}

// No name of a file, whatever is in it, leads to a listing that the market would refuse.
func FuzzNames(f *testing.F) {
	for _, name := range []string{"a.txt", "\u202e", "\xff\xfe", "a/b", ".", "..", "\x00", " ", "\u2028", "…", "\u200f.x"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if name == "" || len(name) > 255 || strings.ContainsAny(name, "/\x00") || name == "." || name == ".." || strings.TrimSpace(name) == "" {
			t.Skip("no name of a file")
		}
		card, err := CardFor(name, Sheet{}, Defaults{Price: "1", Currency: events.USD})
		if err == nil {
			err = card.check(name)
		}
		if err != nil {
			t.Errorf("file %q: title %q, file name %q: %v", name, card.Title, FileName(name), err)
		}
	})
}
