package agent

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lightshare/events"
	"lightshare/events/peer"
	"lightshare/events/sealed"
	"lightshare/seller-agent/deliver"
	"lightshare/seller-agent/share"
	"lightshare/seller-agent/uplink"
)

const (
	giveUp   = time.Minute     // at the start, when the market is not there
	farewell = 5 * time.Second // for running transfers at the end
)

// Options say what to sell, where and how. What is not said here is as the settings have it from before; what is, is kept
// in them.
type Options struct {
	Dirs      []string // to share, beside those shared before
	Market    *url.URL
	Name      string // as shown in public
	State     string // the agent's own folder
	Addresses deliver.Addresses
	Advertise string // URL at which buyers reach this agent, if it knows better than the agent
	Defaults  share.Defaults
	Log       *slog.Logger
	Report    func(Event) // called by one goroutine at a time
}

// An Agent sells the files of the shared folders.
type Agent struct {
	Options
	key    ed25519.PrivateKey
	seller events.SellerID

	memory  *share.Memory
	shelves shelves
	pace    *share.Pace
	line    *uplink.Line
	sales   *sales
	diary   diary
	handler *deliver.Handler
	peers   *peer.Host
	server  *deliver.Server
	outbox  outbox

	changing sync.Mutex // one at a time changes the settings
	settings Settings   // guarded by changing
	working  context.Context

	reporting sync.Mutex          // one at a time calls Report
	mu        sync.Mutex          // guards what follows
	unscanned map[string]struct{} // folders whose first scan is not over
	ready     sync.Once
	failed    chan error // holds the first that makes it impossible to go on
}

// Run sells until ctx is done. It returns an error that wraps [ErrOffline] or [ErrNotAdmitted] if it never got so far.
func Run(ctx context.Context, o Options) error {
	a, err := Open(ctx, o)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Run(ctx)
}

// Open makes everything ready that does not need the market. The agent is to be closed.
func Open(ctx context.Context, o Options) (*Agent, error) {
	for _, dir := range o.Dirs {
		if err := apart(o.State, dir); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(o.State, 0o700); err != nil {
		return nil, fmt.Errorf("make state folder: %w", err)
	}
	a := &Agent{
		Options: o, pace: share.NewPace(), unscanned: make(map[string]struct{}), failed: make(chan error, 1),
		shelves: shelves{folders: make(map[string]*running)},
		diary:   diary{troubles: make(map[[2]string]Trouble), auctions: make(map[events.ListingID]Auction)},
	}
	if err := a.open(ctx); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

func (a *Agent) open(ctx context.Context) (err error) {
	if a.memory, err = share.OpenMemory(filepath.Join(a.State, memoryFile)); err != nil {
		return err
	}
	a.shelves.memory = a.memory
	if a.sales, err = openSales(filepath.Join(a.State, salesFile)); err != nil {
		return err
	}
	if a.key, err = openKey(filepath.Join(a.State, keyFile)); err != nil {
		return err
	}
	a.seller = events.SellerOf(a.key.Public().(ed25519.PublicKey))
	if err := a.settle(); err != nil {
		return err
	}
	if err := a.memory.Leave(ctx, a.settings.Folders, time.Now()); err != nil {
		return err
	}
	a.outbox = outbox{
		memory: a.memory, key: a.key, sent: a.sent, empty: a.sayReady, failed: a.notSent, wake: make(chan struct{}, 1),
	}
	return a.listen()
}

// settle brings the settings and the options together.
func (a *Agent) settle() (err error) {
	if a.settings, err = LoadSettings(a.State); err != nil {
		return err
	}
	s := &a.settings
	for _, dir := range a.Dirs {
		dir, err := filepath.Abs(dir)
		if err != nil {
			return fmt.Errorf("share folder: %w", err)
		}
		if other, ok := s.overlaps(dir); ok {
			return fmt.Errorf("%s: %s is shared already, and one lies within the other", dir, other)
		}
		s.add(dir)
	}
	if a.Market != nil {
		s.Market = a.Market.String()
	}
	if a.Market, err = url.Parse(s.Market); err != nil || a.Market.Host == "" {
		return ErrNoMarket
	}
	if a.Name != "" {
		s.Name = a.Name
	}
	if a.Name = s.Name; a.Name == "" {
		a.Name = nameOf(a.seller)
	}
	if a.Defaults.Price != "" {
		s.Price = a.Defaults.Price
	}
	if a.Defaults.Currency != "" {
		s.Currency = a.Defaults.Currency
	}
	a.Defaults = s.defaults()
	a.line = uplink.New(s.Limits, time.Now)
	a.line.Observe(a.delivered)
	return s.save(a.State)
}

// Run sells until ctx is done. It returns an error that wraps [ErrOffline] or [ErrNotAdmitted] if it never got so far. To
// be called once.
func (a *Agent) Run(ctx context.Context) error {
	a.report(Event{Event: Started, Seller: a.seller, URLs: a.server.URLs(a.Advertise)})
	work, ctx := errgroup.WithContext(ctx)
	a.changing.Lock()
	a.working = ctx
	folders := slices.Clone(a.settings.Folders)
	for _, dir := range folders {
		a.mu.Lock()
		a.unscanned[dir] = struct{}{} // all are known before the first is looked at
		a.mu.Unlock()
	}
	for _, dir := range folders {
		if err := a.watch(ctx, dir); err != nil {
			a.changing.Unlock()
			a.shelves.clear()
			return err
		}
	}
	a.changing.Unlock()
	work.Go(func() error { return a.sell(ctx) })
	work.Go(func() error { giveWay(ctx, a.pace, a.reading); return nil })
	work.Go(func() error {
		select {
		case err := <-a.failed:
			return err
		case <-ctx.Done():
			return nil
		}
	})
	err := work.Wait()
	a.shelves.clear()
	return err
}

// watch begins to share a folder.
func (a *Agent) watch(ctx context.Context, dir string) error {
	f, err := share.Open(ctx, share.Options{
		Dir: dir, Memory: a.memory, Seller: a.seller, SellerName: a.Name, Defaults: a.Defaults, Pace: a.pace, Log: a.Log,
		Problem: func(path string, err error) { a.problem(dir, path, err) },
		Changed: a.outbox.ring,
		Scanned: func(int) { a.scanned(dir) },
	})
	if err != nil {
		return err
	}
	a.shelves.add(ctx, f, func(err error) {
		select {
		case a.failed <- err:
		default:
		}
	})
	return nil
}

// listen lets buyers in. Until the market is known all are refused.
func (a *Agent) listen() error {
	certificate, err := deliver.Certificate(filepath.Join(a.State, certificateFile), time.Now())
	if err != nil {
		return err
	}
	a.handler = deliver.New(a.seller, &a.shelves, a.Log, time.Now)
	a.handler.Line = a.line
	if a.peers, err = peer.NewHost(a.handler, a.Log); err != nil {
		return err
	}
	a.server, err = deliver.Listen(a.Addresses, certificate, a.handler, a.Log)
	return err
}

// Close ends what Open began. Run must have returned. Transfers may go on for a moment.
func (a *Agent) Close() {
	if a.peers != nil {
		a.peers.Close()
	}
	if a.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		if err := a.server.Close(ctx); err != nil {
			a.Log.Error("listener failed", "err", err)
		}
	}
	if a.sales != nil {
		a.sales.close()
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
	s := seat{
		seller: a.seller, reach: a.reach, peer: a.connect, key: a.keyFor(c.DepositKey), report: a.report, fated: a.fated, noticed: a.noticed,
		back: a.outbox.ring, lost: leave, log: a.Log,
	}
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
	defer s.rise()
	defer nc.Close()
	a.report(Event{Event: Online, Seller: a.seller})
	return a.outbox.run(sitting, nc)
}

// reach says where buyers find this agent now: addresses come and go with networks.
func (a *Agent) reach() events.Reach {
	return events.Reach{Seller: a.seller, URLs: a.server.URLs(a.Advertise), Certificate: a.server.Fingerprint()}
}

// connect answers the offer of a buyer's client that has a ticket.
func (a *Agent) connect(ctx context.Context, o events.PeerOffer) (string, error) {
	t, err := a.handler.Admit(o.Ticket)
	if err != nil {
		return "", err
	}
	return a.peers.Answer(ctx, t.Order, o.SDP, o.ICE)
}

// keyFor returns what wraps the keys of sold files for the operator with that public key, each for one order alone.
func (a *Agent) keyFor(operator []byte) func(context.Context, events.KeyAsk) ([]byte, error) {
	return func(ctx context.Context, ask events.KeyAsk) ([]byte, error) {
		if ask.Listing.Seller() != a.seller {
			return nil, fmt.Errorf("listing %.80q of another seller: %w", ask.Listing, events.NotForSale)
		}
		key, err := a.memory.Key(ctx, ask.SealedRoot)
		if err != nil {
			return nil, err
		}
		return sealed.Deposit{Order: ask.Order, Listing: ask.Listing, Sealed: ask.SealedRoot}.Wrap(operator, key)
	}
}
