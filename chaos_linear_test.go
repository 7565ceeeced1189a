package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/journal"
)

// heard is what bidders asked and what they were told, with the times.
type heard struct {
	mu   sync.Mutex
	bids []porcupine.Operation // guarded by mu
}

// asked is a bid as it was sent.
type asked struct {
	lot    events.LotID
	bidder events.UserID
	max    int64
}

// answered is what its bidder was told.
type answered struct {
	refusal  events.Refusal // empty: accepted
	repeated bool           // the standing is of later
	seq      uint64         // of the fact that it became
	price    int64          // that the lot stood at then
	leader   events.UserID
}

// bidOn bids on one lot after the other until ctx ends, each time until an answer comes, and notes what was told.
func (h *heard) bidOn(ctx context.Context, t *testing.T, nc *nats.Conn, bidder int, lots []events.LotID, told *record) {
	to := journal.NewSender(nc, events.AuctionService)
	who := events.UserID(fmt.Sprint("bidder", bidder))
	for turn := 1; ctx.Err() == nil; turn++ {
		lot := lots[rand.IntN(len(lots))]
		id := events.CommandID(fmt.Sprintf("%d.%d", bidder, turn))
		bid := events.PlaceBid{Bidder: who, Max: int64(turn)*100_000 + int64(bidder)}
		op := porcupine.Operation{ClientId: bidder, Input: asked{lot, who, bid.Max}, Call: time.Now().UnixNano()}
		answer := tellAbout(context.WithoutCancel(ctx), t, to, lot, id, bid)
		op.Return, op.Output = time.Now().UnixNano(), answer
		if answer.refusal == "" {
			told.add(id, lot)
		}
		h.mu.Lock()
		h.bids = append(h.bids, op)
		h.mu.Unlock()
	}
}

// tellAbout sends a bid under one id until it is accepted or refused.
func tellAbout(ctx context.Context, t *testing.T, to *journal.Sender, lot events.LotID, id events.CommandID, bid events.PlaceBid) answered {
	for began := time.Now(); time.Since(began) < time.Minute; {
		var s events.Standing
		a, err := to.Do(ctx, string(lot), id, bid, &s)
		if err == nil {
			return answered{repeated: a.Repeated, seq: a.Seq, price: s.Price, leader: s.Leader}
		}
		if r, ok := events.AsRefusal(err); ok && r != events.Unavailable {
			return answered{refusal: r}
		}
	}
	t.Errorf("no answer to %s on %s in a minute", id, lot)
	return answered{refusal: events.Unavailable}
}

// modelLot is a lot as the rules describe it, written down once more.
type modelLot struct {
	seq    uint64
	price  int64
	leader events.UserID
	top    int64
}

// increment is eBay's published table for dollars, in cents.
func increment(price int64) int64 {
	table := [][2]int64{{500_000, 10_000}, {250_000, 5_000}, {100_000, 2_500}, {50_000, 1_000}, {25_000, 500}, {10_000, 250}, {2_500, 100}, {500, 50}, {100, 25}}
	for _, band := range table {
		if price >= band[0] {
			return band[1]
		}
	}
	return 5
}

// bid returns the lot after an acceptable bid.
func (b modelLot) bid(in asked) modelLot {
	switch {
	case b.leader == "":
		b.price, b.leader, b.top = 1000, in.bidder, in.max
	case b.leader == in.bidder:
		b.top = in.max
	case in.max > b.top:
		b.price = max(b.price, min(in.max, b.top+increment(b.top)))
		b.leader, b.top = in.bidder, in.max
	default:
		b.price = max(b.price, min(b.top, in.max+increment(in.max)))
	}
	return b
}

// acceptable reports whether the rules let the bid be taken.
func (b modelLot) acceptable(in asked) bool {
	switch {
	case b.leader == "":
		return in.max >= 1000
	case b.leader == in.bidder:
		return in.max > b.top
	}
	return in.max >= b.price+increment(b.price)
}

// step reports whether a lot can answer so, and how it stands afterwards. A lot that is over refuses everything, which
// the check of closes looks at.
func (b modelLot) step(in asked, out answered) (bool, modelLot) {
	switch {
	case out.refusal == events.Closed || out.refusal == events.Unavailable:
		return true, b
	case out.refusal != "":
		return !b.acceptable(in), b
	case !b.acceptable(in):
		return false, b
	}
	after := b.bid(in)
	if out.repeated {
		return true, after
	}
	after.seq = out.seq
	return out.seq > b.seq && out.price == after.price && out.leader == after.leader, after
}

// unordered counts the lots whose answers no order of the bids explains, in which each bid comes between its question and
// its answer; and those for which that could not be found out in a minute.
func (h *heard) unordered() (wrong, unknown int) {
	model := porcupine.Model{
		Init: func() any { return modelLot{} },
		Step: func(state, input, output any) (bool, any) {
			ok, after := state.(modelLot).step(input.(asked), output.(answered))
			return ok, after
		},
	}
	lots := map[events.LotID][]porcupine.Operation{}
	for _, op := range h.bids {
		lot := op.Input.(asked).lot
		lots[lot] = append(lots[lot], op)
	}
	for _, ops := range lots {
		switch porcupine.CheckOperationsTimeout(model, ops, time.Minute) {
		case porcupine.Illegal:
			wrong++
		case porcupine.Unknown:
			unknown++
		}
	}
	return wrong, unknown
}

// TestUnordered shows that a wrong answer is found.
func TestUnordered(t *testing.T) {
	bid := func(at int64, who events.UserID, max int64, out answered) porcupine.Operation {
		return porcupine.Operation{Input: asked{"lot", who, max}, Call: at, Return: at + 1, Output: out}
	}
	first := bid(0, "ann", 5000, answered{seq: 2, price: 1000, leader: "ann"})
	for name, tc := range map[string]struct {
		bids []porcupine.Operation
		want int
	}{
		"in order":         {[]porcupine.Operation{first, bid(2, "bob", 9000, answered{seq: 3, price: 5100, leader: "bob"})}, 0},
		"refused rightly":  {[]porcupine.Operation{first, bid(2, "bob", 1020, answered{refusal: events.TooLow})}, 0},
		"lost":             {[]porcupine.Operation{first, bid(2, "bob", 9000, answered{seq: 2, price: 1000, leader: "bob"})}, 1},
		"told two leaders": {[]porcupine.Operation{first, bid(2, "bob", 3000, answered{seq: 3, price: 3100, leader: "bob"})}, 1},
		"refused wrongly":  {[]porcupine.Operation{first, bid(2, "bob", 9000, answered{refusal: events.TooLow})}, 1},
		"counted twice":    {[]porcupine.Operation{first, bid(2, "bob", 9000, answered{seq: 3, price: 5100, leader: "bob"}), bid(4, "bob", 9000, answered{seq: 4, price: 5100, leader: "bob"})}, 1},
	} {
		h := &heard{bids: tc.bids}
		if got, unknown := h.unordered(); got != tc.want || unknown != 0 {
			t.Errorf("%s: unordered() = %d, %d, want %d, 0", name, got, unknown, tc.want)
		}
	}
}
