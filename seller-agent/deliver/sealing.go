package deliver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"

	"lightshare/events/sealed"
)

const (
	batchRecords = 8 // sealed at a time, half a MiB
	ahead        = 2 // batches sealed beside the one that is being sent
)

// errSwapped says that the file is not what its tree was made of any more.
var errSwapped = errors.New("the file has changed under the transfer")

// A batch is a few sealed records, or records being sealed.
type batch struct {
	first int64  // number of the first record
	bytes []byte // in a buffer from batches
	buf   *[]byte
	err   error
	done  chan struct{} // closed when the records are sealed and checked
}

// batches are the buffers in which records are sealed.
var batches = sync.Pool{New: func() any { b := make([]byte, batchRecords*sealed.SealedRecordSize); return &b }}

// A sealing seals the records of a file from one on, in order. Nothing leaves it but what belongs to the sealed tree: a
// key must never seal two contents, and a file that changed meanwhile would be a second one. It would have other tags.
type sealing struct {
	size   int64 // of the file
	sealer *sealed.Sealer
	text   io.Reader // what is to be sealed, from the first record on
	tags   io.Reader // of the records when their tree was made, likewise
}

// batches seals the records from the given one up to, without, another, on as many goroutines as there is work for. The
// caller recycles each batch once it has waited for it, and cancels ctx if it wants no more. The channel is closed when
// the sealing has ended.
func (s *sealing) batches(ctx context.Context, from, to int64) <-chan *batch {
	queue := make(chan *batch, ahead)
	go func() {
		defer close(queue)
		for ; from < to; from += batchRecords {
			b, more := s.next(from, min(from+batchRecords, to))
			select {
			case queue <- b:
			case <-ctx.Done():
				b.recycle()
				return
			}
			if !more {
				return
			}
		}
	}()
	return queue
}

// next reads the text of some records and has them sealed. It reports whether there was anything to seal.
func (s *sealing) next(from, to int64) (b *batch, more bool) {
	b = &batch{first: from, buf: batches.Get().(*[]byte), done: make(chan struct{})}
	tags := make([]byte, (to-from)*sealed.TagSize)
	if _, b.err = io.ReadFull(s.tags, tags); b.err == nil {
		b.err = s.read(b, from, to)
	}
	if b.err != nil {
		close(b.done)
		return b, false
	}
	go func() {
		defer close(b.done)
		b.err = s.seal(b, from, tags)
	}()
	return b, true
}

// read reads each record's text to the place of the sealed record.
func (s *sealing) read(b *batch, from, to int64) error {
	b.bytes = (*b.buf)[:0]
	for i := from; i < to; i++ {
		n, at := sealed.SealedLength(i, s.size), len(b.bytes)
		b.bytes = b.bytes[:at+n]
		if _, err := io.ReadFull(s.text, b.bytes[at:at+n-sealed.Overhead]); err != nil {
			return fmt.Errorf("read record %d: %w", i, err)
		}
	}
	return nil
}

// seal seals the records where they lie and holds each against what was sealed when the tree was made.
func (s *sealing) seal(b *batch, first int64, tags []byte) error {
	for tag := range slices.Chunk(tags, sealed.TagSize) {
		at := (first - b.first) * sealed.SealedRecordSize
		record := b.bytes[at:min(at+sealed.SealedRecordSize, int64(len(b.bytes)))]
		record = s.sealer.Seal(first, record[:len(record)-sealed.Overhead])
		if !bytes.Equal(sealed.Tag(record), tag) {
			return fmt.Errorf("record %d: %w", first, errSwapped)
		}
		first++
	}
	return nil
}

// wait returns the records once they are sealed.
func (b *batch) wait() ([]byte, error) {
	<-b.done
	return b.bytes, b.err
}

// recycle waits for the records and gives their room back.
func (b *batch) recycle() {
	<-b.done
	batches.Put(b.buf)
}

// A chain reads the leaves of a tree from a place on, part by part.
type chain struct {
	next func() ([]byte, error, bool)
	stop func()
	skip int64 // bytes yet to be left out
	part []byte
}

// chainOf reads leaves from byte skip on. It is to be closed.
func chainOf(leaves iter.Seq2[[]byte, error], skip int64) *chain {
	next, stop := iter.Pull2(leaves)
	return &chain{next: next, stop: stop, skip: skip}
}

func (c *chain) Read(p []byte) (int, error) {
	for len(c.part) == 0 {
		part, err, ok := c.next()
		if !ok {
			return 0, io.EOF
		}
		if err != nil {
			return 0, err
		}
		passed := min(c.skip, int64(len(part)))
		c.skip -= passed
		c.part = part[passed:]
	}
	n := copy(p, c.part)
	c.part = c.part[n:]
	return n, nil
}

// Close ends the reading.
func (c *chain) Close() { c.stop() }
