package view

import (
	"fmt"
	"math"
	"path"
	"strings"
	"time"
)

// Size words a number of bytes in decimal units, as file managers do: 67.1 MB.
func Size(bytes int64) string {
	if bytes == 1 {
		return "1 byte"
	}
	if bytes < 1000 {
		return fmt.Sprintf("%d bytes", bytes)
	}
	units := []string{"kB", "MB", "GB", "TB", "PB"}
	n, unit := float64(bytes)/1000, 0
	for math.Round(n*10)/10 >= 1000 && unit < len(units)-1 {
		n, unit = n/1000, unit+1
	}
	if n >= 100 {
		return fmt.Sprintf("%.0f %s", n, units[unit])
	}
	return strings.Replace(fmt.Sprintf("%.1f %s", n, units[unit]), ".0 ", " ", 1)
}

// Left words the time until a moment in its two largest units; clock.js says it in the same way.
func Left(d time.Duration) string {
	s := int64(d / time.Second)
	switch {
	case d <= 0:
		return "ended"
	case s >= 2*86400:
		return fmt.Sprintf("%d d %d h", s/86400, s%86400/3600)
	case s >= 3600:
		return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
	case s >= 60:
		return fmt.Sprintf("%d min %02d s", s/60, s%60)
	default:
		return fmt.Sprintf("%d s", s)
	}
}

// Moment words a point in time in full, with its zone.
func Moment(t time.Time) string { return t.UTC().Format("Mon 2 Jan 2006, 15:04:05 MST") }

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
