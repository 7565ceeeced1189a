package embedded

import (
	"log/slog"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

const (
	lowWater  = 64 << 20     // bytes free on the disk, below which nothing new is taken
	roomAgain = lowWater * 2 // bytes free, from which on it is again
	roomBeat  = time.Second  // between two looks
)

// watchRoom has the market's account take nothing new while its disk is nearly full, until the server is closed. A
// server that runs into the end of the disk instead answers nobody any more until it is started anew; this way whoever
// appends is told at once, nothing is lost, and work goes on by itself when there is room.
func (s *Server) watchRoom(dir string) {
	defer close(s.watched)
	tick := time.NewTicker(roomBeat)
	defer tick.Stop()
	for full := false; ; {
		if free, err := freeSpace(dir); err == nil && (free < lowWater) != full && (!full || free >= roomAgain) {
			full = !full
			if err := s.setFull(full); err != nil {
				slog.Error("disk limit not set", "full", full, "error", err)
			} else if full {
				slog.Error("disk nearly full: nothing new is taken", "folder", dir, "free_bytes", free)
			} else {
				slog.Info("room on the disk again", "folder", dir, "free_bytes", free)
			}
		}
		select {
		case <-tick.C:
		case <-s.closing:
			return
		}
	}
}

// setFull has the streams on disk refuse every message, or take them again. What is in memory only goes on.
func (s *Server) setFull(full bool) error {
	limits := server.JetStreamAccountLimits{
		MaxMemory: -1, MaxStore: -1, MaxStreams: -1, MaxConsumers: -1, MaxAckPending: -1, MemoryMaxStreamBytes: -1, StoreMaxStreamBytes: -1,
	}
	if full {
		limits.MaxStore = 1 // less than there is
	}
	return s.market.UpdateJetStreamLimits(map[string]server.JetStreamAccountLimits{"": limits})
}
