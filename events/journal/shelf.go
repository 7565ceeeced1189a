package journal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

const (
	chunkSize = 256 << 10 // bytes of a snapshot in one message
	sumHeader = "Sum"     // of the last chunk: SHA-256 of all
	atHeader  = "Journal" // of the first chunk: the sequence from which the journal is to be read on
)

// A shelf keeps the snapshots of one partition on a stream of their own: two places, written in turn, so that there is
// always a whole one however a write ends, and never more than two. It is a stream, not a file, so that whoever takes
// a partition over finds them; it is not the journal's, so that no bid ever waits for one; and it is not synced at
// every message, since a snapshot that power took half of is noticed by its checksum and not used.
type shelf struct {
	js      jetstream.JetStream
	stream  jetstream.Stream
	journal string
	n       int // partition
}

func openShelf(ctx context.Context, js jetstream.JetStream, journal string, n int) (*shelf, error) {
	stream, err := js.Stream(ctx, events.Snapshots)
	if err != nil {
		return nil, err
	}
	return &shelf{js, stream, journal, n}, nil
}

func (s *shelf) place(n int) string { return events.SnapshotSubject(s.journal, s.n, n) }

// standing is a snapshot that begins on the shelf, whether it ends or not.
type standing struct {
	place string
	first *jetstream.RawStreamMsg
	from  uint64
}

// list returns what begins on the shelf, the newest first.
func (s *shelf) list(ctx context.Context) ([]standing, error) {
	var all []standing
	for n := range 2 {
		first, err := s.stream.GetMsg(ctx, 1, jetstream.WithGetMsgSubject(s.place(n)))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		from, err := strconv.ParseUint(first.Header.Get(atHeader), 10, 64)
		if err != nil {
			continue // not the beginning of one
		}
		all = append(all, standing{s.place(n), first, from})
	}
	if len(all) == 2 && all[1].from > all[0].from {
		all[0], all[1] = all[1], all[0]
	}
	return all, nil
}

// shelfReader reads a snapshot chunk by chunk. At its end it returns io.EOF only if the checksum was right.
type shelfReader struct {
	ctx    context.Context // of the one read that it is made for
	shelf  *shelf
	place  string
	next   *jetstream.RawStreamMsg
	rest   []byte
	summed hash.Hash
}

func (s *shelf) read(ctx context.Context, from standing) io.Reader {
	return &shelfReader{ctx: ctx, shelf: s, place: from.place, next: from.first, summed: sha256.New()}
}

var errDamaged = errors.New("the snapshot is damaged")

func (r *shelfReader) Read(b []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.next == nil {
			return 0, io.EOF
		}
		r.rest = r.next.Data
		r.summed.Write(r.rest)
		if err := r.turn(); err != nil {
			return 0, err
		}
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// turn fetches the chunk after the present one, or checks the sum after the last.
func (r *shelfReader) turn() error {
	if sum := r.next.Header.Get(sumHeader); sum != "" {
		r.next = nil
		if sum != hex.EncodeToString(r.summed.Sum(nil)) {
			return errDamaged
		}
		return nil
	}
	next, err := r.shelf.stream.GetMsg(r.ctx, r.next.Sequence+1, jetstream.WithGetMsgSubject(r.place))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return fmt.Errorf("%w: it has no end", errDamaged)
	}
	r.next = next
	return err
}

// shelfWriter writes a snapshot chunk by chunk.
type shelfWriter struct {
	ctx    context.Context // of the one write that it is made for
	shelf  *shelf
	place  string
	last   uint64 // sequence of the newest chunk: whoever else writes here makes the next one fail
	header nats.Header
	chunk  []byte
	summed hash.Hash
}

// write clears the place of the older snapshot and begins a new one there.
func (s *shelf) write(ctx context.Context, from uint64) (*shelfWriter, error) {
	there, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	place := s.place(0)
	if len(there) > 0 && there[0].place == place {
		place = s.place(1)
	}
	if err := s.stream.Purge(ctx, jetstream.WithPurgeSubject(place)); err != nil {
		return nil, err
	}
	header := nats.Header{atHeader: {strconv.FormatUint(from, 10)}}
	return &shelfWriter{ctx: ctx, shelf: s, place: place, header: header, summed: sha256.New()}, nil
}

func (w *shelfWriter) Write(b []byte) (int, error) {
	w.chunk = append(w.chunk, b...)
	for len(w.chunk) > chunkSize {
		if err := w.put(w.chunk[:chunkSize]); err != nil {
			return 0, err
		}
		w.chunk = w.chunk[chunkSize:]
	}
	return len(b), nil
}

func (w *shelfWriter) put(chunk []byte) error {
	w.summed.Write(chunk)
	msg := &nats.Msg{Subject: w.place, Header: w.header, Data: chunk}
	ack, err := w.shelf.js.PublishMsg(w.ctx, msg, jetstream.WithExpectLastSequencePerSubject(w.last), jetstream.WithRetryAttempts(0))
	if err != nil {
		return err
	}
	w.last, w.header = ack.Sequence, nil
	return nil
}

// Close writes the last chunk, with the checksum. A snapshot that is not closed is never used.
func (w *shelfWriter) Close() error {
	if w.header == nil {
		w.header = nats.Header{}
	}
	all := w.summed
	all.Write(w.chunk)
	w.header.Set(sumHeader, hex.EncodeToString(all.Sum(nil)))
	return w.put(w.chunk)
}
