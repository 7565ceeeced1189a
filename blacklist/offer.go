package blacklist

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"lightshare/events"
)

// A document is a listing as it is compared: its fields, and what kind of thing is offered. It is used again for one
// listing after the other.
type document struct {
	fields   []text   // title, file name without its ending, tags; none twice
	raw      []string // the fields as they were typed
	tags     int      // how many of the fields are tags: the last ones
	media    media
	says     saying // what the words of all fields say
	masked   bool   // letters may be masked
	cut      bool   // more was said than is compared
	disguise string // what had to be undone to read it so; empty for the listing as it is
	guess    bool   // and whether that is no more than a guess
}

// media is what a file is by its ending and its content.
type media int

const (
	otherFile   media = iota
	unknownFile       // nothing that its ending tells
	soundFile         // sound, or moving pictures with it
	archiveFile
)

var (
	soundEndings   = wordSet(".mp3 .flac .wav .ogg .oga .opus .m4a .aac .wma .aif .aiff .alac .ape .mp4 .m4v .mkv .webm .mov .avi .mid .midi .amr .ac3 .dsf .mka .m4b .3gp")
	archiveEndings = wordSet(".zip .rar .7z .tar .gz .tgz .bz2 .xz .iso")
	otherEndings   = wordSet(".pdf .txt .jpg .jpeg .png .gif .webp .svg .bmp .hwp .hwpx .doc .docx .epub .mobi .md .apk .exe .dmg .xls .xlsx .csv .ppt .pptx .psd .ttf .otf .html .json .stl .gpx")
)

const (
	maxField  = 2000 // bytes of a field that are compared
	maxFields = 12
)

// read makes d the document of a listing.
func (d *document) read(r *reader, l *events.Listing) {
	ending := path.Ext(l.FileName)
	if len(ending) > 8 {
		ending = ""
	}
	d.fields, d.raw, d.tags, d.says, d.cut, d.disguise, d.guess = d.fields[:0], d.raw[:0], 0, 0, false, "", false
	d.media = mediaOf(ending, l.Type)
	d.add(r, l.Title)
	d.add(r, l.FileName[:len(l.FileName)-len(ending)])
	untagged := len(d.fields)
	for _, tag := range l.Tags {
		d.add(r, tag)
	}
	d.tags = len(d.fields) - untagged
	d.masked = slices.ContainsFunc(d.raw, hasMask)
	d.listen()
}

// add reads a field, unless it says what another one does.
func (d *document) add(r *reader, s string) {
	if len(d.fields) == maxFields {
		d.cut = true
		return
	}
	if len(s) > maxField {
		for s = s[:maxField]; len(s) > 0 && !utf8.RuneStart(s[len(s)-1]); {
			s = s[:len(s)-1]
		}
		d.cut = true
	}
	t := d.next()
	r.read(t, s)
	if d.keep(t, len(t.letters) == 0 && isMorse(s)) {
		d.raw = append(d.raw, s)
	}
}

// next returns a field to be filled, in memory of its own.
func (d *document) next() *text {
	if n := len(d.fields); n < cap(d.fields) {
		d.fields = d.fields[:n+1]
	} else {
		d.fields = append(d.fields, text{})
	}
	return &d.fields[len(d.fields)-1]
}

// keep reports whether the last field says anything new, and drops it again if not; one that is coded says something
// although it has no letters.
func (d *document) keep(t *text, coded bool) bool {
	last := len(d.fields) - 1
	same := len(t.letters) == 0 && !coded
	for i := range d.fields[:last] {
		same = same || bytes.Equal(d.fields[i].letters, t.letters)
	}
	if same {
		d.fields = d.fields[:last]
	}
	return !same
}

func mediaOf(ending, mediaType string) media {
	var few [8]byte
	lower := few[:copy(few[:], ending)]
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	switch {
	case soundEndings[string(lower)], strings.HasPrefix(mediaType, "audio/"), strings.HasPrefix(mediaType, "video/"):
		return soundFile
	case archiveEndings[string(lower)]:
		return archiveFile
	case otherEndings[string(lower)]:
		return otherFile
	}
	return unknownFile
}

// folded returns the fields as a moderator sees them.
func (d *document) folded() string {
	var b strings.Builder
	for i := range d.fields {
		if i > 0 {
			b.WriteString(" | ")
		}
		b.Write(d.fields[i].folded)
	}
	return b.String()
}
