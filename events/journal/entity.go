package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"lightshare/events"
)

// Rules are the pure heart of a journal: how one subject (a lot, an order, an entry) changes. They know no clock, no
// network and no disk, so that replaying the facts always leads to the same state.
//
// S is the state of one subject; its zero value is a subject that nothing has happened to. Apply must not change what
// s shares with older states, except that it may append to slices: states form one line, and one taken back is never
// used again.
type Rules[S any] interface {
	// Decide answers c with the fact that follows, or refuses it with an error that wraps an [events.Refusal].
	// A nil fact without an error means that c only asked: the answer is the view.
	Decide(s S, c events.Command, now time.Time) (events.Fact, error)

	// Apply returns the state after f, which was decided at the given time as the subject's fact number seq.
	Apply(s S, f events.Fact, at time.Time, seq uint64) S

	// Deadline says when the subject must be decided about by itself, and with which command; a zero time means never.
	Deadline(s S) (time.Time, events.Command)

	// View is what an answer shows of the subject.
	View(s S) any
}

// An Entity is one subject's state together with the commands it has accepted. It is the whole of deciding, without
// the disk: a journal's writer and an offline judge use the same one. Not safe for concurrent use.
type Entity[S any] struct {
	State S
	Seq   uint64            // the newest fact
	At    time.Time         // when it was decided
	head  [sha256.Size]byte // its hash
	seen  seen              // the commands accepted
}

// fingerprint stands for a command id where millions are remembered: the first eight bytes of its SHA-256. A lot would
// need some thousand million bids before two ids are likely to share one, and the later is then refused, not lost.
type fingerprint uint64

func fingerprintOf(id events.CommandID) fingerprint {
	sum := sha256.Sum256([]byte(id))
	return fingerprint(binary.BigEndian.Uint64(sum[:]))
}

// errRepeated says that the command was accepted before.
var errRepeated = errors.New("repeated")

// Repeated reports whether err means that the same command was accepted before and has no further effect.
func Repeated(err error) bool { return errors.Is(err, errRepeated) }

// A Decision is a fact on its way to the journal.
type Decision struct {
	events.Record
	Decided events.Fact // what the record says
}

// Digest returns the fingerprint by which a reused command id is told from a repeated command: FNV-1a over kind and
// content.
func Digest(kind string, body []byte) uint64 {
	h := fnv.New64a()
	h.Write([]byte(kind))
	h.Write([]byte{0})
	h.Write(body)
	return h.Sum64()
}

// Decide decides c and applies what follows. It returns an error that is a refusal, or one for which [Repeated] is true.
// A decision without a kind means that c only asked. id may be empty for commands that nobody can send twice; body is c as
// it was sent.
func (e *Entity[S]) Decide(r Rules[S], subject string, id events.CommandID, c events.Command, body []byte, now time.Time) (Decision, error) {
	_, d, err := e.decide(nil, r, subject, id, c, body, now)
	return d, err
}

// decide is Decide, and returns journal with the record appended as it will lie there, if one follows.
func (e *Entity[S]) decide(journal []byte, r Rules[S], subject string, id events.CommandID, c events.Command, body []byte, now time.Time) ([]byte, Decision, error) {
	var print fingerprint
	digest := uint64(0)
	if id != "" {
		print, digest = fingerprintOf(id), Digest(c.CommandKind(), body)
		if known, ok := e.seen.digest(print); ok {
			if known != digest {
				return journal, Decision{}, events.IDReused
			}
			return journal, Decision{}, errRepeated
		}
	}
	if now.Before(e.At) {
		now = e.At
	}
	f, err := r.Decide(e.State, c, now)
	if err != nil || f == nil {
		return journal, Decision{}, err
	}
	rec := events.Record{Subject: subject, Seq: e.Seq + 1, At: now, Command: id, Digest: digest}
	if err := rec.SetFact(f); err != nil {
		return journal, Decision{}, fmt.Errorf("encode %s of %s: %w", f.FactKind(), subject, err)
	}
	if e.Seq > 0 {
		rec.Prev = bytes.Clone(e.head[:])
	}
	before := len(journal)
	journal = rec.AppendPublic(journal)
	hash := sha256.Sum256(journal[before:])
	e.apply(r, f, &rec, print, hash)
	return rec.AppendSecret(journal), Decision{rec, f}, nil
}

// ErrBroken means that a journal does not say what was once decided: a fact is missing, changed or out of order.
var ErrBroken = errors.New("the journal is broken")

// Replay applies a fact that was decided earlier. The record must be the next one of its subject and continue its chain
// of hashes; otherwise the error wraps [ErrBroken] and nothing is applied.
func (e *Entity[S]) Replay(r Rules[S], rec events.Record) (events.Fact, error) {
	if rec.Seq != e.Seq+1 {
		return nil, fmt.Errorf("replay %s: fact %d follows fact %d: %w", rec.Subject, rec.Seq, e.Seq, ErrBroken)
	}
	if e.Seq > 0 && !bytes.Equal(rec.Prev, e.head[:]) || e.Seq == 0 && len(rec.Prev) > 0 {
		return nil, fmt.Errorf("replay %s: fact %d does not follow from the facts before it: %w", rec.Subject, rec.Seq, ErrBroken)
	}
	if len(rec.Concealed) > 0 && len(rec.Secret) == 0 {
		return nil, fmt.Errorf("replay %s: of fact %d there is only what is public: %w", rec.Subject, rec.Seq, ErrBroken)
	}
	f, err := rec.Fact()
	if err != nil {
		return nil, fmt.Errorf("replay %s: %w: %w", rec.Subject, ErrBroken, err)
	}
	e.apply(r, f, &rec, fingerprintOf(rec.Command), rec.Hash())
	return f, nil
}

func (e *Entity[S]) apply(r Rules[S], f events.Fact, rec *events.Record, print fingerprint, hash [sha256.Size]byte) {
	e.State = r.Apply(e.State, f, rec.At, rec.Seq)
	e.Seq, e.At, e.head = rec.Seq, rec.At, hash
	if rec.Command != "" {
		e.seen.add(accepted{print, rec.Digest})
	}
}

// forget makes a command unknown that was accepted only tentatively.
func (e *Entity[S]) forget(id events.CommandID) { e.seen.forget(fingerprintOf(id)) }
