package redis

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"

	"lightshare/auction"
	"lightshare/events"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const lot = events.LotID("abcdefghijklmnop-song")

// TestBook runs one suite on the in-process Redis of small installations and on a real server.
func TestBook(t *testing.T) {
	kinds := map[string]func(*testing.T) goredis.UniversalClient{"miniredis": startMini, "redis-server": startServer}
	for kind, start := range kinds {
		t.Run(kind, func(t *testing.T) {
			client := start(t)
			for name, test := range suite {
				t.Run(name, func(t *testing.T) {
					if err := client.FlushAll(t.Context()).Err(); err != nil {
						t.Fatal(err)
					}
					test(t, client)
				})
			}
		})
	}
}

func startMini(t *testing.T) goredis.UniversalClient {
	client := goredis.NewClient(&goredis.Options{Addr: miniredis.RunT(t).Addr()})
	t.Cleanup(func() { client.Close() })
	return client
}

// startServer runs a redis-server of the test's own on a socket.
func startServer(t *testing.T) goredis.UniversalClient {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("there is no redis-server to test with: %v", err)
	}
	socket := filepath.Join(t.TempDir(), "redis.sock")
	server := exec.Command(program, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	client := goredis.NewClient(&goredis.Options{Network: "unix", Addr: socket, MaxRetries: 50, MinRetryBackoff: 10 * time.Millisecond, MaxRetryBackoff: 100 * time.Millisecond})
	t.Cleanup(func() {
		client.Close()
		server.Process.Kill()
		server.Wait()
	})
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	return client
}

// standing returns the lot as an open auction at version.
func standing(version uint64) events.Standing {
	return events.Standing{Lot: lot, Version: version, State: events.Open, Format: events.Auction, Price: int64(version) * 100, EndsAt: noon.Add(time.Hour)}
}

func placed(seq uint64, who events.UserID) events.Bid {
	return events.Bid{Seq: seq, At: noon.Add(time.Duration(seq) * time.Second), Bidder: who, Price: int64(seq) * 100}
}

var suite = map[string]func(*testing.T, goredis.UniversalClient){
	"the newest standing stays": func(t *testing.T, client goredis.UniversalClient) {
		book := Open(client)
		for _, version := range []uint64{2, 3, 1, 3} {
			mustWrite(t, book, auction.Page{Standing: standing(version)})
		}
		stored := client.ZRange(t.Context(), events.BookStandingKey(lot), 0, -1).Val()
		var s events.Standing
		if len(stored) != 1 || json.Unmarshal([]byte(stored[0]), &s) != nil || s.Version != 3 {
			t.Errorf("the book has the standings %v, want version 3 alone", stored)
		}
	},
	"bids come once and in order": func(t *testing.T, client goredis.UniversalClient) {
		book := Open(client)
		mustWrite(t, book, auction.Page{Standing: standing(3), Bids: []events.Bid{placed(2, "ann"), placed(3, "bob")}})
		mustWrite(t, book, auction.Page{Standing: standing(4), Bids: []events.Bid{placed(3, "bob"), placed(4, "ann")}})
		if got := bids(t, client); !slices.Equal(got, []uint64{2, 3, 4}) {
			t.Errorf("the book has the bids %v, want 2, 3 and 4", got)
		}
		if got := client.ZScore(t.Context(), events.BookUserKey("ann"), string(lot)).Val(); got != float64(noon.Add(4*time.Second).UnixMilli()) {
			t.Errorf("ann's last bid is at %f, want that of her second bid", got)
		}
	},
	"many bids at once": func(t *testing.T, client goredis.UniversalClient) {
		var many []events.Bid
		for seq := range uint64(2*chunk + 1) {
			many = append(many, placed(seq+2, "ann"))
		}
		mustWrite(t, Open(client), auction.Page{Standing: standing(9999), Bids: many})
		if got := bids(t, client); len(got) != len(many) {
			t.Errorf("the book has %d bids, want %d", len(got), len(many))
		}
	},
	"void bids go": func(t *testing.T, client goredis.UniversalClient) {
		book := Open(client)
		mustWrite(t, book, auction.Page{Standing: standing(3), Bids: []events.Bid{placed(2, "ann"), placed(3, "bob")}})
		mustWrite(t, book, auction.Page{
			Standing: standing(6), Bids: []events.Bid{placed(3, "bob")}, Whole: true, Gone: []events.UserID{"ann"},
			Records: map[events.UserID]events.BidderRecord{"ann": {Retractions: 1}},
		})
		if got := bids(t, client); !slices.Equal(got, []uint64{3}) {
			t.Errorf("the book has the bids %v, want 3 alone", got)
		}
		if client.ZCard(t.Context(), events.BookUserKey("ann")).Val() != 0 || client.ZCard(t.Context(), events.BookUserKey("bob")).Val() != 1 {
			t.Error("ann is still in the lot, or bob is not")
		}
		if got := client.HGet(t.Context(), events.BookRecordKey("ann"), string(lot)).Val(); got != `{"retractions":1}` {
			t.Errorf("ann's record says %s of the lot, want one retraction", got)
		}
	},
	"only open auctions end": func(t *testing.T, client goredis.UniversalClient) {
		book := Open(client)
		mustWrite(t, book, auction.Page{Standing: standing(2)})
		ends := client.ZRangeWithScores(t.Context(), events.BookEnding, 0, -1).Val()
		if len(ends) != 1 || ends[0].Member != string(lot) || ends[0].Score != float64(noon.Add(time.Hour).UnixMilli()) {
			t.Errorf("what ends is %v, want the lot in an hour", ends)
		}
		paused, sale := standing(3), standing(1)
		paused.State = events.Paused
		sale.Lot, sale.Format = "abcdefghijklmnop-book", events.Direct
		mustWrite(t, book, auction.Page{Standing: paused}, auction.Page{Standing: sale})
		if n := client.ZCard(t.Context(), events.BookEnding).Val(); n != 0 {
			t.Errorf("%d lots end while one is paused and one a direct sale, want none", n)
		}
	},
	"complete until something is lost": func(t *testing.T, client goredis.UniversalClient) {
		book := Open(client)
		complete(t, book, false)
		begin(t, book)
		complete(t, book, false)
		end(t, book, true)
		complete(t, book, true)
		begin(t, book)
		client.FlushAll(t.Context())
		end(t, book, false)
		complete(t, book, false)
	},
	"without a connection": func(t *testing.T, client goredis.UniversalClient) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		book := Open(client)
		_, endErr := book.End(ctx)
		_, completeErr := book.Complete(ctx)
		errs := []error{book.Write(ctx, []auction.Page{{Standing: standing(1)}}), book.Begin(ctx, noon), endErr, completeErr}
		for i, err := range errs {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("call %d = %v, want %v", i, err, context.Canceled)
			}
		}
	},
}

func mustWrite(t *testing.T, b *Book, pages ...auction.Page) {
	t.Helper()
	if err := b.Write(t.Context(), pages); err != nil {
		t.Fatal(err)
	}
}

// bids returns the numbers of the bids that the runs hold, each once.
func bids(t *testing.T, client goredis.UniversalClient) []uint64 {
	t.Helper()
	var all []uint64
	for _, line := range client.ZRange(t.Context(), events.BookBidsKey(lot), 0, -1).Val() {
		var run []events.Bid
		if err := json.Unmarshal([]byte(line), &run); err != nil {
			t.Fatal(err)
		}
		for _, bid := range run {
			all = append(all, bid.Seq)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func begin(t *testing.T, b *Book) {
	t.Helper()
	if err := b.Begin(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
}

func end(t *testing.T, b *Book, want bool) {
	t.Helper()
	if got, err := b.End(t.Context()); err != nil || got != want {
		t.Errorf("End = %t, %v; want %t", got, err, want)
	}
}

func complete(t *testing.T, b *Book, want bool) {
	t.Helper()
	if got, err := b.Complete(t.Context()); err != nil || got != want {
		t.Errorf("Complete = %t, %v; want %t", got, err, want)
	}
}
