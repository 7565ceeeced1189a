package auction

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/journal"
)

const (
	marketBatch = 64              // offers on their way to the stream together
	feedBatch   = 4096            // standings published between two rests
	postBatch   = 16              // lots whose people are told between two rests
	lastWords   = 3 * time.Second // for what waits when the house closes
)

// Config says what a house works with.
type Config struct {
	NC       *nats.Conn
	Key      ed25519.PrivateKey // signs receipts; nil: there are none
	Clock    *journal.Clock     // nil: the machine's
	Log      *slog.Logger       // nil: the default one
	Book     Book
	Screener Screener // nil: the blacklist on the bus
}

// A House runs the lots: it writes their journal, takes the sellers' listings, carries out the blacklist's rulings and
// tells everybody what follows.
type House struct {
	journal *journal.Journal[Lot]
	sender  *journal.Sender
	log     *slog.Logger
	intake  *intake
	sellers *journal.Sellers
	rulings func() // stops to follow them

	board   *board
	feed    *feed
	market  *market
	post    *post
	scribe  *scribe
	workers sync.WaitGroup
	cancel  context.CancelFunc // of the workers
	opened  atomic.Bool        // the partitions that it begins to write from now on were another's
}

// Open replays the lots and opens the house, which works until Close. ctx bounds the opening only.
func Open(ctx context.Context, c Config) (*House, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Screener == nil {
		c.Screener = NewScreener(c.NC)
	}
	js, err := jetstream.New(c.NC, jetstream.WithPublishAsyncTimeout(publishTimeout))
	if err != nil {
		return nil, fmt.Errorf("open auction house: %w", err)
	}
	h := newHouse(c, js)
	if err := h.open(ctx, c, js); err != nil {
		return nil, fmt.Errorf("open auction house: %w", err)
	}
	return h, nil
}

func newHouse(c Config, js jetstream.JetStream) *House {
	b := newBoard()
	h := &House{
		sender: journal.NewSender(c.NC, events.AuctionService),
		log:    c.Log,
		board:  b,
		feed:   &feed{nc: c.NC, queue: b.queue(pages), fault: fault{log: c.Log, what: "standings"}},
		market: &market{nc: c.NC, js: js, log: c.Log, queue: b.queue(offers), fault: fault{log: c.Log, what: "offers"}},
		post:   newPost(c.NC, js, c.Log, b.queue(people)),
		scribe: &scribe{
			book: c.Book, clock: c.Clock, log: c.Log, queue: b.queue(book),
			written: make(map[events.LotID]uint64), fault: fault{log: c.Log, what: "book"},
		},
	}
	h.intake = &intake{sender: h.sender, screener: c.Screener, market: h.market, clock: c.Clock, log: c.Log}
	h.intake.fault.fault = fault{log: c.Log, what: "listings"}
	h.sellers = newSellers(h.sender, c.Log)
	return h
}

func (h *House) open(ctx context.Context, c Config, js jetstream.JetStream) error {
	stated, err := h.market.stored(ctx)
	if err != nil {
		return err
	}
	h.journal, err = journal.Open(ctx, c.NC, journal.Options[Lot]{
		Name: events.Lots, Service: events.AuctionService, Rules: Rules{}, Clock: c.Clock, Log: c.Log, Key: c.Key,
		After: h.after,
		Ready: func(_ string, l Lot) {
			if l.Listing == nil {
				return
			}
			if stated[l.ID()] < l.Shown {
				h.market.queue.back(&l)
			}
			if h.opened.Load() {
				h.scribe.takeOver(&l)
			}
		},
	})
	if err != nil {
		return err
	}
	h.scribe.journal = h.journal
	h.opened.Store(true)
	h.work(ctx)
	if err := h.intake.open(ctx, js); err != nil {
		h.close()
		return err
	}
	if err := h.sellers.Open(ctx, c.NC, events.SellerLotSubject("*", "*"), events.AuctionService); err != nil {
		h.intake.stop()
		h.close()
		return err
	}
	h.rulings, err = journal.Follow(ctx, c.NC, events.Rulings, events.AuctionService, h.carryOut)
	if err != nil {
		h.sellers.Close()
		h.intake.stop()
		h.close()
		return err
	}
	return nil
}

// work starts what tells the world.
func (h *House) work(ctx context.Context) {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	h.cancel = cancel
	h.workers.Go(func() { h.feed.queue.work(running, feedBatch, h.feed.publish) })
	h.workers.Go(func() { h.market.queue.work(running, marketBatch, h.market.publish) })
	h.workers.Go(func() { h.post.queue.work(running, postBatch, h.post.deliver) })
	h.workers.Go(func() { h.scribe.run(running) })
}

// after hands a fact to everybody who tells the world. It runs in the writer and waits for nobody.
func (h *House) after(c journal.Change[Lot]) {
	to := pages | book | people
	if c.State.Shown == c.State.Version {
		to |= offers
	}
	h.board.put(&c.State, to, func(n *news) { n.add(c) })
}

// carryOut puts a ruling of the blacklist before the writer of the lot.
func (h *House) carryOut(ctx context.Context, rec events.Record) error {
	if rec.Kind != (events.ListingRuled{}).FactKind() {
		return nil
	}
	f, err := rec.Fact()
	if err != nil {
		return fmt.Errorf("carry out ruling %d on %s: %w", rec.Seq, rec.Subject, err)
	}
	ruled := f.(events.ListingRuled)
	id := events.CommandID("ruling-" + strconv.FormatUint(rec.Seq, 10))
	_, err = h.sender.Do(ctx, rec.Subject, id, events.RuleListing{Rev: ruled.Rev, Verdict: ruled.Verdict, By: ruled.By}, nil)
	refusal, refused := events.AsRefusal(err)
	switch {
	case err == nil || refused && refusal == events.Unchanged:
		return nil
	case refused && refusal != events.Unavailable:
		h.log.InfoContext(ctx, "ruling without effect", "lot", rec.Subject, "refusal", refusal)
		return nil
	}
	return err
}

// Close stops to take listings and commands, answers those taken, and tells the world what follows from them, for
// three seconds at most: the rest is made good at the next start.
func (h *House) Close() error {
	h.rulings()
	h.sellers.Close()
	h.intake.stop()
	return h.close()
}

func (h *House) close() error {
	err := h.journal.Close()
	for _, q := range h.board.queues {
		q.close()
	}
	late := time.AfterFunc(lastWords, h.cancel)
	h.workers.Wait()
	late.Stop()
	h.cancel()
	if err != nil {
		return fmt.Errorf("close auction house: %w", err)
	}
	return nil
}
