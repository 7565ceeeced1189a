// Package redis keeps the auction's book in Redis, under the keys that package events names.
package redis

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"lightshare/auction"
	"lightshare/events"
)

const (
	run     = 16              // bids in one member
	chunk   = 500             // members added by one command
	timeout = 5 * time.Second // for one pipeline
	memory  = 24 * time.Hour  // of houses that have written the book; then they do so again
)

// Book implements [auction.Book].
type Book struct {
	client   goredis.UniversalClient
	complete string // exists when this process has written it whole
	draft    string // exists while it does; in the same hash slot, so that it can be renamed
}

// Open returns the book in the given Redis, for one process to write. The caller closes the client.
func Open(client goredis.UniversalClient) *Book {
	complete := events.BookCompleteKey(events.NewID())
	return &Book{client, complete, complete + ":draft"}
}

// Write adds the pages in one pipeline.
func (b *Book) Write(ctx context.Context, pages []auction.Page) error {
	if len(pages) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err := b.client.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for i := range pages {
			write(ctx, p, &pages[i])
		}
		writeEnding(ctx, p, pages)
		writeUsers(ctx, p, pages)
		return writeRecords(ctx, p, pages)
	})
	if err != nil {
		return fmt.Errorf("write %d pages of the book: %w", len(pages), err)
	}
	return nil
}

func write(ctx context.Context, p goredis.Pipeliner, page *auction.Page) {
	s := &page.Standing
	standing := s.AppendJSON(make([]byte, 0, 512))
	key := events.BookStandingKey(s.Lot)
	p.ZAdd(ctx, key, goredis.Z{Score: float64(s.Version), Member: standing})
	p.ZRemRangeByRank(ctx, key, 0, -2)
	if s.Format == events.Auction {
		writeBids(ctx, p, page)
	}
}

func writeBids(ctx context.Context, p goredis.Pipeliner, page *auction.Page) {
	key := events.BookBidsKey(page.Standing.Lot)
	if page.Whole {
		p.Del(ctx, key)
	}
	var members []goredis.Z
	for bids := range slices.Chunk(page.Bids, run) {
		line := append(make([]byte, 0, 160*len(bids)), '[')
		for _, bid := range bids {
			line = append(bid.AppendJSON(line), ',')
		}
		line[len(line)-1] = ']'
		members = append(members, goredis.Z{Score: float64(bids[0].Seq), Member: line})
	}
	for some := range slices.Chunk(members, chunk) {
		p.ZAdd(ctx, key, some...)
	}
}

// writeEnding notes when the open auctions end.
func writeEnding(ctx context.Context, p goredis.Pipeliner, pages []auction.Page) {
	var open []goredis.Z
	var over []any
	for i := range pages {
		s := &pages[i].Standing
		switch {
		case s.Format != events.Auction:
		case s.State == events.Open:
			open = append(open, goredis.Z{Score: float64(s.EndsAt.UnixMilli()), Member: string(s.Lot)})
		default:
			over = append(over, string(s.Lot))
		}
	}
	if len(open) > 0 {
		p.ZAdd(ctx, events.BookEnding, open...)
	}
	if len(over) > 0 {
		p.ZRem(ctx, events.BookEnding, over...)
	}
}

// writeUsers notes for each bidder on which lots he bid, and when last.
func writeUsers(ctx context.Context, p goredis.Pipeliner, pages []auction.Page) {
	users := make(map[events.UserID][]goredis.Z)
	for i := range pages {
		lot := string(pages[i].Standing.Lot)
		for _, bid := range pages[i].Bids {
			users[bid.Bidder] = append(users[bid.Bidder], goredis.Z{Score: float64(bid.At.UnixMilli()), Member: lot})
		}
	}
	for user, lots := range users {
		for some := range slices.Chunk(lots, chunk) {
			p.ZAddGT(ctx, events.BookUserKey(user), some...)
		}
	}
}

// writeRecords notes what the lots add to their bidders' records, and from which lots bidders are gone.
func writeRecords(ctx context.Context, p goredis.Pipeliner, pages []auction.Page) error {
	for i := range pages {
		lot := string(pages[i].Standing.Lot)
		for user, record := range pages[i].Records {
			line, err := json.Marshal(record)
			if err != nil {
				return fmt.Errorf("encode record of a bidder on %s: %w", lot, err)
			}
			p.HSet(ctx, events.BookRecordKey(user), lot, line)
		}
		for _, user := range pages[i].Gone {
			p.ZRem(ctx, events.BookUserKey(user), lot)
		}
	}
	return nil
}

// Begin starts to write the book whole.
func (b *Book) Begin(ctx context.Context, at time.Time) error {
	if err := b.client.Set(ctx, b.draft, at.UnixMilli(), memory).Err(); err != nil {
		return fmt.Errorf("begin the book: %w", err)
	}
	return nil
}

// End declares the book complete. It returns false if the book lost anything since Begin.
func (b *Book) End(ctx context.Context) (bool, error) {
	err := b.client.Rename(ctx, b.draft, b.complete).Err()
	if err != nil && strings.Contains(err.Error(), "no such key") {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("end the book: %w", err)
	}
	return true, nil
}

// Complete reports whether the book was written whole since it last lost anything.
func (b *Book) Complete(ctx context.Context) (bool, error) {
	n, err := b.client.Exists(ctx, b.complete).Result()
	if err != nil {
		return false, fmt.Errorf("look at the book: %w", err)
	}
	return n == 1, nil
}
