// Package poll is how the standard library reads and writes files. The power-loss test compiles this file into it, so that
// the program under test notes what each write replaces and what each sync makes safe. The notes outlive the program; with
// them the test takes back what a disk without power would have lost. No rights are needed, and no file system.
package poll

import (
	"internal/strconv"
	"sync"
	"syscall"
)

// PowerNotes is the variable of the environment that names the folder for the notes: a file for each process. A note is
// eight little-endian numbers of 64 bits, of which those not named are 0: its kind (0 a write, 1 a sync), the file's device and
// inode, then for a write the offset, the size of the file before and the length of the replaced bytes, which follow the
// numbers, and for a sync how many of the file's writes it covers.
const PowerNotes = "LIGHTSHARE_POWER_NOTES"

var power struct {
	once sync.Once
	fd   int // of the notes; -1: none are taken

	mu    sync.Mutex
	files map[powerFile]*uint64 // guarded by mu; writes noted so far
}

type powerFile struct{ dev, ino uint64 }

// powerOn reports whether notes are taken.
func powerOn() bool {
	power.once.Do(func() {
		power.fd = -1
		dir, ok := syscall.Getenv(PowerNotes)
		if !ok {
			return
		}
		fd, err := syscall.Open(dir+"/"+strconv.Itoa(syscall.Getpid()), syscall.O_WRONLY|syscall.O_CREAT|syscall.O_APPEND|syscall.O_CLOEXEC, 0o600)
		if err != nil {
			panic("power notes: " + err.Error())
		}
		power.fd, power.files = fd, map[powerFile]*uint64{}
	})
	return power.fd >= 0
}

// powerState returns a regular file's size and count of writes. power.mu is held.
func powerState(fd int) (file powerFile, size int64, writes *uint64, ok bool) {
	var s syscall.Stat_t
	if syscall.Fstat(fd, &s) != nil || s.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return file, 0, nil, false
	}
	file = powerFile{uint64(s.Dev), s.Ino}
	if writes = power.files[file]; writes == nil {
		syscall.Dup(fd) // kept open, so that no later file gets the same inode
		writes = new(uint64)
		power.files[file] = writes
	}
	return file, s.Size, writes, true
}

// powerWrite notes what n bytes at an offset (-1: where the file stands) are about to replace. What it returns is to be
// called after the write: one to a file opened with O_SYNC is safe then.
func powerWrite(fd int, at int64, n int) func() {
	if !powerOn() {
		return func() {}
	}
	power.mu.Lock()
	defer power.mu.Unlock()
	file, size, writes, ok := powerState(fd)
	if !ok {
		return func() {}
	}
	flags, _, _ := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_GETFL, 0)
	if at < 0 {
		at = size
		if flags&syscall.O_APPEND == 0 {
			at, _ = syscall.Seek(fd, 0, 1)
		}
	}
	powerReplaced(fd, file, at, min(at+int64(n), size), size)
	*writes++
	if flags&syscall.O_DSYNC == 0 { // O_SYNC is more of the same
		return func() {}
	}
	covers := *writes
	return func() { powerSafe(file, covers) }
}

// powerCut notes what is about to be cut off a file, or that it grows.
func powerCut(fd int, to int64) {
	if !powerOn() {
		return
	}
	power.mu.Lock()
	defer power.mu.Unlock()
	if file, size, writes, ok := powerState(fd); ok {
		powerReplaced(fd, file, min(to, size), size, size)
		*writes++
	}
}

// powerSync is to be called before a sync, and what it returns after it.
func powerSync(fd int) func() {
	if !powerOn() {
		return func() {}
	}
	power.mu.Lock()
	defer power.mu.Unlock()
	file, _, writes, ok := powerState(fd)
	if !ok {
		return func() {}
	}
	covers := *writes
	return func() { powerSafe(file, covers) }
}

func powerSafe(file powerFile, covers uint64) {
	power.mu.Lock()
	defer power.mu.Unlock()
	powerNote(nil, 1, file.dev, file.ino, covers)
}

// powerReplaced notes the bytes between two offsets. power.mu is held.
func powerReplaced(fd int, file powerFile, from, to, size int64) {
	var old []byte
	if to > from {
		old = make([]byte, to-from)
		own, err := syscall.Open("/proc/self/fd/"+strconv.Itoa(fd), syscall.O_RDONLY|syscall.O_CLOEXEC, 0) // fd may be for writing alone
		if err != nil {
			panic("power notes: " + err.Error())
		}
		n, err := syscall.Pread(own, old, from)
		syscall.Close(own)
		if n != len(old) || err != nil {
			panic("power notes: the bytes that are replaced could not be read")
		}
	}
	powerNote(old, 0, file.dev, file.ino, uint64(from), uint64(size), uint64(len(old)))
}

// powerNote appends a note. power.mu is held.
func powerNote(more []byte, numbers ...uint64) {
	note := make([]byte, 8*8, 8*8+len(more))
	for i, n := range numbers {
		for b := range 8 {
			note[8*i+b] = byte(n >> (8 * b))
		}
	}
	note = append(note, more...)
	if n, err := syscall.Write(power.fd, note); n != len(note) || err != nil {
		panic("power notes: not written")
	}
}

// PowerOpen empties a file that is about to be opened so, as opening it would, and returns the flags that are left.
func PowerOpen(name string, flags int) int {
	if flags&syscall.O_TRUNC == 0 || !powerOn() {
		return flags
	}
	fd, err := syscall.Open(name, syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return flags // a new one, or one for the caller to fail at
	}
	defer syscall.Close(fd)
	powerCut(fd, 0)
	syscall.Ftruncate(fd, 0)
	return flags &^ syscall.O_TRUNC
}
