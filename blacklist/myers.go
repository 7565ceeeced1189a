package blacklist

// maxSound is the longest sound that is compared, in symbols; of a longer one the beginning counts.
const maxSound = 64

// A pattern finds the place in a text that differs from a sound in the fewest symbols, by Myers's bit vectors (A fast
// bit-vector algorithm for approximate string matching, J. ACM 46, 1999): one step for each symbol of the text, however
// long the sound. Used again for one sound after the other.
type pattern struct {
	places [256]uint64 // of each symbol in the sound; a masked one is everywhere
}

// find returns how many symbols must be changed, left out or put in at the best place of t, and where it ends. Of
// equally good places the first that begins and ends with a word counts, as beats says: true where a word begins, or the
// text has ended; nil where words do not matter. s is at most maxSound long.
func (p *pattern) find(s sound, t []byte, beats []bool) closeness {
	p.set(s)
	best := p.scan(len(s), t, beats)
	p.clear(s)
	return best
}

// set makes s the sound that is looked for, until clear.
func (p *pattern) set(s sound) {
	p.places[anySound] = ^uint64(0)
	for i, c := range s {
		p.places[c] |= 1 << i
	}
}

func (p *pattern) clear(s sound) {
	for _, c := range s {
		p.places[c] = 0
	}
}

// scan looks for the sound that was set, of so many symbols.
func (p *pattern) scan(length int, t []byte, beats []bool) closeness {
	last := uint64(1) << (length - 1)
	more, less := ^uint64(0), uint64(0)
	best, now, loose := closeness{edits: length}, length, 3
	for i, c := range t {
		eq := p.places[c] | less
		same := (((eq & more) + more) ^ more) | eq
		up, down := less|^(more|same), more&same
		if up&last != 0 {
			now++
		} else if down&last != 0 {
			now--
		}
		up <<= 1
		less, more = up&same, down<<1|^(up|same)
		if now < best.edits || now == best.edits && loose > 0 && beats != nil {
			if l := looseEdges(beats, i+1-length, i+1, now); now < best.edits || l < loose {
				best, loose = closeness{now, i + 1, l}, l
			}
		}
	}
	return best
}

// least returns only how many symbols differ at the best place.
func (p *pattern) least(length int, t []byte) int {
	last := uint(length - 1)
	more, less := ^uint64(0), uint64(0)
	best, now := length, length
	for _, c := range t {
		eq := p.places[c] | less
		same := (((eq & more) + more) ^ more) | eq
		up, down := less|^(more|same), more&same
		now += int(up>>last&1) - int(down>>last&1)
		best = min(best, now)
		up <<= 1
		less, more = up&same, down<<1|^(up|same)
	}
	return best
}

// looseEdges returns at how many of its ends a place is no place between words, give or take the edits.
func looseEdges(beats []bool, from, to, edits int) int {
	if beats == nil {
		return 0
	}
	loose := 2
	if beats[to] {
		loose--
	}
	for i := max(0, from-edits); i <= min(from+edits, to-1); i++ {
		if beats[i] {
			return loose - 1
		}
	}
	return loose
}
