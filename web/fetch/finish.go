package fetch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// finish gives the plain file its final name, once it is on disk. It never takes the place of another file.
func (p *part) finish() error {
	if err := p.file.Sync(); err != nil { // nothing sealed goes before
		return err
	}
	if err := p.file.Truncate(p.grant.Size); err != nil {
		return err
	}
	p.opened = true
	if err := errors.Join(p.file.Sync(), p.file.Close()); err != nil {
		return err
	}
	err := p.dir.Link(p.name, p.final)
	switch {
	case err == nil:
		err = p.dir.Remove(p.name)
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("save %s: %w", p.final, ErrExists)
	default: // a file system without links
		if _, err := p.dir.Lstat(p.final); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("save %s: %w", p.final, ErrExists)
		}
		err = p.dir.Rename(p.name, p.final)
	}
	if err != nil {
		return err
	}
	return syncDir(p.dir)
}

// syncDir makes a new name in dir last. File systems that cannot say so are taken at their word.
func syncDir(dir *os.Root) error {
	d, err := dir.Open(".")
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}

// Close leaves the unfinished file for the next attempt, unless there is nothing in it.
func (p *part) Close() error {
	err := p.file.Close()
	if errors.Is(err, fs.ErrClosed) {
		return nil // finished, and gone
	}
	if p.size == 0 && len(p.found) == 0 {
		return errors.Join(err, p.dir.Remove(p.name))
	}
	return err
}

// remove takes the file away, which is of no use any more.
func (p *part) remove() error {
	return errors.Join(p.file.Close(), p.dir.Remove(p.name))
}
