package fetch

import (
	"fmt"
	"io"
	"time"

	"lightshare/events/sealed"
)

const (
	buffers      = 6                     // batches under way between reading, checking and writing
	batchRecords = 8                     // records in a full batch, half a MiB; with twice as many they leave the processor's cache
	quick        = 20 * time.Millisecond // a batch that comes within this time may grow
)

// A batch is some records as they came; the last one may be cut short by err.
type batch struct {
	bytes []byte
	good  int           // of them, whole records that were checked
	took  time.Duration // to arrive
	err   error
}

// stream appends to p what body brings, up to the end of the file, each record only when it was checked against its
// leaf. Whatever goes wrong, p holds all records that were checked. It closes body.
//
// Reading, checking and writing run side by side on buffers that go round.
func stream(p *part, body io.ReadCloser, checked func(n int, took time.Duration)) error {
	free, came, good := make(chan []byte, buffers), make(chan batch, buffers), make(chan batch, buffers)
	for range buffers {
		free <- make([]byte, batchRecords*sealed.SealedRecordSize)
	}
	go readBatches(body, p.total()-p.size, p.grant.each(), free, came)
	go checkBatches(p, p.size, came, good)
	defer func() {
		body.Close()
		for b := range good {
			free <- b.bytes[:0]
		}
	}()
	for b := range good {
		if err := p.add(b.bytes[:b.good]); err != nil {
			return err
		}
		checked(b.good, b.took)
		if b.err != nil {
			return b.err
		}
		free <- b.bytes[:cap(b.bytes)]
	}
	return nil
}

// readBatches reads what is left of a file into free buffers and closes came when it ends. A batch grows while it comes
// quickly, so that a slow line is written down record by record and a fast one in large steps.
func readBatches(body io.Reader, left, each int64, free <-chan []byte, came chan<- batch) {
	defer close(came)
	for records := int64(1); left > 0; {
		b := <-free
		if len(b) == 0 {
			return // nobody wants any more
		}
		start := time.Now()
		n, err := io.ReadFull(body, b[:min(left, records*each)])
		took := time.Since(start)
		came <- batch{bytes: b[:n], took: took, err: err}
		if err != nil {
			return
		}
		left -= int64(n)
		if took < quick {
			records = min(2*records, batchRecords)
		} else {
			records = max(records/2, 1)
		}
	}
}

// checkBatches checks batch after batch, the first of which begins at a byte of the sealed file, and closes good when they
// end. What follows a batch with something wrong in it goes through unchecked, with nothing good in it.
func checkBatches(p *part, at int64, came <-chan batch, good chan<- batch) {
	defer close(good)
	wrong := false
	for b := range came {
		if !wrong {
			cut := b.err
			if b.good, b.err = p.check(b.bytes, at); b.err == nil && cut != nil {
				b.err = fmt.Errorf("receive %s after %d of %d bytes: %w: %w", p.final, at+int64(b.good), p.total(), errAgain, cut)
			}
			wrong = b.err != nil
			at += int64(b.good)
		}
		good <- b
	}
}
