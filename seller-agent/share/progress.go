package share

import (
	"sync"
	"time"
)

// A Progress says how far the reading of a folder's files has come since there was last nothing to do.
type Progress struct {
	Busy      bool          `json:"busy"`       // there is something to do
	Files     int           `json:"files"`      // looked at
	Bytes     int64         `json:"bytes"`      // read
	LeftFiles int           `json:"left_files"` // to be looked at
	LeftBytes int64         `json:"left_bytes"` // to be read, at most
	Current   string        `json:"current"`    // path of the file that was taken up last
	Took      time.Duration `json:"took"`       // nanoseconds of work so far, without what was waited
}

// Rates returns files and bytes a second.
func (p Progress) Rates() (files, bytes float64) {
	s := max(p.Took.Seconds(), 0.001)
	return float64(p.Files) / s, float64(p.Bytes) / s
}

// perFile is what a file costs besides its bytes, in bytes that could be read meanwhile.
const perFile = 128 << 10

// Left returns the time that the rest takes at the pace so far, or 0 if that cannot be told yet.
func (p Progress) Left() time.Duration {
	done := float64(p.Bytes) + perFile*float64(p.Files)
	rest := float64(p.LeftBytes) + perFile*float64(p.LeftFiles)
	if !p.Busy || done == 0 || p.Took < 500*time.Millisecond {
		return 0
	}
	return time.Duration(float64(p.Took) * rest / done)
}

// A tally is the progress as Run and the readers write it down. Safe for concurrent use.
type tally struct {
	mu     sync.Mutex
	p      Progress  // guarded by mu
	at     time.Time // guarded by mu; up to when Took counts
	behind int64     // guarded by mu; bytes read of files that are not done
}

// read notes that n bytes of the file at path were read; it may have been held up before.
func (t *tally) read(path string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.p.Bytes += int64(n)
	t.behind += int64(n)
	t.p.Current = path
}

// stand notes what is left to do, and whether it stands still for now.
func (t *tally) stand(files int, bytes int64, held bool, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if files == 0 {
		t.p.Busy, t.p.LeftFiles, t.p.LeftBytes, t.p.Current, t.behind = false, 0, 0, "", 0
		return
	}
	if !t.p.Busy {
		t.p, t.at, t.behind = Progress{Busy: true}, now, 0
	}
	if !held {
		t.p.Took += now.Sub(t.at)
	}
	t.at = now
	t.p.LeftFiles, t.p.LeftBytes = files, max(0, bytes-t.behind)
}

// looked notes that it has been decided about a file.
func (t *tally) looked() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.p.Busy {
		t.p.Files++
	}
}

// finished notes that a file of so many bytes is not on the desk any more.
func (t *tally) finished(size int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.behind = max(0, t.behind-size)
}

func (t *tally) progress() Progress {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.p
}
