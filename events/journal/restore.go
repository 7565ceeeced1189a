package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"lightshare/events"
)

// restoreAll brings every partition up to date, as many at a time as there are processors, before any is taken over: a
// lease would run out meanwhile.
func (j *Journal[S]) restoreAll(ctx context.Context) error {
	var all errgroup.Group
	all.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range j.partitions {
		all.Go(func() error {
			if err := p.restore(ctx); err != nil {
				return err
			}
			return p.follow(ctx)
		})
	}
	return all.Wait()
}

// restore begins a partition from its newest snapshot that is whole and fits, and reads the journal on from there. A
// snapshot that is unreadable, of other rules, ahead of the journal or at odds with it is named in the log and not
// used. The partition then begins with its first fact.
func (p *partition[S]) restore(ctx context.Context) error {
	if p.j.keeper == nil {
		return nil
	}
	shelf, err := openShelf(ctx, p.j.js, p.j.o.Name, p.n)
	if err != nil {
		p.j.o.Log.Warn("snapshots not found", "partition", p.subject, "error", err)
		return nil
	}
	there, err := shelf.list(ctx)
	if err != nil {
		return fmt.Errorf("list snapshots of %s: %w", p.subject, err)
	}
	for _, s := range there {
		err := p.begin(ctx, shelf.read(ctx, s))
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		p.j.o.Log.Warn("snapshot not used", "partition", p.subject, "place", s.place, "error", err)
		p.forget()
	}
	return nil
}

// begin takes a snapshot over and reads the journal on from it.
func (p *partition[S]) begin(ctx context.Context, r io.Reader) error {
	var message *jetstream.RawStreamMsg // the newest before the snapshot
	picture, err := readPicture[S](r, func(found imprint) (err error) {
		message, err = p.j.stream.GetMsg(ctx, found.From)
		if errors.Is(err, jetstream.ErrMsgNotFound) || err == nil && message.Subject != p.subject {
			return errUnfit
		}
		if err != nil {
			return err
		}
		return found.fits(imprint{Format: snapshotFormat, Subject: p.subject, Rules: rulesOf(p.j.keeper)}, message.Data)
	})
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, r); err != nil { // to where the checksum is
		return err
	}
	p.slots, p.cold, p.now, p.until, p.ahead = picture.slots, picture.cold, picture.Now, picture.Until, picture.since(picture.From)
	changes, err := p.apply(ctx, message.Data, message.Sequence)
	if err == nil && len(changes) > 0 {
		err = fmt.Errorf("it does not know message %d: %w", message.Sequence, errUnfit)
	}
	if err == nil {
		err = p.replay(ctx)
	}
	if err == nil && (p.last < p.until || len(p.ahead) > 0) {
		err = fmt.Errorf("it knows what the journal does not: %w", errUnfit)
	}
	return err
}

// since returns the subjects with facts in the message of that sequence or a later one. The journal must bear each out.
func (p *picture[S]) since(sequence uint64) map[string]struct{} {
	all := make(map[string]struct{})
	for subject, s := range p.slots {
		if s.trail.last >= sequence {
			all[subject] = struct{}{}
		}
	}
	for subject, t := range p.cold {
		if t.trail.last >= sequence {
			all[subject] = struct{}{}
		}
	}
	return all
}

// forget takes the partition back to before its first fact.
func (p *partition[S]) forget() {
	p.slots, p.cold = make(map[string]*slot[S]), make(map[string]tomb)
	p.last, p.until, p.now, p.ahead = 0, 0, time.Time{}, nil
	p.unkept.Store(0)
}

// skips reports whether a record read after a snapshot is one that its subject knows from there. One that is not what
// the subject knows is an error.
func (p *partition[S]) skips(rec events.Record, sequence uint64) (bool, error) {
	if sequence > p.until {
		return false, nil
	}
	seq, head := uint64(0), [sha256.Size]byte{}
	if s := p.slots[rec.Subject]; s != nil {
		seq, head = s.Seq, s.head
	} else if t, cold := p.cold[rec.Subject]; cold {
		seq, head = t.seq, t.head
	}
	if rec.Seq > seq {
		return false, nil
	}
	if rec.Seq == seq {
		if hash := rec.Hash(); !bytes.Equal(hash[:], head[:]) {
			return false, fmt.Errorf("fact %d of %s: %w", rec.Seq, rec.Subject, errUnfit)
		}
		delete(p.ahead, rec.Subject)
	}
	return true, nil
}
