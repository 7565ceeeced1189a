//go:build unix

package agent

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// freeBytes returns how much a program without privileges may still write on the disk of dir.
func freeBytes(dir string) (uint64, bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return uint64(s.Bavail) * uint64(s.Bsize), true
}

// readLimit returns the number in a file of /proc/sys, or 0.
func readLimit(file string) int {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(strings.TrimSpace(string(text))) // 0 if it is none
	return n
}
