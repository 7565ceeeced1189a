//go:build !linux

package journal

import "time"

// ticks counts since the program was started.
func ticks() time.Duration { return time.Since(started) }

var started = time.Now()
