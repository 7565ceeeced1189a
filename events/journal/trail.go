package journal

import (
	"encoding/binary"
	"iter"
)

// A trail says where a subject's facts lie: the sequences of the messages that hold them, ascending, each as its
// distance from the one before. That is one or two bytes a message. The zero trail is empty.
type trail struct {
	steps []byte // varints; only ever appended to, so that copies of a trail may share them
	last  uint64
}

// add appends the message of that sequence, unless it is the newest already.
func (t *trail) add(sequence uint64) {
	if sequence > t.last {
		t.steps = binary.AppendUvarint(t.steps, sequence-t.last)
		t.last = sequence
	}
}

// all returns the sequences in order.
func (t trail) all() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		sequence := uint64(0)
		for rest := t.steps; len(rest) > 0; {
			step, n := binary.Uvarint(rest)
			if n <= 0 {
				return
			}
			sequence, rest = sequence+step, rest[n:]
			if !yield(sequence) {
				return
			}
		}
	}
}

// trailOf reads the steps of a trail.
func trailOf(steps []byte) trail {
	t := trail{steps: steps}
	for sequence := range t.all() {
		t.last = sequence
	}
	return t
}
