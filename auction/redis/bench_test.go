package redis

import (
	"fmt"
	"testing"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"

	"lightshare/auction"
	"lightshare/events"
)

// BenchmarkWrite writes what a busy house writes at a time: a thousand lots with ten new bids each, by a thousand bidders,
// to the in-process Redis. ns/op is per bid.
func BenchmarkWrite(b *testing.B) {
	server := miniredis.RunT(b)
	client := goredis.NewClient(&goredis.Options{Addr: server.Addr()})
	defer client.Close()
	book := Open(client)
	const lots, bids = 1000, 10
	pages := make([]auction.Page, lots)
	b.ReportAllocs()
	for done := 0; done < b.N; done += lots * bids {
		for i := range pages {
			seq := uint64(done/lots + 1)
			p := &pages[i]
			p.Standing = events.Standing{Lot: events.LotID(fmt.Sprint("abcdefghijklmnop-lot", i)), Version: seq + bids, At: noon, State: events.Open, Format: events.Auction, Currency: events.USD, Price: 1000, EndsAt: noon}
			p.Bids = p.Bids[:0]
			for n := range uint64(bids) {
				bidder := events.UserID(fmt.Sprint("bidder", (uint64(i)*7+seq*13+n*31)%1000))
				p.Bids = append(p.Bids, events.Bid{Seq: seq + n, At: noon, Bidder: bidder, Price: int64(1000 * (seq + n)), EndsAt: noon})
			}
		}
		if err := book.Write(b.Context(), pages); err != nil {
			b.Fatal(err)
		}
	}
}
