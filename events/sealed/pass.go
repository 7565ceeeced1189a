package sealed

import (
	"fmt"
	"sync"
)

// A Pass reads a file once, as it is written through it, and makes both trees: over the plain records and over what they
// are sealed to, of which nothing is kept. Besides the leaves it holds two records. It works on two cores. Not safe for
// concurrent use.
type Pass struct {
	size    int64
	sealer  *Sealer
	text    []byte // of the record under way
	room    []byte // to seal in
	written int64  // bytes of the file
	trees   Trees
}

// Trees are the leaves of both trees of a file.
type Trees struct {
	Plain, Sealed []Hash
}

// NewPass begins to read a file of size bytes that is sealed with k.
func NewPass(k Key, size int64) *Pass {
	return &Pass{
		size: size, sealer: k.Sealer(size),
		text: make([]byte, 0, RecordSize), room: make([]byte, 0, SealedRecordSize),
	}
}

// Write adds the next bytes of the file. It never fails.
func (p *Pass) Write(b []byte) (int, error) {
	p.written += int64(len(b))
	p.add(b, true)
	return len(b), nil
}

// add adds bytes of the file, or else of its leaves.
func (p *Pass) add(b []byte, file bool) {
	for len(b) > 0 {
		n := min(len(b), RecordSize-len(p.text))
		p.text = append(p.text, b[:n]...)
		b = b[n:]
		if len(p.text) == RecordSize {
			p.record(file)
		}
	}
}

// record takes down the record under way: hashed as it is, if it is the file's, and sealed beside that.
func (p *Pass) record(file bool) {
	var hashing sync.WaitGroup
	if file {
		p.trees.Plain = append(p.trees.Plain, Hash{})
		leaf := &p.trees.Plain[len(p.trees.Plain)-1]
		hashing.Go(func() { *leaf = LeafHash(p.text) })
	}
	record := p.sealer.Seal(int64(len(p.trees.Sealed)), append(p.room[:0], p.text...))
	p.trees.Sealed = append(p.trees.Sealed, LeafHash(record))
	hashing.Wait()
	p.text = p.text[:0]
}

// End returns both trees, or an error if the file did not have the size it was said to have. The pass is over with it.
func (p *Pass) End() (Trees, error) {
	if p.written != p.size {
		return Trees{}, fmt.Errorf("seal file: %d bytes, want %d", p.written, p.size)
	}
	if len(p.text) > 0 {
		p.trees.Plain = append(p.trees.Plain, LeafHash(p.text))
	}
	p.add(Bytes(p.trees.Plain), false)
	if len(p.text) > 0 {
		p.record(false)
	}
	return p.trees, nil
}
