package agent

import "golang.org/x/sys/windows"

// freeBytes returns how much this user may still write on the disk of dir.
func freeBytes(dir string) (uint64, bool) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, false
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(path, &free, nil, nil); err != nil {
		return 0, false
	}
	return free, true
}

// readLimit is for Linux.
func readLimit(string) int { return 0 }
