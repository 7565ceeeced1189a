package fetch

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"lightshare/events/sealed"
)

// A part is a sealed file under way: the checked records from its beginning, without a gap.
type part struct {
	dir   *os.Root
	name  string // of the unfinished file in dir
	final string // of the finished one
	file  *os.File
	size  int64         // bytes checked; nothing of the file beyond them is believed
	kept  int64         // bytes that were there before
	found []sealed.Hash // leaves of what lay in the file when it was opened
	root  string        // the tree's root over found
}

// openPart opens or makes the unfinished file of final and hashes up to size bytes of what is in it. It fails with
// [ErrBusy] while another process has it open.
func openPart(dir *os.Root, final string, size int64) (*part, error) {
	p := &part{dir: dir, name: final + ".part", final: final}
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
	tree := sealed.NewSealedTree()
	if _, err := io.CopyBuffer(tree, io.LimitReader(f, size), make([]byte, 1<<20)); err != nil {
		f.Close()
		return nil, fmt.Errorf("read %s: %w", p.name, err)
	}
	p.found, p.root = tree.Leaves(), tree.Root().String()
	return p, nil
}

// keep believes as many records from the beginning as the leaves of the file confirm, and drops the rest.
func (p *part) keep(leaves []sealed.Hash, size int64) error {
	n := 0
	for n < len(p.found) && n < len(leaves) && p.found[n] == leaves[n] {
		n++
	}
	p.kept = min(int64(n)*sealed.SealedRecordSize, size)
	p.size = p.kept
	return p.file.Truncate(p.size)
}

// take checks the records in b, which follow what p has, and writes those that are whole up to the first wrong one. It
// returns how many bytes it wrote; a wrong record is an [ErrMismatch].
func (p *part) take(b []byte, leaves []sealed.Hash, size int64) (int, error) {
	good, wrong := 0, error(nil)
	for i := p.size / sealed.SealedRecordSize; p.size+int64(good) < size; i++ {
		n := int(min(sealed.SealedRecordSize, size-p.size-int64(good)))
		if good+n > len(b) {
			break
		}
		if sealed.LeafHash(b[good:good+n]) != leaves[i] {
			wrong = fmt.Errorf("record %d of %s is %w", i, p.final, ErrMismatch)
			break
		}
		good += n
	}
	if _, err := p.file.WriteAt(b[:good], p.size); err != nil {
		return 0, err
	}
	p.size += int64(good)
	return good, wrong
}

// Close leaves the unfinished file for the next attempt, unless there is nothing in it.
func (p *part) Close() error {
	err := p.file.Close()
	if errors.Is(err, fs.ErrClosed) {
		return nil // opened, and gone
	}
	if p.size == 0 && len(p.found) == 0 {
		return errors.Join(err, p.dir.Remove(p.name))
	}
	return err
}

// remove takes the sealed file away, which is of no use any more.
func (p *part) remove() error {
	return errors.Join(p.file.Close(), p.dir.Remove(p.name))
}
