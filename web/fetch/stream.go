package fetch

import (
	"fmt"
	"io"
	"time"

	"lightshare/events/sealed"
)

const (
	buffers      = 4                     // batches under way between reading and checking
	batchRecords = 8                     // records in a full batch, about 512 KiB; with twice as many they leave the processor's cache
	quick        = 20 * time.Millisecond // a batch that comes within this time may grow
)

// A batch is some records as they came; the last one may be cut short by err.
type batch struct {
	bytes []byte
	took  time.Duration // to arrive
	err   error
}

// stream appends to p what body brings, up to the end of the file, each record only when it was checked against its
// leaf. Whatever goes wrong, p holds all records that were checked. It closes body.
//
// Reading, which decrypts, and checking run side by side on buffers that go round.
func stream(p *part, body io.ReadCloser, leaves []sealed.Hash, size int64, checked func(n int, took time.Duration)) error {
	free, full := make(chan []byte, buffers), make(chan batch, buffers)
	for range buffers {
		free <- make([]byte, batchRecords*sealed.SealedRecordSize)
	}
	go readBatches(body, size-p.size, free, full)
	defer func() {
		body.Close()
		for b := range full {
			free <- b.bytes
		}
	}()
	for b := range full {
		n, err := p.take(b.bytes, leaves, size)
		checked(n, b.took)
		if err != nil {
			return err
		}
		if b.err != nil {
			return fmt.Errorf("receive %s after %d of %d bytes: %w: %w", p.final, p.size, size, errAgain, b.err)
		}
		free <- b.bytes[:cap(b.bytes)]
	}
	return nil
}

// readBatches reads what is left of a file into free buffers and closes full when it ends. A batch grows while it comes
// quickly, so that a slow line is written down record by record and a fast one in large steps.
func readBatches(body io.Reader, left int64, free <-chan []byte, full chan<- batch) {
	defer close(full)
	for records := int64(1); left > 0; {
		b := <-free
		start := time.Now()
		n, err := io.ReadFull(body, b[:min(left, records*sealed.SealedRecordSize)])
		took := time.Since(start)
		full <- batch{bytes: b[:n], took: took, err: err}
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
