package blacklist

import "lightshare/events"

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
		row[i] = row[i-1] + missing(s[i-1])
		began[i] = 0
	}
	cost, end = row[n-1], 0
	for j, c := range t {
		diagonal, diagonalFrom := 0, j
		began[0] = j + 1
		gap := missing(c)
		for i := 1; i < n; i++ {
			best, at := diagonal+differ(s[i-1], c), diagonalFrom
			if x := row[i] + gap; x < best {
				best, at = x, began[i]
			}
			if x := row[i-1] + missing(s[i-1]); x < best {
				best, at = x, began[i-1]
			}
			diagonal, diagonalFrom = row[i], began[i]
			row[i], began[i] = best, at
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

// hear judges by artists and titles as they are heard.
func (q *search) hear(d *document, p *part, after uint64) {
	q.artists.finish()
	q.titles.finish()
	q.briefest = d.briefest()
	q.consonants = appendConsonants(q.consonants[:0], q.stream.sound)
	q.gatherHeard(&q.artists)
	q.gatherHeard(&q.titles)
	artists := len(q.artists.found)
	for i := range q.titles.found {
		for _, work := range p.titles.works.of(q.titles.found[i].name) {
			for _, artist := range p.artistOf.of(work) {
				if q.artists.index[artist] != 0 || p.artists.traits[artist]&faint != 0 || q.isTelling(&q.titles, i) {
					q.judgeHeard(d, p, work, q.artists.candidate(artist), i, after)
				}
			}
		}
	}
	for i := range artists {
		works := p.artists.works.of(q.artists.found[i].name)
		if len(works) > worksOfArtist {
			continue
		}
		for _, work := range works {
			for _, title := range p.titleOf.of(work) {
				if p.titles.traits[title]&faint != 0 || q.isTelling(&q.artists, i) {
					q.judgeHeard(d, p, work, i, q.titles.candidate(title), after)
				}
			}
		}
	}
}

// longName is how many sounds the other half of a work is thought to have at most.
const longName = 12

// isTelling reports whether a candidate is long enough, and heard well enough, to look at the other half of its works
// whatever that sounds like.
func (q *search) isTelling(side *side, i int) bool {
	length := len(side.names.spoken.get(side.found[i].name))
	return length >= 7 && (perHeardSymbol+1)*(length+longName) >= enoughHeard-1+q.briefest && q.isHeard(side, i)
}

// gatherHeard makes candidates of the names of whose consonants half stand in the document.
func (q *search) gatherHeard(side *side) {
	p := &side.names.skeleton
	if len(p.to) == 0 {
		return
	}
	q.weigh(p, q.consonants)
	side.count(p, q.pieces)
	for _, name := range side.seen {
		consonants := 0
		for _, c := range side.names.spoken.get(name) {
			if !isSoundVowel(c) && c != 'h' {
				consonants++
			}
		}
		pieces := consonants - 2
		if consonants > shortSound {
			pieces--
		}
		if int(side.counts[name]) >= (pieces+1)/2 {
			side.candidate(name)
		}
		side.counts[name] = 0
	}
}

// isHeard reports whether a candidate sounds near enough like a place in the document.
func (q *search) isHeard(side *side, i int) bool {
	s, c := side.names.spoken.get(side.found[i].name), &side.found[i]
	if len(s) == 0 {
		return false
	}
	if c.close.edits < 0 {
		rough := q.pattern.find(s, q.stream.sound, nil)
		if c.close.edits = noConsonant * len(s); 2*rough.edits <= len(s)+1 {
			from := max(0, rough.end-len(s)-len(s)/2-2)
			c.close.edits, c.close.loose, c.close.end = q.ear.find(s, q.stream.sound[from:min(rough.end+3, len(q.stream.sound))])
			c.close.loose, c.close.end = c.close.loose+from, c.close.end+from
		}
	}
	return c.close.edits <= heardLimit(len(s))
}

func (q *search) judgeHeard(d *document, p *part, work uint32, artist, title int, after uint64) {
	as, ts := p.artists.spoken.get(q.artists.found[artist].name), p.titles.spoken.get(q.titles.found[title].name)
	if p.isGone(work) || after > 0 && p.changes[work] <= after || (perHeardSymbol+1)*(len(as)+len(ts)) < enoughHeard-1+q.briefest || !q.isHeard(&q.artists, artist) || !q.isHeard(&q.titles, title) {
		return
	}
	a, t := q.artists.found[artist].heard(), q.titles.found[title].heard()
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

func (c *candidate) heard() hearing { return hearing{c.close.edits, c.close.loose, c.close.end} }
