package fetch

import (
	"os"
	"unsafe"
)

// page is how many bytes of memory go to as many of a file without a copy between.
const page = 4096

// A pageFile is a file that whole pages are written to past the system's cache, where the system can do that. What is
// opened is not read again: in the cache it would cost a copy and the work to get it to disk, which together can take
// longer than the disk itself, and would drive out what other programs need there. Reading goes through the cache, where
// what came last still is.
type pageFile struct {
	*os.File
	direct *os.File // the same one past the cache; nil: the system cannot
}

// openPages returns f, which has that name in dir, to be written in pages. The caller closes what it returns, and f.
func openPages(dir *os.Root, name string, f *os.File) *pageFile {
	return &pageFile{f, openDirect(dir, name)}
}

// Close leaves the file that was there before open.
func (f *pageFile) Close() error {
	if f.direct == nil {
		return nil
	}
	return f.direct.Close()
}

func (f *pageFile) WriteAt(b []byte, at int64) (int, error) {
	n := 0
	if whole := wholePages(b, at); f.direct != nil && whole > 0 {
		var err error
		if n, err = f.direct.WriteAt(b[:whole], at); err != nil {
			return n, err
		}
	}
	if n == len(b) {
		return n, nil
	}
	rest, err := f.File.WriteAt(b[n:], at+int64(n))
	return n + rest, err
}

// wholePages returns how many bytes from the beginning of b are whole pages, to lie on whole pages of a file from byte at
// on; 0 if the first does not.
func wholePages(b []byte, at int64) int {
	if len(b) < page || at%page != 0 || uintptr(unsafe.Pointer(unsafe.SliceData(b)))%page != 0 {
		return 0
	}
	return len(b) &^ (page - 1)
}

// pages returns n bytes of memory that begin with a page.
func pages(n int) []byte {
	b := make([]byte, n+page)
	skip := -uintptr(unsafe.Pointer(unsafe.SliceData(b))) % page
	return b[skip : skip+uintptr(n) : skip+uintptr(n)]
}
