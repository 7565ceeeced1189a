package share

import (
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lightshare/events"
)

// SheetSuffix ends the name of a file that says how another one is sold.
const SheetSuffix = ".listing.yaml"

// temporary are the endings, in lower case, of what editors, browsers and other programs write on the way to a file, and
// of the copies they keep of the old one.
var temporary = []string{
	"~", ".tmp", ".temp", ".bak", ".swp", ".swo", ".swx", ".part", ".partial", ".crdownload", ".download", ".opdownload",
	".!ut", ".!qb", ".bc!", ".aria2", ".filepart", ".kate-swp",
}

// Ignored reports whether a file or folder of this name is never looked at: hidden, temporary or made by a desktop.
func Ignored(name string) bool {
	lower := strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, "."), strings.HasPrefix(name, "~$"): // the latter are an office program's locks
		return true
	case strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#"): // Emacs
		return true
	case name == "4913": // vim asks with it whether it may write here
		return true
	case lower == "thumbs.db", lower == "desktop.ini", name == "Icon\r":
		return true
	case strings.Contains(lower, ".sb-"): // macOS's safe save
		return true
	}
	for _, ending := range temporary {
		if strings.HasSuffix(lower, ending) {
			return true
		}
	}
	return false
}

// isSheet reports whether the path is that of a sheet.
func isSheet(path string) bool { return strings.HasSuffix(filepath.Base(path), SheetSuffix) }

// sheetOf returns where the sheet for the file at path would be.
func sheetOf(path string) string { return path + SheetSuffix }

// sheetsFor returns every sheet that has a say about the file at path, the outermost folder's first, its own last.
func sheetsFor(path string) []string {
	sheets := []string{sheetOf(path)}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		sheets = append([]string{filepath.Join(dir, SheetSuffix)}, sheets...)
		if dir == "." {
			return sheets
		}
	}
}

// FileName returns the base name of path as others may see it: without control characters, without characters that
// turn the direction of writing, and valid UTF-8.
func FileName(path string) string {
	return plain(filepath.Base(path), '_')
}

// TitleOf returns the title of a file that has no other: its name without the ending, with spaces for underscores.
func TitleOf(path string) string {
	name := filepath.Base(path)
	for range 2 { // archive.tar.gz has two
		if end := filepath.Ext(name); len(end) < len(name) && isEnding(end) {
			name = strings.TrimSuffix(name, end)
		}
	}
	name = strings.ReplaceAll(norm.NFC.String(plain(name, ' ')), "_", " ")
	if name = strings.Join(strings.Fields(name), " "); name == "" {
		return "Untitled"
	}
	return shorten(name, events.MaxTitle)
}

// isEnding reports whether s, a dot and what follows, is the ending of a kind of file and not the rest of a sentence.
func isEnding(s string) bool {
	if len(s) < 2 || len(s) > 6 {
		return false
	}
	letters := false
	for _, c := range s[1:] {
		if c > unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return false
		}
		letters = letters || unicode.IsLetter(c)
	}
	return letters
}

// plain puts with in the place of every character that must not be shown.
func plain(s string, with rune) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || turns(r) || r == '/' || r == '\\' || r == '\u2028' || r == '\u2029' {
			return with
		}
		return r
	}, s)
}

// turns reports whether r changes the direction of writing: the marks, embeddings, overrides and isolates of Unicode's
// bidirectional algorithm.
func turns(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200E || r == 0x200F || r == 0x061C
}

// shorten cuts s to at most max bytes between two characters, and says so with an ellipsis.
func shorten(s string, max int) string {
	const ellipsis = "…"
	if len(s) <= max {
		return s
	}
	cut := max - len(ellipsis)
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strings.TrimSpace(s[:cut]) + ellipsis
}
