package journal

import (
	"iter"
	"maps"
)

// maxFew is up to how many commands a subject remembers in a list. A map costs more than a lot does, for as long as it
// has but a handful of bids.
const maxFew = 4

// seen is what a subject remembers of the commands that it accepted: their digests, by their ids. A copy stays what it
// was when another one learns something, as long as it has not more than [maxFew].
type seen struct {
	few  []accepted             // in the order of their facts; nil once there are many
	many map[fingerprint]uint64 // shared by all copies; nil while there are few
}

// accepted is a command that a subject remembers.
type accepted struct {
	ID     fingerprint
	Digest uint64
}

// digest returns the digest of the command with that id, if it was accepted.
func (s *seen) digest(id fingerprint) (uint64, bool) {
	if s.many != nil {
		digest, ok := s.many[id]
		return digest, ok
	}
	for _, c := range s.few {
		if c.ID == id {
			return c.Digest, true
		}
	}
	return 0, false
}

// add remembers a command.
func (s *seen) add(c accepted) {
	if s.many == nil && len(s.few) < maxFew {
		s.few = append(s.few, c)
		return
	}
	if s.many == nil {
		s.many = maps.Collect(s.all())
		s.few = nil
	}
	s.many[c.ID] = c.Digest
}

// forget makes a command unknown in all copies.
func (s *seen) forget(id fingerprint) {
	delete(s.many, id)
	for i, c := range s.few {
		if c.ID == id {
			s.few = append(s.few[:i:i], s.few[i+1:]...)
			return
		}
	}
}

func (s *seen) len() int { return len(s.few) + len(s.many) }

// all returns the digests by their ids. The subject may go on remembering meanwhile.
func (s seen) all() iter.Seq2[fingerprint, uint64] {
	if s.many != nil {
		return maps.All(s.many)
	}
	return func(yield func(fingerprint, uint64) bool) {
		for _, c := range s.few {
			if !yield(c.ID, c.Digest) {
				return
			}
		}
	}
}
