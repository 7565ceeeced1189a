package blacklist

import (
	"bytes"

	"lightshare/events"
)

// lacksVowels reports whether a field's words have been left hardly a vowel ("Bhmn Rhpsdy", "B*h*m**n").
func (t *text) lacksVowels() bool {
	vowels, consonants := 0, 0
	for _, c := range t.folded {
		switch {
		case isLatinVowel(c):
			vowels++
		case c >= 'a' && c <= 'z':
			consonants++
		}
	}
	return consonants >= leastBones && (8*vowels <= consonants || t.hasOneVowel(vowels))
}

// hasOneVowel reports whether all the vowels, so many, are the same: then they say nothing.
func (t *text) hasOneVowel(vowels int) bool {
	if vowels < 4 {
		return false
	}
	for _, v := range []byte("aeiou") {
		if bytes.Count(t.folded, []byte{v}) == vowels {
			return true
		}
	}
	return false
}

// leastBones is how many consonants artist and title must have to be known by them alone.
const leastBones = 7

// judgeBones judges by the consonants alone, where a field has nothing else and nothing more than those of a pair.
func (q *search) judgeBones(d *document, p *part, after uint64) {
	for i := range d.fields {
		if !d.fields[i].lacksVowels() {
			continue
		}
		q.artists.finish()
		q.titles.finish()
		q.listenTo(d.fields[i].sound, q.stream.fields[i])
		q.gatherHeard(&q.artists)
		q.gatherHeard(&q.titles)
		for _, c := range q.titles.found {
			for _, work := range p.titles.works.of(c.name) {
				q.judgeWorkBones(d, p, work, after)
			}
		}
		for _, c := range q.artists.found {
			if works := p.artists.works.of(c.name); len(works) <= worksAtOnce {
				for _, work := range works {
					q.judgeWorkBones(d, p, work, after)
				}
			}
		}
	}
}

// judgeWorkBones compares the consonants of a work's names, in either order, with those of the field.
func (q *search) judgeWorkBones(d *document, p *part, work uint32, after uint64) {
	if p.isGone(work) || after > 0 && p.changes[work] <= after {
		return
	}
	for _, artist := range p.artistOf.of(work) {
		for _, title := range p.titleOf.of(work) {
			n := int(p.artists.hard[artist]) + int(p.titles.hard[title])
			if n < leastBones || n > maxSound || n-len(q.consonants) > 1 || len(q.consonants)-n > 1 {
				continue
			}
			as, ts := p.artists.sounds.get(artist), p.titles.sounds.get(title)
			for _, order := range [...][2]sound{{as, ts}, {ts, as}} {
				q.bones = appendConsonants(q.bones[:0], order[0])
				q.bones = appendConsonants(q.bones, order[1])
				if c := q.pattern.find(q.bones, q.consonants, nil); c.edits+max(0, len(q.consonants)-c.end) <= n/8 {
					q.find(d, p, work, finding{ruling: events.Block, rule: ruleSimilar + ", without vowels", score: 0.55, length: n})
				}
			}
		}
	}
}
