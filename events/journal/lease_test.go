package journal

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

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

// A process that was too busy to renew its leases in time goes on writing when nobody else has taken them.
func TestLeasesThatRanOut(t *testing.T) {
	s := embedded.TestServer(t)
	j := open(t, s.TestConn(t), nil)
	awaitPartitions(t, events.Partitions, j)
	writers := map[int]chan struct{}{}
	for n, p := range j.partitions {
		p.mu.Lock()
		writers[n] = p.ended
		p.mu.Unlock()
	}
	js, err := jetstream.New(s.TestConn(t))
	if err != nil {
		t.Fatal(err)
	}
	kv, err := js.KeyValue(t.Context(), events.Leases)
	if err != nil {
		t.Fatal(err)
	}
	for n := range events.Partitions {
		key := fmt.Sprintf("%s.partition.%d", events.Lots, n)
		gone, err := kv.Get(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		if err := kv.Purge(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			if back, err := kv.Get(t.Context(), key); err == nil && back.Revision() > gone.Revision() {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("the lease of partition %d was not taken again", n)
			}
		}
	}
	for n, ended := range writers {
		select {
		case <-ended:
			t.Errorf("the writer of partition %d was stopped, though nobody else had its lease", n)
		default:
		}
	}
}
