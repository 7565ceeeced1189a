package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/journal"
)

// TestNoAcceptedBidIsLost has bidders bid without a pause while the processes of the auction house are killed one after
// the other, as often as KILLS says (six times otherwise), and then holds what the bidders were told against the journal.
// (promise P1)
func TestNoAcceptedBidIsLost(t *testing.T) {
	needsRedis(t)
	kills := 6
	if n, err := strconv.Atoi(os.Getenv("KILLS")); err == nil {
		kills = n
	}
	house := newHouses(t)
	lots := house.open(t, 20)
	told := &record{accepted: map[events.CommandID]events.LotID{}}
	ctx, stop := context.WithCancel(t.Context())
	var bidders sync.WaitGroup
	for b := range 32 {
		bidders.Go(func() { bidOn(ctx, t, house.nc, b, lots, told) })
	}
	for range kills {
		before := told.count()
		house.killOne(t)
		told.await(t, before+500) // the others have taken over
	}
	stop()
	bidders.Wait()
	lost, twice := told.against(t, house.nc)
	t.Logf("acked %d lost %d duplicated %d over %d kills", told.count(), lost, twice, kills)
	if lost+twice > 0 {
		t.Errorf("%d accepted bids lost, %d counted twice", lost, twice)
	}
}

// TestTheBusAloneIsStartedAnew kills the bus and starts it again, and then one of the houses: the other takes its partitions
// over, though the bus has forgotten who held which. At the end the bus goes first, and the house ends without it.
// (promise P6, on one node)
func TestTheBusAloneIsStartedAnew(t *testing.T) {
	needsRedis(t)
	house := newHouses(t)
	lots := house.open(t, 8) // in each partition
	must(t, house.bus.Process.Kill())
	house.bus.Wait()
	house.bus = start(t, house.program, house.busArgs...)
	must(t, house.running[0].Process.Kill())
	to := journal.NewSender(house.nc, events.AuctionService)
	began := time.Now()
	for turn := 1; time.Since(began) < 2*events.LeaseTTL; turn++ { // whatever was held before has run out by then
		lot := lots[turn%len(lots)]
		if !insist(t.Context(), t, to, lot, events.CommandID(strconv.Itoa(turn)), events.PlaceBid{Bidder: "bidder", Max: int64(turn) * 1_000_000}) {
			t.Fatalf("a bid on %s was not accepted after the bus came back", lot)
		}
	}
}

// houses is two processes of the auction house on one bus and one Redis.
type houses struct {
	program string
	args    []string
	running []*exec.Cmd
	busArgs []string
	bus     *exec.Cmd
	nc      *nats.Conn
}

func newHouses(t *testing.T) *houses {
	t.Helper()
	h := &houses{program: build(t)}
	keys, port, socket := t.TempDir(), freePort(t), filepath.Join(t.TempDir(), "redis.sock")
	keep(t, "redis-server", exec.Command("redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", t.TempDir()))
	h.busArgs = []string{"run", "bus", "--data", t.TempDir(), "--keys", keys, "--port", port}
	h.bus = start(t, h.program, h.busArgs...)
	url := "nats://127.0.0.1:" + port
	nc, err := bus.Connect(t.Context(), bus.Config{URL: url, Keys: keys})
	must(t, err)
	t.Cleanup(nc.Close)
	h.nc = nc
	h.args = []string{"run", "auction", "--nats", url, "--keys", keys, "--redis", "unix://" + socket}
	for range 2 {
		h.running = append(h.running, start(t, h.program, h.args...))
	}
	return h
}

// killOne kills one process without a word of warning and starts another in its place.
func (h *houses) killOne(t *testing.T) {
	t.Helper()
	n := rand.IntN(len(h.running))
	must(t, h.running[n].Process.Kill())
	h.running[n] = start(t, h.program, h.args...)
}

// open puts lots on sale.
func (h *houses) open(t *testing.T, n int) []events.LotID {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	must(t, err)
	to := journal.NewSender(h.nc, events.AuctionService)
	var lots []events.LotID
	for i := range n {
		l := benchListing(key, i)
		offer := events.OfferListing{Listing: l, Verdict: events.Verdict{Ruling: events.Allow}}
		insist(t.Context(), t, to, l.ID.Lot(), "open", offer)
		lots = append(lots, l.ID.Lot())
	}
	return lots
}

// bidOn bids on one lot after the other until ctx ends, each time until an answer comes.
func bidOn(ctx context.Context, t *testing.T, nc *nats.Conn, bidder int, lots []events.LotID, told *record) {
	to := journal.NewSender(nc, events.AuctionService)
	for turn := 1; ctx.Err() == nil; turn++ {
		lot := lots[rand.IntN(len(lots))]
		id := events.CommandID(fmt.Sprintf("%d.%d", bidder, turn))
		bid := events.PlaceBid{Bidder: events.UserID(fmt.Sprint("bidder", bidder)), Max: int64(turn)*100_000 + int64(bidder)}
		if insist(context.WithoutCancel(ctx), t, to, lot, id, bid) {
			told.add(id, lot)
		}
	}
}

// insist sends a command under one id until it is accepted or refused, and reports which.
func insist(ctx context.Context, t *testing.T, to *journal.Sender, lot events.LotID, id events.CommandID, c events.Command) bool {
	for began := time.Now(); time.Since(began) < time.Minute; {
		_, err := to.Do(ctx, string(lot), id, c, nil)
		if err == nil {
			return true
		}
		if r, ok := events.AsRefusal(err); ok && r != events.Unavailable {
			return false
		}
	}
	t.Errorf("no answer to %s on %s in a minute", id, lot)
	return false
}

// record is what bidders were told.
type record struct {
	mu       sync.Mutex
	accepted map[events.CommandID]events.LotID // guarded by mu
}

func (r *record) add(id events.CommandID, lot events.LotID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.accepted[id] = lot
}

func (r *record) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.accepted)
}

func (r *record) await(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); r.count() < n; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d bids accepted, still not %d: nobody took over", r.count(), n)
		}
	}
}

// against counts the accepted bids that the journal does not have, and those it has more than once.
func (r *record) against(t *testing.T, nc *nats.Conn) (lost, twice int) {
	t.Helper()
	found := map[events.CommandID]int{}
	eachRecord(t, nc, func(rec events.Record, _ time.Time) {
		var placed events.BidPlaced
		if rec.Kind == placed.FactKind() && json.Unmarshal(rec.Body, &placed) == nil {
			found[rec.Command]++
		}
	})
	for id := range r.accepted {
		if found[id] == 0 {
			lost++
		}
	}
	for _, n := range found {
		if n > 1 {
			twice++
		}
	}
	return lost, twice
}

// eachRecord calls f with every fact about lots, and when the bus took it.
func eachRecord(t *testing.T, nc *nats.Conn, f func(rec events.Record, at time.Time)) {
	t.Helper()
	js, err := nc.JetStream()
	must(t, err)
	sub, err := js.SubscribeSync(events.Lots+".*", nats.OrderedConsumer())
	must(t, err)
	info, err := js.StreamInfo(events.StreamOf(events.Lots))
	must(t, err)
	for last := uint64(0); last < info.State.LastSeq; {
		msg, err := sub.NextMsg(10 * time.Second)
		must(t, err)
		meta, err := msg.Metadata()
		must(t, err)
		last = meta.Sequence.Stream
		records, err := journal.Records(msg.Data)
		must(t, err)
		for _, rec := range records {
			f(rec, meta.Timestamp)
		}
	}
}
