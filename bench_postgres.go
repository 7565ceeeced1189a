package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/nats-io/nats.go/micro"

	"lightshare/auction"
	"lightshare/events"
)

const (
	postgresPool    = 32   // connections to PostgreSQL
	postgresWaiting = 4096 // bids that wait for one; more than there are bidders
)

// postgresHouse is the usual way to take bids: a row for each lot, locked for as long as a bid is decided, and one
// transaction a bid. It decides by the rules of the house, and is as quick as such a thing gets: prepared statements, two
// round trips a bid, nothing indexed that is not needed, room in the pages for the rows that change.
type postgresHouse struct {
	pool    *pgxpool.Pool
	schema  string
	waiting chan micro.Request
	stop    context.CancelFunc // of the workers
	workers sync.WaitGroup
	offered auction.Lot // a lot that was just opened
}

const postgresTables = `
create table lots (
	id text primary key, start bigint not null, opens_at timestamptz not null, ends_at timestamptz not null, latest_end timestamptz not null,
	soft_close bigint not null, price bigint not null, leader text not null, max bigint not null, bids bigint not null
) with (fillfactor = 50);
create table bids (
	lot text not null, seq bigint not null, command text not null, bidder text not null, max bigint not null, price bigint not null,
	at timestamptz not null, ends_at timestamptz not null, primary key (lot, seq), unique (lot, command)
);`

const (
	postgresLock   = `select start, opens_at, ends_at, latest_end, soft_close, price, leader, max, bids from lots where id = $1 for update`
	postgresInsert = `insert into bids (lot, seq, command, bidder, max, price, at, ends_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`
	postgresUpdate = `update lots set price = $2, leader = $3, max = $4, ends_at = $5, bids = $6 where id = $1`
)

// openPostgres makes the tables in a schema of their own. It refuses a server that would not sync what it commits.
func openPostgres(ctx context.Context, url string) (*postgresHouse, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	h := &postgresHouse{schema: "lightshare_bench_" + strings.ToLower(events.NewID()), waiting: make(chan micro.Request, postgresWaiting), stop: func() {}}
	config.MinConns, config.MaxConns = postgresPool, postgresPool
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheStatement // prepares each statement once a connection
	config.ConnConfig.RuntimeParams["search_path"] = h.schema
	config.ConnConfig.RuntimeParams["synchronous_commit"] = "on"
	if h.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	if err := h.prepare(ctx); err != nil {
		h.pool.Close()
		return nil, fmt.Errorf("postgres: %w", err)
	}
	return h, nil
}

func (h *postgresHouse) prepare(ctx context.Context) error {
	for _, setting := range []string{"synchronous_commit", "fsync", "full_page_writes"} {
		var value string
		if err := h.pool.QueryRow(ctx, "select current_setting($1)", setting).Scan(&value); err != nil {
			return err
		}
		if value != "on" {
			return fmt.Errorf("%s is %s: what it commits could be lost", setting, value)
		}
	}
	if _, err := h.pool.Exec(ctx, "create schema "+h.schema); err != nil {
		return err
	}
	_, err := h.pool.Exec(ctx, postgresTables, pgx.QueryExecModeSimpleProtocol)
	return err
}

// open puts lots on sale, on the terms of [benchListing].
func (h *postgresHouse) open(ctx context.Context, key ed25519.PrivateKey, lots []*benchLot) error {
	now := time.Now().UTC().Truncate(time.Millisecond)
	offer := events.ListingOffered{Listing: benchListing(key, 0), EndsAt: now.Add(24 * time.Hour)}
	h.offered = auction.Rules{}.Apply(auction.Lot{}, offer, now, 1)
	b := h.offered.Bidding
	rows := make([][]any, len(lots))
	for i, lot := range lots {
		lot.top.Store(1000)
		rows[i] = []any{string(lot.id), b.Start, b.Opens, b.Ends, b.LatestEnd, int64(b.SoftClose), b.Price, string(b.Leader), b.Max, int64(0)}
	}
	columns := []string{"id", "start", "opens_at", "ends_at", "latest_end", "soft_close", "price", "leader", "max", "bids"}
	if _, err := h.pool.CopyFrom(ctx, pgx.Identifier{h.schema, "lots"}, columns, pgx.CopyFromRows(rows)); err != nil {
		return fmt.Errorf("postgres: open lots: %w", err)
	}
	_, err := h.pool.Exec(ctx, "analyze lots")
	return err
}

// work answers the requests that wait, one connection a worker, until the house is closed.
func (h *postgresHouse) work(ctx context.Context) {
	ctx, h.stop = context.WithCancel(ctx)
	for range postgresPool {
		h.workers.Go(func() {
			for {
				select {
				case req := <-h.waiting:
					h.answer(ctx, req)
				case <-ctx.Done():
					return
				}
			}
		})
	}
}

// answer decides a request. Whoever does not get the answer counts the bid as not accepted.
func (h *postgresHouse) answer(ctx context.Context, req micro.Request) {
	var a events.Answer
	if err := h.take(context.WithoutCancel(ctx), req.Data()); err != nil {
		a.Refusal = refusalOf(err)
	}
	req.Respond(a.AppendJSON(nil))
}

func refusalOf(err error) events.Refusal {
	if r, ok := events.AsRefusal(err); ok {
		return r
	}
	return events.Unavailable
}

// take decides a bid and returns when it is on disk.
func (h *postgresHouse) take(ctx context.Context, data []byte) error {
	req, command, err := events.ReadRequest(data)
	if err != nil {
		return err
	}
	bid, ok := command.(events.PlaceBid)
	if !ok {
		return events.Malformed
	}
	conn, err := h.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	err = h.place(ctx, conn.Conn(), req, bid)
	if err != nil && conn.Conn().PgConn().TxStatus() != 'I' {
		_, rollback := conn.Exec(ctx, "rollback")
		err = errors.Join(err, rollback)
	}
	return err
}

// place is the transaction: lock and read, decide, write and commit.
func (h *postgresHouse) place(ctx context.Context, conn *pgx.Conn, req events.Request, bid events.PlaceBid) error {
	var first pgx.Batch
	first.Queue("begin")
	first.Queue(postgresLock, req.Subject)
	lot := h.offered
	var bids int64
	results := conn.SendBatch(ctx, &first)
	_, err := results.Exec()
	if err == nil {
		b := &lot.Bidding
		err = results.QueryRow().Scan(&b.Start, &b.Opens, &b.Ends, &b.LatestEnd, &b.SoftClose, &b.Price, &b.Leader, &b.Max, &bids)
	}
	if err := errors.Join(err, results.Close()); err != nil {
		return err
	}
	now := time.Now().UTC()
	fact, err := auction.Rules{}.Decide(lot, bid, now)
	if err != nil {
		return err
	}
	placed := fact.(events.BidPlaced)
	after := auction.Rules{}.Apply(lot, placed, now, uint64(bids)+1)
	var second pgx.Batch
	second.Queue(postgresInsert, req.Subject, bids+1, string(req.ID), string(bid.Bidder), bid.Max, placed.Price, now, placed.EndsAt)
	second.Queue(postgresUpdate, req.Subject, after.Price, string(after.Leader), after.Max, after.Ends, bids+1)
	second.Queue("commit")
	return conn.SendBatch(ctx, &second).Close()
}

// close drops the tables.
func (h *postgresHouse) close(ctx context.Context) error {
	h.stop()
	h.workers.Wait()
	_, err := h.pool.Exec(ctx, "drop schema "+h.schema+" cascade")
	h.pool.Close()
	var gone *pgconn.PgError
	if errors.As(err, &gone) {
		return fmt.Errorf("postgres: drop schema %s: %w", h.schema, err)
	}
	return err
}
