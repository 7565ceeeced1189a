package auction_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"lightshare/events"
)

// A lot that was over for a day has left memory. Whoever asks still hears how it ended, a bid of then sent once more is
// not a new one, and a book that was lost has the lot again. (promises P4, P20)
func TestALotThatIsLongOver(t *testing.T) {
	w := newWorld(t)
	w.publish(w.listing(1, "A song"))
	lot := w.fate(events.OfferListed).Lot
	first := events.PlaceBid{Bidder: "ann", Max: 2000}
	_, err := w.sender.Do(t.Context(), string(lot), "ann's first", first, nil)
	w.must(err)
	w.bid(lot, "bob", 3000)
	w.clock.Advance(2 * time.Hour)
	ended := w.fate(events.OfferEnded).Standing
	w.book(lot, ended.Version)
	before := w.dump()
	soon := w.snapshot(lot, 0)
	w.clock.Advance(26 * time.Hour)
	w.snapshot(lot, soon) // what is over leaves memory when one is made
	for _, restarted := range []bool{false, true} {
		if restarted {
			w.close()
			w.open()
		}
		w.redis.FlushAll()
		w.await("book written whole", func() error {
			now := w.dump()
			for key, want := range before {
				if !slices.Equal(now[key], want) {
					return fmt.Errorf("%s is %v, want %v", key, now[key], want)
				}
			}
			return nil
		})
		var s events.Standing
		answer, err := w.sender.Do(t.Context(), string(lot), "ann's first", first, &s)
		if err != nil || !answer.Repeated || s.Version != ended.Version || s.Leader != "bob" || s.State != events.Sold {
			t.Errorf("restarted %t: the bid of then = %+v %+v %v, want repeated on a sold lot", restarted, answer, s, err)
		}
		if _, err := w.sender.Do(t.Context(), string(lot), "late", first, nil); !errors.Is(err, events.Closed) {
			t.Errorf("restarted %t: a late bid: %v, want %v", restarted, err, events.Closed)
		}
	}
}

// snapshot waits for a snapshot of the lot's partition that was written after a message of their stream, and returns
// the newest message then.
func (w *world) snapshot(lot events.LotID, after uint64) uint64 {
	w.t.Helper()
	stream, err := w.js.Stream(w.t.Context(), events.Snapshots)
	w.must(err)
	var newest uint64
	w.await("snapshot", func() error {
		for place := range 2 {
			msg, err := stream.GetLastMsgForSubject(w.t.Context(), events.SnapshotSubject(events.Lots, events.PartitionOf(string(lot)), place))
			if err == nil {
				newest = max(newest, msg.Sequence)
			}
		}
		if newest <= after {
			return fmt.Errorf("none after message %d", after)
		}
		return nil
	})
	return newest
}
