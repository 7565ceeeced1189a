package fetch

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"lightshare/events/sealed"
)

// syncEvery is how many records are written between two syncs, 16 MiB.
const syncEvery = 256

// errDamaged says that what lay on the disk is not what was put there.
var errDamaged = errors.New("the unfinished file is damaged")

// A disk is the file that an opening works in.
type disk interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
}

// An opening turns a whole sealed file into the plain one where it lies, record by record, each checked before it is
// written. Plain record i comes to lie before sealed record i, which stays as it is until plain record i is on disk:
// see mayWrite. So an opening can be broken off anywhere, and the next one goes on from what is there.
type opening struct {
	file   disk
	lead   int64 // of the part
	size   int64 // of the plain file
	root   string
	tree   []sealed.Hash // over the sealed records
	sealer *sealed.Sealer
	table  []sealed.Hash // leaves of the plain records, from the sealed file's end
	room   sync.Pool     // of *[]byte, for a batch

	tail    []byte     // plain bytes behind the last whole page written
	written int64      // records that are plain in the file
	every   int64      // records between two syncs
	synced  int64      // records of them on disk
	syncing chan error // of the sync under way, nil if there is none
	asked   int64      // records written when it was begun
}

// open opens the file of p, which lies on d, and syncs it every so many records. It returns what proves that the file is
// not what was promised, or nil when it is and all of it lies in the beginning.
func (p *part) open(d disk, every int64, key sealed.Key) (*sealed.Proof, error) {
	o := &opening{
		file: d, every: every, lead: p.lead, size: p.grant.Size, root: p.grant.Root, tree: p.leaves, sealer: key.Sealer(p.grant.Size),
		room: sync.Pool{New: func() any { b := pages(page + openBatch*sealed.SealedRecordSize); return &b }},
	}
	if proof, err := o.readTable(); proof != nil || err != nil {
		return proof, err
	}
	if err := o.goOn(); err != nil {
		return nil, err
	}
	bad, err := o.convert()
	if o.syncing != nil {
		err = errors.Join(err, o.awaitSync())
	}
	if bad == nil || err != nil {
		return nil, err
	}
	proof, err := o.proof(bad.at, bad.at+1)
	if err == nil && bad.other {
		proof.Leaf, proof.Path = &o.table[bad.at], sealed.Path(o.table, bad.at)
	}
	return proof, err
}

// readTable opens the records with leaves in them, which no plain byte is ever written over.
func (o *opening) readTable() (*sealed.Proof, error) {
	first, end := o.size/sealed.RecordSize, sealed.SealedRecords(o.size)
	var table []byte
	for i := first; i < end; i++ {
		record, err := o.record(i)
		if err != nil {
			return nil, err
		}
		text, err := o.sealer.Open(i, record)
		if err != nil {
			return o.proof(i, i+1)
		}
		table = append(table, text[sealed.FilePart(i, o.size):]...)
	}
	if o.table = sealed.Hashes(table); sealed.Root(o.table).String() != o.root {
		return o.proof(first, end)
	}
	return nil, nil
}

// record reads sealed record i.
func (o *opening) record(i int64) ([]byte, error) {
	record := make([]byte, sealed.SealedLength(i, o.size))
	if _, err := o.file.ReadAt(record, o.lead+i*sealed.SealedRecordSize); err != nil {
		return nil, fmt.Errorf("read sealed record %d: %w", i, err)
	}
	return record, nil
}

// proof returns the sealed records from the given one up to, without, another, and what says that they were promised. If
// they are not what was promised, the disk is to blame, not the seller: errDamaged.
func (o *opening) proof(from, to int64) (*sealed.Proof, error) {
	p := &sealed.Proof{}
	for i := from; i < to; i++ {
		record, err := o.record(i)
		if err != nil {
			return nil, err
		}
		if sealed.LeafHash(record) != o.tree[i] {
			return nil, fmt.Errorf("sealed record %d: %w", i, errDamaged)
		}
		p.Pieces = append(p.Pieces, sealed.Piece{Index: i, Sealed: record, Path: sealed.Path(o.tree, i)})
	}
	return p, nil
}

// goOn counts the records that an earlier opening has written.
func (o *opening) goOn() error {
	text := make([]byte, sealed.RecordSize)
	for i := range o.table {
		n, err := o.file.ReadAt(text[:sealed.FilePart(int64(i), o.size)], int64(i)*sealed.RecordSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read plain record %d: %w", i, err)
		}
		if sealed.LeafHash(text[:n]) != o.table[i] {
			break
		}
		o.written = int64(i) + 1
	}
	end := o.written * sealed.RecordSize
	o.tail = make([]byte, end%page, page)
	if _, err := o.file.ReadAt(o.tail, end-end%page); err != nil {
		return fmt.Errorf("read plain record %d: %w", o.written, err)
	}
	return nil
}
