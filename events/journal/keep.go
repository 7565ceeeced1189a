package journal

import (
	"context"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"time"
)

const (
	keepBeat  = time.Second // between looks at whether a snapshot is due
	keepFacts = 50_000      // facts of a partition since its last snapshot, from which on the next one is due
	keepShare = 8           // …or a share of what the last one held, if that is more: so that a fact costs the same however much there is
	keepAtAll = time.Hour   // …or a while after the last one, if anything happened; what is over leaves memory then
)

// keep writes snapshots of the partitions that this process writes, one at a time, until ctx ends.
func (j *Journal[S]) keep(ctx context.Context) {
	tick := time.NewTicker(keepBeat)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			for _, p := range j.partitions {
				if !p.active() || !p.keepDue() {
					continue
				}
				if err := p.keep(ctx); err != nil && ctx.Err() == nil {
					j.o.Log.Warn("snapshot not written", "partition", p.subject, "error", err)
				}
			}
		case <-ctx.Done():
			return
		}
	}
}

// keepDue reports whether reading on from the last snapshot would take longer than is wanted.
func (p *partition[S]) keepDue() bool {
	p.keeping.Lock()
	defer p.keeping.Unlock()
	facts, age := p.unkept.Load(), p.j.o.Clock.Now().Sub(p.keptAt)
	return facts >= max(keepFacts, p.held/keepShare) || facts > 0 && age > keepAtAll || age > coldAfter
}

// errNotWriter means that another process writes the partition by now.
var errNotWriter = errors.New("another process writes the partition")

// keep writes a snapshot: it copies some subjects at a time between two groups of the writer, and encodes and sends
// them while that goes on. What has happened to a subject since the snapshot's beginning is no trouble, as its number
// says which facts it knows.
func (p *partition[S]) keep(ctx context.Context) error {
	p.keeping.Lock()
	defer p.keeping.Unlock()
	p.keptAt = p.j.o.Clock.Now()
	shelf, err := openShelf(ctx, p.j.js, p.j.o.Name, p.n)
	if err != nil {
		return err
	}
	what := imprint{Format: snapshotFormat, Subject: p.subject, Rules: rulesOf(p.j.keeper)}
	var facts int64
	look := func() { what.From, what.Now, facts = p.last, p.now, p.unkept.Load() }
	if err := p.between(ctx, look); err != nil || what.From == 0 {
		return err
	}
	message, err := p.j.stream.GetMsg(ctx, what.From)
	if err != nil {
		return err
	}
	what.Hash = sha256.Sum256(message.Data)
	to, err := shelf.write(ctx, what.From)
	if err != nil {
		return err
	}
	out := gob.NewEncoder(to)
	if err := out.Encode(what); err != nil {
		return err
	}
	end, held, err := p.copyAll(ctx, out)
	if err == nil {
		err = errors.Join(out.Encode(kept[S]{}), out.Encode(end), to.Close())
	}
	if err != nil {
		return err
	}
	p.held = held
	p.unkept.Add(-facts)
	return nil
}
