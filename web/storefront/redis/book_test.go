package redis

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"

	"lightshare/events"
)

// Runs of bids overlap where one was written twice; a page shows each bid once, newest first.
func TestBidsComeOnceFromRuns(t *testing.T) {
	server := miniredis.RunT(t)
	client := goredis.NewClient(&goredis.Options{Addr: server.Addr()})
	defer client.Close()
	const lot, newest = events.LotID("lot"), 100
	for first := uint64(1); first <= newest; first += 2 {
		var run []events.Bid
		for seq := first; seq < min(first+3, newest+1); seq++ { // the last of each run is the first of the next
			run = append(run, events.Bid{Seq: seq})
		}
		text, err := json.Marshal(run)
		if err != nil {
			t.Fatal(err)
		}
		server.ZAdd(events.BookBidsKey(lot), float64(first), string(text))
	}
	for _, n := range []int{1, 2, 50, newest, 2 * newest} {
		bids, err := NewBook(client).Bids(t.Context(), lot, n)
		if err != nil {
			t.Fatal(err)
		}
		got, want := "", ""
		for _, bid := range bids {
			got += fmt.Sprint(bid.Seq, " ")
		}
		for i := range min(n, newest) {
			want += fmt.Sprint(newest-i, " ")
		}
		if got != want {
			t.Errorf("the newest %d bids are %s\nwant %s", n, got, want)
		}
	}
	if bids, err := NewBook(client).Bids(t.Context(), "other", 5); err != nil || len(bids) != 0 {
		t.Errorf("bids on a lot without any = %v, %v", bids, err)
	}
}
