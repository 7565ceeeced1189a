// Package redis keeps the auction's book in Redis, under the keys that package events names.
package redis

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"lightshare/auction"
	"lightshare/events"
)

// draft exists while the book is written whole. It lies in the hash slot of [events.BookComplete], so that it can be
// renamed to it.
const draft = "{" + events.BookComplete + "}:draft"

const (
	chunk   = 500             // members added by one command
	timeout = 5 * time.Second // for one pipeline
)

// Book implements [auction.Book].
type Book struct {
	client goredis.UniversalClient
}

// Open returns the book in the given Redis. The caller closes the client.
func Open(client goredis.UniversalClient) *Book { return &Book{client} }

// Write adds the pages in one pipeline.
func (b *Book) Write(ctx context.Context, pages []auction.Page) error {
	if len(pages) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err := b.client.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for i := range pages {
			if err := write(ctx, p, &pages[i]); err != nil {
				return err
			}
		}
		writeUsers(ctx, p, pages)
		return writeRecords(ctx, p, pages)
	})
	if err != nil {
		return fmt.Errorf("write %d pages of the book: %w", len(pages), err)
	}
	return nil
}

func write(ctx context.Context, p goredis.Pipeliner, page *auction.Page) error {
	s := &page.Standing
	standing, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode standing of %s: %w", s.Lot, err)
	}
	key := events.BookStandingKey(s.Lot)
	p.ZAdd(ctx, key, goredis.Z{Score: float64(s.Version), Member: standing})
	p.ZRemRangeByRank(ctx, key, 0, -2)
	if s.Format != events.Auction {
		return nil
	}
	if s.State == events.Open {
		p.ZAdd(ctx, events.BookEnding, goredis.Z{Score: float64(s.EndsAt.UnixMilli()), Member: string(s.Lot)})
	} else {
		p.ZRem(ctx, events.BookEnding, string(s.Lot))
	}
	return writeBids(ctx, p, page)
}

func writeBids(ctx context.Context, p goredis.Pipeliner, page *auction.Page) error {
	key := events.BookBidsKey(page.Standing.Lot)
	if page.Whole {
		p.Del(ctx, key)
	}
	for rest := page.Bids; len(rest) > 0; {
		n := min(chunk, len(rest))
		members := make([]goredis.Z, n)
		for i, bid := range rest[:n] {
			line, err := json.Marshal(bid)
			if err != nil {
				return fmt.Errorf("encode bid %d on %s: %w", bid.Seq, page.Standing.Lot, err)
			}
			members[i] = goredis.Z{Score: float64(bid.Seq), Member: line}
		}
		p.ZAdd(ctx, key, members...)
		rest = rest[n:]
	}
	return nil
}

// writeUsers notes for each bidder on which lots he bid, and when last.
func writeUsers(ctx context.Context, p goredis.Pipeliner, pages []auction.Page) {
	users := make(map[events.UserID]map[events.LotID]time.Time)
	for i := range pages {
		for _, bid := range pages[i].Bids {
			lots := users[bid.Bidder]
			if lots == nil {
				lots = make(map[events.LotID]time.Time)
				users[bid.Bidder] = lots
			}
			lots[pages[i].Standing.Lot] = bid.At
		}
	}
	for user, lots := range users {
		members := make([]goredis.Z, 0, len(lots))
		for lot, at := range lots {
			members = append(members, goredis.Z{Score: float64(at.UnixMilli()), Member: string(lot)})
		}
		p.ZAddGT(ctx, events.BookUserKey(user), members...)
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
	if err := b.client.Set(ctx, draft, at.UnixMilli(), 0).Err(); err != nil {
		return fmt.Errorf("begin the book: %w", err)
	}
	return nil
}

// End declares the book complete. It returns false if the book lost anything since Begin.
func (b *Book) End(ctx context.Context) (bool, error) {
	err := b.client.Rename(ctx, draft, events.BookComplete).Err()
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
	n, err := b.client.Exists(ctx, events.BookComplete).Result()
	if err != nil {
		return false, fmt.Errorf("look at the book: %w", err)
	}
	return n == 1, nil
}
