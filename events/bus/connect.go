package bus

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"

	"lightshare/events"
)

// The files in a folder of keys.
const (
	ServiceCreds = "service.creds"        // signs services in to MARKET
	SystemCreds  = "system.creds"         // signs services in to SYS
	SigningSeed  = "sellers.signing.seed" // enrols agents into SELLERS
	SellersKey   = "sellers.account"      // the public key of SELLERS
)

// Config says where the bus is and how to sign in.
type Config struct {
	URL  string // NATS URLs, separated by commas
	Keys string // folder of keys
}

// Connect signs a service in. The connection comes back by itself for ever.
func Connect(ctx context.Context, c Config) (*nats.Conn, error) {
	return connect(ctx, c, ServiceCreds, "service")
}

// ConnectSystem signs in to the server's own account, for [WatchPresence] and [CheckSync].
func ConnectSystem(ctx context.Context, c Config) (*nats.Conn, error) {
	return connect(ctx, c, SystemCreds, "system")
}

func connect(ctx context.Context, c Config, creds, name string) (*nats.Conn, error) {
	return dial(ctx, c.URL, nats.Name(name), nats.UserCredentials(filepath.Join(c.Keys, creds)))
}

// patience is how long a server, or the keys that it makes at its first start, may be missing.
const patience = 30 * time.Second

// dial connects, trying again for a while if the server is not there yet.
func dial(ctx context.Context, url string, opts ...nats.Option) (*nats.Conn, error) {
	opts = append([]nats.Option{
		nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond), nats.Timeout(5 * time.Second), nats.ErrorHandler(complain()),
	}, opts...)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		nc, err := nats.Connect(url, opts...)
		if err == nil {
			return nc, nil
		}
		if !temporary(err) {
			return nil, fmt.Errorf("connect bus %s: %w", url, err)
		}
		select {
		case <-time.After(250 * time.Millisecond):
		case <-ctx.Done():
			return nil, fmt.Errorf("connect bus %s: %w", url, err)
		}
	}
}

// quietAfter is how long the same trouble of a connection is not logged again.
const quietAfter = time.Minute

// complain returns what logs the troubles of one connection. A lost one fails again with each message.
func complain() nats.ErrHandler {
	var mu sync.Mutex
	logged := make(map[string]time.Time)
	return func(nc *nats.Conn, _ *nats.Subscription, err error) {
		kind := err.Error()
		var op *net.OpError
		if errors.As(err, &op) {
			kind = op.Op // each has ports of its own
		}
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); now.Sub(logged[kind]) >= quietAfter {
			logged[kind] = now
			slog.Warn("trouble on the bus", "connection", nc.Opts.Name, "error", err)
		}
	}
}

// temporary reports whether a server that is starting could be behind err.
func temporary(err error) bool {
	text := err.Error()
	return errors.Is(err, nats.ErrNoServers) || errors.Is(err, fs.ErrNotExist) || strings.Contains(text, "refused") || strings.Contains(text, "timeout")
}

// Starting reports whether a server that takes connections and is not ready yet, or is started anew while it is asked,
// could be behind err.
func Starting(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout) || errors.Is(err, nats.ErrNoResponders) ||
		errors.Is(err, jetstream.ErrNoStreamResponse) || errors.Is(err, jetstream.ErrBucketNotFound) || errors.Is(err, jetstream.ErrJetStreamNotEnabled)
}

// ConnectAgent signs a seller's agent in with its key and what the market gave it. Options come last and win.
func ConnectAgent(ctx context.Context, c events.Credentials, key ed25519.PrivateKey, opts ...nats.Option) (*nats.Conn, error) {
	seed, err := nkeys.FromRawSeed(nkeys.PrefixByteUser, key.Seed())
	if err != nil {
		return nil, fmt.Errorf("connect agent: %w", err)
	}
	public, err := seed.PublicKey()
	if err != nil {
		return nil, fmt.Errorf("connect agent: %w", err)
	}
	sign := func(nonce []byte) ([]byte, error) { return seed.Sign(nonce) }
	opts = append([]nats.Option{
		nats.Name("agent"),
		nats.UserJWT(func() (string, error) { return c.JWT, nil }, sign),
		nats.CustomInboxPrefix("_INBOX." + public),
	}, opts...)
	return dial(ctx, strings.Join(c.Bus, ","), opts...)
}
