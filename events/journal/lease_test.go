package journal

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/bus/embedded"
)

// awaitPartitions waits until each of the journals writes as many partitions as wanted.
func awaitPartitions(t *testing.T, want int, journals ...*Journal[tally]) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		var counts []int
		settled := true
		for _, j := range journals {
			n := 0
			for _, p := range j.partitions {
				if p.active() {
					n++
				}
			}
			counts = append(counts, n)
			settled = settled && n == want
		}
		if settled {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the journals write %v partitions, want %d each", counts, want)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Processes share the partitions out, and take over those of one that dies without a word, with all that it had told.
func TestTakeover(t *testing.T) {
	s := embedded.TestServer(t)
	doomed := s.TestConn(t)
	first := open(t, doomed, nil)
	awaitPartitions(t, events.Partitions, first)
	second := open(t, s.TestConn(t), nil)
	awaitPartitions(t, events.Partitions/2, first, second)

	to := NewSender(s.TestConn(t), events.AuctionService)
	do := func(id string) {
		t.Helper()
		for i := range 3 * events.Partitions { // some in every partition
			c, b := bid(id, 1)
			for {
				_, err := to.Do(t.Context(), fmt.Sprint("lot", i), c, b, nil)
				if err == nil {
					break
				}
				if !errors.Is(err, events.Unavailable) {
					t.Fatalf("bid %s on lot%d: %v", id, i, err)
				}
			}
		}
	}
	do("before")
	doomed.Close() // as a dead process leaves it: nothing given back, nothing answered
	do("after")
	do("before") // told before, counted once
	awaitPartitions(t, events.Partitions, second)
	got := states(t, second)
	if len(got) != 3*events.Partitions {
		t.Errorf("the survivor knows %d lots, want %d", len(got), 3*events.Partitions)
	}
	for lot, tallied := range got {
		if tallied.Bids != 2 {
			t.Errorf("%s has %d bids, want 2", lot, tallied.Bids)
		}
	}
}

// A process that leaves in good order is followed at once, before its leases would have run out.
func TestHandover(t *testing.T) {
	s := embedded.TestServer(t)
	first, second := open(t, s.TestConn(t), nil), open(t, s.TestConn(t), nil)
	awaitPartitions(t, events.Partitions/2, first, second)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	awaitPartitions(t, events.Partitions, second)
	third := open(t, s.TestConn(t), nil)
	awaitPartitions(t, events.Partitions/2, second, third)
}
