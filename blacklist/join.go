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
		q.joinRests(d, p, after)
	}
}

// joinRests judges works of which one name stands in the document letter by letter and the rest of what is said comes
// close to the other, closer than a typing error or two would leave it.
func (q *search) joinRests(d *document, p *part, after uint64) {
	for i := range q.titles.found {
		title := &q.titles.found[i]
		works, sound := p.titles.works.of(title.name), p.titles.sounds.get(title.name)
		if len(works) > worksOfTitle || len(sound) < shortestRest || !q.findRests(d, title) {
			continue
		}
		for _, work := range works {
			for _, artist := range p.artistOf.of(work) {
				if s := p.artists.sounds.get(artist); q.restIs(s, len(s)/5) {
					q.judgeRest(d, p, work, len(sound)+len(s), after)
				}
			}
		}
	}
	for i := range q.artists.found {
		artist := &q.artists.found[i]
		works, sound := p.artists.works.of(artist.name), p.artists.sounds.get(artist.name)
		if len(works) > worksOfArtist || !q.findRests(d, artist) {
			continue
		}
		for _, work := range works {
			for _, title := range p.titleOf.of(work) {
				if s := p.titles.sounds.get(title); q.restIs(s, wrongOf(sound, s)) {
					q.judgeRest(d, p, work, len(sound)+len(s), after)
				}
			}
		}
	}
}

func (q *search) judgeRest(d *document, p *part, work uint32, length int, after uint64) {
	if p.isGone(work) || after > 0 && p.changes[work] <= after {
		return
	}
	q.find(d, p, work, finding{ruling: events.Block, rule: ruleSimilar, score: 0.6, length: length})
}

// wrongOf is how much of a title may be wrong where the artist is certain and nothing else is said: a third, or less if
// his name is so short that it means little.
func wrongOf(artist, title sound) int {
	if len(artist) < shortestRest {
		return len(title) / 5
	}
	return (len(title) + 1) / 3
}

// shortestRest is the least that is compared roughly, in symbols.
const shortestRest = 5

// findRests notes all that a field says beside a name that stands at its beginning or its end, or, where it says nothing
// else, what the other fields say.
func (q *search) findRests(d *document, sure *candidate) bool {
	q.rests, q.spoken = q.rests[:0], q.spoken[:0]
	for at := sure.places; at != 0; at = q.places[at-1].next {
		p := q.places[at-1]
		t := &d.fields[p.field]
		switch {
		case p.to-p.from == len(t.letters):
			for i := range d.fields {
				if i != p.field {
					q.rests = append(q.rests, d.fields[i].sound)
				}
			}
		case p.from == 0:
			q.addRest(t.words(p.to, len(t.letters)))
		case p.to == len(t.letters):
			q.addRest(t.words(0, p.from))
		}
	}
	return len(q.rests) > 0
}

func (q *search) addRest(folded []byte) {
	began := len(q.spoken)
	q.spoken = q.reader.speaker.append(q.spoken, folded)
	q.rests = append(q.rests, q.spoken[began:])
}

// restIs reports whether one of the rests is s with at most so many symbols wrong.
func (q *search) restIs(s sound, wrong int) bool {
	if len(s) < shortestRest {
		return false
	}
	for _, rest := range q.rests {
		if len(rest) < len(s)-wrong || len(rest) > len(s)+wrong {
			continue
		}
		c := q.pattern.find(s, rest, nil)
		if c.edits+max(0, len(rest)-c.end) <= wrong {
			return true
		}
	}
	return false
}
