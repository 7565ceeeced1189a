package main

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/journal"
)

// benchBids measures how many bids a second are accepted, which means synced to disk, beside a bare request-reply.
type benchBids struct {
	Lots    int  `default:"1000" help:"Lots that are open."`
	Bidders int  `default:"1000" help:"Bidders who bid at the same time, each waiting for the answer."`
	Seconds int  `default:"10" help:"How long each of the two is measured."`
	Conns   int  `name:"connections" default:"8" help:"Connections that the bidders share, as visitors share those of the storefronts."`
	JSON    bool `help:"Print one JSON line."`
	besideOptions
}

type bidsResult struct {
	Bids     float64 `json:"bids_per_s"`
	Echo     float64 `json:"echo_per_s"`
	Ratio    float64 `json:"ratio"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	Accepted float64 `json:"accepted"` // share of the bids sent
	Conns    int     `json:"connections"`
	Synced   bool    `json:"synced"`
	besideResult
}

// Run measures the bids and then the echo, in the same process and on the same server.
func (c benchBids) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "lightshare-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	g, err := embed(ctx, slog.New(slog.DiscardHandler), nil, dir, -1)
	if err != nil {
		return err
	}
	defer g.Close()
	if err := g.runAuction(); err != nil {
		return err
	}
	if c.Hot {
		c.Lots, c.Conns = 1, 1 // one front keeps the bids in order, each higher than the one before
	}
	lots, err := c.open(ctx, g.nc)
	if err != nil {
		return err
	}
	conns, err := c.connect(ctx, g)
	if err != nil {
		return err
	}
	system, err := bus.ConnectSystem(ctx, g.bus)
	if err != nil {
		return err
	}
	defer system.Close()
	result := bidsResult{Synced: bus.CheckSync(ctx, system) == nil, Conns: len(conns)}
	accepted, sent, took := c.bid(ctx, conns, lots)
	echoes, err := c.echo(ctx, g.nc, conns)
	if err != nil {
		return err
	}
	result.Bids, result.Echo = float64(accepted)/float64(c.Seconds), float64(echoes)/float64(c.Seconds)
	result.Ratio = result.Bids / result.Echo
	result.Accepted = float64(accepted) / float64(max(sent, 1))
	result.P50, result.P99 = percentile(took, 50), percentile(took, 99)
	if result.besideResult, err = c.beside(ctx, g, conns, lots, result.Bids); err != nil {
		return err
	}
	return printResult(c.JSON, result)
}

// benchLot is a lot and the highest maximum that anybody is about to bid on it.
type benchLot struct {
	id  events.LotID
	top atomic.Int64
}

// open puts the lots on sale.
func (c benchBids) open(ctx context.Context, nc *nats.Conn) ([]*benchLot, error) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, err
	}
	to := journal.NewSender(nc, events.AuctionService)
	lots := make([]*benchLot, c.Lots)
	for i := range lots {
		l := benchListing(key, i)
		lots[i] = &benchLot{id: l.ID.Lot()}
		lots[i].top.Store(1000)
		offer := events.OfferListing{Listing: l, Verdict: events.Verdict{Ruling: events.Allow}}
		if _, err := to.Do(ctx, string(l.ID), events.CommandID("open"), offer, nil); err != nil {
			return nil, err
		}
	}
	return lots, nil
}

// benchListing returns an auction of nothing in particular.
func benchListing(key ed25519.PrivateKey, n int) events.Listing {
	seller := events.SellerOf(key.Public().(ed25519.PublicKey))
	l := events.Listing{
		ID: seller.Listing(fmt.Sprintf("lot%d", n)), Seller: seller, SellerName: "Bench", Rev: 1, Title: fmt.Sprint("Lot ", n), FileName: "lot.bin",
		Size: 1, Type: "application/octet-stream", Root: strings.Repeat("0", 64), SealedRoot: strings.Repeat("0", 64),
		Terms: events.Terms{Format: events.Auction, Currency: events.USD, Edition: 1, Start: 1000, Duration: 24 * time.Hour},
	}
	l.Sign(key)
	return l
}

// connect makes the connections that the bidders share, for both measurements.
func (c benchBids) connect(ctx context.Context, g *ground) ([]*nats.Conn, error) {
	conns := make([]*nats.Conn, min(max(c.Conns, 1), c.Bidders))
	for i := range conns {
		nc, err := bus.Connect(ctx, g.bus)
		if err != nil {
			return nil, err
		}
		g.onClose(nc.Close)
		conns[i] = nc
	}
	return conns, nil
}

// bid has everybody bid on lots drawn by chance, above what anybody else is about to bid there.
func (c benchBids) bid(ctx context.Context, conns []*nats.Conn, lots []*benchLot) (accepted, sent int64, took []time.Duration) {
	var yes, all atomic.Int64
	bidders := make([]events.UserID, c.Bidders)
	for i := range bidders {
		bidders[i] = events.UserID(fmt.Sprint("bidder", i))
	}
	fronts := make([]*journal.Sender, len(conns))
	for i, nc := range conns {
		fronts[i] = journal.NewSender(nc, events.AuctionService)
	}
	took = c.everybody(ctx, func(ctx context.Context, bidder, turn int) {
		lot := lots[rand.IntN(len(lots))]
		bid := events.PlaceBid{Bidder: bidders[bidder], Max: lot.top.Add(25_000)}
		all.Add(1)
		if _, err := fronts[bidder%len(fronts)].Do(ctx, string(lot.id), events.CommandID(strconv.Itoa(bidder)+"."+strconv.Itoa(turn)), bid, nil); err == nil {
			yes.Add(1)
		}
	})
	return yes.Load(), all.Load(), took
}

// echo has everybody ask a service that only answers.
func (c benchBids) echo(ctx context.Context, nc *nats.Conn, conns []*nats.Conn) (int64, error) {
	service, err := micro.AddService(nc, micro.Config{Name: "echo", Version: "1.0.0"})
	if err != nil {
		return 0, err
	}
	defer service.Stop()
	err = service.AddEndpoint("echo", micro.HandlerFunc(func(r micro.Request) { r.Respond(r.Data()) }), micro.WithEndpointSubject("bench.echo"))
	if err != nil {
		return 0, err
	}
	if err := nc.Flush(); err != nil {
		return 0, err
	}
	body := []byte(strings.Repeat("x", 150)) // about a bid
	var echoes atomic.Int64
	c.everybody(ctx, func(ctx context.Context, bidder, _ int) {
		if _, err := conns[bidder%len(conns)].RequestWithContext(ctx, "bench.echo", body); err == nil {
			echoes.Add(1)
		}
	})
	return echoes.Load(), nil
}

// everybody has each bidder take turns until the time is over, and returns how long the turns took.
func (c benchBids) everybody(ctx context.Context, turn func(ctx context.Context, bidder, turn int)) []time.Duration {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(c.Seconds)*time.Second)
	defer cancel()
	took := make([][]time.Duration, c.Bidders)
	var bidders sync.WaitGroup
	for b := range c.Bidders {
		bidders.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				began := time.Now()
				turn(ctx, b, n)
				if ctx.Err() == nil {
					took[b] = append(took[b], time.Since(began))
				}
			}
		})
	}
	bidders.Wait()
	var all []time.Duration
	for _, t := range took {
		all = append(all, t...)
	}
	return all
}
