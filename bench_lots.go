package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/journal"
)

// benchLots measures a house with very many open lots: what each of them costs, and whether they close on time.
type benchLots struct {
	Lots  int  `default:"1000000" help:"Lots that are open at the same time."`
	Storm int  `default:"100000" help:"Those of them that end in the same second."`
	Calm  int  `default:"10000" help:"How many of the others end each second after that."`
	JSON  bool `help:"Print one JSON line."`
}

type lotsResult struct {
	Lots        int     `json:"lots"`
	Opened      float64 `json:"opened_per_s"`
	LotBytes    float64 `json:"bytes_per_lot"` // of live memory
	RecordBytes float64 `json:"record_bytes"`  // of the fact that a lot was opened with, as it lies in the journal
	LotRatio    float64 `json:"lot_over_record"`
	Resident    int64   `json:"resident_mib"`
	Bids        float64 `json:"bids_per_s"` // one on each lot
	Echo        float64 `json:"echo_per_s"`
	BidRatio    float64 `json:"bids_over_echo"`
	stormResult
	StormRatio float64 `json:"storm_over_echo"` // lots closed a second beside the echo
}

const (
	benchSenders  = 1000             // who open lots and bid at the same time
	firstEnd      = 24 * time.Hour   // from the beginning to the storm
	beforeStorm   = 3 * time.Second  // when the clock has been moved
	allAnnounced  = 9 * time.Minute  // before the last end, when the bidders of every lot have been told that it is near
	stormPause    = 12 * time.Second // from the storm to the first of the others
	closePatience = 10 * time.Minute // for all of them
)

// Run opens the lots, has one bid placed on each, moves the clock to just before their ends, and watches them close.
func (c benchLots) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "lightshare-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	clock := journal.NewClock()
	s, err := newBenchStand(ctx, clock, dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.runAuction(); err != nil {
		return err
	}
	m := &manyLots{benchLots: c, clock: clock, base: clock.Now().Add(firstEnd).Truncate(time.Second)}
	if _, m.key, err = ed25519.GenerateKey(nil); err != nil {
		return err
	}
	m.seller = events.SellerOf(m.key.Public().(ed25519.PublicKey))
	result, err := m.measure(ctx, s)
	if err != nil {
		return err
	}
	return printResult(c.JSON, result)
}

// manyLots is a bench under way.
type manyLots struct {
	benchLots
	clock  *journal.Clock
	key    ed25519.PrivateKey
	seller events.SellerID
	base   time.Time // when the storm is
}

func (m *manyLots) measure(ctx context.Context, s *benchStand) (lotsResult, error) {
	r := lotsResult{Lots: m.Lots}
	conns, err := benchBids{Conns: 8, Bidders: benchSenders}.connect(ctx, s.ground)
	if err != nil {
		return r, err
	}
	empty := liveBytes()
	if r.Opened, err = m.each(ctx, conns, m.open); err != nil {
		return r, err
	}
	if err := m.told(ctx, s.ground); err != nil {
		return r, err
	}
	r.LotBytes = float64(liveBytes()-empty) / float64(m.Lots)
	r.RecordBytes = float64(m.recordBytes())
	r.LotRatio = r.LotBytes / r.RecordBytes
	if r.Bids, err = m.each(ctx, conns, m.bid); err != nil {
		return r, err
	}
	r.Resident = residentBytes() >> 20
	echoes, err := benchBids{Bidders: benchSenders, Seconds: 5}.echo(ctx, s.nc, conns)
	if err != nil {
		return r, err
	}
	r.Echo = float64(echoes) / 5
	r.BidRatio = r.Bids / r.Echo
	if r.stormResult, err = m.close(ctx, s.ground); err != nil {
		return r, err
	}
	r.StormRatio = float64(m.Storm) / max(r.StormSeconds, 0.001) / r.Echo
	return r, nil
}

// told returns when book and stream of offers have every lot, so that nothing waits in memory any more.
func (m *manyLots) told(ctx context.Context, g *ground) error {
	js, err := jetstream.New(g.nc)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, closePatience)
	defer cancel()
	for {
		stream, err := js.Stream(ctx, bus.Market)
		if err != nil {
			return err
		}
		booked, err := g.redis.ZCard(ctx, events.BookEnding).Result()
		if err != nil {
			return err
		}
		if stream.CachedInfo().State.Msgs == uint64(m.Lots) && booked == int64(m.Lots) {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// liveBytes returns how much memory is in use, once what nobody needs has been given back and those who tell the world
// have had their say: two looks a second apart that agree.
func liveBytes() int64 {
	var last int64
	for {
		debug.FreeOSMemory()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		live := int64(stats.HeapAlloc + stats.StackInuse)
		if change := live - last; last > 0 && max(change, -change) < live/200 {
			return live
		}
		last = live
		time.Sleep(time.Second)
	}
}

// ends returns when lot n ends: the storm in one second, the others a few each second.
func (m *manyLots) ends(n int) time.Time {
	if n < m.Storm {
		return m.base
	}
	return m.base.Add(stormPause + (time.Duration(n-m.Storm) * time.Second / time.Duration(m.Calm)).Truncate(time.Millisecond))
}

func (m *manyLots) lot(n int) events.LotID { return m.seller.Listing(fmt.Sprint("lot", n)).Lot() }

// open returns what puts lot n on sale.
func (m *manyLots) open(n int) events.Command {
	l := events.Listing{
		ID: m.lot(n).Listing(), Seller: m.seller, SellerName: "Bench", Rev: 1, Title: fmt.Sprint("Lot ", n, " of very many"),
		Description: strings.Repeat("A few words about it. ", 9), Tags: []string{"photo", "sea"}, FileName: fmt.Sprint("lot", n, ".jpg"),
		Size: 1 << 20, Type: "image/jpeg", Modified: m.base, Root: fmt.Sprintf("%064x", n), SealedRoot: fmt.Sprintf("%064x", n+1),
		Terms: events.Terms{Format: events.Auction, Currency: events.USD, Edition: 1, Start: 1000, EndsAt: m.ends(n)},
	}
	l.Sign(m.key)
	return events.OfferListing{Listing: l, Verdict: events.Verdict{Ruling: events.Allow}}
}

// recordBytes returns how long the fact is that opens a lot.
func (m *manyLots) recordBytes() int {
	offer := m.open(m.Lots / 2).(events.OfferListing)
	rec := events.Record{Subject: string(offer.Listing.ID), Seq: 1, At: m.base, Command: "1"}
	if rec.SetFact(events.ListingOffered{Listing: offer.Listing, Verdict: offer.Verdict, EndsAt: offer.Listing.Terms.EndsAt}) != nil {
		return 0
	}
	return len(rec.AppendJSON(nil))
}

// bid returns a bid on lot n.
func (m *manyLots) bid(n int) events.Command {
	return events.PlaceBid{Bidder: events.UserID(fmt.Sprint("bidder", n%1000)), Max: int64(1000 + n%1000)}
}

// each sends each lot its command and returns how many a second were accepted. All must be.
func (m *manyLots) each(ctx context.Context, conns []*nats.Conn, command func(n int) events.Command) (float64, error) {
	fronts := make([]*journal.Sender, len(conns))
	for i, nc := range conns {
		fronts[i] = journal.NewSender(nc, events.AuctionService)
	}
	began := time.Now()
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var senders sync.WaitGroup
	for i := range benchSenders {
		senders.Go(func() {
			for n := int(next.Add(1)) - 1; n < m.Lots && failed.Load() == nil; n = int(next.Add(1)) - 1 {
				if err := m.insist(ctx, fronts[i%len(fronts)], m.lot(n), command(n)); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	senders.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(m.Lots) / time.Since(began).Seconds(), nil
}

// insist sends the lot a command again and again, under the same id, while nobody knows what became of it.
func (m *manyLots) insist(ctx context.Context, to *journal.Sender, lot events.LotID, c events.Command) error {
	for began := time.Now(); ; {
		_, err := to.Do(ctx, string(lot), events.CommandID(c.CommandKind()), c, nil)
		if err == nil || !errors.Is(err, events.Unavailable) || ctx.Err() != nil || time.Since(began) > time.Minute {
			return err
		}
	}
}

// close moves the clock to just before the storm, stopping before the bidders are told of their lots' ends, and watches.
func (m *manyLots) close(ctx context.Context, g *ground) (stormResult, error) {
	nc, err := bus.Connect(ctx, g.bus)
	if err != nil {
		return stormResult{}, err
	}
	defer nc.Close()
	ctx, cancel := context.WithTimeout(ctx, closePatience)
	defer cancel()
	w := &closeWatch{ends: make(map[string]time.Time, m.Lots), storm: m.base, clock: m.clock}
	last := m.base
	for n := range m.Lots {
		w.ends[string(m.lot(n))] = m.ends(n)
		last = m.ends(n)
	}
	messages, err := w.open(ctx, nc)
	if err != nil {
		return stormResult{}, err
	}
	defer messages.Stop()
	m.moveTo(last.Add(-allAnnounced))
	if err := w.follow(ctx, messages, func() bool { return w.announced == m.Lots }); err != nil {
		return stormResult{}, fmt.Errorf("%d of %d lots announced: %w", w.announced, m.Lots, err)
	}
	m.moveTo(m.base.Add(-beforeStorm))
	if err := w.follow(ctx, messages, func() bool { return w.closed == m.Lots }); err != nil {
		return stormResult{}, fmt.Errorf("%d of %d lots closed: %w", w.closed, m.Lots, err)
	}
	return w.result(), nil
}

// moveTo moves the clock.
func (m *manyLots) moveTo(t time.Time) { m.clock.Advance(t.Sub(m.clock.Now())) }
