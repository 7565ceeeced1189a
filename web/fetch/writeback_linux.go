package fetch

import (
	"os"

	"golang.org/x/sys/unix"
)

// startWriteback has the system begin to write n bytes of f to disk, and does not wait for it. It is advice only: what
// goes wrong shows when the file is synced.
func startWriteback(f *os.File, from, n int64) {
	_ = unix.SyncFileRange(int(f.Fd()), from, n, unix.SYNC_FILE_RANGE_WRITE)
}

// settle returns when all that was written before is on disk, so that the next measurement does not pay for it.
func settle() { unix.Sync() }
