package fetch

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"lightshare/events/sealed"
)

const (
	openers    = 4   // goroutines at most that open records
	openBatch  = 8   // records that each of them takes at a time
	flushEvery = 512 // records after which the system is told to write them to disk, so that the sync has little to wait for
)

// An opening turns a whole sealed file into the plain one, each record checked.
type opening struct {
	from   io.ReaderAt // the sealed file
	size   int64       // of the plain file
	root   string      // of the plain tree
	sealer *sealed.Sealer
	to     *plain

	next atomic.Int64 // first record that nobody has taken

	mu  sync.Mutex
	bad int64 // guarded by mu; the first record that does not open, or -1

	leaves []sealed.Hash // of the plain records as they opened; each is set once
	table  []byte        // the leaves that came with the file; each byte is set once
}

// open opens the sealed file into to. It returns what proves that the file is not what was promised, or nil when it is.
func (o *opening) open(tree []sealed.Hash) (*sealed.Proof, error) {
	o.bad = -1
	o.leaves = make([]sealed.Hash, sealed.Records(o.size))
	o.table = make([]byte, len(o.leaves)*sealed.HashSize)
	var group errgroup.Group
	for range min(openers, runtime.GOMAXPROCS(0)) {
		group.Go(o.work)
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	promised := sealed.Hashes(o.table)
	switch {
	case o.bad >= 0:
		return o.proof(tree, o.bad, o.bad+1)
	case sealed.Root(promised).String() != o.root:
		return o.proof(tree, o.size/sealed.RecordSize, sealed.SealedRecords(o.size))
	}
	for i := range promised {
		if promised[i] != o.leaves[i] {
			p, err := o.proof(tree, int64(i), int64(i)+1)
			if err == nil {
				p.Leaf, p.Path = &promised[i], sealed.Path(promised, int64(i))
			}
			return p, err
		}
	}
	return nil, nil
}

// proof returns the sealed records from the given one up to, without, another, and what says that they were promised.
func (o *opening) proof(tree []sealed.Hash, from, to int64) (*sealed.Proof, error) {
	p := &sealed.Proof{}
	for i := from; i < to; i++ {
		record := make([]byte, sealed.SealedLength(i, o.size))
		if _, err := o.from.ReadAt(record, i*sealed.SealedRecordSize); err != nil {
			return nil, fmt.Errorf("read sealed file: %w", err)
		}
		p.Pieces = append(p.Pieces, sealed.Piece{Index: i, Sealed: record, Path: sealed.Path(tree, i)})
	}
	return p, nil
}

// work opens batches of records until there are none left.
func (o *opening) work() error {
	records, texts := make([]byte, openBatch*sealed.SealedRecordSize), make([]byte, 0, openBatch*sealed.SealedRecordSize)
	for {
		first := o.next.Add(openBatch) - openBatch
		if first >= sealed.SealedRecords(o.size) {
			return nil
		}
		n, err := o.from.ReadAt(records, first*sealed.SealedRecordSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read sealed file: %w", err)
		}
		if err := o.batch(first, records[:n], texts); err != nil {
			return err
		}
		if first > 0 && first%flushEvery == 0 {
			startWriteback(o.to.file, (first-flushEvery)*sealed.RecordSize, flushEvery*sealed.RecordSize)
		}
	}
}

// batch opens records, notes the leaf of each and writes what of them is the file's. texts is room for them. After one that
// does not open the rest does not matter.
func (o *opening) batch(first int64, records, texts []byte) (err error) {
	i := first
	for record := range slices.Chunk(records, sealed.SealedRecordSize) {
		if len(record) != sealed.SealedLength(i, o.size) {
			return fmt.Errorf("sealed file changed on disk: %w", errAgain)
		}
		begin := len(texts)
		if texts, err = o.sealer.OpenTo(texts, i, record); err != nil {
			o.isBad(i)
			return nil
		}
		if n := sealed.FilePart(i, o.size); n > 0 {
			o.leaves[i] = sealed.LeafHash(texts[begin : begin+n])
		}
		i++
	}
	at := first * sealed.RecordSize
	file := min(int64(len(texts)), max(0, o.size-at))
	copy(o.table[max(0, at-o.size):], texts[file:])
	return o.to.write(texts[:file], at)
}

// isBad notes a record that does not open.
func (o *opening) isBad(i int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bad < 0 || i < o.bad {
		o.bad = i
	}
}
