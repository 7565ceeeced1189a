package agent

import (
	"context"
	"time"

	"lightshare/seller-agent/share"
)

const (
	lookAtLoad = 2 * time.Second
	tooBusy    = 0.70 // of all processors, by other programs: reading in bulk is slowed down
	restful    = 0.50 // it is as fast as it can be again
)

// giveWay keeps the pace as others need the computer, while files are being read, until ctx is done. Where it cannot be
// told how busy the computer is nothing gives way.
func giveWay(ctx context.Context, pace *share.Pace, reading func() bool) {
	ticker := time.NewTicker(lookAtLoad)
	defer ticker.Stop()
	before, known := readLoad()
	for known {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		if !reading() {
			pace.SetBusy(false)
			before, known = readLoad()
			continue
		}
		now, ok := readLoad()
		if ok {
			pace.SetBusy(now.others(before) > threshold(pace.Busy()))
		}
		before, known = now, ok
	}
}

// threshold returns the load from which reading is slowed down, or fast again only below.
func threshold(waiting bool) float64 {
	if waiting {
		return restful
	}
	return tooBusy
}

// A load is what the processors have done since the computer was started, in the system's ticks.
type load struct {
	all  float64 // of all processors together, idle or not
	idle float64
	own  float64 // by this program
}

// others returns the part of the processors' time since before that other programs took, 0 to 1.
func (l load) others(before load) float64 {
	all := l.all - before.all
	if all <= 0 {
		return 0
	}
	return max(0, (all-(l.idle-before.idle)-(l.own-before.own))/all)
}
