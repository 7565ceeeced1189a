package blacklist

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"lightshare/events"
)

func TestCountedAddsUpRows(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var n counted
	for _, rows := range []int{0, 1, 2, 7, 40} {
		var want [64 * chunkWords]int
		n.reset()
		for range rows {
			var r row
			for i := range r {
				r[i] = random.Uint64() & random.Uint64()
				for bit := range 64 {
					want[64*i+bit] += int(r[i] >> bit & 1)
				}
			}
			n.add(&r)
		}
		for least := range rows + 2 {
			var got row
			n.atLeast(least, &got)
			for i, count := range want {
				if has := got[i/64]>>(i%64)&1 != 0; has != (count >= least) {
					t.Fatalf("of %d rows, item %d is in %d: atLeast(%d) = %v", rows, i, count, least, has)
				}
			}
		}
	}
}

// TestCrowdForgetsWhatLeaves fills more than a chunk, empties half of it and fills it again with something else.
func TestCrowdForgetsWhatLeaves(t *testing.T) {
	live, work := NewLive(), someEntries[0]
	offer := func(i int, title string) {
		id := events.ListingID(fmt.Sprint(i))
		live.Offer(events.Listing{ID: id, Title: title, FileName: "1.mp3"}, time.Unix(int64(i), 0))
	}
	for i := range chunkItems + 100 {
		offer(i, "Rain on a tin roof")
	}
	for i := 0; i < chunkItems; i += 2 {
		offer(i, work.Artist+" - "+work.Title)
	}
	if got := len(live.Reverse(work)); got != chunkItems/2 {
		t.Errorf("Reverse finds %d listings, want %d", got, chunkItems/2)
	}
	for i := 0; i < chunkItems; i += 4 {
		live.leave(events.ListingID(fmt.Sprint(i)), 1)
	}
	if got := len(live.Reverse(work)); got != chunkItems/4 {
		t.Errorf("Reverse finds %d listings after half have left, want %d", got, chunkItems/4)
	}
	for i := 0; i < chunkItems; i += 4 {
		offer(i, "Rain on a tin roof")
	}
	if got := len(live.Reverse(work)); got != chunkItems/4 {
		t.Errorf("Reverse finds %d listings after others have come, want %d", got, chunkItems/4)
	}
}
