package blacklist

import "bytes"

// A stream is the sounds of all fields of a document, each behind a zero.
type stream struct {
	sound   []byte
	beats   []bool // true where a word begins or has ended; one more than sounds
	fields  []int  // where each begins
	lengths []int  // and how long it is
	masked  bool   // a letter is masked
	blank   []byte
}

func (s *stream) read(d *document) {
	s.sound, s.fields, s.lengths, s.beats = s.sound[:0], s.fields[:0], s.lengths[:0], s.beats[:0]
	for i := range d.fields {
		f := &d.fields[i]
		began := len(s.sound)
		s.fields, s.lengths = append(s.fields, began), append(s.lengths, len(f.sound))
		s.sound = append(append(s.sound, f.sound...), 0)
		for range len(f.sound) + 1 {
			s.beats = append(s.beats, false)
		}
		for _, beat := range f.beats {
			s.beats[began+beat] = true
		}
		s.beats[began+len(f.sound)] = true
	}
	s.beats = append(s.beats, true)
	s.masked = bytes.IndexByte(s.sound, anySound) >= 0
}

// field returns the number of the field that ends behind the place.
func (s *stream) field(end int) int {
	for i := len(s.fields) - 1; i > 0; i-- {
		if end > s.fields[i] {
			return i
		}
	}
	return 0
}

// blanked returns the sounds with those between two places blank. The next call uses the memory again.
func (s *stream) blanked(from, to int) []byte {
	s.blank = append(s.blank[:0], s.sound...)
	clear(s.blank[max(0, from):to])
	return s.blank
}

// without returns the sounds with those blank where the name stands, as near as c or nearer. The next call uses the
// memory again.
func (s *stream) without(p *pattern, name sound, c closeness) []byte {
	s.blank = append(s.blank[:0], s.sound...)
	for range maxFields {
		clear(s.blank[max(0, c.end-len(name)):c.end])
		next := p.find(name, s.blank, nil)
		if next.edits > c.edits {
			break
		}
		c = next
	}
	return s.blank
}

// length returns how many sounds a field has.
func (s *stream) length(field int) int { return s.lengths[field] }

// mayBeAll reports whether names of these lengths may be all that one field says, or each all that one says, with as
// many symbols put in or left out as are forgiven.
func (s *stream) mayBeAll(a, b int) bool {
	hasA, hasB := false, false
	for _, length := range s.lengths {
		if isAbout(length, a+b) {
			return true
		}
		hasA, hasB = hasA || isAbout(length, a), hasB || isAbout(length, b)
	}
	return hasA && hasB
}

func isAbout(a, b int) bool { return a-b <= 5 && b-a <= 5 }

// inField returns one field's sounds.
func (s *stream) inField(i int) []byte {
	return s.sound[s.fields[i]:][:s.lengths[i]]
}

// A closeness is how near a name comes to the best place of a stream.
type closeness struct {
	edits int // symbols that differ; -1 when nobody has looked
	end   int // where the place ends
	loose int // how many of its two ends are within a word
}

var unknownCloseness = closeness{edits: -1}

// allowedEdits is how many symbols of a sound may differ.
func allowedEdits(length int) int {
	switch {
	case length < 4:
		return 0
	case length < 7:
		return 1
	case length < 11:
		return 2
	case length < 16:
		return 3
	}
	return 4
}
