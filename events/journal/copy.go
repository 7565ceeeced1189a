package journal

import (
	"context"
	"encoding/gob"
	"iter"
	"maps"
	"time"
)

const (
	sliceSubjects = 256  // copied between two groups of the writer
	sliceCommands = 4096 // likewise
)

// copyAll encodes every subject. Those that have left memory come first: one that is read back meanwhile comes once
// more then, and none is missed.
func (p *partition[S]) copyAll(ctx context.Context, out *gob.Encoder) (end ending, held int64, err error) {
	cold, stopCold := iter.Pull2(maps.All(p.cold))
	defer stopCold()
	slots, stopSlots := iter.Pull2(maps.All(p.slots))
	defer stopSlots()
	seen := make(map[string]struct{})
	c := &copier[S]{p: p, cold: cold, slots: slots, stop: func() {}}
	defer func() { c.stop() }()
	for !c.done {
		if err := p.between(ctx, c.slice); err != nil {
			return end, held, err
		}
		for _, k := range c.copied {
			held += 1 + int64(len(k.Commands))
			seen[k.Subject] = struct{}{}
			if err := out.Encode(k); err != nil {
				return end, held, err
			}
		}
		end.Until = c.last
	}
	end.Subjects = len(seen)
	return end, held, nil
}

// copier copies the subjects of a partition slice by slice, each in the writer between two groups. The writer adds and
// removes subjects in between, which a map may while it is ranged over.
type copier[S any] struct {
	p        *partition[S]
	cold     func() (string, tomb, bool)
	slots    func() (string, *slot[S], bool)
	subject  string                             // whose commands are not all copied yet
	commands func() (fingerprint, uint64, bool) // the rest of them, or nil
	stop     func()
	noCold   bool // all of them are copied

	copied []kept[S]
	last   uint64
	done   bool
}

// slice copies the next subjects.
func (c *copier[S]) slice() {
	c.copied, c.last = nil, c.p.last
	now := c.p.time()
	for commands := 0; len(c.copied) < sliceSubjects && commands < sliceCommands && !c.done; {
		switch {
		case c.commands != nil:
			k := kept[S]{Subject: c.subject}
			c.copyCommands(&k)
			c.copied = append(c.copied, k)
		case !c.noCold:
			c.copyCold()
		default:
			c.copySlot(now)
		}
		if n := len(c.copied); n > 0 {
			commands += len(c.copied[n-1].Commands)
		}
	}
}

func (c *copier[S]) copyCold() {
	subject, t, ok := c.cold()
	if !ok {
		c.noCold = true
		return
	}
	c.copyTomb(subject, t)
}

func (c *copier[S]) copyTomb(subject string, t tomb) {
	c.copied = append(c.copied, kept[S]{Subject: subject, Seq: t.seq, Head: t.head, Trail: t.trail.steps})
}

func (c *copier[S]) copySlot(now time.Time) {
	subject, s, ok := c.slots()
	if !ok {
		c.done = true
		return
	}
	if c.p.bury(subject, s, now) {
		c.copyTomb(subject, c.p.cold[subject])
		return
	}
	state := s.State
	k := kept[S]{Subject: subject, Seq: s.Seq, At: s.At, Head: s.head, Trail: s.trail.steps, State: &state}
	c.subject = subject
	c.commands, c.stop = iter.Pull2(s.seen.all())
	c.copyCommands(&k)
	c.copied = append(c.copied, k)
}

// copyCommands copies as many commands as fit in a slice. Those of facts that the subject has had since its state was
// copied do no harm: the facts come when the journal is read on.
func (c *copier[S]) copyCommands(k *kept[S]) {
	for len(k.Commands) < sliceCommands {
		id, digest, ok := c.commands()
		if !ok {
			c.stop()
			c.commands = nil
			return
		}
		k.Commands = append(k.Commands, accepted{id, digest})
	}
}
