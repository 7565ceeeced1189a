package journal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// replay brings the partition's state up to date with its facts.
func (p *partition[S]) replay(ctx context.Context) error {
	newest, err := p.j.stream.GetLastMsgForSubject(ctx, p.subject)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil
	}
	if err != nil || newest.Sequence <= p.last {
		return err
	}
	return scan(ctx, p.j.stream, p.subject, p.last+1, newest.Sequence, func(_ string, data []byte, sequence uint64) error {
		_, err := p.apply(ctx, data, sequence)
		return err
	})
}

// readTail applies whatever lies in the partition behind the last message known: another writer's facts, or our own
// whose acknowledgement was lost.
func (p *partition[S]) readTail(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, appendTimeout)
	defer cancel()
	for {
		msg, err := p.j.stream.GetMsg(ctx, p.last+1, jetstream.WithGetMsgSubject(p.subject))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			p.unsure = false
			return nil
		}
		if err != nil {
			return err
		}
		steps, err := p.apply(ctx, msg.Data, msg.Sequence)
		if err != nil {
			return err
		}
		p.publish(steps)
	}
}

// ready schedules every subject and hands it to whoever wants to know what there is.
func (p *partition[S]) ready() {
	for subject, s := range p.slots {
		p.schedule(subject, s)
		if p.j.o.Ready != nil {
			p.j.o.Ready(subject, s.State)
		}
	}
}

// apply applies the facts of one message.
func (p *partition[S]) apply(ctx context.Context, data []byte, sequence uint64) ([]step[S], error) {
	records, err := Records(data)
	if err != nil {
		return nil, fmt.Errorf("message %d: %w", sequence, err)
	}
	steps := make([]step[S], 0, len(records))
	for _, rec := range records {
		if rec.At.After(p.now) {
			p.now = rec.At
		}
		if known, err := p.skips(rec, sequence); known || err != nil {
			if err != nil {
				return nil, fmt.Errorf("message %d: %w", sequence, err)
			}
			continue
		}
		s, err := p.slotOf(ctx, rec.Subject)
		if err != nil {
			return nil, err
		}
		before := s.Entity
		f, err := s.Replay(p.j.o.Rules, rec)
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", sequence, err)
		}
		s.trail.add(sequence)
		steps = append(steps, step[S]{slot: s, before: before, after: s.State, record: rec, fact: f})
	}
	p.last = sequence
	p.unkept.Add(int64(len(steps)))
	return steps, nil
}

// slotOf returns the subject that a fact is about, read back if it has left memory.
func (p *partition[S]) slotOf(ctx context.Context, subject string) (*slot[S], error) {
	if s := p.slots[subject]; s != nil {
		return s, nil
	}
	s := &slot[S]{}
	if t, cold := p.cold[subject]; cold {
		var err error
		if s.Entity, err = p.j.recall(ctx, subject, t); err != nil {
			return nil, err
		}
		s.trail = t.trail
		delete(p.cold, subject)
	}
	p.slots[subject] = s
	return s, nil
}

// Records reads the facts of one journal message.
func Records(data []byte) ([]events.Record, error) {
	var records []events.Record
	for line := range bytes.Lines(data) {
		var rec events.Record
		if err := json.Unmarshal(line, &rec); err != nil {
			return nil, fmt.Errorf("record %d: %w", len(records), err)
		}
		records = append(records, rec)
	}
	return records, nil
}
