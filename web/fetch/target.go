package fetch

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"lightshare/events/sealed"
)

// openTarget returns the folder and the name under which the file is to be saved: out as the user said it; in the folder
// out under the market's name; or in the present folder when out is empty.
func openTarget(out, fileName string) (*os.Root, string, error) {
	folder, name := filepath.Split(out)
	if info, err := os.Stat(out); out == "" || err == nil && info.IsDir() {
		folder, name = out, safeName(fileName)
	}
	if folder == "" {
		folder = "."
	}
	if name == "" {
		return nil, "", fmt.Errorf("save %s: %w", out, fs.ErrNotExist)
	}
	dir, err := os.OpenRoot(folder)
	if err != nil {
		return nil, "", err
	}
	return dir, name, nil
}

// present reports whether the file is there already, whole and right. Another file of that name is an [ErrExists].
func present(dir *os.Root, name string, g Grant) (bool, error) {
	info, err := dir.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() || info.Size() != g.Size {
		return false, fmt.Errorf("save %s: %w", name, ErrExists)
	}
	f, err := dir.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	tree := sealed.NewTree()
	if _, err := io.CopyBuffer(tree, f, make([]byte, 1<<20)); err != nil {
		return false, err
	}
	if tree.Root().String() != g.Root {
		return false, fmt.Errorf("save %s: %w", name, ErrExists)
	}
	return true, nil
}

// maxName is the length of a file name in bytes, with room for ".part" below the 255 that common file systems take.
const maxName = 240

// reserved are names that Windows takes for devices, whatever follows after a dot.
var reserved = func() map[string]bool {
	names := map[string]bool{"con": true, "prn": true, "aux": true, "nul": true, "conin$": true, "conout$": true}
	for _, digit := range "0123456789¹²³" {
		names["com"+string(digit)], names["lpt"+string(digit)] = true, true
	}
	return names
}()

// safeName makes of a name from the market one that is a plain, visible file in its folder on any system: a base name
// without control characters, without characters that turn the direction of writing, hidden or device names.
func safeName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029':
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.TrimRight(shorten(strings.TrimSpace(name)), ". ")
	stem, _, _ := strings.Cut(name, ".")
	switch {
	case name == "":
		return "download"
	case name[0] == '.' || name[0] == '-' || reserved[strings.ToLower(strings.TrimSpace(stem))]:
		return "_" + name
	}
	return name
}

// shorten cuts name to maxName bytes between two characters, and keeps its extension.
func shorten(name string) string {
	if len(name) <= maxName {
		return name
	}
	ext := filepath.Ext(name)
	if len(ext) > 20 {
		ext = ""
	}
	cut := maxName - len(ext)
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut] + ext
}
