package blacklist

import "bytes"

// What speaks for and against a pair of names that stand in a document as they sound.
const (
	perSymbol   = 2  // for each symbol of the names
	perEdit     = 6  // against, for each symbol that differs
	perLooseEnd = 2  // against, for each end within a word
	perGap      = 1  // against, for each two symbols between the names
	nothingElse = 8  // for, where the fields say nothing else
	enough      = 19 // what it must come to
	enoughOfOne = 4  // what each of the names must come to by itself; half of it where the fields say nothing else
)

// similar returns how sure it is that artist and title stand in the document as they sound, with typing errors.
func (q *search) similar(artist, title *candidate) (float64, bool) {
	as, ts := q.artists.names.sounds.get(artist.name), q.titles.names.sounds.get(title.name)
	if q.bestEvidence(artist, len(as), title, len(ts)) < enough {
		return 0, false
	}
	if one, other := q.stands(as, artist), q.stands(ts, title); !one && !other || q.bestEvidence(artist, len(as), title, len(ts)) < enough {
		return 0, false
	}
	if !q.near(as, artist) || !q.near(ts, title) {
		return 0, false
	}
	a, t := artist.close, title.close
	if overlap(a.end-len(as), a.end, t.end-len(ts), t.end) || bytes.Contains(ts, as) || bytes.Contains(as, ts) {
		if bytes.Equal(as, ts) {
			a = q.pattern.find(as, q.stream.blanked(t.end-len(ts), t.end), q.stream.beats)
		} else if len(ts) >= len(as) {
			a = q.pattern.find(as, q.stream.without(&q.pattern, ts, t), q.stream.beats)
		} else {
			t = q.pattern.find(ts, q.stream.without(&q.pattern, as, a), q.stream.beats)
		}
		if a.edits > allowedEdits(len(as)) || t.edits > allowedEdits(len(ts)) {
			return 0, false
		}
	}
	if bytes.Equal(as, ts) && q.stream.field(a.end-len(as)/2) != q.stream.field(t.end-len(ts)/2) {
		return 0, false // said twice, not two names
	}
	evidence := q.evidence(as, a, ts, t)
	return 0.5 + min(0.3, 0.01*float64(evidence-enough)), evidence >= enough
}

// stands reports whether a name is there in one place, as a whole or much of it.
func (q *search) stands(s sound, c *candidate) bool {
	if c.placed == unknown {
		c.placed = isScattered
		if c.pieces > 0 {
			c.laid = q.spots.most(s)
		}
		if c.laid >= enoughInPlace(len(s)) {
			c.placed = isPlaced
		}
	}
	return c.places != 0 || c.placed == isPlaced
}

// bestEvidence is what the evidence for two names of these lengths cannot exceed, given how many of their pieces stand
// in the document: it spares comparing most.
func (q *search) bestEvidence(artist *candidate, as int, title *candidate, ts int) int {
	best := perSymbol*(as+ts) - perEdit*(q.leastEdits(artist, as)+q.leastEdits(title, ts))
	if best < enough && q.stream.mayBeAll(as, ts) {
		best += nothingElse
	}
	return best
}

// leastEdits is how many symbols of a name of that length must be wrong, as each puts out at most a piece's length of
// pieces: of all that stand in the document and, once it is known, of those of three that stand in one place. Any sound
// may stand where a letter is masked, and then pieces say less.
func (q *search) leastEdits(c *candidate, length int) int {
	if c.places != 0 {
		return 0
	}
	piece := 3
	if length > shortSound {
		piece = 4
	}
	least := max(0, length-piece+1-int(c.pieces)+piece-1) / piece
	if c.placed != unknown && !q.stream.masked {
		least = max(least, (length-2-c.laid+2)/3)
	}
	return least
}

// evidence weighs two places in the stream.
func (q *search) evidence(as sound, a closeness, ts sound, t closeness) int {
	fa, ft := q.stream.field(a.end-len(as)/2), q.stream.field(t.end-len(ts)/2)
	rest, gap := 0, 0
	if fa == ft {
		rest = q.stream.length(fa) - len(as) - len(ts)
		gap = max(a.end-len(as)-t.end, t.end-len(ts)-a.end, 0)
	} else {
		rest = q.stream.length(fa) - len(as) + q.stream.length(ft) - len(ts)
	}
	loose, alone, least := a.loose+t.loose, 0, enoughOfOne
	if rest <= 1+a.edits+t.edits {
		loose, alone, least = 0, nothingElse, enoughOfOne/2
	}
	of := func(s sound, c closeness) int { return perSymbol*len(s) - perEdit*c.edits }
	if of(as, a)-perLooseEnd*min(loose, a.loose) < least || of(ts, t)-perLooseEnd*min(loose, t.loose) < least {
		return 0
	}
	return of(as, a) + of(ts, t) - perLooseEnd*loose - perGap*min(gap, 16)/2 + alone
}

// near looks how near a name comes to the stream, and reports whether that is near enough. A name of a symbol or two
// must stand there letter by letter.
func (q *search) near(s sound, c *candidate) bool {
	if c.close.edits < 0 {
		c.close = closeness{edits: len(s) + 1}
		q.stands(s, c)
		if c.placed == isPlaced {
			c.close = q.closest(s)
		}
		if c.close.edits > 0 && len(s) > 0 && q.leastEdits(c, len(s)) <= allowedEdits(len(s)) && (len(s) >= 3 && c.placed == isScattered || c.places != 0) {
			c.close = q.pattern.find(s, q.stream.sound, q.stream.beats)
		}
	}
	return c.close.edits <= allowedEdits(len(s))
}

// closest returns how near a name comes to those places of the stream where enough of its pieces stand.
func (q *search) closest(s sound) closeness {
	best := closeness{edits: len(s) + 1}
	q.pattern.set(s)
	q.spots.each(s, enoughInPlace(len(s)), allowedEdits(len(s)), func(from, to, _ int) {
		c := q.pattern.scan(len(s), q.stream.sound[from:to], q.stream.beats[from:to+1])
		c.end += from
		if c.edits < best.edits || c.edits == best.edits && (c.loose < best.loose || c.loose == best.loose && c.end < best.end) {
			best = c
		}
	})
	q.pattern.clear(s)
	return best
}

// overlap reports whether two stretches share more than a symbol.
func overlap(from, to, otherFrom, otherTo int) bool { return min(to, otherTo)-max(from, otherFrom) > 1 }
