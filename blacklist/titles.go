package blacklist

import (
	"bytes"

	"lightshare/events"
)

// judgeTitles judges by titles whose artist is not named. Only sound can be a recording, so nothing else is judged. The
// first candidates, exact of them, stand there letter by letter.
func (q *search) judgeTitles(d *document, p *part, after uint64, exact int) {
	if d.media != soundFile && d.media != archiveFile && d.says&saysSound == 0 {
		return
	}
	for i := range q.titles.found {
		c := &q.titles.found[i]
		if i >= exact && p.titles.traits[c.name]&distinctive == 0 {
			continue
		}
		q.judgeTitle(d, p, c, after)
	}
}

func (q *search) judgeTitle(d *document, p *part, c *candidate, after uint64) {
	f := finding{ruling: events.Review}
	isDistinctive, alone := p.titles.traits[c.name]&distinctive != 0, false
	sound := p.titles.sounds.get(c.name)
	switch {
	case c.places != 0:
		alone = q.alone(d, c)
		f.score = 0.8
	case isDistinctive && q.isAlmost(sound, c, len(sound)/certainOf, len(sound)-3-4*(len(sound)/certainOf)):
		alone = q.aloneInSound(d, sound, c)
		f.score = 0.7
	default:
		return
	}
	f.length = len(sound)
	switch {
	case isDistinctive && alone:
		f.rule = ruleTitle
	case isDistinctive && d.media == soundFile:
		f.rule, f.score = ruleOtherArtist, f.score-0.3
	case d.media == soundFile && d.disguise == "" && len(d.fields) == 1 && alone:
		f.rule, f.score = ruleTitleOnly, 0.3
	default:
		return
	}
	work, ok := q.firstWork(p, c.name, after)
	if !ok {
		return
	}
	f.entry = p.entry(work)
	if f.rule == ruleTitle {
		if q.ofOneArtist(p, c.name) {
			f.ruling = events.Block
		}
		q.offered(d, &f)
	}
	q.take(d, f)
}

// firstWork returns a work with the title.
func (q *search) firstWork(p *part, title uint32, after uint64) (uint32, bool) {
	for _, work := range p.titles.works.of(title) {
		if !p.isGone(work) && (after == 0 || p.changes[work] > after) {
			return work, true
		}
	}
	return 0, false
}

// ofOneArtist reports whether all works with the title are by one artist.
func (q *search) ofOneArtist(p *part, title uint32) bool {
	first := uint32(0)
	for i, work := range p.titles.works.of(title) {
		if artist := p.artistOf.of(work)[0]; i == 0 {
			first = artist
		} else if artist != first {
			return false
		}
	}
	return true
}

// alone reports whether each field with the title says nothing else, and no other tag names somebody.
func (q *search) alone(d *document, c *candidate) bool {
	for i := range d.fields {
		here, all := false, false
		for at := c.places; at != 0; at = q.places[at-1].next {
			if p := q.places[at-1]; p.field == i {
				here = true
				all = all || p.to-p.from == len(d.fields[i].letters)
			}
		}
		if here && !all || !here && i >= len(d.fields)-d.tags {
			return false
		}
	}
	return true
}

// aloneInSound is the same for a title that stands there by its sound.
func (q *search) aloneInSound(d *document, sound []byte, c *candidate) bool {
	for i := range d.fields {
		in := q.stream.inField(i)
		if i == q.stream.field(c.close.end-len(sound)/2) {
			if len(in) > len(sound)+2 {
				return false
			}
			continue
		}
		if i >= len(d.fields)-d.tags || bytes.Contains(in, sound) {
			return false
		}
	}
	return true
}

// judgeBundles judges by artists whose works are offered together: "full discography flac".
func (q *search) judgeBundles(d *document, p *part, after uint64) {
	if d.says&saysBundle == 0 || d.says&(saysSound|saysAll) == 0 {
		return
	}
	for i := range q.artists.found {
		c := &q.artists.found[i]
		sound := p.artists.sounds.get(c.name)
		if len(sound) < 4 || c.places == 0 && (len(sound) < 8 || !q.isAlmost(sound, c, 1, 1) || c.close.loose > 0) {
			continue
		}
		for _, work := range p.artists.works.of(c.name) {
			if p.isGone(work) || after > 0 && p.changes[work] <= after {
				continue
			}
			f := finding{entry: p.entry(work), ruling: events.Review, rule: ruleBundle, score: 0.4, length: len(sound)}
			if d.saysBeside(f.entry)&saysBundle != 0 {
				q.take(d, f)
			}
			break
		}
	}
}
