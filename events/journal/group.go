package journal

import (
	"context"
	"encoding/json"
	"time"

	"lightshare/events"
)

// undo is what a slot was before a tentative fact.
type undo[S any] struct {
	slot    *slot[S]
	before  Entity[S]
	command events.CommandID
}

// group is what is decided and appended together.
type group[S any] struct {
	changes []Change[S]
	undo    []undo[S]
	message []byte
}

// decide decides items in order, tentatively, until the message is full, and returns how many it took.
func (p *partition[S]) decide(items []*item) (*group[S], int) {
	g := &group[S]{}
	now := p.time()
	for n, it := range items {
		if len(g.message) > maxGroupBytes {
			return g, n
		}
		p.decideOne(g, it, now)
	}
	return g, len(items)
}

func (p *partition[S]) decideOne(g *group[S], it *item, now time.Time) {
	name := it.request.Subject
	s := p.slots[name]
	if s == nil {
		s = &slot[S]{}
	}
	before := undo[S]{s, s.Entity, it.request.ID}
	rec, err := s.Decide(p.j.o.Rules, name, it.request.ID, it.command, it.request.Body, now)
	answer := events.Answer{Seq: s.Seq}
	switch {
	case err == nil && rec.Kind != "":
		g.message = append(append(g.message, rec.Line...), '\n')
		p.slots[name] = s
		g.undo = append(g.undo, before)
		g.changes = append(g.changes, Change[S]{Record: rec.Record, Fact: rec.Decided, Before: before.before.State, State: s.State})
	case Repeated(err):
		answer.Repeated = true
	case err != nil:
		answer.Refusal = p.refusal(err, name, it)
	}
	if it.letter == nil {
		return
	}
	if !it.request.Quiet {
		if answer.View, err = json.Marshal(p.j.o.Rules.View(s.State)); err != nil {
			p.j.o.Log.Error("view not encoded", "subject", name, "error", err)
		}
	}
	it.reply = answer.AppendJSON(nil)
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

// commit appends the group's facts as one message and returns when they are on disk.
func (p *partition[S]) commit(ctx context.Context, g *group[S]) error {
	if len(g.changes) == 0 {
		return nil
	}
	sequence, err := p.append(ctx, p.subject, g.message, p.last)
	if err == nil {
		p.last = sequence
		p.unkept.Add(int64(len(g.changes)))
	}
	return err
}

// publish answers everybody, now that the facts are on disk, and hands the facts on.
func (p *partition[S]) publish(g *group[S], items []*item) {
	for _, it := range items {
		p.answer(it)
	}
	for _, c := range g.changes {
		s := p.slots[c.Record.Subject]
		s.trail.add(p.last)
		p.schedule(c.Record.Subject, s)
		if p.j.o.After != nil {
			p.j.o.After(c)
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
func (p *partition[S]) takeBack(g *group[S]) {
	for i := len(g.undo) - 1; i >= 0; i-- {
		u := g.undo[i]
		u.slot.Entity = u.before
		delete(u.slot.seen, u.command)
		if u.before.Seq == 0 {
			delete(p.slots, g.changes[i].Record.Subject)
		}
	}
}
