package storefront

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	goredis "github.com/redis/go-redis/v9"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/web/storefront/account"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/storefront/live"
	"lightshare/web/storefront/mail"
	"lightshare/web/storefront/redis"
)

// Config says what a storefront works with.
type Config struct {
	NC             *nats.Conn
	Redis          goredis.UniversalClient
	Desk           Desk
	Presence       Presence
	Enroller       Enroller
	Clock          *journal.Clock    // nil: the machine's
	Log            *slog.Logger      // nil: the default
	BaseURL        string            // of the pages as visitors reach them, without a slash at the end
	Mailer         Mailer            // sends the sign-in links; may be nil with DevMail
	DevMail        bool              // letters are not sent but shown to everybody at /dev/mail: for developing alone
	HouseKey       ed25519.PublicKey // with which lots' records are signed; nil: they are not
	SessionsSecure bool              // cookies travel over HTTPS only; false for plain HTTP on this machine
}

// A Front serves the storefront.
type Front struct {
	Config
	hub      *live.Hub
	market   *catalogue.Catalogue
	book     redis.Book
	links    redis.Links
	accounts *account.Store
	devices  redis.Devices
	sessions *scs.SessionManager
	house    *journal.Sender
	js       jetstream.JetStream
	caught   *mail.Catcher // nil unless DevMail
	history  *history
	pieces   pieces
	limits   limits
	closing  chan struct{} // closed by Close: streams end
}

// sessionLife is how long somebody stays signed in.
const sessionLife = 30 * 24 * time.Hour

// New returns a storefront that knows the whole market. It follows it until Close.
func New(ctx context.Context, c Config) (*Front, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	f := &Front{
		Config: c, hub: &live.Hub{}, book: redis.NewBook(c.Redis), links: redis.NewLinks(c.Redis), devices: redis.NewDevices(c.Redis),
		house: journal.NewSender(c.NC, events.AuctionService), limits: newLimits(), closing: make(chan struct{}),
	}
	if c.DevMail {
		f.caught = &mail.Catcher{}
		f.Mailer = f.caught
	}
	if f.Mailer == nil {
		return nil, errors.New("open storefront: no mailer")
	}
	f.sessions = f.newSessions()
	f.history = newHistory(f.book, f.hub, c.Log)
	if err := f.open(ctx); err != nil {
		return nil, fmt.Errorf("open storefront: %w", err)
	}
	return f, nil
}

func (f *Front) open(ctx context.Context) (err error) {
	if f.js, err = jetstream.New(f.NC); err != nil {
		return err
	}
	if f.accounts, err = account.Open(ctx, f.NC); err != nil {
		return err
	}
	f.market, err = catalogue.Open(ctx, catalogue.Config{NC: f.NC, Presence: f.Presence, Book: f.book, Hub: f.hub, Log: f.Log})
	return err
}

func (f *Front) newSessions() *scs.SessionManager {
	m := scs.New()
	m.Store = redis.NewSessions(f.Redis, f.Log)
	m.HashTokenInStore = true
	m.Lifetime = sessionLife
	m.Cookie.Name = "session"
	if f.SessionsSecure {
		m.Cookie.Name, m.Cookie.Secure = "__Host-session", true
	}
	m.Cookie.SameSite = http.SameSiteLaxMode // Strict would sign people out on their way back from paying
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		f.Log.ErrorContext(r.Context(), "session not kept", "error", err)
		http.Error(w, say(r.Context(), "You cannot be signed in just now. Please try again in a moment."), http.StatusServiceUnavailable)
	}
	return m
}

// Close ends all streams and stops following the market.
func (f *Front) Close() error {
	close(f.closing)
	f.history.close()
	return f.market.Close()
}
