package blacklist

import (
	"bytes"
	"strings"

	"lightshare/events"
)

// A saying is what words around a name say of the offer: a set of the following.
type saying uint8

const (
	saysSound       saying = 1 << iota // a recording
	saysComposition                    // another recording of the work, or how to play it
	saysText                           // its words
	saysBundle                         // many works
	saysAll                            // all works of somebody
)

// sayings are the words, those in Hangul also within a longer word.
var sayings = newSayings(map[saying][2]string{
	saysSound: {"mp3 mp4 flac wav ogg m4a aac wma alac lossless 320k 320kbps kbps audio song songs music album albums ost track tracks tune single vinyl recording rip",
		"음원 노래 고음질 음악 명곡 앨범 엠피쓰리 오디오"},
	saysComposition: {"cover covers covered coversong sings sung karaoke instrumental inst mr midi backing remake rendition arrangement arranged tribute " +
		"tab tabs chord chords sheet sheets score lesson lessons tutorial ukulele", "커버 반주 노래방 악보 연주 강의 코드 편곡 피아노버전 레슨 타브"},
	saysText:   {"lyrics lyric translation", "가사 번역"},
	saysBundle: {"discography discographies albums collection bootleg anthology hits", "전곡 전집 모음집 디스코그래피"},
	saysAll:    {"discography discographies", "전곡 디스코그래피"},
})

type sayingTable struct {
	words map[string]saying
	parts []saidPart
}

type saidPart struct {
	letters []byte
	says    saying
}

func newSayings(all map[saying][2]string) (t sayingTable) {
	t.words = make(map[string]saying)
	for says, lists := range all {
		for word := range strings.FieldsSeq(lists[0]) {
			t.words[word] |= says
		}
		for word := range strings.FieldsSeq(lists[1]) {
			t.parts = append(t.parts, saidPart{[]byte(word), says})
		}
	}
	return t
}

// of returns what one folded word says.
func (t *sayingTable) of(word []byte) saying {
	says := t.words[string(word)]
	if n := len(word); n == 0 || word[n-1] < 0x80 {
		return says
	}
	latin := 0
	for latin < len(word) && word[latin] < 0x80 {
		latin++
	}
	says |= t.words[string(word[:latin])]
	for i := range t.parts {
		if bytes.Contains(word, t.parts[i].letters) {
			says |= t.parts[i].says
		}
	}
	return says
}

// listen notes what the words of all fields say.
func (d *document) listen() {
	d.says = 0
	for i := range d.fields {
		for word := range bytes.SplitSeq(d.fields[i].folded, space) {
			d.says |= sayings.of(word)
		}
	}
}

var space = []byte(" ")

// saysBeside returns what the words say that do not belong to the names of e.
func (d *document) saysBeside(e events.Entry) saying {
	own := " "
	for _, name := range append(append([]string{e.Artist, e.Title}, e.ArtistAlt...), e.TitleAlt...) {
		own += Fold(name) + " "
	}
	says := saying(0)
	for i := range d.fields {
		for word := range bytes.SplitSeq(d.fields[i].folded, space) {
			if one := sayings.of(word); one != 0 && !strings.Contains(own, " "+string(word)+" ") {
				says |= one
			}
		}
	}
	return says
}

// mayBeMusic reports whether the offer is, or is about, music as far as its kind and its words tell; where it is not,
// only what is written plainly counts.
func (d *document) mayBeMusic() bool { return d.media != otherFile || d.says != 0 }
