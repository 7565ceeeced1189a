package main

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"lightshare/events"
	"lightshare/events/journal"
)

// besideOptions ask for more than the house at full speed.
type besideOptions struct {
	Hot      bool   `help:"One lot that everybody bids on, whatever --lots says."`
	Paced    int    `placeholder:"N" help:"Then let N bids come each second, waited for or not, and say how long their answers take."`
	Postgres string `placeholder:"URL" help:"Then bid in the same way against PostgreSQL, which locks a row and commits once a bid."`
}

// besideResult is what those have to say.
type besideResult struct {
	Paced    float64 `json:"paced_per_s,omitempty"` // bids accepted
	PacedP50 float64 `json:"paced_p50_ms,omitempty"`
	PacedP99 float64 `json:"paced_p99_ms,omitempty"`

	Postgres         float64 `json:"postgres_per_s,omitempty"` // bids accepted
	PostgresRatio    float64 `json:"over_postgres,omitempty"`
	PostgresAccepted float64 `json:"postgres_accepted,omitempty"` // share of the bids sent
	PostgresP50      float64 `json:"postgres_p50_ms,omitempty"`
	PostgresP99      float64 `json:"postgres_p99_ms,omitempty"`
}

// beside measures what else was asked for. bids is what the house took a second at full speed.
func (c benchBids) beside(ctx context.Context, g *ground, conns []*nats.Conn, lots []*benchLot, bids float64) (besideResult, error) {
	var r besideResult
	if c.Paced > 0 {
		c.pace(ctx, conns, lots, &r)
	}
	if c.Postgres == "" {
		return r, nil
	}
	h, err := openPostgres(ctx, c.Postgres)
	if err != nil {
		return r, err
	}
	if err := c.overPostgres(ctx, g, h, conns, lots, &r); err != nil {
		return r, fmt.Errorf("%w (%v)", err, h.close(context.WithoutCancel(ctx)))
	}
	r.PostgresRatio = bids / r.Postgres
	return r, h.close(context.WithoutCancel(ctx))
}

// pace sends bids at even intervals, without waiting for the answers of those before. The time that a bid takes counts
// from when it was to be sent.
func (c benchBids) pace(ctx context.Context, conns []*nats.Conn, lots []*benchLot, r *besideResult) {
	fronts := make([]*journal.Sender, len(conns))
	for i, nc := range conns {
		fronts[i] = journal.NewSender(nc, events.AuctionService)
	}
	took := make([]time.Duration, c.Paced*c.Seconds)
	began := time.Now()
	var bids sync.WaitGroup
	for n := range took {
		due := began.Add(time.Duration(n) * time.Second / time.Duration(c.Paced))
		time.Sleep(time.Until(due))
		bids.Go(func() {
			lot := lots[rand.IntN(len(lots))]
			bid := events.PlaceBid{Bidder: events.UserID(fmt.Sprint("bidder", n%c.Bidders)), Max: lot.top.Add(25_000)}
			if _, err := fronts[n%len(fronts)].Do(ctx, string(lot.id), events.CommandID("paced"+strconv.Itoa(n)), bid, nil); err == nil {
				took[n] = time.Since(due)
			}
		})
	}
	bids.Wait()
	var accepted []time.Duration
	for _, d := range took {
		if d > 0 {
			accepted = append(accepted, d)
		}
	}
	r.Paced = float64(len(accepted)) / time.Since(began).Seconds()
	r.PacedP50, r.PacedP99 = percentile(accepted, 50), percentile(accepted, 99)
}

// overPostgres has the same bidders bid over the same connections to a service that asks PostgreSQL.
func (c benchBids) overPostgres(ctx context.Context, g *ground, h *postgresHouse, conns []*nats.Conn, lots []*benchLot, r *besideResult) error {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	if err := h.open(ctx, key, lots); err != nil {
		return err
	}
	h.work(context.WithoutCancel(ctx))
	const subject = "bench.postgres"
	service, err := micro.AddService(g.nc, micro.Config{Name: "postgres", Version: "1.0.0"})
	if err != nil {
		return err
	}
	defer service.Stop()
	if err := service.AddEndpoint("bids", micro.HandlerFunc(func(req micro.Request) { h.waiting <- req }), micro.WithEndpointSubject(subject)); err != nil {
		return err
	}
	if err := g.nc.Flush(); err != nil {
		return err
	}
	var yes, all atomic.Int64
	took := c.everybody(ctx, func(ctx context.Context, bidder, turn int) {
		lot := lots[rand.IntN(len(lots))]
		bid := events.PlaceBid{Bidder: events.UserID(fmt.Sprint("bidder", bidder)), Max: lot.top.Add(25_000)}
		req, err := events.NewRequest(events.CommandID(strconv.Itoa(bidder)+"."+strconv.Itoa(turn)), string(lot.id), bid)
		if err != nil {
			return
		}
		all.Add(1)
		msg, err := conns[bidder%len(conns)].RequestWithContext(ctx, subject, req.AppendJSON(nil))
		if err != nil {
			return
		}
		if answer, err := events.ReadAnswer(msg.Data); err == nil && answer.Refusal == "" {
			yes.Add(1)
		}
	})
	r.Postgres = float64(yes.Load()) / float64(c.Seconds)
	r.PostgresAccepted = float64(yes.Load()) / float64(max(all.Load(), 1))
	r.PostgresP50, r.PostgresP99 = percentile(took, 50), percentile(took, 99)
	return nil
}
