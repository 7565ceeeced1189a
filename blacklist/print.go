package blacklist

import "slices"

// A print tells at a glance whether a name may stand in a listing: a hash for each piece of three symbols of the sounds of
// all its readings, of their consonants where somebody may have written what he heard, and for each word. In the crowd
// it is four bits for each hash: one too many costs a look, none is missing.
type print []uint64

const (
	bitsEach  = 4
	leastBits = 512
	sizes     = 5 // of prints: leastBits, twice as many, and so on
)

func (p *print) set(hash uint64) { *p = append(*p, hash) }

// size returns how large p must be so that about a quarter of its bits are set, if there is such a size.
func (p print) size() int {
	size := 0
	for size < sizes-1 && len(p) > leastBits<<size/16 {
		size++
	}
	return size
}

// take notes the print of the item's listing, and what its readings sound like.
func (it *item) take() {
	q := searches.Get().(*search)
	defer searches.Put(q)
	it.print = q.print[:0]
	q.doc.read(&q.reader, &it.listing)
	q.takeReading(it, &q.doc)
	if q.doc.mayBeMusic() {
		q.decoder.each(&q.doc, &q.other, &q.reader, func() { q.takeReading(it, &q.other) })
	}
	it.said = slices.Clip(it.said)
	slices.Sort(it.print)
	q.print = slices.Compact(it.print)
	it.print = slices.Clone(q.print)
}

func (q *search) takeReading(it *item, d *document) {
	p := &it.print
	q.stream.read(d)
	p.setPieces(q.stream.sound)
	lacksVowels := slices.ContainsFunc(d.fields, func(t text) bool { return t.lacksVowels() })
	if lacksVowels {
		p.set(bareMark)
	}
	if d.listens() {
		p.set(heardMark)
	}
	if d.listens() || lacksVowels {
		q.consonants = appendConsonants(q.consonants[:0], q.stream.sound)
		for i := 0; i+3 <= len(q.consonants); i++ {
			p.set(heardPiece(uint64(pieceAt(q.consonants, i, 3))))
		}
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
		if d.disguise == "" && d.media == soundFile && len(d.fields) == 1 && len(d.fields[0].letters) <= maxSpan {
			it.exactly = nothingBut(&d.fields[0])
			p.set(it.exactly)
		}
		it.said = append(it.said, q.stream.sound...)
		it.heard = it.heard || d.listens()
		it.bare = it.bare || lacksVowels
	}
}

// setWords notes the letters of each word, and of each two, in any order.
func (p *print) setWords(t *text) {
	firstEnd := 0
	for _, from := range t.starts {
		for t.ends[firstEnd] <= from {
			firstEnd++
		}
		for _, to := range t.ends[firstEnd:min(len(t.ends), firstEnd+2)] {
			if to-from <= maxSpan {
				p.set(t.between(from, to).bag)
			}
		}
	}
}

func (p *print) setPieces(sound []byte) {
	for i := 0; i+3 <= len(sound); i++ {
		p.set(uint64(pieceAt(sound, i, 3)))
	}
}

// heardPiece tells a piece of consonants from the same piece of a sound.
func heardPiece(piece uint64) uint64 { return piece ^ orderBase }

var (
	bundleMark = mix(1) // set where many works are offered together
	musicMark  = mix(3) // where more counts than what is written letter by letter
	heardMark  = mix(2) // where names may be written as they are heard
	bareMark   = mix(4) // or without vowels
)

// nothingBut is the hash that a sound file has all of whose text is t.
func nothingBut(t *text) uint64 { return mix(t.between(0, len(t.letters)).ordered) }

func pairAt(s []byte, i int) uint64 { return mix(uint64(s[i])<<8 | uint64(s[i+1])) }
