package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	goredis "github.com/redis/go-redis/v9"

	"lightshare/events"
	"lightshare/events/journal"
)

// history is what somebody finds in the journal who has only the definitions: the highest maximum wins, the earliest of
// equals, and nothing comes after the end.
type history struct {
	lots                    map[string]*lotHistory
	wrongClose, wrongWinner int
}

type lotHistory struct {
	ends   time.Time
	top    int64
	leader events.UserID
	price  int64
	seq    uint64
	closed bool
	sold   bool
}

// settle waits until every lot is closed and returns the history.
func (c *chaos) settle(t *testing.T, lots []events.LotID) *history {
	t.Helper()
	var open int
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		h := &history{lots: map[string]*lotHistory{}}
		if err := journal.Read(t.Context(), c.nc, events.Lots, h.add); err != nil {
			continue // the bus may have just been killed
		}
		open = 0
		for _, id := range lots {
			if l := h.lots[string(id)]; l == nil || !l.closed {
				open++
			}
		}
		if open == 0 {
			return h
		}
	}
	t.Fatalf("%d lots were not closed", open)
	return nil
}

func (h *history) add(rec events.Record) error {
	l := h.lots[rec.Subject]
	if l == nil {
		l = &lotHistory{}
		h.lots[rec.Subject] = l
	}
	l.seq = rec.Seq
	f, err := rec.Fact()
	if err != nil {
		return err
	}
	switch f := f.(type) {
	case events.ListingOffered:
		l.ends = f.EndsAt
	case events.BidPlaced:
		if l.closed || !rec.At.Before(l.ends) {
			h.wrongClose++
		}
		if f.Max > l.top {
			l.top, l.leader = f.Max, f.Bidder
		}
		l.ends, l.price = f.EndsAt, f.Price
	case events.LotClosed:
		if l.closed || rec.At.Before(l.ends) {
			h.wrongClose++
		}
		if f.Winner != l.leader || f.Price != l.price || f.Price > l.top {
			h.wrongWinner++
		}
		l.closed, l.sold = true, f.Sold
	}
	return nil
}

// early counts the lots that were closed before their ends by the clock of the bus, which nothing moves.
func early(t *testing.T, nc *nats.Conn) int {
	t.Helper()
	ends, n := map[string]time.Time{}, 0
	eachRecord(t, nc, func(rec events.Record, at time.Time) {
		f, err := rec.Fact()
		must(t, err)
		switch f := f.(type) {
		case events.ListingOffered:
			ends[rec.Subject] = f.EndsAt
		case events.BidPlaced:
			ends[rec.Subject] = f.EndsAt
		case events.LotClosed:
			if at.Before(ends[rec.Subject]) {
				n++
			}
		}
	})
	return n
}

// wrongOrders waits until each lot that was sold has the order of its winner at its price, and returns for how many that
// does not come, or comes more than once.
func (c *chaos) wrongOrders(t *testing.T, h *history) int {
	t.Helper()
	wrong := 0
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		orders := map[events.LotID][]events.OrderCreated{}
		err := journal.Read(t.Context(), c.nc, events.Orders, func(rec events.Record) error {
			f, err := rec.Fact()
			if created, ok := f.(events.OrderCreated); ok {
				orders[created.Lot] = append(orders[created.Lot], created)
			}
			return err
		})
		must(t, err)
		wrong = 0
		for id, l := range h.lots {
			of := orders[events.LotID(id)]
			if l.sold != (len(of) == 1) || l.sold && (of[0].Buyer != l.leader || of[0].Price.Amount != l.price) {
				wrong++
			}
		}
		if wrong == 0 {
			return 0
		}
	}
	return wrong
}

// wrongBook waits for the book to be what follows from the journal, and returns how many lots are otherwise in it.
func (c *chaos) wrongBook(t *testing.T, h *history) int {
	t.Helper()
	client := goredis.NewClient(&goredis.Options{Network: "unix", Addr: c.socket})
	defer client.Close()
	wrong := 0
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		wrong = 0
		for id, l := range h.lots {
			var s events.Standing
			top, err := client.ZRangeArgs(t.Context(), goredis.ZRangeArgs{Key: events.BookStandingKey(events.LotID(id)), Start: 0, Stop: 0, Rev: true}).Result()
			if err != nil || len(top) != 1 || json.Unmarshal([]byte(top[0]), &s) != nil || s.Version != l.seq || s.Leader != l.leader || s.Price != l.price {
				wrong++
			}
		}
		if wrong == 0 {
			return 0
		}
	}
	return wrong
}
