package share

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// A Stat is what tells, without reading it, that a file is still the same.
type Stat struct {
	Size     int64 // bytes
	Modified int64 // Unix nanoseconds
	Inode    uint64
}

// errNotRegular says that a path holds a link, a folder, a device, a pipe or a socket.
var errNotRegular = errors.New("not a regular file")

// errChanged says that a file is not what it was a moment ago.
var errChanged = errors.New("changed meanwhile")

func statOf(info fs.FileInfo) Stat {
	return Stat{Size: info.Size(), Modified: info.ModTime().UnixNano(), Inode: inode(info)}
}

// modified returns the time of the last change, in UTC.
func (s Stat) modified() time.Time { return time.Unix(0, s.Modified).UTC() }

// lookAt returns the Stat of the regular file at path without opening it. A missing file is an [fs.ErrNotExist].
func lookAt(root *os.Root, path string) (Stat, error) {
	info, err := root.Lstat(path)
	if err != nil {
		return Stat{}, fmt.Errorf("look at file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return Stat{}, errNotRegular
	}
	return statOf(info), nil
}

// open opens the regular file at path for reading. It does not follow a link in the last place, does not wait for a
// pipe's writer and does not touch a device: what is opened is what was looked at before, or nothing.
func open(root *os.Root, path string) (*os.File, Stat, error) {
	before, err := root.Lstat(path)
	if err != nil {
		return nil, Stat{}, fmt.Errorf("open file: %w", err)
	}
	if !before.Mode().IsRegular() {
		return nil, Stat{}, errNotRegular
	}
	file, err := root.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, Stat{}, fmt.Errorf("open file: %w", err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err == nil && !os.SameFile(before, info) {
		err = errChanged
	}
	if err != nil {
		file.Close()
		return nil, Stat{}, fmt.Errorf("open file: %w", err)
	}
	return file, statOf(info), nil
}
