package journal

import (
	"time"

	"golang.org/x/sys/unix"
)

// ticks counts since the machine was started, also while it sleeps.
func ticks() time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &t) != nil { // older than Linux 2.6.39
		return time.Since(started)
	}
	return time.Duration(t.Nano())
}

var started = time.Now()
