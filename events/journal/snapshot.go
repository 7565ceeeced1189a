package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// A Keeper is [Rules] whose states may be kept in snapshots, and leave memory once they are over.
type Keeper[S any] interface {
	// Version is raised whenever the same facts lead to other states than before. A snapshot of another version, or of
	// states with other fields, is not used.
	Version() int

	// IsOver reports whether nothing more is expected of s but late questions.
	IsOver(s S) bool
}

// snapshotFormat is raised when what follows here changes.
const snapshotFormat = 2

// imprint says what a snapshot belongs to.
type imprint struct {
	Format  int
	Subject string            // of the partition in the journal
	Rules   string            // version and shape of the states
	From    uint64            // sequence of the message after which the journal is to be read
	Hash    [sha256.Size]byte // of that message
	Now     time.Time         // the journal's time then
}

// A kept is one subject in a snapshot. Copies are made while the writer goes on, so that a subject may be ahead of the
// snapshot's beginning; those of its facts that it knows already are then skipped. A subject with very many commands
// comes in several pieces, all but the first with nothing but commands.
type kept[S any] struct {
	Subject  string
	Seq      uint64
	At       time.Time
	Head     [sha256.Size]byte
	Trail    []byte
	State    *S // nil: it has left memory
	Commands []accepted
}

// ending comes after the last subject.
type ending struct {
	Until    uint64 // sequence of the newest message that anything in the snapshot can know of
	Subjects int
}

var errUnfit = errors.New("the snapshot is not of this journal and these rules")

// rulesOf describes the states that rules lead to, so that a snapshot by others is recognised.
func rulesOf[S any](k Keeper[S]) string {
	var b strings.Builder
	describe(&b, reflect.TypeFor[S](), map[reflect.Type]bool{})
	return fmt.Sprintf("%d %x", k.Version(), sha256.Sum256([]byte(b.String())))
}

// describe writes the names and types of all fields that t leads to.
func describe(b *strings.Builder, t reflect.Type, known map[reflect.Type]bool) {
	b.WriteString(t.String())
	if known[t] {
		return
	}
	known[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		describe(b, t.Elem(), known)
	case reflect.Map:
		describe(b, t.Key(), known)
		describe(b, t.Elem(), known)
	case reflect.Struct:
		for field := range t.Fields() {
			b.WriteString(" " + field.Name + ":")
			describe(b, field.Type, known)
		}
	}
}

// picture is what a snapshot holds.
type picture[S any] struct {
	imprint
	ending
	slots map[string]*slot[S]
	cold  map[string]tomb
}

// readPicture reads a snapshot to its end.
func readPicture[S any](r io.Reader, fits func(imprint) error) (*picture[S], error) {
	in := gob.NewDecoder(r)
	p := &picture[S]{slots: make(map[string]*slot[S]), cold: make(map[string]tomb)}
	if err := in.Decode(&p.imprint); err != nil {
		return nil, err
	}
	if err := fits(p.imprint); err != nil {
		return nil, err
	}
	for n := 0; ; n++ {
		var k kept[S]
		if err := in.Decode(&k); err != nil {
			return nil, err
		}
		if k.Subject == "" {
			break
		}
		if err := p.add(k); err != nil {
			return nil, err
		}
	}
	if err := in.Decode(&p.ending); err != nil {
		return nil, err
	}
	if p.Subjects != len(p.slots)+len(p.cold) {
		return nil, fmt.Errorf("%d subjects of %d", len(p.slots)+len(p.cold), p.Subjects)
	}
	return p, nil
}

func (p *picture[S]) add(k kept[S]) error {
	switch s := p.slots[k.Subject]; {
	case k.State != nil:
		s = &slot[S]{Entity: Entity[S]{State: *k.State, Seq: k.Seq, At: k.At, head: k.Head}, trail: trailOf(k.Trail)}
		s.remember(k.Commands)
		p.slots[k.Subject] = s
		delete(p.cold, k.Subject) // brought back while the snapshot was made
	case k.Seq > 0:
		p.cold[k.Subject] = tomb{k.Seq, k.Head, trailOf(k.Trail)}
	case s != nil:
		s.remember(k.Commands)
	default:
		return fmt.Errorf("commands of an unknown subject %q", k.Subject)
	}
	return nil
}

func (e *Entity[S]) remember(commands []accepted) {
	for _, c := range commands {
		e.seen.add(c)
	}
}

// fits returns why the partition cannot go on from a snapshot with that imprint.
func (i imprint) fits(want imprint, message []byte) error {
	hash := sha256.Sum256(message)
	if i.Format != want.Format || i.Subject != want.Subject || i.Rules != want.Rules || !bytes.Equal(i.Hash[:], hash[:]) {
		return errUnfit
	}
	return nil
}
