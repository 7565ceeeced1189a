package blacklist

import (
	"slices"
)

// A side is what a search knows about the artists' names, or the titles', of one part of the list.
type side struct {
	names  *names
	index  []uint32 // name → its candidate's number and one more; all 0 between searches
	counts []uint16 // name → its pieces that stand in the document, in the low byte, if the high byte is round's
	round  uint16   // in the high byte; never 0
	found  []candidate
	likely []uint32 // names of which enough pieces stand in the document
	cut    bool     // some pieces are so frequent that nobody looked
	queue  ranking  // of the candidates that are listened to
}

// A candidate is a name that may stand in the document.
type candidate struct {
	name   uint32
	places int32 // first of the places where it stands letter by letter, as a number into search.places and one more; 0 for none
	mixed  int32 // likewise, where its letters stand in another order
	close  closeness
	pieces uint8 // of its sound that stand in the document
	placed trilean
	laid   int // pieces of three that stand in one place, if anybody has looked

	// Of one that is listened to:
	queued  bool // its consonants may stand in one place
	settled bool // placed says whether they do
	inPlace int  // and how much of them
	within  int  // sounds of the shortest field that it may stand in
	least   int  // what the difference costs at least
	rough   bool // close says how near it comes symbol by symbol
	loud    bool // and it comes near enough to be heard
	heard   bool // close says what the difference costs
}

// A trilean says whether enough pieces of a name stand in one place, if anybody has looked.
type trilean uint8

const (
	unknown trilean = iota
	isPlaced
	isScattered
)

// A place is a stretch of the letters of one field.
type place struct {
	field, from, to int
	next            int32
}

func (p place) overlaps(o place) bool { return p.field == o.field && p.from < o.to && o.from < p.to }
func (p place) within(o place) bool {
	return p.field == o.field && o.from <= p.from && p.to <= o.to
}

// A search holds what a check needs in memory. It is used for one after the other.
type search struct {
	reader     reader
	doc        document
	other      document // doc with a disguise undone
	decoder    decoder
	artists    side
	titles     side
	places     []place
	names      []uint32
	stream     stream
	spots      spots // of the stream's sound
	heardSpots spots // of its consonants
	pattern    pattern
	ear        ear
	consonants []byte
	heardAt    []int // where in the stream each of the consonants stands
	spoken     []byte
	bones      []byte
	row        []int
	briefest   int
	hearings   int // left for the document
	rests      [][]byte
	pieces     []weighed
	stamps     []uint32 // by bucket: the last round of piecesOf that met it
	stamp      uint32
	print      print
	best       finding
}

// start makes the side ready for names; what it knew before is forgotten.
func (s *side) start(n *names) {
	s.names = n
	if len(s.index) < len(n.ordered) {
		s.index, s.counts = make([]uint32, len(n.ordered)), make([]uint16, len(n.ordered))
	}
}

func (s *side) finish() {
	for i := range s.found {
		s.index[s.found[i].name] = 0
	}
	s.found = s.found[:0]
}

// candidate returns the number of the name's candidate, and makes it one if need be.
func (s *side) candidate(name uint32) int {
	if at := s.index[name]; at != 0 {
		return int(at - 1)
	}
	s.found = append(s.found, candidate{name: name, close: unknownCloseness})
	s.index[name] = uint32(len(s.found))
	return len(s.found) - 1
}

// hasCertain reports whether a name is there, letter by letter, that is long enough to mean something.
func (s *side) hasCertain() bool {
	return slices.ContainsFunc(s.found, func(c candidate) bool { return s.names.sounds.length(c.name) >= certain })
}

// maxEnds is at how many places a name that begins at a given one may end.
const maxEnds = 40

// lookUp finds the names that stand in the document from the beginning of a word to the end of one.
func (s *search) lookUp(d *document) {
	s.places = s.places[:0]
	for i := range d.fields {
		t := &d.fields[i]
		firstEnd := 0
		for _, from := range t.starts {
			for firstEnd < len(t.ends) && t.ends[firstEnd] <= from {
				firstEnd++
			}
			for n, to := range t.ends[firstEnd:] {
				if to-from > maxSpan || n == maxEnds {
					break
				}
				sum := t.between(from, to)
				p := place{field: i, from: from, to: to}
				s.lookUpSide(&s.artists, sum, p)
				s.lookUpSide(&s.titles, sum, p)
			}
		}
	}
}

// mixedLetters is the least that is recognised with its letters in another order.
const mixedLetters = 7

func (s *search) lookUpSide(side *side, sum sum, p place) {
	n := side.names
	s.names = n.byOrder.find(s.names[:0], n.ordered, sum.ordered)
	for _, name := range s.names {
		c := &side.found[side.candidate(name)]
		s.note(&c.places, p)
	}
	if p.to-p.from < mixedLetters {
		return
	}
	s.names = n.byBag.find(s.names[:0], n.bags, sum.bag)
	for _, name := range s.names {
		if n.ordered[name] != sum.ordered {
			c := &side.found[side.candidate(name)]
			s.note(&c.mixed, p)
		}
	}
}

func (s *search) note(list *int32, p place) {
	p.next = *list
	s.places = append(s.places, p)
	*list = int32(len(s.places))
}

// A weighed piece of the document's sound, with how many names have it.
type weighed struct {
	bucket uint32
	length int
}

// Names that have one piece in common with a document are counted for at most so many; the rarest pieces first. Where that
// leaves pieces out, artists who stand there for certain are looked up work by work, see joinWorks.
const pieceBudget = 12_000

// gather makes candidates of the names of which enough pieces stand in the sound.
func (s *search) gather(side *side, p *postings) {
	if len(p.all) == 0 {
		return
	}
	s.weigh(p, s.stream.sound)
	slack := 0
	if s.doc.masked || s.stream.masked {
		slack = 1
	}
	side.count(p, s.pieces, slack)
	for _, name := range side.likely {
		side.found[side.candidate(name)].pieces = uint8(side.counts[name])
	}
}

// count counts how many of the pieces each name has; those with enough are likely, or that lack no more than slack.
func (s *side) count(p *postings, pieces []weighed, slack int) {
	s.likely, s.cut = s.likely[:0], false
	if s.round += 1 << 8; s.round == 0 {
		clear(s.counts)
		s.round = 1 << 8
	}
	budget := pieceBudget
	for _, w := range pieces {
		if budget -= w.length; budget < 0 {
			s.cut = true
			break
		}
		for _, x := range p.of(w.bucket) {
			name := x.name()
			n := s.counts[name]
			if n&^0xff != s.round {
				n = s.round
			}
			n++ // a name has fewer than 256 pieces
			s.counts[name] = n
			if int(n-s.round) == max(1, x.enough()-slack) {
				s.likely = append(s.likely, name)
			}
		}
	}
}

// enoughPieces is how many pieces of a sound of n symbols must stand in a document to look closer: all but
// one of a short one, or as many as a typing error or two leave of a longer one.
func enoughPieces(n int) int {
	switch {
	case n < 7:
		return max(1, n-2-1)
	case n < 9:
		return n - 2 - 3
	case n <= 10:
		return 3
	case n <= shortSound:
		return n - 2 - 5
	}
	return max(3, n-3-4*allowedEdits(n))
}

// enoughInPlace is how many pieces of three must stand in one place of the document, for the same.
func enoughInPlace(n int) int {
	switch {
	case n < 9:
		return enoughPieces(n)
	case n <= shortSound:
		return max(2, n-2-6)
	}
	return max(2, n-2-3*allowedEdits(n))
}

// weigh collects the different pieces of a sound, the rarest first if there are too many names to count for all.
func (s *search) weigh(p *postings, sound []byte) {
	s.pieces = s.pieces[:0]
	if need := 1 << (64 - p.shift); len(s.stamps) < need {
		s.stamps = make([]uint32, need)
	}
	s.stamp++
	total := 0
	for length := 3; length <= 4; length++ {
		for i := 0; i+length <= len(sound); i++ {
			bucket := p.bucket(pieceAt(sound, i, length))
			if s.stamps[bucket] == s.stamp {
				continue
			}
			s.stamps[bucket] = s.stamp
			if n := p.length(bucket); n > 0 {
				s.pieces = append(s.pieces, weighed{bucket, n})
				total += n
			}
		}
	}
	if total > pieceBudget {
		slices.SortFunc(s.pieces, func(a, b weighed) int { return a.length - b.length })
	}
}
