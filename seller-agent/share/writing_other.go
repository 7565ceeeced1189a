//go:build !linux

package share

import "os"

// beingWritten cannot be known here: quiet has to do.
func beingWritten(*os.File) bool { return false }
