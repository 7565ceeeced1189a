package blacklist

import "slices"

// A print tells at a glance whether a name may stand in a listing: four bits, by its hash, for each piece of three symbols
// of the sounds of all its readings, of their consonants where somebody may have written what he heard, and for each word.
// A bit too many costs a look, none is missing.
type print [16]uint64

func (p *print) set(hash uint64) {
	for n := range bitsEach {
		bit := printBit(hash, n)
		p[bit/64] |= 1 << (bit % 64)
	}
}

const bitsEach = 4

// printBit returns the number of the n-th bit that a hash sets.
func printBit(hash uint64, n int) int { return int(hash>>(54-10*n)) & (printBits - 1) }

// take notes the print of the item's listing, and what its readings sound like.
func (it *item) take() {
	q := searches.Get().(*search)
	defer searches.Put(q)
	it.print = new(print)
	q.doc.read(&q.reader, &it.listing)
	q.takeReading(it, &q.doc)
	if q.doc.mayBeMusic() {
		q.decoder.each(&q.doc, &q.other, &q.reader, func() { q.takeReading(it, &q.other) })
	}
	it.said = slices.Clip(it.said)
}

func (q *search) takeReading(it *item, d *document) {
	p := it.print
	q.stream.read(d)
	p.setPieces(q.stream.sound)
	lacksVowels := slices.ContainsFunc(d.fields, func(t text) bool { return t.lacksVowels() })
	if d.listens() || lacksVowels {
		p.set(heardMark)
		q.consonants = appendConsonants(q.consonants[:0], q.stream.sound)
		p.setPieces(q.consonants)
		for i := 0; i+2 <= len(q.consonants); i++ {
			p.set(pairAt(q.consonants, i))
		}
	}
	for i := range d.fields {
		p.setWords(&d.fields[i])
	}
	if d.says&saysBundle != 0 {
		p.set(bundleMark)
		it.bundle = true
	}
	if d.mayBeMusic() {
		p.set(musicMark)
		it.said = append(it.said, q.stream.sound...)
		it.heard = it.heard || d.listens()
		it.bare = it.bare || lacksVowels
	}
}

// setWords notes each word, and each two.
func (p *print) setWords(t *text) {
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

func (p *print) setPieces(sound []byte) {
	for i := 0; i+3 <= len(sound); i++ {
		p.set(uint64(pieceAt(sound, i, 3)))
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

// in returns which items of a chunk have what the work's names would leave there.
func (all *sketches) in(of *chunk) *row {
	var found, weak, strong, whole, artists, wholeArtists, heard, heardArtists row
	eachOf(of, all.titles, func(k *sketch, n *counted) {
		n.atLeast(k.weak, &weak)
		n.atLeast(k.strong, &strong)
		n.atLeast(len(k.pieces), &whole)
	})
	eachOf(of, all.artists, func(k *sketch, n *counted) {
		n.atLeast(k.weak, &artists)
		n.atLeast(len(k.pieces), &wholeArtists)
	})
	eachOf(of, all.heardTitles, func(k *sketch, n *counted) { n.atLeast(k.weak, &heard) })
	eachOf(of, all.heardArtists, func(k *sketch, n *counted) { n.atLeast(k.weak, &heardArtists) })
	music, bundle, hears := of.having(musicMark), of.having(bundleMark), of.having(heardMark)
	for i := range found {
		found[i] = music[i]&(strong[i]|artists[i]&(weak[i]|bundle[i])|hears[i]&heard[i]&heardArtists[i]) |
			^music[i]&whole[i]&wholeArtists[i]
	}
	return &found
}

// eachOf calls f with each sketch and how many of its pieces the items have.
func eachOf(of *chunk, some []sketch, f func(*sketch, *counted)) {
	var n counted
	for i := range some {
		n.reset()
		for _, piece := range some[i].pieces {
			all := of.having(piece)
			n.add(&all)
		}
		f(&some[i], &n)
	}
}

// having returns the items whose prints have the hash.
func (c *chunk) having(hash uint64) row {
	all := c[printBit(hash, 0)]
	for n := 1; n < bitsEach; n++ {
		for i, x := range c[printBit(hash, n)] {
			all[i] &= x
		}
	}
	return all
}
