package view

import (
	"path"
	"strings"
	"time"

	"lightshare/web/view/words"
)

var say = words.Say // so that templates read as sentences

// Size words a number of bytes in English; pages in the reader's language use package words.
func Size(bytes int64) string { return words.English.Size(bytes) }

// Left words the time until a moment in English, in its two largest units.
func Left(d time.Duration) string { return words.English.Left(d) }

// Moment words a point in time in English, in full, with its zone.
func Moment(t time.Time) string { return words.English.Moment(t) }

// Kind is the family that a media type belongs to, for covers and for browsing.
type Kind string

// The families.
const (
	Picture Kind = "picture"
	Sound   Kind = "sound"
	Film    Kind = "film"
	Text    Kind = "text"
	Archive Kind = "archive"
	Other   Kind = "other"
)

// KindOf returns the family of a media type.
func KindOf(mediaType string) Kind {
	base, _, _ := strings.Cut(mediaType, ";")
	family, sub, _ := strings.Cut(strings.ToLower(strings.TrimSpace(base)), "/")
	switch family {
	case "image":
		return Picture
	case "audio":
		return Sound
	case "video":
		return Film
	case "text", "font":
		return Text
	}
	switch {
	case sub == "pdf", sub == "rtf", strings.Contains(sub, "document"), strings.Contains(sub, "epub"), sub == "json", sub == "xml":
		return Text
	case sub == "ogg":
		return Sound
	}
	for _, packed := range []string{"zip", "tar", "gzip", "7z", "rar", "compressed", "zstd", "xz", "bzip"} {
		if strings.Contains(sub, packed) {
			return Archive
		}
	}
	return Other
}

// Extension returns a file's extension as a short label, or that of its family.
func Extension(fileName, mediaType string) string {
	ext := strings.ToUpper(strings.TrimPrefix(path.Ext(fileName), "."))
	if ext != "" && len(ext) <= 5 {
		return ext
	}
	return strings.ToUpper(string(KindOf(mediaType)))
}
