package share

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// beingWritten reports whether a program has the file open for writing. The kernel refuses a read lease then (fcntl(2));
// one that is granted is given back at once. Where leases are not known the answer is no, and quiet has to do.
func beingWritten(f *os.File) bool {
	conn, err := f.SyscallConn()
	if err != nil {
		return false
	}
	var leased error
	err = conn.Control(func(fd uintptr) {
		_, leased = unix.FcntlInt(fd, unix.F_SETLEASE, unix.F_RDLCK)
		if leased == nil {
			unix.FcntlInt(fd, unix.F_SETLEASE, unix.F_UNLCK)
		}
	})
	return err == nil && errors.Is(leased, unix.EAGAIN)
}
