package payee

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/web/checkout/ledger"
)

// Config says what an office works with.
type Config struct {
	NC      *nats.Conn
	Clock   *journal.Clock // nil: the machine's
	Log     *slog.Logger   // nil: the default
	Bank    Bank
	BaseURL string                                                    // of the market's pages
	Tell    func(ctx context.Context, s events.SellerID, text string) // tells a seller something; nil: nobody is told
}

// An Office writes the journal of payees and does what its facts intend.
type Office struct {
	Config
	payees  *journal.Journal[Payee]
	self    *journal.Sender
	sellers *journal.Sellers
	feed    *feed
	stop    context.CancelFunc
	group   sync.WaitGroup

	mu    sync.Mutex
	todo  map[events.SellerID]*task  // guarded by mu; payees that want something
	aside map[events.SellerID]string // guarded by mu; accounts that are not ready
	woken chan struct{}
}

// task is one payee's.
type task struct {
	payee Payee
	tries int
	after time.Time // by the machine's clock: not before
}

const (
	callTime     = 40 * time.Second
	firstRetry   = 200 * time.Millisecond // doubled each time
	longestRetry = 30 * time.Second
	lookEvery    = 10 * time.Minute // at accounts that are not ready
)

// Open replays the payees, resumes what their facts intend, and takes commands until Close.
func Open(ctx context.Context, c Config) (*Office, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	o := &Office{Config: c, self: journal.NewSender(c.NC, events.PayeeService), todo: make(map[events.SellerID]*task), aside: make(map[events.SellerID]string), woken: make(chan struct{}, 1)}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	o.stop = stop
	var err error
	o.payees, err = journal.Open(ctx, c.NC, journal.Options[Payee]{
		Name: events.Payees, Service: events.PayeeService, Rules: Rules{}, Clock: c.Clock, Log: c.Log,
		After: func(ch journal.Change[Payee]) {
			o.wake(events.SellerID(ch.Record.Subject), ch.State)
			o.told(running, ch)
		},
		Ready: func(subject string, p Payee) { o.wake(events.SellerID(subject), p) },
	})
	if err != nil {
		stop()
		return nil, fmt.Errorf("open payouts: %w", err)
	}
	o.feed = newFeed(o.self, c.Log)
	o.group.Go(func() { o.run(running) })
	o.group.Go(func() { o.feed.run(running) })
	o.sellers = &journal.Sellers{Sender: o.self, Log: c.Log, Allow: bySeller, Show: show}
	if err := o.sellers.Open(ctx, c.NC, events.SellerPayeeSubject("*"), events.PayeeService); err != nil {
		return nil, errors.Join(fmt.Errorf("open payouts: %w", err), o.Close())
	}
	return o, nil
}

// Close stops taking commands and waits for what is under way.
func (o *Office) Close() error {
	if o.sellers != nil {
		o.sellers.Close()
	}
	o.stop()
	err := o.payees.Close() // no fact comes any more, and so nobody is told anything
	o.group.Wait()
	return err
}

// Enter takes in what a fact of an order brought sellers. Facts of a partition must come in their order, each once; it
// does not wait.
func (o *Office) Enter(rec events.Record, captured time.Time, transfers []ledger.Transfer) {
	o.feed.enter(rec, captured, transfers)
}

// Payee returns how a seller stands.
func (o *Office) Payee(ctx context.Context, s events.SellerID) (v events.Payee, err error) {
	_, err = o.self.Do(ctx, string(s), "", events.AskPayee{}, &v)
	return v, err
}

// Untold returns how many sellers have not been told yet of all that was entered for them.
func (o *Office) Untold() int { return o.feed.untold() }

// bySeller lets a seller speak of himself alone.
func bySeller(s events.SellerID, subject string, c events.Command) (events.Command, error) {
	if subject != string(s) {
		return nil, events.NotSeller
	}
	switch c.(type) {
	case events.AskPayee, events.SetUpPayouts:
		return c, nil
	}
	return nil, fmt.Errorf("command %s of a seller: %w", c.CommandKind(), events.Malformed)
}

func show(_ events.SellerID, view json.RawMessage) (json.RawMessage, error) { return view, nil }

// told tells a seller what he should know of.
func (o *Office) told(ctx context.Context, ch journal.Change[Payee]) {
	if o.Tell == nil {
		return
	}
	text := ""
	switch f := ch.Fact.(type) {
	case events.EarningsEntered:
		if ch.State.Account == "" && len(ch.Before.Purses) == 0 {
			text = "You have sold something. " + ch.State.words()
		}
	case events.AccountChanged:
		if f.Ready != ch.Before.Ready {
			text = ch.State.words()
		}
	case events.PayoutMade:
		text = f.Money.String() + " is on its way to your account."
	case events.PayoutRefused:
		text = "A payout was refused by the payment provider (" + f.Code + "). It is tried again tomorrow."
	}
	if text != "" {
		seller := events.SellerID(ch.Record.Subject)
		o.group.Go(func() { o.Tell(ctx, seller, text) })
	}
}

// wake tells of a payee's newest state. It does not wait.
func (o *Office) wake(s events.SellerID, p Payee) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if delete(o.aside, s); p.Account != "" && !p.Ready {
		o.aside[s] = p.Account
	}
	if len(p.Wants()) == 0 {
		delete(o.todo, s)
		return
	}
	o.todo[s] = &task{payee: p}
	select {
	case o.woken <- struct{}{}:
	default:
	}
}

// run does what payees want, one after the other, again with growing pauses until a fact answers it.
func (o *Office) run(ctx context.Context) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for ctx.Err() == nil {
		for s, t := range o.due() {
			if err := o.perform(ctx, s, t.payee); err != nil && ctx.Err() == nil {
				o.Log.WarnContext(ctx, "payout not done, tried again", "seller", s, "tries", t.tries, "error", err)
			}
			o.put(s, t)
		}
		select {
		case <-o.woken:
		case <-o.retry():
		case <-look.C:
			o.look(ctx)
		case <-ctx.Done():
		}
	}
}

// look looks at the accounts that are not ready: news of one may be lost.
func (o *Office) look(ctx context.Context) {
	o.mu.Lock()
	accounts := slices.Collect(maps.Values(o.aside))
	o.mu.Unlock()
	for _, account := range accounts {
		if err := o.Hear(ctx, account); err != nil && ctx.Err() == nil {
			o.Log.WarnContext(ctx, "account not looked at", "error", err)
		}
	}
}

// retry returns a channel that tells when the next task is due; nil if none is.
func (o *Office) retry() <-chan time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	wait := time.Duration(-1)
	for _, t := range o.todo {
		if left := max(0, time.Until(t.after)); wait < 0 || left < wait {
			wait = left
		}
	}
	if wait < 0 {
		return nil
	}
	return time.After(wait)
}

// due returns the tasks whose time has come.
func (o *Office) due() map[events.SellerID]*task {
	o.mu.Lock()
	defer o.mu.Unlock()
	due := make(map[events.SellerID]*task)
	for s, t := range o.todo {
		if !time.Now().Before(t.after) {
			due[s] = t
		}
	}
	return due
}

// put plans the next try, unless a fact has come.
func (o *Office) put(s events.SellerID, t *task) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.todo[s] == t {
		t.after = time.Now().Add(min(firstRetry<<min(t.tries, 16), longestRetry))
		t.tries++
	}
}
