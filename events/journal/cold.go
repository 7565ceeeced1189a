package journal

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"lightshare/events"
)

const (
	coldAfter  = 24 * time.Hour // without a fact, before a subject that is over leaves memory
	maxRecalls = 4              // subjects read back at the same time
	maxAside   = 1024           // commands of a partition that wait for their subject to be read back
)

// A tomb is what stays in memory of a subject that is over and has had no fact for a day: where its facts lie, and the
// hash that vouches for them. Whoever sends a command to it later, be it one accepted long ago, has the subject read
// back from its facts first, and gets the answer that he would have got from memory.
type tomb struct {
	seq   uint64            // the newest fact
	head  [sha256.Size]byte // its hash
	trail trail
}

// bury takes a subject out of memory if it is over and nothing happened to it for a day.
func (p *partition[S]) bury(subject string, s *slot[S], now time.Time) bool {
	if p.j.keeper == nil || !s.deadline.IsZero() || now.Sub(s.At) < coldAfter || !p.j.keeper.IsOver(s.State) {
		return false
	}
	if at, _ := p.j.o.Rules.Deadline(s.State); !at.IsZero() {
		return false
	}
	p.cold[subject] = tomb{s.Seq, s.head, s.trail}
	delete(p.slots, subject)
	return true
}

// sweep takes every subject out of memory that bury would. It is for a partition that another process writes.
func (p *partition[S]) sweep() {
	for subject, s := range p.slots {
		p.bury(subject, s, p.j.o.Clock.Now())
	}
}

// aside is where commands wait whose subject is read back.
type aside struct {
	waiting map[string][]*item // by subject
	count   int                // of all that wait
	woken   chan func()        // hands the writer a subject that was read back
	again   []*item            // commands whose subject is there now
	recalls sync.WaitGroup
}

// setAside takes out the commands whose subjects are not in memory, has those read back beside the writer, and returns
// the others. What was set aside comes again when its subject is there.
func (p *partition[S]) setAside(ctx context.Context, items []*item) []*item {
	if len(p.cold) == 0 {
		return items
	}
	kept := items[:0]
	for _, it := range items {
		t, cold := p.cold[it.request.Subject]
		switch {
		case !cold:
			kept = append(kept, it)
		case p.aside.count >= maxAside:
			p.turnAway([]*item{it})
		default:
			p.aside.count++
			waiting, begun := p.aside.waiting[it.request.Subject]
			p.aside.waiting[it.request.Subject] = append(waiting, it)
			if !begun {
				p.aside.recalls.Go(func() { p.wake(ctx, it.request.Subject, t) })
			}
		}
	}
	return kept
}

// wake reads a subject back and gives it to the writer. It runs beside the writer.
func (p *partition[S]) wake(ctx context.Context, subject string, t tomb) {
	p.j.recalls <- struct{}{}
	e, err := p.j.recall(ctx, subject, t)
	<-p.j.recalls
	p.aside.woken <- func() {
		items := p.aside.waiting[subject]
		delete(p.aside.waiting, subject)
		p.aside.count -= len(items)
		if err != nil {
			p.j.o.Log.Error("subject not read back", "partition", p.subject, "subject", subject, "error", err)
			p.turnAway(items)
			return
		}
		if _, still := p.cold[subject]; still { // nobody else's facts have brought it back meanwhile
			delete(p.cold, subject)
			p.slots[subject] = &slot[S]{Entity: e, trail: t.trail}
		}
		p.aside.again = append(p.aside.again, items...)
	}
}

// recall reads a subject back from its facts. The error wraps [ErrBroken] if they do not lead to what the tomb says.
func (j *Journal[S]) recall(ctx context.Context, subject string, t tomb) (Entity[S], error) {
	var e Entity[S]
	err := walkTrail(ctx, j.stream, subject, t.trail, func(rec events.Record) error {
		_, err := e.Replay(j.o.Rules, rec)
		return err
	})
	if err != nil {
		return e, err
	}
	if e.Seq != t.seq || e.head != t.head {
		return e, fmt.Errorf("recall %s: its facts end with number %d, and not as they did: %w", subject, e.Seq, ErrBroken)
	}
	return e, nil
}

// Past calls f with every subject that has left memory, of the partitions that this process writes, by reading their
// facts from the first one on. It takes as long as that takes, and the writers go on meanwhile.
func (j *Journal[S]) Past(ctx context.Context, f func(subject string, s S)) error {
	for _, p := range j.partitions {
		var tombs map[string]tomb
		var last uint64
		err := p.between(ctx, func() { tombs, last = maps.Clone(p.cold), p.last })
		if err != nil && !errors.Is(err, errNotWriter) {
			return err
		}
		if len(tombs) == 0 {
			continue
		}
		if err := j.past(ctx, p.subject, last, tombs, f); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal[S]) past(ctx context.Context, partition string, last uint64, tombs map[string]tomb, f func(subject string, s S)) error {
	under := make(map[string]*Entity[S]) // way
	return scan(ctx, j.stream, partition, 1, last, func(_ string, data []byte, sequence uint64) error {
		records, err := Records(data)
		if err != nil {
			return fmt.Errorf("message %d: %w", sequence, err)
		}
		for _, rec := range records {
			t, cold := tombs[rec.Subject]
			if !cold || rec.Seq > t.seq {
				continue
			}
			e := under[rec.Subject]
			if e == nil {
				e = new(Entity[S])
				under[rec.Subject] = e
			}
			if _, err := e.Replay(j.o.Rules, rec); err != nil {
				return fmt.Errorf("message %d: %w", sequence, err)
			}
			if e.Seq == t.seq {
				delete(under, rec.Subject)
				f(rec.Subject, e.State)
			}
		}
		return nil
	})
}
