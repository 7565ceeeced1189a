package fetch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// A plain is a file being opened, under a name that says so.
type plain struct {
	dir   *os.Root
	name  string // of the unfinished file in dir
	final string // of the finished one
	file  *os.File
}

// newPlain makes the file that final is to become. What an earlier opening left is of no use.
func newPlain(dir *os.Root, final string) (*plain, error) {
	p := &plain{dir: dir, name: final + ".opening", final: final}
	if err := dir.Remove(p.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := dir.OpenFile(p.name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	p.file = f
	return p, nil
}

// write puts a part of the file in its place.
func (p *plain) write(part []byte, at int64) error {
	_, err := p.file.WriteAt(part, at)
	return err
}

// finish gives the file its final name once it is on disk. It never takes the place of another file.
func (p *plain) finish() error {
	if err := p.file.Sync(); err != nil {
		return err
	}
	if err := p.file.Close(); err != nil {
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

// Close removes the file unless it is finished.
func (p *plain) Close() error {
	p.file.Close()
	if err := p.dir.Remove(p.name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
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
