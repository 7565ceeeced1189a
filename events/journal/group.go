package journal

import (
	"context"
	"encoding/json"
	"time"

	"lightshare/events"
)

// step is what one fact did to its subject.
type step[S any] struct {
	slot   *slot[S]
	before Entity[S]
	after  S
	record events.Record
	fact   events.Fact
}

func (s *step[S]) change() Change[S] {
	return Change[S]{Record: s.record, Fact: s.fact, Before: s.before.State, State: s.after}
}

// group is what is decided and appended together. A partition has one and uses it again and again.
type group[S any] struct {
	steps   []step[S]
	message []byte
}

// clear empties the group and keeps its room.
func (g *group[S]) clear() {
	clear(g.steps)
	g.steps, g.message = g.steps[:0], g.message[:0]
}

// decide decides items in order, tentatively, until the message is full, and returns how many it took.
func (p *partition[S]) decide(items []*item) int {
	now := p.time()
	for n, it := range items {
		if len(p.group.message) > maxGroupBytes {
			return n
		}
		p.decideOne(it, now)
	}
	return len(items)
}

func (p *partition[S]) decideOne(it *item, now time.Time) {
	name, g := it.request.Subject, &p.group
	s := p.slots[name]
	if s == nil {
		s = &slot[S]{}
	}
	before := s.Entity
	var answer events.Answer
	if told, err := s.tell(it.command, &answer); told {
		p.reply(it, s, answer, err)
		return
	}
	message, rec, err := s.decide(g.message, p.j.o.Rules, name, it.request.ID, it.command, it.request.Body, now)
	g.message = message
	answer.Seq = s.Seq
	switch {
	case err == nil && rec.Kind != "":
		if before.Seq == 0 {
			p.slots[name] = s
		}
		g.message = append(g.message, '\n')
		g.steps = append(g.steps, step[S]{slot: s, before: before, after: s.State, record: rec.Record, fact: rec.Decided})
	case Repeated(err):
		answer.Repeated = true
	case err != nil:
		answer.Refusal = p.refusal(err, name, it)
	}
	if it.letter == nil {
		return
	}
	if !it.request.Quiet {
		answer.View, err = json.Marshal(p.j.o.Rules.View(s.State))
	} else {
		err = nil
	}
	p.reply(it, s, answer, err)
}

// reply encodes what the sender will be told.
func (p *partition[S]) reply(it *item, s *slot[S], a events.Answer, viewErr error) {
	if viewErr != nil {
		p.j.o.Log.Error("view not encoded", "subject", it.request.Subject, "error", viewErr)
	}
	p.vouchFor(it, s, a)
	it.reply = a.AppendJSON(make([]byte, 0, 32+len(a.View)))
}

// refusal returns the refusal in err. Anything else is a fault of ours, logged, and asks the sender to come again.
func (p *partition[S]) refusal(err error, subject string, it *item) events.Refusal {
	if r, ok := events.AsRefusal(err); ok {
		if it.letter == nil {
			p.j.o.Log.Error("deadline refused", "subject", subject, "command", it.command.CommandKind(), "refusal", r)
		}
		return r
	}
	p.j.o.Log.Error("command not decided", "subject", subject, "command", it.command.CommandKind(), "error", err)
	return events.Unavailable
}

// commit appends the group's facts as one message and returns when they are on disk. A group without facts is appended
// too while an earlier append may still arrive: from then on the fence turns that down, and what is answered now holds.
func (p *partition[S]) commit(ctx context.Context) error {
	if len(p.group.steps) == 0 && !p.doubt {
		return nil
	}
	sequence, err := p.append(ctx, p.subject, p.group.message, p.last)
	if err != nil {
		p.doubt = p.doubt || !isStale(err)
		return err
	}
	p.last, p.doubt = sequence, false
	p.unkept.Add(int64(len(p.group.steps)))
	return nil
}

// publish hands on facts that are on disk.
func (p *partition[S]) publish(steps []step[S]) {
	for i := range steps {
		s := &steps[i]
		s.slot.trail.add(p.last)
		p.schedule(s.record.Subject, s.slot)
		if p.j.o.After != nil {
			p.j.o.After(s.change())
		}
	}
}

// schedule enters the subject's deadline if it has a new one.
func (p *partition[S]) schedule(subject string, s *slot[S]) {
	at, _ := p.j.o.Rules.Deadline(s.State)
	if at.Equal(s.deadline) {
		return
	}
	s.deadline = at
	if !at.IsZero() {
		p.due.add(at, subject)
	}
}

// takeBack restores what every slot was before the group, newest first.
func (p *partition[S]) takeBack() {
	for i := len(p.group.steps) - 1; i >= 0; i-- {
		s := &p.group.steps[i]
		s.slot.Entity = s.before
		s.slot.forget(s.record.Command)
		if s.before.Seq == 0 {
			delete(p.slots, s.record.Subject)
		}
	}
}
