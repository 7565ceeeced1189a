// Package redis keeps what the storefront has in Redis: it reads the book that the auction house writes, and holds the
// visitors' sessions. Both may vanish at any time; nothing is decided from them.
package redis

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"lightshare/events"
)

// A Book is a reader of the public state of the market.
type Book struct{ client redis.UniversalClient }

// NewBook returns the book kept behind client.
func NewBook(client redis.UniversalClient) Book { return Book{client} }

// batch is how many lots are asked about in one round trip.
const batch = 500

// Standings returns the newest standing of each of the lots that the book knows; the others are left out.
func (b Book) Standings(ctx context.Context, lots []events.LotID) ([]events.Standing, error) {
	var standings []events.Standing
	for len(lots) > 0 {
		some := lots[:min(batch, len(lots))]
		lots = lots[len(some):]
		pipe := b.client.Pipeline()
		answers := make([]*redis.StringSliceCmd, len(some))
		for i, lot := range some {
			answers[i] = pipe.ZRevRange(ctx, events.BookStandingKey(lot), 0, 0)
		}
		if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
			return nil, fmt.Errorf("read %d standings: %w", len(some), err)
		}
		for i, answer := range answers {
			for _, text := range answer.Val() {
				var s events.Standing
				if err := json.Unmarshal([]byte(text), &s); err != nil {
					return nil, fmt.Errorf("read standing of %s: %w", some[i], err)
				}
				standings = append(standings, s)
			}
		}
	}
	return standings, nil
}

// runs is how many runs of bids are read at a time.
const runs = 16

// Bids returns the newest bids on the lot, newest first, at most n.
func (b Book) Bids(ctx context.Context, lot events.LotID, n int) ([]events.Bid, error) {
	var bids []events.Bid
	for first := int64(0); ; first += runs {
		texts, err := b.client.ZRevRange(ctx, events.BookBidsKey(lot), first, first+runs-1).Result()
		if err != nil {
			return nil, fmt.Errorf("read bids on %s: %w", lot, err)
		}
		for _, text := range texts {
			var run []events.Bid
			if err := json.Unmarshal([]byte(text), &run); err != nil {
				return nil, fmt.Errorf("read bids on %s: %w", lot, err)
			}
			bids = append(bids, run...)
		}
		// Runs come by their first bid: whatever follows is older than the last one read begins.
		slices.SortFunc(bids, func(a, b events.Bid) int { return cmp.Compare(b.Seq, a.Seq) })
		bids = slices.CompactFunc(bids, func(a, b events.Bid) bool { return a.Seq == b.Seq })
		if len(texts) < runs || len(bids) >= n {
			return bids[:min(n, len(bids))], nil
		}
	}
}

// LotsOf returns the lots that the user has bid on, the newest bid first, at most n.
func (b Book) LotsOf(ctx context.Context, user events.UserID, n int) ([]events.LotID, error) {
	texts, err := b.client.ZRevRange(ctx, events.BookUserKey(user), 0, int64(n)-1).Result()
	if err != nil {
		return nil, fmt.Errorf("read a bidder's lots: %w", err)
	}
	lots := make([]events.LotID, len(texts))
	for i, text := range texts {
		lots[i] = events.LotID(text)
	}
	return lots, nil
}

// Record returns what counts against the user in all lots together.
func (b Book) Record(ctx context.Context, user events.UserID) (events.BidderRecord, error) {
	lots, err := b.client.HVals(ctx, events.BookRecordKey(user)).Result()
	if err != nil {
		return events.BidderRecord{}, fmt.Errorf("read a bidder's record: %w", err)
	}
	var all events.BidderRecord
	for _, text := range lots {
		var one events.BidderRecord
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			return events.BidderRecord{}, fmt.Errorf("read a bidder's record: %w", err)
		}
		all.Retractions += one.Retractions
		all.Strikes += one.Strikes
	}
	return all, nil
}

// HasBid reports whether the user has bid on the lot.
func (b Book) HasBid(ctx context.Context, user events.UserID, lot events.LotID) (bool, error) {
	err := b.client.ZScore(ctx, events.BookUserKey(user), string(lot)).Err()
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("ask whether a bidder is in %s: %w", lot, err)
	}
	return true, nil
}
