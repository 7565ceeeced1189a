package agent

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"lightshare/events"
	"lightshare/seller-agent/deliver"
	"lightshare/seller-agent/share"
)

const (
	giveUp   = time.Minute     // at the start, when the market is not there
	farewell = 5 * time.Second // for running transfers at the end
)

// Options say what to sell, where and how.
type Options struct {
	Dir       string // to share
	Market    *url.URL
	Name      string // as shown in public; empty takes one after the seller's id
	State     string // the agent's own folder
	Addresses deliver.Addresses
	Advertise string // URL at which buyers reach this agent, if it knows better than the agent
	Defaults  share.Defaults
	Log       *slog.Logger
	Report    func(Event) // called by one goroutine at a time
}

// An Agent sells the files of one folder.
type Agent struct {
	Options
	key    ed25519.PrivateKey
	seller events.SellerID

	memory  *share.Memory
	folder  *share.Folder
	handler *deliver.Handler
	server  *deliver.Server
	outbox  outbox

	reporting sync.Mutex   // one at a time calls Report
	scanned   atomic.Int64 // files offered after the first scan; -1 before
	ready     sync.Once
}

// Run sells until ctx is done. It returns an error that wraps [ErrOffline] or [ErrNotAdmitted] if it never got so far.
func Run(ctx context.Context, o Options) error {
	a, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer a.close()
	a.report(Event{Event: Started, Seller: a.seller, URLs: a.server.URLs(a.Advertise)})
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return a.folder.Run(ctx) })
	work.Go(func() error { return a.sell(ctx) })
	return work.Wait()
}

// open makes everything ready that does not need the market.
func open(ctx context.Context, o Options) (*Agent, error) {
	if err := openState(o.State, o.Dir); err != nil {
		return nil, err
	}
	a := &Agent{Options: o}
	a.scanned.Store(-1)
	if err := a.open(ctx); err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

func (a *Agent) open(ctx context.Context) (err error) {
	if a.memory, err = share.OpenMemory(filepath.Join(a.State, memoryFile)); err != nil {
		return err
	}
	if a.key, err = openKey(filepath.Join(a.State, keyFile)); err != nil {
		return err
	}
	a.seller = events.SellerOf(a.key.Public().(ed25519.PublicKey))
	if a.Name == "" {
		a.Name = nameOf(a.seller)
	}
	a.outbox = outbox{
		memory: a.memory, key: a.key, sent: a.sent, empty: a.sayReady, failed: a.failed, wake: make(chan struct{}, 1),
	}
	if a.folder, err = share.Open(ctx, share.Options{
		Dir: a.Dir, Memory: a.memory, Seller: a.seller, SellerName: a.Name, Defaults: a.Defaults, Log: a.Log,
		Problem: a.problem, Changed: a.outbox.ring, Scanned: a.scan,
	}); err != nil {
		return err
	}
	return a.listen()
}

// listen lets buyers in. Until the market is known all are refused.
func (a *Agent) listen() error {
	certificate, err := deliver.Certificate(filepath.Join(a.State, certificateFile), time.Now())
	if err != nil {
		return err
	}
	a.handler = deliver.New(a.seller, a.folder, a.Log, time.Now)
	a.server, err = deliver.Listen(a.Addresses, certificate, a.handler, a.Log)
	return err
}

// close ends what open began. Transfers may go on for a moment.
func (a *Agent) close() {
	if a.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		if err := a.server.Close(ctx); err != nil {
			a.Log.Error("listener failed", "err", err)
		}
	}
	if a.folder != nil {
		a.folder.Close()
	}
	if a.memory != nil {
		a.memory.Close()
	}
}

// sell signs in and stays signed in.
func (a *Agent) sell(ctx context.Context) error {
	for first := true; ctx.Err() == nil; first = false {
		c, err := a.signIn(ctx, first)
		if err != nil {
			return contextless(ctx, err)
		}
		if err := rememberMarket(a.State, a.Market); err != nil {
			a.Log.Warn("market not remembered; commands must name it", "err", err)
		}
		a.handler.Trust(deliver.Market{TicketKey: c.TicketKey, Origins: c.Origins})
		if err := a.memory.AnnounceAll(ctx); err != nil {
			return contextless(ctx, err)
		}
		if err := a.sit(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// signIn enrols, trying again while the market is not there: for a while at the start, later for ever.
func (a *Agent) signIn(ctx context.Context, first bool) (events.Credentials, error) {
	began, pause, told := time.Now(), pauseMin, ""
	for {
		c, err := enrol(ctx, a.Market, a.key, a.Name, time.Now())
		if err == nil {
			return c, nil
		}
		if first && (!errors.Is(err, ErrOffline) || time.Since(began) > giveUp) {
			return c, err
		}
		if told != err.Error() && ctx.Err() == nil {
			told = err.Error()
			a.report(Event{Event: OffLine, Text: told})
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return c, ctx.Err()
		}
		pause = min(2*pause, pauseMax)
	}
}

// sit takes the seat on the bus and sells until the bus does not take the credentials any more. Only a memory that
// fails is an error.
func (a *Agent) sit(ctx context.Context, c events.Credentials) error {
	sitting, leave := context.WithCancel(ctx)
	defer leave()
	s := seat{seller: a.seller, reach: a.reach, report: a.report, back: a.outbox.ring, lost: leave, log: a.Log}
	nc, err := s.take(ctx, c, a.key)
	if err != nil {
		if ctx.Err() == nil {
			a.report(Event{Event: OffLine, Text: err.Error()})
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
		return nil
	}
	defer nc.Close()
	a.report(Event{Event: Online, Seller: a.seller})
	return a.outbox.run(sitting, nc)
}

// reach says where buyers find this agent now: addresses come and go with networks.
func (a *Agent) reach() events.Reach {
	return events.Reach{Seller: a.seller, URLs: a.server.URLs(a.Advertise), Certificate: a.server.Fingerprint()}
}

func (a *Agent) report(e Event) {
	a.reporting.Lock()
	defer a.reporting.Unlock()
	e.At = time.Now().UTC()
	a.Report(e)
}

// sent reports that the market has a listing as it is now.
func (a *Agent) sent(i share.Item) {
	e := Event{Event: Listed, Listing: i.Listing.ID, Path: i.Path, Title: i.Listing.Title, Rev: i.Listing.Rev, Root: i.Listing.Root}
	if i.Listing.Withdrawn {
		e.Event, e.Text = Withdrawn, i.Listing.Reason
	}
	a.report(e)
}

// failed logs that a listing could not be sent; it will be again.
func (a *Agent) failed(i share.Item, err error) {
	a.Log.Warn("listing not sent", "listing", i.Listing.ID, "err", err)
}

func (a *Agent) problem(path string, err error) {
	if err == nil {
		a.report(Event{Event: Solved, Path: path})
		return
	}
	a.report(Event{Event: Problem, Path: path, Text: err.Error()})
}

func (a *Agent) scan(offered int) {
	a.scanned.Store(int64(offered))
	a.outbox.ring()
}

// sayReady says once that everything found at the start is on the market.
func (a *Agent) sayReady() {
	if files := a.scanned.Load(); files >= 0 {
		a.ready.Do(func() {
			a.report(Event{Event: Ready, Seller: a.seller, URLs: a.server.URLs(a.Advertise), Files: int(files)})
		})
	}
}
