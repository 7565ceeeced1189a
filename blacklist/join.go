package blacklist

import "lightshare/events"

// Of a name that stands in the document letter by letter, so many works are compared whatever their other half looks
// like.
const (
	worksOfArtist = 400
	worksOfTitle  = 64
)

// join judges every work of which both artist and title may stand in the document.
func (q *search) join(d *document, p *part, after uint64) {
	for i := range q.titles.found {
		for _, work := range p.titles.works.of(q.titles.found[i].name) {
			for _, artist := range p.artistOf.of(work) {
				if at := q.artists.index[artist]; at != 0 {
					q.judgePair(d, p, work, &q.artists.found[at-1], &q.titles.found[i], after)
				}
			}
		}
	}
	if d.mayBeMusic() && q.best.ruling != events.Block {
		if q.titles.cut {
			q.joinWorks(d, p, after)
		}
		q.joinRests(d, p, after)
	}
}

// joinWorks judges the works of artists who stand in the document, at most with one symbol wrong, whose titles nobody has
// counted pieces for.
func (q *search) joinWorks(d *document, p *part, after uint64) {
	left := worksAtOnce
	for i := range q.artists.found {
		artist := &q.artists.found[i]
		sound, works := p.artists.sounds.get(artist.name), p.artists.works.of(artist.name)
		if len(sound) < shortestName || len(works) > left || artist.places == 0 && (len(sound) < certain || !q.isAlmost(sound, artist, 1, len(sound)-2-3)) {
			continue
		}
		left -= len(works)
		for _, work := range works {
			for _, title := range p.titleOf.of(work) {
				if at := q.titles.index[title]; at != 0 {
					continue
				}
				if n := q.spots.pieces(p.titles.sounds.get(title)); n > 0 {
					c := &q.titles.found[q.titles.candidate(title)]
					c.pieces = uint8(n)
					q.judgePair(d, p, work, artist, c, after)
				}
			}
		}
	}
}

// worksAtOnce is how many works are looked at by their artists.
const worksAtOnce = 3000

// joinRests judges works of which one name stands in the document for certain and the rest of what is said comes close to
// the other, closer than its pieces tell.
func (q *search) joinRests(d *document, p *part, after uint64) {
	for i := range q.titles.found {
		title := &q.titles.found[i]
		works, sound := p.titles.works.of(title.name), p.titles.sounds.get(title.name)
		if len(works) > worksOfTitle || len(sound) < shortestRest || title.places == 0 && !q.leavesArtist(p, title, sound) || !q.findRests(d, title, sound) {
			continue
		}
		for _, work := range works {
			for _, artist := range p.artistOf.of(work) {
				s := p.artists.sounds.get(artist)
				if (len(s) >= shortestRest || len(sound) >= certain) && q.restIs(s, wrongOfArtist(s)) {
					q.judgeRest(d, p, work, len(sound)+len(s), after)
				}
			}
		}
	}
	for i := range q.artists.found {
		artist := &q.artists.found[i]
		works, sound := p.artists.works.of(artist.name), p.artists.sounds.get(artist.name)
		if len(works) > worksOfArtist || artist.places == 0 && !q.leavesTitle(p, artist, sound) || !q.findRests(d, artist, sound) {
			continue
		}
		for _, work := range works {
			for _, title := range p.titleOf.of(work) {
				s := p.titles.sounds.get(title)
				wrong := wrongOfTitle(sound, s)
				if artist.places == 0 {
					wrong = min(wrong, wrongBeside(len(s)))
				}
				if len(s) >= shortestRest && q.restIs(s, wrong) {
					q.judgeRest(d, p, work, len(sound)+len(s), after)
				}
			}
		}
	}
}

// wrongBeside is how many symbols of a title of that length may be wrong beside an artist whose name has a typing error.
func wrongBeside(length int) int { return allowedEdits(length) + 1 }

// leavesArtist reports whether a field may say the title, with a typing error, and then about as much as an artist of it
// has: it spares looking where the title stands.
func (q *search) leavesArtist(p *part, title *candidate, sound sound) bool {
	if !q.mayBeCertain(title, len(sound)) {
		return false
	}
	for _, work := range p.titles.works.of(title.name) {
		for _, artist := range p.artistOf.of(work) {
			if s := p.artists.sounds.get(artist); q.leaves(len(sound), len(s), wrongOfArtist(s)) {
				return true
			}
		}
	}
	return false
}

// leavesTitle is the same for an artist's name and the titles of his works.
func (q *search) leavesTitle(p *part, artist *candidate, sound sound) bool {
	if !q.mayBeCertain(artist, len(sound)) {
		return false
	}
	for _, work := range p.artists.works.of(artist.name) {
		for _, title := range p.titleOf.of(work) {
			if n := p.titles.sounds.length(title); q.leaves(len(sound), n, wrongBeside(n)) {
				return true
			}
		}
	}
	return false
}

// leaves reports whether a field, or another one where it says no more than the name, has so many symbols beside a name of
// that length, or up to so many more or fewer; see addSoundRests.
func (q *search) leaves(name, rest, wrong int) bool {
	for i, length := range q.stream.lengths {
		if more := length - name; more >= rest-wrong && more <= rest+wrong+1 {
			return true
		} else if more > 2 || more < -2 {
			continue
		}
		for j, other := range q.stream.lengths {
			if j != i && other >= rest-wrong && other <= rest+wrong {
				return true
			}
		}
	}
	return false
}

func (q *search) judgeRest(d *document, p *part, work uint32, length int, after uint64) {
	if p.isGone(work) || after > 0 && p.changes[work] <= after {
		return
	}
	q.find(d, p, work, finding{ruling: events.Block, rule: ruleSimilar, score: 0.6, length: length})
}

// wrongOfTitle is how much of a title may be wrong where the artist is certain and nothing else is said: a third, or less
// if his name is so short that it means little.
func wrongOfTitle(artist, title sound) int {
	if len(artist) < shortestRest {
		return len(title) / 5
	}
	return (len(title) + 1) / 3
}

// wrongOfArtist is the same for an artist; many have the same title, so less is forgiven.
func wrongOfArtist(artist sound) int {
	if len(artist) < 10 {
		return 1
	}
	return 2
}

// leastPieces is how many pieces of a name of n symbols stand in the document where one symbol in certainOf is wrong, as
// a rule: an error at the worst place leaves fewer.
func leastPieces(n int) int { return (n - 2) / 2 }

const (
	certainOf    = 6 // symbols of a name that is certain, one may be wrong
	shortestRest = 5 // symbols that are compared roughly
	shortestName = 4 // of an artist's name beside a title that is certain
	certain      = 6 // symbols of a name that is certain although it is not there letter by letter
)

// findRests notes all that a field says beside a name that stands at its beginning or its end, or, where it says nothing
// else, what the other fields say. The name stands there letter by letter, or all but
// a symbol in six.
func (q *search) findRests(d *document, sure *candidate, sound sound) bool {
	q.rests, q.spoken = q.rests[:0], q.spoken[:0]
	if sure.places == 0 {
		if q.isCertain(sound, sure) {
			q.addSoundRests(sure.close.end-len(sound), sure.close.end)
		}
		return len(q.rests) > 0
	}
	for at := sure.places; at != 0; at = q.places[at-1].next {
		p := q.places[at-1]
		t := &d.fields[p.field]
		switch {
		case p.to-p.from == len(t.letters):
			q.addOtherFields(p.field)
		case p.from == 0:
			q.addRest(t.words(p.to, len(t.letters)))
		case p.to == len(t.letters):
			q.addRest(t.words(0, p.from))
		}
	}
	return len(q.rests) > 0
}

// isAlmost reports whether a name stands in the stream with at most so many symbols wrong, and at least so many of its
// pieces there.
func (q *search) isAlmost(s sound, c *candidate, wrong, pieces int) bool {
	return q.mayBeAlmost(c, len(s), wrong, pieces) && (c.close.edits >= 0 || q.spots.hold(s, max(pieces, len(s)-2-3*wrong))) &&
		q.near(s, c) && c.close.edits <= wrong
}

// isCertain reports whether a name stands at the beginning or the end of a field, all but a symbol in six.
func (q *search) isCertain(s sound, c *candidate) bool {
	wrong := len(s) / certainOf
	return q.mayBeCertain(c, len(s)) && q.spots.holdAtEdge(s, max(leastPieces(len(s)), len(s)-2-3*wrong), q.stream.fields, q.stream.lengths) &&
		q.near(s, c) && c.close.edits <= wrong && c.close.loose == 0
}

func (q *search) mayBeCertain(c *candidate, length int) bool {
	return length >= certain && q.mayBeAlmost(c, length, length/certainOf, leastPieces(length))
}

// mayBeAlmost reports whether as many pieces stand in the document as so few wrong symbols leave.
func (q *search) mayBeAlmost(c *candidate, length, wrong, pieces int) bool {
	return int(c.pieces) >= pieces && q.leastEdits(c, length) <= wrong && (c.close.edits < 0 || c.close.edits <= wrong)
}

// addSoundRests notes what a field says beside a place in the stream.
func (q *search) addSoundRests(from, to int) {
	i := q.stream.field((from + to) / 2)
	began, end := q.stream.fields[i], q.stream.fields[i]+q.stream.lengths[i]
	switch before, behind := from-began, end-to; {
	case before <= 1 && behind <= 1:
		q.addOtherFields(i)
	case before <= 1:
		q.rests = append(q.rests, q.stream.sound[to:end])
	case behind <= 1:
		q.rests = append(q.rests, q.stream.sound[began:from])
	}
}

func (q *search) addOtherFields(field int) {
	for i := range q.stream.fields {
		if i != field {
			q.rests = append(q.rests, q.stream.inField(i))
		}
	}
}

func (q *search) addRest(folded []byte) {
	began := len(q.spoken)
	q.spoken = q.reader.speaker.append(q.spoken, folded)
	q.rests = append(q.rests, q.spoken[began:])
}

// restIs reports whether one of the rests is s with at most so many symbols wrong.
func (q *search) restIs(s sound, wrong int) bool {
	if len(s) < shortestName {
		return false
	}
	for _, rest := range q.rests {
		if len(rest) < len(s)-wrong || len(rest) > len(s)+wrong {
			continue
		}
		if q.pattern.find(s, rest, nil).edits <= wrong && q.distance(s, rest) <= wrong {
			return true
		}
	}
	return false
}

// distance is how many symbols must be changed, left out or put in to make one sound of the other.
func (q *search) distance(a, b sound) int {
	q.row = q.row[:0]
	for i := range len(b) + 1 {
		q.row = append(q.row, i)
	}
	for i := range a {
		diagonal := q.row[0]
		q.row[0] = i + 1
		for j := range b {
			cost := diagonal
			if a[i] != b[j] && b[j] != anySound {
				cost++
			}
			diagonal = q.row[j+1]
			q.row[j+1] = min(cost, q.row[j]+1, diagonal+1)
		}
	}
	return q.row[len(b)]
}
