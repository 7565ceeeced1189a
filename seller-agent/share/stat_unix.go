//go:build unix

package share

import (
	"io/fs"
	"syscall"
)

// nonblock keeps an open from waiting for the writer of a pipe that took the file's place.
const nonblock = syscall.O_NONBLOCK

// inode returns the number of the file on its disk.
func inode(info fs.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Ino)
	}
	return 0
}
