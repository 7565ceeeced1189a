package fetch

import (
	"fmt"
	"io"
	"os"
	"slices"

	"lightshare/events/sealed"
)

// A part is a file under way. While it is received it holds the checked sealed records from the beginning, without a gap,
// behind a lead of nothing; once whole, the leaves over them follow, which says that it is:
//
//	lead | sealed records | leaves of the sealed records
//
// It is opened where it lies (open.go), which takes the lead and then the room of the records opened before, and cut off
// behind the last plain byte then. So a whole file needs the room of one, and whatever breaks it off leaves every record
// in it, either plain or sealed.
type part struct {
	dir   *os.Root
	name  string // of the unfinished file in dir
	final string // of the finished one
	file  *os.File
	grant Grant         // what it is of
	lead  int64         // bytes
	size  int64         // sealed bytes checked; nothing of the file beyond them is believed
	kept  int64         // bytes that were there before
	dirty int64         // sealed bytes that the system was not yet told to write to disk
	found []sealed.Hash // leaves of the sealed records that lay in the file when it was opened

	leaves []sealed.Hash // over all sealed records; nil until they are known
	whole  bool          // it holds all of them, and their leaves
	opened bool          // it holds the plain file and nothing else
}

const (
	leadRecords = 1024     // in a lead, 64 MiB; a smaller file has one of its own length. See opening.mayWrite
	pieceSize   = 64 << 10 // bytes written at a time. For more, Linux looks for larger pages, which a virtual machine may have to get from its host first: that took five times as long
	flushEvery  = 32 << 20 // bytes after which the system is told to write them to disk, so that a sync has little to wait for
)

// Lead returns how many bytes lie before the first sealed record in the .part file of a file of size bytes. They are a
// hole where the file system has such.
func Lead(size int64) int64 {
	return min(leadRecords, sealed.SealedRecords(size)) * sealed.SealedRecordSize
}

// openPart opens or makes the unfinished file of final and finds out what is in it. It fails with [ErrBusy] while another
// process has it open.
func openPart(dir *os.Root, final string, g Grant) (*part, error) {
	p := &part{
		dir: dir, name: final + ".part", final: final, grant: g,
	}
	if !g.plain() {
		p.lead = Lead(g.Size)
	}
	if info, err := dir.Lstat(p.name); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open %s: %w, and is no plain file", p.name, ErrExists)
	}
	f, err := dir.OpenFile(p.name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	p.file = f
	if err := lock(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", p.name, err)
	}
	if err := p.look(); err != nil {
		f.Close()
		return nil, fmt.Errorf("read %s: %w", p.name, err)
	}
	return p, nil
}

// total is how many bytes are to be received.
func (p *part) total() int64 { return p.grant.total() }

// look finds out how far an earlier download has come. The length says what to look for, the hashes whether it is there.
func (p *part) look() error {
	info, err := p.file.Stat()
	if err != nil {
		return err
	}
	if p.grant.plain() {
		return p.recount()
	}
	if n := sealed.SealedRecords(p.grant.Size); info.Size() == p.lead+p.total()+n*sealed.HashSize {
		b := make([]byte, n*sealed.HashSize)
		if _, err := p.file.ReadAt(b, p.lead+p.total()); err != nil {
			return err
		}
		if leaves := sealed.Hashes(b); sealed.Root(leaves).String() == p.grant.Sealed {
			p.leaves, p.whole, p.size, p.kept = leaves, true, p.total(), p.total()
			return nil
		}
	}
	if info.Size() == p.grant.Size && info.Size() > 0 {
		tree := sealed.NewTree()
		if err := p.hash(tree, 0, p.grant.Size); err != nil {
			return err
		}
		if p.opened = tree.Root().String() == p.grant.Root; p.opened {
			p.size, p.kept = p.total(), p.total()
			return nil
		}
	}
	return p.recount()
}

// recount hashes the records that are there.
func (p *part) recount() error {
	tree := sealed.NewSealedTree()
	if p.grant.plain() {
		tree = sealed.NewTree()
	}
	if err := p.hash(tree, p.lead, p.total()); err != nil {
		return err
	}
	p.found, p.whole = tree.Leaves(), false
	if tree.Root().String() == p.grant.tree() {
		p.leaves = p.found
	}
	return nil
}

// hash adds up to n bytes of the file from a byte on to tree.
func (p *part) hash(tree *sealed.Tree, from, n int64) error {
	_, err := io.CopyBuffer(tree, io.NewSectionReader(p.file, from, n), make([]byte, 1<<20))
	return err
}

// keep believes as many records from the beginning as the leaves of the file confirm, and drops the rest.
func (p *part) keep(leaves []sealed.Hash) error {
	n, each := 0, p.grant.each()
	for n < len(p.found) && n < len(leaves) && p.found[n] == leaves[n] {
		n++
	}
	p.leaves = leaves
	p.kept = min(int64(n)*each, p.total())
	p.size, p.dirty = p.kept, p.kept
	if p.size == 0 {
		return p.file.Truncate(0)
	}
	return p.file.Truncate(p.lead + p.size)
}

// check returns how many of the bytes in b, which are those of the sealed file from byte at on, are whole records as they
// should be, up to the first that is not; that one is an [ErrMismatch].
func (p *part) check(b []byte, at int64) (good int, err error) {
	each := int(p.grant.each())
	whole := len(b) - len(b)%each
	if at+int64(len(b)) == p.total() {
		whole = len(b) // with the last one, which may be shorter
	}
	first := at / int64(each)
	leaves := make([]sealed.Hash, (whole+each-1)/each)
	sealed.LeafHashes(leaves, b[:whole], each)
	for i, leaf := range leaves {
		if leaf != p.leaves[first+int64(i)] {
			return i * each, fmt.Errorf("record %d of %s is %w", first+int64(i), p.final, ErrMismatch)
		}
	}
	return whole, nil
}

// add writes whole records that follow what p has, and were checked.
func (p *part) add(b []byte) error {
	for piece := range slices.Chunk(b, pieceSize) {
		if _, err := p.file.WriteAt(piece, p.lead+p.size); err != nil {
			return err
		}
		p.size += int64(len(piece))
	}
	if p.size-p.dirty >= flushEvery {
		startWriteback(p.file, p.lead+p.dirty, p.size-p.dirty)
		p.dirty = p.size
	}
	return nil
}

// complete puts the leaves behind the last record, and returns when all of it is on disk.
func (p *part) complete() error {
	if _, err := p.file.WriteAt(sealed.Bytes(p.leaves), p.lead+p.total()); err != nil {
		return err
	}
	if err := p.file.Sync(); err != nil {
		return err
	}
	p.whole = true
	return nil
}
