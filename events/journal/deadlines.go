package journal

import (
	"container/heap"
	"time"
)

// deadlines orders the subjects of a partition by when they must be decided about. An entry whose time is not that of
// its subject any more is stale and is dropped when it comes up.
type deadlines []deadline

type deadline struct {
	at      time.Time
	subject string
}

func (d deadlines) Len() int           { return len(d) }
func (d deadlines) Less(i, j int) bool { return d[i].at.Before(d[j].at) }
func (d deadlines) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }
func (d *deadlines) Push(x any)        { *d = append(*d, x.(deadline)) }
func (d *deadlines) Pop() any {
	old := *d
	last := old[len(old)-1]
	*d = old[:len(old)-1]
	return last
}

func (d *deadlines) add(at time.Time, subject string) { heap.Push(d, deadline{at, subject}) }

// next returns when the earliest entry is due.
func (d deadlines) next() (time.Time, bool) {
	if len(d) == 0 {
		return time.Time{}, false
	}
	return d[0].at, true
}

// take removes and returns the earliest entry if it is due at now.
func (d *deadlines) take(now time.Time) (deadline, bool) {
	if len(*d) == 0 || (*d)[0].at.After(now) {
		return deadline{}, false
	}
	return heap.Pop(d).(deadline), true
}
