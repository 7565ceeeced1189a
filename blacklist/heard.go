package blacklist

import (
	"unicode/utf8"

	"lightshare/events"
)

// An English name written in Hangul, kana or another script is compared as it is heard: found by its consonants, and
// then measured with vowels counting little, since they are what the spelling tells least about.

// Costs of a difference between two sounds.
const (
	otherVowel     = 1
	noVowel        = 2
	nearConsonant  = 2
	otherConsonant = 4
	noConsonant    = 4
)

// An ear measures how differently two names sound. Used again for one after the other.
type ear struct {
	row  []int
	from []int // where the place begins that ends here
}

// find returns the place of t that sounds most like s, and what the difference comes to.
func (e *ear) find(s sound, t []byte) (cost, from, end int) {
	n := len(s) + 1
	if cap(e.row) < n {
		e.row, e.from = make([]int, n), make([]int, n)
	}
	row, began := e.row[:n], e.from[:n]
	row[0] = 0
	for i := 1; i < n; i++ {
		row[i] = row[i-1] + int(missings[s[i-1]])
		began[i] = 0
	}
	cost, end = row[n-1], 0
	for j, c := range t {
		diagonal, diagonalFrom := 0, j
		began[0] = j + 1
		gap, differs := int(missings[c]), &differences[earClass[c]]
		for i, a := range s {
			best, at := diagonal, diagonalFrom
			if a != c {
				best += int(differs[earClass[a]])
			}
			if x := row[i+1] + gap; x < best {
				best, at = x, began[i+1]
			}
			if x := row[i] + int(missings[a]); x < best {
				best, at = x, began[i]
			}
			diagonal, diagonalFrom = row[i+1], began[i+1]
			row[i+1], began[i+1] = best, at
		}
		if row[n-1] < cost {
			cost, from, end = row[n-1], began[n-1], j+1
		}
	}
	return cost, from, end
}

// missing is what it costs that one of two names lacks a sound.
func missing(c byte) int {
	switch {
	case c == 0:
		return 2 * noConsonant
	case isSoundVowel(c):
		return noVowel
	case c == 'h':
		return 1
	case c == 'l':
		return 2
	}
	return noConsonant
}

// differ is what it costs that one sound stands for another.
func differ(a, b byte) int {
	if a == b {
		return 0
	}
	if isSoundVowel(a) && isSoundVowel(b) {
		return otherVowel
	}
	if isSoundVowel(a) || isSoundVowel(b) || a == 0 || b == 0 {
		return 2 * otherConsonant
	}
	if a > b {
		a, b = b, a
	}
	switch [2]byte{a, b} {
	case [2]byte{'j', 's'}, [2]byte{'j', 't'}, [2]byte{'s', 't'}, [2]byte{'m', 'n'}, [2]byte{'j', 'k'}:
		return nearConsonant
	}
	return otherConsonant
}

// Sounds by what they cost: those of one class cost the same, unless they are equal.
const earClasses = 16

var (
	earClass    [256]uint8 // a sound's class: 0 for those that are no sound of a Latin letter
	missings    [256]uint8
	differences [earClasses][earClasses]uint8
)

func init() {
	const classed = "\x00aeioumnjstkplh"
	for c := range 256 {
		missings[c] = uint8(missing(byte(c)))
	}
	for i := range len(classed) {
		earClass[classed[i]] = uint8(i + 1)
		for j := range len(classed) {
			differences[i+1][j+1] = uint8(differ(classed[i], classed[j]))
		}
		differences[i+1][0] = uint8(differ(classed[i], 0x80))
		differences[0][i+1] = differences[i+1][0]
	}
	differences[0][0] = otherConsonant
}

// listens reports whether the document is written in a script that English names are respelled in.
func (d *document) listens() bool {
	foreign := 0
	for i := range d.fields {
		foreign = max(foreign, d.fields[i].foreign)
	}
	return foreign >= 3 && (d.media == soundFile || d.media == archiveFile || d.says != 0)
}

// briefest is the length of the shortest field that may say a name as it is heard, in sounds.
func (d *document) briefest() int {
	least := 0
	for i := range d.fields {
		if f := &d.fields[i]; f.foreign > 0 && (least == 0 || len(f.sound) < least) {
			least = len(f.sound)
		}
	}
	return least
}

// hear judges by artists and titles as they are heard: works of which half the consonants of both names stand in the
// document, and works of which one name is heard well. Those of which most is there go first, for the time is limited.
func (q *search) hear(d *document, p *part, after uint64) {
	q.artists.finish()
	q.titles.finish()
	q.briefest, q.hearings = d.briefest(), maxHearings
	q.listenTo(q.stream.sound, 0)
	q.gatherHeard(&q.artists)
	q.gatherHeard(&q.titles)
	for q.hearings > 0 {
		artist, ofArtist := q.first(&q.artists)
		title, ofTitle := q.first(&q.titles)
		switch {
		case artist < 0 && title < 0:
			return
		case ofArtist > ofTitle:
			q.artists.queue.pop(ofArtist)
			q.hearArtist(d, p, artist, after)
		default:
			q.titles.queue.pop(ofTitle)
			q.hearTitle(d, p, title, after)
		}
	}
}

func (q *search) hearTitle(d *document, p *part, i int, after uint64) {
	title, within, least := q.titles.found[i].name, q.titles.found[i].within, q.titles.found[i].least
	for _, work := range p.titles.works.of(title) {
		for _, artist := range p.artistOf.of(work) {
			most := q.mostCost(p, artist, title, within)
			if most >= least && (q.mayBeOther(&q.artists, artist) || q.isTelling(&q.titles, i, most-q.leastCost(&q.artists, artist))) {
				q.judgeHeard(d, p, work, q.artists.candidate(artist), i, after)
			}
		}
	}
}

func (q *search) hearArtist(d *document, p *part, i int, after uint64) {
	artist, within, least := q.artists.found[i].name, q.artists.found[i].within, q.artists.found[i].least
	works := p.artists.works.of(artist)
	if len(works) > worksOfArtist || len(works) > 1 && !q.isHeard(&q.artists, i, maxSound) {
		return
	}
	for _, work := range works {
		for _, title := range p.titleOf.of(work) {
			most := q.mostCost(p, artist, title, within)
			if most >= least && (q.mayBeOther(&q.titles, title) || q.isTelling(&q.artists, i, most-q.leastCost(&q.titles, title))) {
				q.judgeHeard(d, p, work, i, q.titles.candidate(title), after)
			}
		}
	}
}

// maxHearings is how many names a document is held against sound by sound.
const maxHearings = 96

// mayBeOther reports whether a name may be heard as the other half of a work of which one name is a candidate: it is one
// itself, or has too few consonants to be one.
func (q *search) mayBeOther(side *side, name uint32) bool {
	if at := side.index[name]; at != 0 {
		return q.isPlacedByEar(side, int(at-1))
	}
	return side.names.traits[name]&faint != 0
}

// mostCost is what the names of a work may differ by from what is heard in a field of that many sounds; less than 0 where
// even no difference is too much.
func (q *search) mostCost(p *part, artist, title uint32, within int) int {
	as, ts := p.artists.spoken.length(artist), p.titles.spoken.length(title)
	if spare := (perHeardSymbol+1)*(as+ts) - (enoughHeard - 1 + max(within, q.briefest)); as > 0 && ts > 0 && spare >= 0 {
		return spare / perHeardCost
	}
	return -1
}

// leastCost is what the difference of a name costs at least that is no candidate: too few of its consonants' pieces stand
// in one place.
func (q *search) leastCost(side *side, name uint32) int {
	if side.index[name] != 0 {
		return 0
	}
	n := side.names.traits[name].consonants()
	return costOfLacking(n - 2 - (halfInPlace(n) - 1))
}

// costOfLacking is what it costs at least that so many pieces of a name's consonants are not there: each difference puts
// out three.
func costOfLacking(pieces int) int { return nearConsonant * ((max(pieces, 0) + 2) / 3) }

// telling is how many sounds a name has that is worth to look at the other half of its works, whatever that sounds like.
const telling = 7

// isTelling reports whether a candidate is long enough, and heard well enough, to look at the other half of its works.
func (q *search) isTelling(side *side, i, most int) bool {
	return side.names.spoken.length(side.found[i].name) >= telling && q.isHeard(side, i, most)
}

// gatherHeard makes candidates of the names of whose consonants half stand in the document, and queues them by how many
// of them may stand in one place.
func (q *search) gatherHeard(side *side) {
	side.queue.clear()
	p := &side.names.skeleton
	if len(p.all) == 0 {
		return
	}
	q.weigh(p, q.consonants)
	side.count(p, q.pieces, 0)
	for _, name := range side.likely {
		i, all := side.candidate(name), side.names.bones.length(name)-2
		most := all
		if all+2 <= shortSound {
			most = min(all, int(side.counts[name]&0xff))
		}
		side.found[i].queued = true
		side.queue.push(i, inPlace(most, all))
	}
}

// inPlace is how likely a name is heard of which so many pieces of all stand in one place.
func inPlace(pieces, all int) int { return max(0, 128+pieces-(all-pieces)) }

// first returns the candidate of which most stands in one place, and how much; -1 if none is left.
func (q *search) first(side *side) (int, int) {
	for {
		i, most := side.queue.first()
		if i < 0 || side.found[i].settled {
			return i, most
		}
		side.queue.pop(most)
		if q.isPlacedByEar(side, i) {
			side.queue.push(i, min(most, side.found[i].inPlace))
		}
	}
}

// isPlacedByEar reports whether half the consonants of a candidate stand in one place, if it was queued for that it may be so.
func (q *search) isPlacedByEar(side *side, i int) bool {
	c := &side.found[i]
	if !c.queued || c.settled {
		return c.placed == isPlaced || !c.queued
	}
	c.settled = true
	bones := side.names.bones.get(c.name)
	within, pieces := q.shortestWith(bones)
	if within == 0 {
		return false
	}
	c.placed, c.within, c.least = isPlaced, within, costOfLacking(len(bones)-2-pieces)
	c.inPlace = inPlace(pieces, len(bones)-2)
	return true
}

// shortestWith returns how long the shortest field is in which half of the pieces of a name's consonants stand in one
// place, and how many stand in one at the most; 0 if they stand in none.
func (q *search) shortestWith(skeleton []byte) (least, most int) {
	q.heardSpots.each(skeleton, halfInPlace(len(skeleton)), -len(skeleton)/2, func(from, to, pieces int) {
		most = max(most, pieces)
		for _, at := range [...]int{from, to} {
			at = q.heardAt[max(0, min(at, len(q.heardAt)-1))]
			if n := q.stream.length(q.stream.field(at + 1)); least == 0 || n < least {
				least = n
			}
		}
	})
	return least, most
}

// halfOfPieces is how many pieces of a name's n consonants must stand in a document to listen to it, and halfInPlace how
// many pieces of three must in one place.
func halfOfPieces(n int) int { return (n - pieceLength(n) + 2) / 2 }
func halfInPlace(n int) int  { return (n - 1) / 2 }

// listenTo takes in the consonants of a text, which begins at the given place of the stream.
func (q *search) listenTo(sound []byte, from int) {
	q.consonants, q.heardAt = q.consonants[:0], q.heardAt[:0]
	for i, c := range sound {
		if isConsonant(c) && (len(q.consonants) == 0 || c != q.consonants[len(q.consonants)-1] || c >= utf8.RuneSelf) {
			q.consonants, q.heardAt = append(q.consonants, c), append(q.heardAt, from+i)
		}
	}
	q.heardSpots.read(q.consonants)
}

// isHeard reports whether a candidate sounds near enough like a place in the document, at a cost of at most so much.
func (q *search) isHeard(side *side, i, most int) bool {
	s, c := side.names.spoken.get(side.found[i].name), &side.found[i]
	if len(s) == 0 {
		return false
	}
	most = min(most, heardLimit(len(s)))
	if !c.rough {
		if q.hearings--; q.hearings < 0 {
			return false
		}
		c.rough, c.close = true, q.roughly(s, side.names.bones.get(c.name), c.placed == isPlaced)
		c.loud = isLoud(c.close.edits, len(s))
	}
	if !c.heard {
		if !c.loud || c.close.edits > most { // no difference costs less than 1
			return false
		}
		from := max(0, c.close.end-len(s)-len(s)/2-2)
		to := min(c.close.end+3, len(q.stream.sound))
		c.close.edits, c.close.loose, c.close.end = q.ear.find(s, q.stream.sound[from:to])
		c.close.loose, c.close.end = c.close.loose+from, c.close.end+from
		c.heard = true
	}
	return c.close.edits <= most
}

// isLoud reports whether a name of so many sounds comes near enough, symbol by symbol, to listen to it.
func isLoud(edits, sounds int) bool { return 2*edits <= sounds+1 }

// roughly returns how near a name comes to the stream; if it is placed, to where enough of its consonants stand.
func (q *search) roughly(s sound, bones []byte, placed bool) closeness {
	if !placed {
		return q.pattern.find(s, q.stream.sound, nil)
	}
	best := closeness{edits: len(s) + 1}
	q.pattern.set(s)
	q.heardSpots.each(bones, halfInPlace(len(bones)), 2, func(from, to, _ int) {
		if from >= to {
			return
		}
		from, to = max(0, q.heardAt[from]-3), min(q.heardAt[to-1]+4, len(q.stream.sound))
		c := q.pattern.scan(len(s), q.stream.sound[from:to], nil)
		if c.end += from; c.edits < best.edits || c.edits == best.edits && c.end < best.end {
			best = c
		}
	})
	q.pattern.clear(s)
	return best
}

func (q *search) judgeHeard(d *document, p *part, work uint32, artist, title int, after uint64) {
	as, ts := p.artists.spoken.get(q.artists.found[artist].name), p.titles.spoken.get(q.titles.found[title].name)
	if p.isGone(work) || after > 0 && p.changes[work] <= after {
		return
	}
	first, second, i, j := &q.artists, &q.titles, artist, title
	if q.artists.found[artist].placed != isPlaced {
		first, second, i, j = second, first, j, i
	}
	most := q.mostCost(p, q.artists.found[artist].name, q.titles.found[title].name, max(first.found[i].within, second.found[j].within))
	if !q.isHeard(first, i, most-second.found[j].least) || !q.isHeard(second, j, most-first.found[i].close.edits) {
		return
	}
	a, t := q.artists.found[artist].hearing(), q.titles.found[title].hearing()
	if overlap(a.from, a.end, t.from, t.end) {
		return
	}
	length, cost := len(as)+len(ts), a.cost+t.cost
	evidence := perHeardSymbol*length - perHeardCost*cost
	fa, ft := q.stream.field(a.end), q.stream.field(t.end)
	rest := q.stream.length(fa) - (a.end - a.from) - (t.end - t.from)
	if fa != ft {
		rest += q.stream.length(ft)
	}
	evidence -= max(rest-1, 0)
	if evidence < enoughHeard {
		return
	}
	q.find(d, p, work, finding{
		ruling: events.Block, rule: ruleHeard, score: 0.5 + min(0.25, 0.005*float64(evidence-enoughHeard)), length: length - cost,
	})
}

// What speaks for and against a pair as it is heard.
const (
	perHeardSymbol = 3
	perHeardCost   = 3
	enoughHeard    = 22
)

// heardLimit is what the difference may come to for a name of n sounds.
func heardLimit(n int) int { return n }

// hearing is where a name is heard best.
type hearing struct{ cost, from, end int }

func (c *candidate) hearing() hearing { return hearing{c.close.edits, c.close.loose, c.close.end} }
