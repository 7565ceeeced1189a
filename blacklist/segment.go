package blacklist

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"lightshare/events"
)

// A segment is a part of the list that never changes, with everything to find its works in a listing. A work is known by
// its number.
type segment struct {
	entries  arena    // packed
	changes  []uint64 // which change of the list put each there; 0 for the list it began with
	ids      []uint64
	byID     table
	artists  names
	titles   names
	artistOf relation // work → its artist's names
	titleOf  relation // work → its title's names
	contents contents
}

// An added entry is one with the change of the list that put it there.
type added struct {
	entry  events.Entry
	change uint64
}

// newSegment indexes entries; of those with the same id the last counts.
func newSegment(entries []added) *segment {
	s := new(segment)
	last := make(map[events.EntryID]int, len(entries))
	for i, e := range entries {
		last[e.entry.ID] = i
	}
	order := slices.DeleteFunc(byArtist(entries), func(i int) bool { return last[entries[i].entry.ID] != i })
	for _, i := range order {
		s.add(entries[i])
	}
	s.byID = newTable(s.ids)
	var group sync.WaitGroup
	group.Go(func() { s.artists, s.artistOf = indexNames(entries, order, artistForms) })
	s.titles, s.titleOf = indexNames(entries, order, titleForms)
	group.Wait()
	return s
}

// byArtist returns the numbers of the entries, those of an artist one after the other: they are looked at together.
func byArtist(entries []added) []int {
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(entries[a].entry.Artist, entries[b].entry.Artist) })
	return order
}

func (s *segment) size() int { return len(s.changes) }

func (s *segment) entry(work uint32) events.Entry { return unpackEntry(s.entries.get(work)) }

// find returns the number of the work with that id.
func (s *segment) find(id events.EntryID) (uint32, bool) {
	var few [4]uint32
	for _, work := range s.byID.find(few[:0], s.ids, hashID(id)) {
		if s.entry(work).ID == id {
			return work, true
		}
	}
	return 0, false
}

func hashID(id events.EntryID) uint64 {
	h := uint64(len(id))
	for i := range len(id) {
		h = h*orderBase + uint64(id[i])
	}
	return mix(h)
}

func (s *segment) add(e added) {
	s.contents.add(e.entry.Prints, uint32(len(s.changes)))
	s.entries.add(packEntry(nil, e.entry))
	s.changes = append(s.changes, e.change)
	s.ids = append(s.ids, hashID(e.entry.ID))
}

// indexNames indexes one kind of the entries' names, those of work 0 first.
func indexNames(entries []added, order []int, formsOf func([]string, events.Entry) []string) (names, relation) {
	b := newNamesBuilder()
	var forms []string
	for work, i := range order {
		forms = distinct(formsOf(forms[:0], entries[i].entry))
		for _, f := range forms {
			b.add(f, uint32(work))
		}
	}
	return b.build(len(order))
}

// A namesBuilder collects names.
type namesBuilder struct {
	reader     reader
	text       text
	spoken     []byte
	consonants []byte
	names      names
	numbers    map[uint64]uint32 // by ordered sum
	ofWork     [][2]uint32
}

func newNamesBuilder() namesBuilder { return namesBuilder{numbers: make(map[uint64]uint32)} }

// add notes that a work is written so.
func (b *namesBuilder) add(form string, work uint32) {
	t := &b.text
	b.reader.read(t, form)
	if len(t.letters) == 0 || len(t.letters) > maxSpan {
		return
	}
	key := t.between(0, len(t.letters))
	number, known := b.numbers[key.ordered]
	if !known {
		number = uint32(len(b.numbers))
		b.numbers[key.ordered] = number
		b.take(t, key)
	}
	if n := len(b.ofWork); n == 0 || b.ofWork[n-1] != [2]uint32{work, number} {
		b.ofWork = append(b.ofWork, [2]uint32{work, number})
	}
}

func (b *namesBuilder) take(t *text, key sum) {
	n := &b.names
	n.ordered, n.bags = append(n.ordered, key.ordered), append(n.bags, key.bag)
	n.traits = append(n.traits, traitsOf(t))
	n.sounds.add(t.sound[:min(len(t.sound), maxSound)])
	b.spoken = b.spoken[:0]
	if isLatin(t.folded) {
		b.spoken = appendSpoken(b.spoken, string(t.folded))
		b.spoken = b.spoken[:min(len(b.spoken), maxSound)]
	}
	n.spoken.add(b.spoken)
	b.consonants = appendConsonants(b.consonants[:0], b.spoken)
	last := &n.traits[len(n.traits)-1]
	*last |= trait(min(len(b.consonants), 255/int(oneConsonant))) * oneConsonant
	if len(b.spoken) > 0 && len(b.consonants) < 3 {
		*last |= faint
	}
	n.bones.add(b.consonants)
	b.consonants = appendConsonants(b.consonants[:0], n.sounds.get(uint32(len(n.ordered)-1)))
	n.hard = append(n.hard, uint8(len(b.consonants)))
}

// traitsOf returns what a title is: distinctive with four words and 17 letters, or two words and seven syllables of
// Hangul.
func traitsOf(t *text) trait {
	if letters := len(t.letters) - 2*t.hangul; t.count >= 4 && letters >= 17 || t.count >= 2 && t.hangul >= 7 {
		return distinctive
	}
	return 0
}

func (b *namesBuilder) build(works int) (names, relation) {
	n := &b.names
	count := len(n.ordered)
	n.byOrder, n.byBag = newTable(n.ordered), newTable(n.bags)
	n.grams = newPostings(&n.sounds, count, enoughPieces)
	n.skeleton = newPostings(&n.bones, count, halfOfPieces)
	ofWork := newRelation(b.ofWork, works)
	for i := range b.ofWork {
		b.ofWork[i][0], b.ofWork[i][1] = b.ofWork[i][1], b.ofWork[i][0]
	}
	n.works = newRelation(b.ofWork, count)
	return *n, ofWork
}

// appendConsonants appends the consonants of a sound; h is hardly one. Of equal neighbours one counts.
func appendConsonants(dst, sound []byte) []byte {
	began := len(dst)
	for _, c := range sound {
		if isConsonant(c) && (len(dst) == began || c != dst[len(dst)-1] || c >= utf8.RuneSelf) {
			dst = append(dst, c)
		}
	}
	return dst
}

func isConsonant(c byte) bool  { return consonants[c] }
func isSoundVowel(c byte) bool { return c <= 'u' && c >= 'a' && 1<<(c-'a')&vowelBits != 0 }

const vowelBits = 1 | 1<<('e'-'a') | 1<<('i'-'a') | 1<<('o'-'a') | 1<<('u'-'a')

var consonants = func() (is [256]bool) {
	for c := range is {
		is[c] = !isSoundVowel(byte(c)) && c != 'h'
	}
	return is
}()
