package simulator

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
)

// Config says what a simulator works with.
type Config struct {
	Secret        string         // the API key that its clients use
	WebhookURL    string         // where events are posted; empty: nowhere
	WebhookSecret string         // they are signed with it
	BaseURL       string         // of its own payment pages, without a slash at the end
	Folder        string         // where state is kept; empty: in memory only
	Clock         *journal.Clock // nil: the machine's
	Log           *slog.Logger   // nil: the default
	Faults        *Faults        // nil: none
	Client        *http.Client   // posts the webhooks; nil: one of its own
}

// A Simulator is an http.Handler for the API and the payment pages.
type Simulator struct {
	Config
	mux   *http.ServeMux
	ctx   context.Context
	stop  context.CancelFunc
	group sync.WaitGroup

	mu    sync.Mutex
	state state         // guarded by mu
	moved chan struct{} // has an item when something new can lapse
	terms terms         // guarded by mu; when that is
	keys  []string      // guarded by mu; of state.Keys, oldest first

	places  places   // guarded by mu; of what is listed
	waiting []*event // guarded by mu; of state.Events those of which a webhook may not have been heard, oldest first
}

// state is everything that a simulator remembers.
type state struct {
	Sessions map[string]*session    `json:"sessions"`
	Intents  map[string]*intent     `json:"intents"`
	Charges  map[string]*charge     `json:"charges"`
	Names    map[string]string      `json:"names"`    // what a session sells
	Promises map[string]promise     `json:"promises"` // by session: what its payment intent will be
	Events   []*event               `json:"events"`   // oldest first
	Keys     map[string]*remembered `json:"keys"`

	Setups    map[string]*setupIntent `json:"setups"`
	Customers map[string]bool         `json:"customers"`
	Methods   map[string]*savedCard   `json:"methods"`
	Balance   []*balanceTransaction   `json:"balance"` // oldest first
	Refunds   map[string]*refund      `json:"refunds"`
	Disputes  map[string]*dispute     `json:"disputes"`
	Banks     map[string]*bank        `json:"banks"` // by charge, of cards that dispute

	Accounts    map[string]*account    `json:"accounts"`
	Onboardings map[string]*onboarding `json:"onboardings"` // by the last part of the page's address
	Transfers   map[string]*transfer   `json:"transfers"`
	Reversals   map[string]*reversal   `json:"reversals"`
	Asked       map[string]card        `json:"asked"` // by session: whose bank asks now
}

// promise is what a session was told about the payment intent that the first card will make.
type promise struct {
	Metadata map[string]string `json:"metadata"`
}

// New returns a running simulator, with what it remembers from its folder.
func New(c Config) (*Simulator, error) {
	if c.Secret == "" {
		return nil, fmt.Errorf("start simulator: no secret key")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Faults == nil {
		c.Faults = &Faults{}
	}
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	if c.Client == nil {
		c.Client = &http.Client{Timeout: webhookTimeout}
	}
	s := &Simulator{Config: c, moved: make(chan struct{}, 1), places: places{}}
	var err error
	if s.state, err = load(c.Folder); err != nil {
		return nil, fmt.Errorf("start simulator: %w", err)
	}
	s.routes()
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expectAll()
	for _, e := range s.state.Events {
		if e.PendingWebhooks > 0 {
			s.waiting = append(s.waiting, e)
			s.group.Go(func() { s.deliver(e) })
		}
	}
	s.group.Go(s.age)
	return s, nil
}

func (s *Simulator) routes() {
	s.mux = http.NewServeMux()
	s.mux.Handle("POST /v1/checkout/sessions", s.post(s.createSession))
	s.mux.Handle("GET /v1/checkout/sessions", s.get(s.listSessions))
	s.mux.Handle("GET /v1/checkout/sessions/{id}", s.get(s.getSession))
	s.mux.Handle("POST /v1/checkout/sessions/{id}/expire", s.post(s.expireSession))
	s.mux.Handle("POST /v1/payment_intents", s.post(s.createIntent))
	s.mux.Handle("GET /v1/payment_intents", s.get(s.listIntents))
	s.mux.Handle("GET /v1/payment_intents/{id}", s.get(s.getIntent))
	s.mux.Handle("POST /v1/payment_intents/{id}/capture", s.post(s.captureIntent))
	s.mux.Handle("POST /v1/payment_intents/{id}/cancel", s.post(s.cancelIntent))
	s.mux.Handle("GET /v1/balance_transactions", s.get(s.listBalance))
	s.mux.Handle("POST /v1/refunds", s.post(s.createRefund))
	s.mux.Handle("POST /v1/accounts", s.post(s.createAccount))
	s.mux.Handle("GET /v1/accounts/{id}", s.get(s.getAccount))
	s.mux.Handle("POST /v1/account_links", s.post(s.createAccountLink))
	s.mux.Handle("POST /v1/transfers", s.post(s.createTransfer))
	s.mux.Handle("GET /v1/transfers", s.get(s.listTransfers))
	s.mux.Handle("POST /v1/transfers/{id}/reversals", s.post(s.createReversal))
	s.mux.Handle("GET /v1/transfers/{id}/reversals", s.get(s.listReversals))
	s.mux.Handle("GET /v1/disputes", s.get(s.listDisputes))
	s.mux.Handle("POST /v1/disputes/{id}", s.post(s.updateDispute))
	s.mux.Handle("GET /v1/events", s.get(s.listEvents))
	s.mux.HandleFunc("/v1/", s.unknownPath)
	s.pages()
	s.onboardPages()
}

// ServeHTTP answers one request.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Close stops the clockwork and the webhooks that are still on their way; those are sent after the next start.
func (s *Simulator) Close() error {
	s.stop()
	s.group.Wait()
	return nil
}

// newID returns an identifier as Stripe makes them.
func newID(prefix string) string { return prefix + events.NewID() }

func (s *Simulator) now() time.Time { return s.Clock.Now() }
