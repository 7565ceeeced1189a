package fetch

import (
	"os"

	"golang.org/x/sys/unix"
)

// openDirect opens a file that is there past the system's cache, or returns nil if its file system cannot do that for
// whole pages, or the system does not say (statx(2), STATX_DIOALIGN, Linux 6.1).
func openDirect(dir *os.Root, name string) *os.File {
	f, err := dir.OpenFile(name, os.O_RDWR|unix.O_DIRECT, 0)
	if err != nil {
		return nil
	}
	var s unix.Statx_t
	err = unix.Statx(int(f.Fd()), "", unix.AT_EMPTY_PATH, unix.STATX_DIOALIGN, &s)
	if err != nil || s.Mask&unix.STATX_DIOALIGN == 0 || !fits(s.Dio_mem_align) || !fits(s.Dio_offset_align) {
		f.Close()
		return nil
	}
	return f
}

// fits reports whether whole pages meet an alignment in bytes; 0 means that there is none that would do.
func fits(align uint32) bool { return align > 0 && page%align == 0 }
