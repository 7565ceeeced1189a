package blacklist

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/journal"
)

// Config says what a keeper works with.
type Config struct {
	NC      *nats.Conn
	Clock   *journal.Clock // nil: the machine's
	Log     *slog.Logger   // nil: the default
	Entries []events.Entry // the list to begin with, the same in every replica; never written to the journal
}

// A Keeper runs the blacklist: it writes the journal of rulings, answers whether a listing may be offered, and judges
// the market again when the list changes. Any number may run beside each other.
type Keeper struct {
	c      Config
	state  *state
	live   *Live
	orders *orders
	sender *journal.Sender
	house  *journal.Sender // to auction
	// standing tells how a lot stands, or that it cannot be told.
	standing func(context.Context, events.LotID) (events.Standing, error)
	ready    atomic.Bool // the state has come to what the journal held at start
	tasks    chan task
	sweeps   chan struct{} // holds one while all of the market is to be judged again
	imports  imports
	begin    func(func(context.Context)) // has something done beside, until it is done or the keeper stops
	stop     context.CancelFunc          // ends what works by itself
	workers  sync.WaitGroup
	closers  []func() error // in the order of opening
}

// Open replays the rulings, and then answers on [events.ScreenSubject] and takes the commands of the journal until
// Close. The streams must have been declared. ctx is for opening only.
func Open(ctx context.Context, c Config) (*Keeper, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	k := &Keeper{c: c, state: stateOf(gatherList(c.Entries)), live: NewLive(), orders: newOrders(), tasks: make(chan task, 1024), sweeps: make(chan struct{}, 1)}
	k.sender, k.house = journal.NewSender(c.NC, events.BlacklistService), journal.NewSender(c.NC, events.AuctionService)
	k.standing = k.askStanding
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	k.stop, k.begin = cancel, func(do func(context.Context)) { k.workers.Go(func() { do(running) }) }
	for _, open := range []func(context.Context) error{k.openJournal, k.openOrders, k.openMarket, k.openScreener, k.openObjections} {
		if err := open(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("open blacklist: %w", err), k.Close())
		}
	}
	k.begin(k.work)
	k.begin(k.watchStandings)
	return k, nil
}

// Close stops answering and ends what is under way; what was cut off is found again at the next start.
func (k *Keeper) Close() error {
	k.stop()
	var errs []error
	for i := len(k.closers) - 1; i >= 0; i-- {
		errs = append(errs, k.closers[i]())
	}
	k.closers = nil
	k.workers.Wait()
	for _, i := range k.imports.all {
		i.forget()
	}
	k.imports.all = nil
	return errors.Join(errs...)
}

// openJournal replays the rulings into the writer, follows them into the state, and returns when the state has come to
// all that was there.
func (k *Keeper) openJournal(ctx context.Context) error {
	newest := make(map[string]uint64)
	j, err := journal.Open(ctx, k.c.NC, journal.Options[Standing]{
		Name: events.Rulings, Service: events.BlacklistService, Rules: rules{}, Clock: k.c.Clock, Log: k.c.Log,
		Ready: func(subject string, s Standing) { newest[subject] = s.Seq },
	})
	if err != nil {
		return err
	}
	k.closers = append(k.closers, j.Close)
	stop, err := journal.FollowAll(ctx, k.c.NC, events.Rulings, k.follow)
	if err != nil {
		return err
	}
	k.closers = append(k.closers, func() error { stop(); return nil })
	for subject, seq := range newest {
		if err := k.state.awaitFact(ctx, subject, seq); err != nil {
			return fmt.Errorf("follow rulings: %w", err)
		}
	}
	k.state.list.settle()
	k.ready.Store(true)
	return nil
}

// openOrders follows the orders, so that it can be said what an entry would do to them.
func (k *Keeper) openOrders(ctx context.Context) error {
	stop, err := journal.FollowAll(ctx, k.c.NC, events.Orders, k.orders.follow)
	if err != nil {
		return err
	}
	k.closers = append(k.closers, func() error { stop(); return nil })
	return nil
}

// follow applies a fact to the state and has its consequences looked after. While the past is read there are none: the
// market is judged as a whole afterwards.
func (k *Keeper) follow(ctx context.Context, rec events.Record) error {
	concerned, err := k.state.apply(rec)
	if err != nil || !k.ready.Load() {
		return err
	}
	cause := fmt.Sprintf("%s#%d", rec.Subject, rec.Seq)
	if len(concerned) > 0 {
		k.hand(ctx, task{cause: cause, entries: concerned})
	}
	switch rec.Kind {
	case (events.EntriesAdded{}).FactKind(), (events.BatchRemoved{}).FactKind():
		k.sweepSoon()
	case (events.NoticeDecided{}).FactKind(), (events.NoticeReinstated{}).FactKind(), (events.ObjectionDecided{}).FactKind():
		k.hand(ctx, task{cause: cause, takedown: &rec})
	}
	if rec.Kind == (events.CaseReopened{}).FactKind() {
		for _, it := range k.live.items(events.ListingID(rec.Subject)) {
			k.hand(ctx, task{cause: cause, item: it})
		}
	}
	return nil
}

// hand gives the worker something to do, unless ctx ends first: the next start finds it again.
func (k *Keeper) hand(ctx context.Context, t task) {
	select {
	case k.tasks <- t:
	case <-ctx.Done():
	}
}
