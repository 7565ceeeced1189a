package fetch

import (
	"fmt"
	"slices"

	"lightshare/events/sealed"
)

const (
	openBatch = 8 // records that are opened at a time, half a MiB
	openAhead = 3 // batches under way beside the one that is being written
)

// A badRecord does not open, or opens to another content than the table says.
type badRecord struct {
	at    int64
	other bool
}

// convert opens the records not yet written, several batches at a time, and writes them in order. It ends before the
// first record that is bad.
func (o *opening) convert() (*badRecord, error) {
	queue, stop := make(chan *openedBatch, openAhead), make(chan struct{})
	go o.read(queue, stop)
	defer func() {
		close(stop)
		for b := range queue {
			<-b.done
		}
	}()
	for b := range queue {
		<-b.done
		if b.bad != nil || b.err != nil {
			return b.bad, b.err
		}
		if err := o.write(b); err != nil {
			return nil, err
		}
		o.room.Put(b.buf)
	}
	return nil, nil
}

// An openedBatch is some records being opened.
type openedBatch struct {
	first, end int64 // records, the last one not among them
	buf        *[]byte
	text       []byte // in buf: room up to the page's begin of the file, then what they open to, of the file
	bad        *badRecord
	err        error
	done       chan struct{} // closed when they are opened and checked
}

// read has batch after batch opened, and sends them in order.
func (o *opening) read(queue chan<- *openedBatch, stop <-chan struct{}) {
	defer close(queue)
	for first := o.written; first < sealed.Records(o.size); first += openBatch {
		b := &openedBatch{first: first, end: min(first+openBatch, sealed.Records(o.size)), buf: o.room.Get().(*[]byte), done: make(chan struct{})}
		go func() {
			defer close(b.done)
			b.err = o.check(b)
		}()
		select {
		case queue <- b:
		case <-stop:
			<-b.done
			return
		}
	}
}

// check reads records, opens them and checks what comes out.
func (o *opening) check(b *openedBatch) error {
	at := b.first * sealed.SealedRecordSize
	records := (*b.buf)[page:][:min(b.end*sealed.SealedRecordSize, sealed.SealedSize(o.size))-at]
	if _, err := o.file.ReadAt(records, o.lead+at); err != nil {
		return fmt.Errorf("read sealed records from %d: %w", b.first, err)
	}
	ahead := b.first * sealed.RecordSize % page
	b.text = (*b.buf)[:ahead]
	i := b.first
	for record := range slices.Chunk(records, sealed.SealedRecordSize) {
		text, err := o.sealer.Open(i, record)
		if err != nil {
			b.bad = &badRecord{at: i} // unless one before it is
			break
		}
		b.text = append(b.text, text[:sealed.FilePart(i, o.size)]...) // moves it down, by what sealing had added at least
		i++
	}
	leaves := make([]sealed.Hash, i-b.first)
	sealed.LeafHashes(leaves, b.text[ahead:], sealed.RecordSize)
	for j, leaf := range leaves {
		if at := b.first + int64(j); leaf != o.table[at] {
			b.bad = &badRecord{at: at, other: true}
			break
		}
	}
	return nil
}

// write puts a batch in its place once it may.
func (o *opening) write(b *openedBatch) error {
	for !o.mayWrite(b.end) {
		if o.syncing == nil {
			o.sync()
		}
		if err := o.awaitSync(); err != nil {
			return err
		}
	}
	begin := b.first*sealed.RecordSize - int64(copy(b.text, o.tail)) // of a page
	text := b.text
	if b.end < sealed.Records(o.size) {
		text = text[:len(text)-len(text)%page]
	}
	if _, err := o.file.WriteAt(text, begin); err != nil {
		return fmt.Errorf("write plain records from %d: %w", b.first, err)
	}
	o.tail = append(o.tail[:0], b.text[len(text):]...)
	if o.written = b.end; len(o.tail) > 0 {
		o.written = (begin + int64(len(text))) / sealed.RecordSize
	}
	if len(o.syncing) > 0 {
		if err := o.awaitSync(); err != nil {
			return err
		}
	}
	if o.syncing == nil && o.written-o.synced >= o.every {
		o.sync()
	}
	return nil
}

// mayWrite reports whether the plain records before end can be written without harm to a sealed one whose plain one is
// not on disk. That keeps every record through a loss of power, too.
func (o *opening) mayWrite(end int64) bool {
	return end*sealed.RecordSize <= o.lead+o.synced*sealed.SealedRecordSize
}

// sync begins to bring to disk what is written.
func (o *opening) sync() {
	done := make(chan error, 1)
	o.syncing, o.asked = done, o.written
	go func() { done <- o.file.Sync() }()
}

// awaitSync waits for the sync under way.
func (o *opening) awaitSync() error {
	err := <-o.syncing
	o.syncing = nil
	if err == nil {
		o.synced = o.asked
	}
	return err
}
