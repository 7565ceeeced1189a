package fetch

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lock keeps other processes' downloads off f until it is closed. Locks of Windows bar reading and writing, so the byte
// locked is one that no file reaches.
func lock(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	at := &windows.Overlapped{OffsetHigh: 1 << 30}
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return ErrBusy
	}
	return err
}
