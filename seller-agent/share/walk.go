package share

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A walk goes through a folder and everything below it.
type walk struct {
	root *os.Root
	dir  func(path string)            // a folder, before what is in it
	file func(path string, stat Stat) // a regular file that is listed, or a sheet
	fail func(path string, err error) // a folder that could not be read, or nil for one that could; the walk goes on
}

// from visits dir and what is below. Links are not followed.
func (w walk) from(dir string) {
	w.dir(dir)
	names, err := names(w.root, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	w.fail(dir, err)
	for _, name := range names {
		w.visit(filepath.Join(dir, name))
	}
}

// visit looks at one path, and below it if it is a folder.
func (w walk) visit(path string) {
	if ignoredPath(path) {
		return
	}
	info, err := w.root.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist): // went meanwhile
	case err != nil:
		w.fail(path, err)
	case info.IsDir() && !isSheet(path):
		w.from(path)
	case info.Mode().IsRegular():
		w.file(path, statOf(info))
	}
}

// names returns the names in a folder. They need not be UTF-8, which is why this is not fs.WalkDir.
func names(root *os.Root, dir string) ([]string, error) {
	d, err := root.OpenFile(dir, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Readdirnames(-1)
}

// ignoredPath reports whether the path, or a folder on the way to it, has a name that is ignored. A folder's sheet is
// hidden and yet read.
func ignoredPath(path string) bool {
	if path == "." {
		return false
	}
	dir, name := filepath.Split(path)
	if Ignored(name) && name != SheetSuffix {
		return true
	}
	for part := range strings.SplitSeq(filepath.Clean(dir), string(filepath.Separator)) {
		if part != "." && Ignored(part) {
			return true
		}
	}
	return false
}
