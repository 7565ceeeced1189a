package blacklist

import (
	"path"
	"strings"

	"lightshare/events"
)

// A document is a listing as it is compared: its fields folded, and what kind of thing is offered.
type document struct {
	fields []text // title, file name without its ending, tags; none twice
	tags   int    // how many of the fields are tags: the last ones
	media  media
}

// media is what a file is by its ending and its content.
type media int

const (
	otherFile media = iota
	soundFile       // sound, or moving pictures with it
	archiveFile
)

var (
	soundEndings   = wordSet(".mp3 .flac .wav .ogg .oga .opus .m4a .aac .wma .aif .aiff .alac .ape .mp4 .m4v .mkv .webm .mov .avi")
	archiveEndings = wordSet(".zip .rar .7z .tar .gz .tgz .bz2 .xz .iso")
)

// newDocument folds a listing.
func newDocument(l events.Listing) document {
	ending := path.Ext(l.FileName)
	d := document{media: mediaOf(strings.ToLower(Fold(ending)), l.Type)}
	d.add(l.Title)
	d.add(strings.TrimSuffix(l.FileName, ending))
	untagged := len(d.fields)
	for _, tag := range l.Tags {
		d.add(tag)
	}
	d.tags = len(d.fields) - untagged
	return d
}

func (d *document) add(s string) {
	t := newText(Fold(s))
	if t.letters == "" {
		return
	}
	for _, f := range d.fields {
		if f.letters == t.letters {
			return
		}
	}
	d.fields = append(d.fields, t)
}

func mediaOf(ending, mediaType string) media {
	ending = "." + ending
	kind, _, _ := strings.Cut(mediaType, "/")
	switch {
	case soundEndings[ending], kind == "audio", kind == "video":
		return soundFile
	case archiveEndings[ending]:
		return archiveFile
	}
	return otherFile
}

// folded returns the fields as a moderator sees them.
func (d document) folded() string {
	var b strings.Builder
	for i, f := range d.fields {
		if i > 0 {
			b.WriteString(" | ")
		}
		for n, w := range f.words {
			if n > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(f.word(w))
		}
	}
	return b.String()
}

// Words around a name that say what is offered. Those in Hangul count inside a longer word as well.
var (
	soundWords = newVocabulary("mp3 flac wav ogg m4a aac lossless 320k 320kbps audio song songs music album ost",
		"음원 노래 고음질 음악 명곡 앨범")
	compositionWords = newVocabulary("cover covers covered sings karaoke instrumental inst mr midi backing remake arrangement "+
		"tabs tab chords sheet score lesson tutorial", "커버 반주 노래방 악보 연주 강의 코드")
	textWords   = newVocabulary("lyrics translation", "가사")
	bundleWords = newVocabulary("discography albums collection bootleg anthology", "전곡 전집 모음집")
)

// A vocabulary is a set of words that mean the same to us.
type vocabulary struct {
	words  map[string]bool
	hangul []string
}

func newVocabulary(words, hangul string) vocabulary {
	return vocabulary{wordSet(words), strings.Fields(hangul)}
}

func (v vocabulary) has(word string) bool {
	if v.words[word] || v.words[strings.TrimRightFunc(word, func(r rune) bool { return classOf(r) == hangul })] {
		return true
	}
	for _, part := range v.hangul {
		if strings.Contains(word, part) {
			return true
		}
	}
	return false
}

// says reports whether the document has a word of v outside the places taken.
func (d document) says(v vocabulary, taken []place) bool {
	for i, f := range d.fields {
		for _, w := range f.words {
			if !covered(taken, i, w) && v.has(f.word(w)) {
				return true
			}
		}
	}
	return false
}

// A place is a span of one field of a document.
type place struct {
	field int
	span
}

func covered(taken []place, field int, s span) bool {
	for _, p := range taken {
		if p.field == field && p.overlaps(s) {
			return true
		}
	}
	return false
}
