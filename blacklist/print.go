package blacklist

import (
	"slices"

	"lightshare/events"
)

// A print tells at a glance whether a name may stand in a listing: a bit, by its hash, for each piece of three symbols of
// the sounds of all its readings, of their consonants, and for each word. A bit too many costs a look, none is missing.
type print [16]uint64

func (p *print) set(hash uint64)      { p[hash>>60] |= 1 << (hash >> 54 & 63) }
func (p *print) has(hash uint64) bool { return p[hash>>60]>>(hash>>54&63)&1 != 0 }

// printOf returns the listing's print.
func printOf(l *events.Listing) *print {
	q := searches.Get().(*search)
	defer searches.Put(q)
	p := new(print)
	q.doc.read(&q.reader, l)
	q.printReading(p, &q.doc)
	if q.doc.mayBeMusic() {
		q.decoder.each(&q.doc, &q.other, &q.reader, func() { q.printReading(p, &q.other) })
	}
	return p
}

func (q *search) printReading(p *print, d *document) {
	q.stream.read(d)
	q.consonants = appendConsonants(q.consonants[:0], q.stream.sound)
	for _, s := range [...][]byte{q.stream.sound, q.consonants} {
		for i := 0; i+3 <= len(s); i++ {
			p.set(uint64(pieceAt(s, i, 3)))
		}
	}
	for i := 0; i+2 <= len(q.consonants); i++ {
		p.set(pairAt(q.consonants, i))
	}
	for i := range d.fields {
		t := &d.fields[i]
		firstEnd := 0
		for _, from := range t.starts {
			for t.ends[firstEnd] <= from {
				firstEnd++
			}
			for _, to := range t.ends[firstEnd:min(len(t.ends), firstEnd+2)] {
				if to-from <= maxSpan {
					p.set(t.between(from, to).ordered)
				}
			}
		}
	}
	if d.mayBeMusic() {
		p.set(musicMark)
	}
	if d.says&saysBundle != 0 {
		p.set(bundleMark)
	}
	if d.listens() || slices.ContainsFunc(d.fields, func(t text) bool { return t.lacksVowels() }) {
		p.set(heardMark)
	}
}

var (
	bundleMark = mix(1) // set where many works are offered together
	musicMark  = mix(3) // where more counts than what is written letter by letter
	heardMark  = mix(2) // where names may be written as they are heard, or without vowels
)

// A sketch is what a print has of a name that stands in the listing.
type sketch struct {
	pieces []uint64 // of the name
	weak   int      // so many stand there beside the other name of the work
	strong int      // so many where the title stands alone
}

// sketches are those of the ways in which one entry's names are written, and in which they are heard.
type sketches struct {
	artists, titles           []sketch
	heardArtists, heardTitles []sketch
}

func sketchesOf(s *segment) (all sketches) {
	for i := range uint32(len(s.titles.ordered)) {
		all.titles = append(all.titles, s.titles.sketch(i))
		all.heardTitles = append(all.heardTitles, s.titles.heardSketch(i)...)
	}
	for i := range uint32(len(s.artists.ordered)) {
		all.artists = append(all.artists, s.artists.sketch(i))
		all.heardArtists = append(all.heardArtists, s.artists.heardSketch(i)...)
	}
	return all
}

// sketch returns that of a name as it is written: of its sound, or of its letters if it has few sounds.
func (n *names) sketch(name uint32) sketch {
	sound := n.sounds.get(name)
	if len(sound) < 3 {
		return sketch{[]uint64{n.ordered[name]}, 1, 1}
	}
	k := sketchOf(sound)
	if k.weak, k.strong = (2*len(k.pieces)+4)/5, len(k.pieces); len(sound) > shortSound {
		k.strong = len(k.pieces) / 2
	}
	return k
}

// heardSketch returns that of a name in Latin letters by its consonants; one with a single one is taken to stand anywhere.
func (n *names) heardSketch(name uint32) []sketch {
	spoken := n.spoken.get(name)
	if len(spoken) == 0 {
		return nil
	}
	consonants := appendConsonants(nil, spoken)
	k := sketchOf(consonants)
	if len(consonants) == 2 {
		k.pieces = append(k.pieces, pairAt(consonants, 0))
	}
	k.weak = (len(k.pieces) + 1) / 2
	return []sketch{k}
}

func sketchOf(sound []byte) (k sketch) {
	for i := 0; i+3 <= len(sound); i++ {
		k.pieces = append(k.pieces, uint64(pieceAt(sound, i, 3)))
	}
	return k
}

func pairAt(s []byte, i int) uint64 { return mix(uint64(s[i])<<8 | uint64(s[i+1])) }

// mayStandIn reports whether the print has what the work's names would leave there.
func (all *sketches) mayStandIn(p *print) bool {
	if !p.has(musicMark) {
		return anyWhole(all.titles, p) && anyWhole(all.artists, p)
	}
	for i := range all.titles {
		k := &all.titles[i]
		if has := k.in(p); has >= k.strong || has >= k.weak && anyWeak(all.artists, p) {
			return true
		}
	}
	if p.has(bundleMark) && anyWeak(all.artists, p) {
		return true
	}
	return p.has(heardMark) && anyWeak(all.heardTitles, p) && anyWeak(all.heardArtists, p)
}

// anyWhole reports whether the print has all of one of the names.
func anyWhole(some []sketch, p *print) bool {
	for i := range some {
		if some[i].in(p) == len(some[i].pieces) {
			return true
		}
	}
	return false
}

func anyWeak(some []sketch, p *print) bool {
	for i := range some {
		if some[i].in(p) >= some[i].weak {
			return true
		}
	}
	return false
}

// in returns how many of the pieces the print has.
func (k *sketch) in(p *print) int {
	has := 0
	for _, piece := range k.pieces {
		if p.has(piece) {
			has++
		}
	}
	return has
}
