package sealed

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
)

// passRecords is how many records a goroutine of a [Pass] takes at a time, half a MiB: they stay in the processor's cache.
const passRecords = 8

// A Pass reads a file once, as it is written through it, and makes both trees: over the plain records and over what they
// are sealed to, of which nothing is kept but the tags. It works on all processors, and holds a MiB for each besides what
// it returns. Not safe for concurrent use.
type Pass struct {
	size    int64
	sealer  *Sealer
	text    []byte // to be sealed next, of whole records until the end
	sealed  int64  // records that were handed out to be sealed
	written int64  // bytes of the file
	trees   Trees
	desks   chan *passDesk // that are free
	working sync.WaitGroup
}

// Trees are the leaves of both trees of a file, and the tags.
type Trees struct {
	Plain, Sealed []Hash
	Tags          []byte // [TagSize] bytes of each sealed record, its last ones
}

// A passDesk is the room in which some records are sealed.
type passDesk struct{ text, records []byte }

// NewPass begins to read a file of size bytes that is sealed with k.
func NewPass(k Key, size int64) *Pass {
	plain, sealed := Records(size), SealedRecords(size)
	p := &Pass{
		size: size, sealer: k.Sealer(size), desks: make(chan *passDesk, runtime.GOMAXPROCS(0)),
		trees: Trees{Plain: make([]Hash, plain), Sealed: make([]Hash, sealed), Tags: make([]byte, sealed*TagSize)},
	}
	room := int(min(passRecords, sealed)) * RecordSize
	p.text = make([]byte, 0, room)
	for range cap(p.desks) {
		p.desks <- &passDesk{text: make([]byte, 0, room), records: make([]byte, 0, min(passRecords, sealed)*SealedRecordSize)}
	}
	return p
}

// Write adds the next bytes of the file. It never fails; bytes beyond the size are left out, and counted.
func (p *Pass) Write(b []byte) (int, error) {
	p.add(b[:max(0, min(int64(len(b)), p.size-p.written))], true)
	p.written += int64(len(b))
	return len(b), nil
}

// add adds bytes to what is sealed. Leaves says that their records' plain leaves are to be made too.
func (p *Pass) add(b []byte, leaves bool) {
	for len(b) > 0 {
		n := min(len(b), cap(p.text)-len(p.text))
		p.text = append(p.text, b[:n]...)
		b = b[n:]
		if len(p.text) == cap(p.text) {
			p.hand(leaves)
		}
	}
}

// hand hands the text out to be sealed, and takes empty room for it.
func (p *Pass) hand(leaves bool) {
	desk, first := <-p.desks, p.sealed
	p.text, desk.text = desk.text[:0], p.text
	p.sealed += Records(int64(len(desk.text)))
	p.working.Go(func() {
		p.work(desk, first, leaves)
		p.desks <- desk
	})
}

// work takes records down, each in its own place.
func (p *Pass) work(desk *passDesk, first int64, leaves bool) {
	if leaves {
		p.leaves(desk.text, first)
	}
	n := first
	records := desk.records[:0]
	for text := range slices.Chunk(desk.text, RecordSize) {
		at := len(records)
		records = append(records, text...)
		p.sealer.Seal(n, records[at:])
		records = records[:len(records)+Overhead]
		copy(p.trees.Tags[n*TagSize:], Tag(records))
		n++
	}
	LeafHashes(p.trees.Sealed[first:], records, SealedRecordSize)
}

// leaves makes the plain leaves of the file's bytes in text, of which record first is the beginning.
func (p *Pass) leaves(text []byte, first int64) { LeafHashes(p.trees.Plain[first:], text, RecordSize) }

// End returns both trees, or an error if the file did not have the size it was said to have. The pass is over with it.
func (p *Pass) End() (Trees, error) {
	defer p.working.Wait()
	if p.written != p.size {
		return Trees{}, fmt.Errorf("seal file: %d bytes, want %d", p.written, p.size)
	}
	p.leaves(p.text, p.sealed)
	p.working.Wait()
	p.add(Bytes(p.trees.Plain), false)
	if len(p.text) > 0 {
		p.hand(false)
	}
	p.working.Wait()
	return p.trees, nil
}
