package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// disk is a small one of the test's own, which can be filled.
type disk struct {
	dir     string
	ballast string
}

const diskSize = "3g"

// newDisk mounts a disk in memory. Without the right to do so it returns a folder of the machine's, and false.
func newDisk(t *testing.T) (disk, bool) {
	t.Helper()
	d := disk{dir: t.TempDir()}
	d.ballast = filepath.Join(d.dir, "ballast")
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+diskSize, "lightshare", d.dir).CombinedOutput(); err != nil {
		t.Logf("the disk is not filled, as none can be mounted: %s", out)
		return d, false
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", d.dir).CombinedOutput(); err != nil {
			t.Errorf("umount %s: %s", d.dir, out)
		}
	})
	return d, true
}

// fill leaves so many bytes free.
func (d disk) fill(t *testing.T, left uint64) {
	t.Helper()
	var stat syscall.Statfs_t
	must(t, syscall.Statfs(d.dir, &stat))
	free := stat.Bavail * uint64(stat.Bsize)
	if free <= left {
		return
	}
	if out, err := exec.Command("fallocate", "-l", fmt.Sprint(free-left), d.ballast).CombinedOutput(); err != nil {
		t.Errorf("fill the disk: %s", out)
	}
}

// empty gives the room back.
func (d disk) empty(t *testing.T) {
	t.Helper()
	must(t, os.Remove(d.ballast))
}
