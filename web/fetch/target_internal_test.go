package fetch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
)

func TestSafeName(t *testing.T) {
	long := strings.Repeat("ü", 200)
	for name, tc := range map[string]struct{ in, want string }{
		"plain":              {"photo.jpg", "photo.jpg"},
		"any script":         {"사진 №1.jpg", "사진 №1.jpg"},
		"path":               {"../../etc/passwd", "passwd"},
		"Windows path":       {`C:\Users\x\boot.ini`, "boot.ini"},
		"folder only":        {"a/b/", "download"},
		"nothing":            {"", "download"},
		"dots":               {"..", "download"},
		"hidden":             {".bashrc", "_.bashrc"},
		"like an option":     {"-rf", "_-rf"},
		"control characters": {"a\x00b\nc\x1b[31m.txt", "abc[31m.txt"},
		"turned direction":   {"a\u202Egpj.exe", "agpj.exe"},
		"invalid UTF-8":      {"a\xffb.txt", "ab.txt"},
		"not on Windows":     {`a<b>:"|?*.txt`, "a_b______.txt"},
		"device":             {"CON", "_CON"},
		"device with ending": {"nul.tar.gz", "_nul.tar.gz"},
		"device with space":  {"com1 .txt", "_com1 .txt"},
		"device superscript": {"LPT².txt", "_LPT².txt"},
		"like a device":      {"console.txt", "console.txt"},
		"trailing dots":      {"a.txt. . ", "a.txt"},
		"too long":           {long + ".jpg", strings.Repeat("ü", 118) + ".jpg"},
		"long ending":        {"a." + long, "a." + strings.Repeat("ü", 119)},
	} {
		if got := safeName(tc.in); got != tc.want {
			t.Errorf("%s: safeName(%q) = %q, want %q", name, tc.in, got, tc.want)
		}
	}
}

func FuzzSafeName(f *testing.F) {
	f.Add("..\\con.\x00")
	f.Add(strings.Repeat("\u202e", 300) + "/x.")
	f.Fuzz(func(t *testing.T, in string) {
		got := safeName(in)
		if got == "" || len(got) > 255-len(".part") || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\\x00\n:") ||
			got[0] == '.' || got != filepath.Base(got) || !filepath.IsLocal(got) {
			t.Errorf("safeName(%q) = %q", in, got)
		}
		if again := safeName(got); again != got {
			t.Errorf("safeName(%q) = %q, which becomes %q", in, got, again)
		}
	})
}

// A disk that takes no more bytes ends the download at once, with what was checked before still good.
func TestDiskThatTakesNoMore(t *testing.T) {
	honest := sealedtest.Seal(make([]byte, 2*sealed.RecordSize))
	path := filepath.Join(t.TempDir(), "x.part")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path) // for reading: every write fails
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := &part{final: "x", file: f, grant: Grant{Size: 2 * sealed.RecordSize}, size: sealed.SealedRecordSize, leaves: honest.Records}
	err = p.add(honest.Sealed[sealed.SealedRecordSize : 2*sealed.SealedRecordSize])
	if err == nil || ExitCode(err) != 1 || p.size != sealed.SealedRecordSize {
		t.Errorf("add = %v with %d bytes believed, want an error and one record", err, p.size)
	}
}
