package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"lightshare/events/bus/embedded"
	"lightshare/events/journal"
)

// upCommand runs everything in one process.
type upCommand struct {
	Data string `env:"LIGHTSHARE_DATA" placeholder:"DIR" help:"Where everything is kept; ~/.local/share/lightshare otherwise."`
	Bus  int    `default:"4222" help:"Port on which sellers' agents reach the bus."`
	webOptions
	listOptions
	Relayed relayOptions `embed:"" prefix:"relay-"`
}

// Run stays up until it is interrupted.
func (c upCommand) Run(ctx context.Context, log *slog.Logger) error {
	if c.Data == "" {
		home, err := dataHome()
		if err != nil {
			return err
		}
		c.Data = home
	}
	if c.State == "" {
		c.State = filepath.Join(c.Data, "payments")
	}
	m, err := openMarket(ctx, log, nil, c)
	if err != nil {
		return err
	}
	defer m.Close()
	fmt.Printf(`Lightshare is up. Its data is in %s.

  storefront   %s
  console      %s   (sign in as %s, token %s)

Offer the files of a folder:
  go run ./seller-agent share DIR --market %s

Ctrl-C stops it; nothing is lost.
`, c.Data, m.store, m.console, orWords(m.moderator, "one of your moderators"), orWords(m.token, "theirs"), m.store)
	<-ctx.Done()
	return nil
}

// dataHome returns the folder for data that lasts, as the XDG base directory specification has it.
func dataHome() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "lightshare"), nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share", "lightshare"), err
}

func orWords(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// market is the whole of it in one process.
type market struct {
	*ground
	store, console   string // addresses
	moderator, token string // who may sign in to the console
}

// openMarket starts everything. The order matters: the house offers nothing that the blacklist has not seen, and the
// checkout follows what the house decides.
func openMarket(ctx context.Context, log *slog.Logger, clock *journal.Clock, c upCommand) (*market, error) {
	g, err := embed(ctx, log, clock, c.Data, c.Bus)
	if err != nil {
		return nil, err
	}
	m := &market{ground: g}
	err = func() error {
		if m.console, m.moderator, m.token, err = g.runBlacklist(c.listOptions); err != nil {
			return err
		}
		if err := g.runAuction(); err != nil {
			return err
		}
		if c.Relay != "" {
			if err := g.runRelay(c.Relayed); err != nil {
				return err
			}
		}
		m.store, err = g.runWeb(c.webOptions)
		return err
	}()
	if err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// runCommands runs one service.
type runCommands struct {
	Bus       runBus       `cmd:"" help:"The NATS server, with every write synced, and the folder of keys."`
	Auction   runAuction   `cmd:"" help:"The auction house."`
	Blacklist runBlacklist `cmd:"" help:"The blacklist and the moderators' console."`
	Web       runWeb       `cmd:"" help:"The storefront and the checkout."`
	Relay     runRelay     `cmd:"" help:"The STUN and TURN server, for who cannot be reached directly."`
}

type runBus struct {
	Data string `required:"" env:"LIGHTSHARE_DATA" placeholder:"DIR" help:"Where the streams are kept."`
	Keys string `required:"" env:"LIGHTSHARE_KEYS" placeholder:"DIR" help:"Folder of keys; made at the first start."`
	Host string `default:"127.0.0.1" env:"LIGHTSHARE_BUS_HOST" help:"Address to listen on."`
	Port int    `default:"4222" env:"LIGHTSHARE_BUS_PORT" help:"Port to listen on."`
}

// Run serves the bus until it is interrupted.
func (c runBus) Run(ctx context.Context, log *slog.Logger) error {
	s, err := embedded.Start(ctx, embedded.Options{Dir: c.Data, Keys: c.Keys, Host: c.Host, Port: c.Port})
	if err != nil {
		return err
	}
	defer s.Close()
	log.Info("bus up", "url", s.URL())
	<-ctx.Done()
	return nil
}

type runAuction struct {
	places
	ClockOffset time.Duration `hidden:"" help:"How far the machine's clock is to be off, to try that out."`
}

// Run runs the auction house until it is interrupted.
func (c runAuction) Run(ctx context.Context, log *slog.Logger) error {
	return serveOn(ctx, log, c.places, "auction", func(g *ground) (string, error) {
		if c.ClockOffset != 0 {
			wrong := journal.NewClock()
			wrong.Advance(c.ClockOffset)
			if err := g.keepTime(wrong); err != nil {
				return "", err
			}
		}
		return "", g.runAuction()
	})
}

type runBlacklist struct {
	places
	listOptions
}

// Run runs the blacklist until it is interrupted.
func (c runBlacklist) Run(ctx context.Context, log *slog.Logger) error {
	return serveOn(ctx, log, c.places, "blacklist", func(g *ground) (string, error) {
		console, _, _, err := g.runBlacklist(c.listOptions)
		return console, err
	})
}

type runWeb struct {
	places
	webOptions
}

// Run runs the storefront until it is interrupted.
func (c runWeb) Run(ctx context.Context, log *slog.Logger) error {
	return serveOn(ctx, log, c.places, "web", func(g *ground) (string, error) { return g.runWeb(c.webOptions) })
}

// serveOn starts one service and keeps it until ctx ends.
func serveOn(ctx context.Context, log *slog.Logger, p places, name string, start func(*ground) (string, error)) error {
	g, err := stand(ctx, log, p)
	if err != nil {
		return err
	}
	defer g.Close()
	address, err := start(g)
	if err != nil {
		return err
	}
	log.Info("service up", "service", name, "address", address)
	<-ctx.Done()
	return nil
}
