package auction_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lightshare/auction"
	"lightshare/auction/redis"
	"lightshare/events"
)

// torn is a book that cannot be written.
type torn struct{ auction.Book }

var errTorn = errors.New("the book cannot be written")

func (torn) Write(context.Context, []auction.Page) error { return errTorn }

// What a house has not written of the book when it dies, the one that takes over writes, also of lots that are over.
func TestTheBookOfADeadHouse(t *testing.T) {
	w, server := newWorldOn(t)
	w.close()
	w.redis.FlushAll()
	doomed := server.TestConn(t)
	first, err := auction.Open(t.Context(), auction.Config{NC: doomed, Book: torn{redis.Open(w.client)}, Screener: &w.screen})
	w.must(err)
	t.Cleanup(func() { first.Close() }) // its connection is gone by then
	w.open()
	versions := map[events.LotID]uint64{}
	for n := range 4 * events.Partitions {
		l := w.listing(1, "A song")
		l.ID = w.seller.Listing(fmt.Sprint("song", n))
		w.publish(l)
		for w.fate(events.OfferListed).Lot != l.ID.Lot() {
		}
		versions[l.ID.Lot()] = w.bid(l.ID.Lot(), "ann", 5000).Version
	}
	w.await("the other house has written what it knows", func() error {
		keys := w.client.Keys(t.Context(), events.BookCompleteKey("*")).Val()
		if slices.ContainsFunc(keys, func(key string) bool { return !strings.HasSuffix(key, ":draft") }) {
			return nil
		}
		return fmt.Errorf("only %v", keys)
	})
	doomed.Close()
	for lot, version := range versions {
		w.book(lot, version)
	}
}
