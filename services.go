package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"lightshare/auction"
	book "lightshare/auction/redis"
	"lightshare/blacklist"
	"lightshare/blacklist/console"
	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/sealed"
	"lightshare/web/checkout"
	"lightshare/web/checkout/simulator"
	"lightshare/web/checkout/stripe"
	"lightshare/web/relay"
	"lightshare/web/storefront"
	"lightshare/web/storefront/mail"
)

// runAuction starts the auction house.
func (g *ground) runAuction() error {
	key, err := g.houseKey()
	if err != nil {
		return err
	}
	var house *auction.House
	err = g.begin(func() (err error) {
		house, err = auction.Open(g.ctx, auction.Config{
			Key: key,
			NC:  g.nc, Clock: g.clock, Log: g.log, Book: book.Open(g.redis), Screener: auction.NewScreener(g.nc),
		})
		return err
	})
	if err != nil {
		return err
	}
	g.onClose(func() { house.Close() })
	return nil
}

// houseSeed is the file in the folder of keys from which the house's key is made.
const houseSeed = "house.seed"

// houseKey returns the key with which the house signs what it decided.
func (g *ground) houseKey() (ed25519.PrivateKey, error) {
	seed, err := g.secret(houseSeed, ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// listOptions say what is on the blacklist from the start and who looks after it.
type listOptions struct {
	Entries    string            `env:"LIGHTSHARE_ENTRIES" placeholder:"FILE" help:"CSV of works that may not be sold: entry_id,artist,title,artist_alt,title_alt,lang,year,source."`
	Console    string            `default:"127.0.0.1:8081" env:"LIGHTSHARE_CONSOLE" placeholder:"ADDRESS" help:"Where the moderators' console listens."`
	Roles      map[string]string `env:"LIGHTSHARE_ROLES" placeholder:"NAME=ROLE" help:"What moderators may do: viewer, moderator or lead. Who is not named is a lead."`
	Moderators map[string]string `env:"LIGHTSHARE_MODERATORS" placeholder:"NAME=TOKEN" help:"Who may sign in to the console. Without any, one named moderator is made and its token kept in the folder of keys."`
}

// runBlacklist starts the blacklist and its console, and returns the console's address and a moderator who may sign in.
func (g *ground) runBlacklist(o listOptions) (address, name, token string, err error) {
	entries, err := readEntries(g.log, o.Entries)
	if err != nil {
		return "", "", "", err
	}
	if len(o.Moderators) == 0 {
		secret, err := g.secret("moderator.token", 16)
		if err != nil {
			return "", "", "", err
		}
		name, token = "moderator", hex.EncodeToString(secret)
		o.Moderators = map[string]string{name: token}
	}
	var keeper *blacklist.Keeper
	err = g.begin(func() (err error) {
		keeper, err = blacklist.Open(g.ctx, blacklist.Config{NC: g.nc, Clock: g.clock, Log: g.log, Entries: entries})
		return err
	})
	if err != nil {
		return "", "", "", err
	}
	g.onClose(func() { keeper.Close() })
	roles := make(map[string]console.Role, len(o.Roles))
	for name, role := range o.Roles {
		roles[name] = console.Role(role)
	}
	pages, err := console.New(console.Config{Keeper: keeper, Moderators: o.Moderators, Roles: roles, Log: g.log})
	if err != nil {
		return "", "", "", err
	}
	l, err := g.listen(o.Console)
	if err != nil {
		return "", "", "", err
	}
	g.serve(l, pages)
	return origin(l.Addr().String()), name, token, nil
}

// readEntries reads the works on the list. Rows that cannot be read are named and left out.
func readEntries(log *slog.Logger, path string) ([]events.Entry, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("blacklist entries: %w", err)
	}
	defer f.Close()
	entries, problems, err := blacklist.ReadCSV(f)
	for _, p := range problems {
		log.Warn("blacklist row left out", "file", path, "problem", p)
	}
	if err != nil {
		return nil, fmt.Errorf("blacklist entries %s: %w", path, err)
	}
	return entries, nil
}

// webOptions say how the storefront faces the world.
type webOptions struct {
	HTTP     string `default:"127.0.0.1:8080" env:"LIGHTSHARE_HTTP" placeholder:"ADDRESS" help:"Where the storefront listens."`
	URL      string `env:"LIGHTSHARE_URL" placeholder:"URL" help:"The storefront's address as people see it; http://localhost and the port otherwise."`
	AgentBus string `env:"LIGHTSHARE_AGENT_BUS" placeholder:"URL" help:"The bus's address as sellers' agents see it; the same as for services otherwise."`
	Payments string `default:"127.0.0.1:8082" env:"LIGHTSHARE_PAYMENTS" placeholder:"ADDRESS" help:"Where test payments listen, without a Stripe key."`
	PayURL   string `env:"LIGHTSHARE_PAYMENTS_URL" placeholder:"URL" help:"Their address as people see it."`
	Relay    string `env:"LIGHTSHARE_RELAY" placeholder:"HOST:PORT" help:"The relay as people reach it, for those who find no direct way to each other."`
	RelayTLS string `name:"relay-tls" env:"LIGHTSHARE_RELAY_TLS" placeholder:"HOST:PORT" help:"The relay over TLS, by the name in its certificate, for who can leave his network in no other way."`
	State    string `env:"LIGHTSHARE_STATE" placeholder:"DIR" help:"Where test payments are kept; in memory otherwise."`

	StripeKey     string `env:"STRIPE_SECRET_KEY" hidden:""`
	StripeWebhook string `env:"STRIPE_WEBHOOK_SECRET" hidden:""`

	SMTP     string `env:"LIGHTSHARE_SMTP" placeholder:"URL" help:"smtp://user:password@host:port for letters. Without it they are shown at /dev/mail."`
	MailFrom string `env:"LIGHTSHARE_MAIL_FROM" default:"Lightshare <hello@localhost>" help:"Sender of letters."`
}

// runWeb starts the checkout and the storefront, and returns the storefront's address.
func (g *ground) runWeb(o webOptions) (string, error) {
	l, err := g.listen(o.HTTP)
	if err != nil {
		return "", err
	}
	if o.URL == "" {
		o.URL = origin(l.Addr().String())
	}
	o.URL = strings.TrimSuffix(o.URL, "/")
	seed, err := g.secret("ticket.seed", ed25519.SeedSize)
	if err != nil {
		return "", err
	}
	ticketKey := ed25519.NewKeyFromSeed(seed)
	d, err := g.openDesk(o, ticketKey)
	if err != nil {
		return "", err
	}
	front, err := g.openFront(o, d, ticketKey.Public().(ed25519.PublicKey))
	if err != nil {
		return "", err
	}
	g.serve(l, front.Handler())
	return o.URL, nil
}

// openDesk starts the checkout, against Stripe or against the simulator.
func (g *ground) openDesk(o webOptions, ticketKey ed25519.PrivateKey) (*desk, error) {
	cashier, webhookSecret, err := g.openCashier(o)
	if err != nil {
		return nil, err
	}
	linkKey, err := g.secret("link.key", 32)
	if err != nil {
		return nil, err
	}
	deposits, err := g.depositKey()
	if err != nil {
		return nil, err
	}
	ice, err := g.iceServers(relay.Address{Plain: o.Relay, TLS: o.RelayTLS})
	if err != nil {
		return nil, err
	}
	var d *checkout.Desk
	err = g.begin(func() (err error) {
		d, err = checkout.Open(g.ctx, checkout.Config{
			ICE: ice,
			NC:  g.nc, Clock: g.clock, Log: g.log, Cashier: cashier, Bank: cashier, TicketKey: ticketKey, DepositKey: deposits, LinkKey: linkKey, BaseURL: o.URL,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	g.onClose(func() { d.Close() })
	return &desk{d, stripe.Webhook(webhookSecret, d, g.log)}, nil
}

// depositKey is the operator's, for whom agents wrap the keys of what is sold.
func (g *ground) depositKey() (sealed.DepositKey, error) {
	seed, err := g.secret("deposit.seed", 32)
	if err != nil {
		return sealed.DepositKey{}, err
	}
	return sealed.NewDepositKey(seed)
}

// desk is the checkout as the storefront sees it: with the way in for the payment provider's events.
type desk struct {
	*checkout.Desk
	webhook http.Handler
}

// Webhook takes the payment provider's events.
func (d *desk) Webhook() http.Handler { return d.webhook }

// testKey is the key of test payments. It opens nothing else.
const testKey = "sk_test_simulator"

// openCashier returns who moves the money, and the secret with which his webhooks are signed: Stripe if there is a key,
// else the simulator, which then runs in this process.
func (g *ground) openCashier(o webOptions) (*stripe.Cashier, string, error) {
	if o.StripeKey != "" {
		if o.StripeWebhook == "" {
			return nil, "", errors.New("STRIPE_SECRET_KEY is set but STRIPE_WEBHOOK_SECRET is not: make a webhook endpoint for " + o.URL + "/stripe/webhook and give its secret")
		}
		return stripe.New(o.StripeKey, ""), o.StripeWebhook, nil
	}
	l, err := g.listen(o.Payments)
	if err != nil {
		return nil, "", err
	}
	if o.PayURL == "" {
		o.PayURL = origin(l.Addr().String())
	}
	const secret = "whsec_simulator" // between two parts of this process
	sim, err := simulator.New(simulator.Config{
		Secret: testKey, WebhookSecret: secret, WebhookURL: o.URL + "/stripe/webhook", BaseURL: o.PayURL, Folder: o.State, Clock: g.clock, Log: g.log,
	})
	if err != nil {
		return nil, "", err
	}
	g.serve(l, sim)
	g.onClose(func() { sim.Close() })
	return stripe.New(testKey, origin(l.Addr().String())), secret, nil
}

// openFront starts the storefront.
func (g *ground) openFront(o webOptions, d *desk, ticketKey ed25519.PublicKey) (*storefront.Front, error) {
	system, err := bus.ConnectSystem(g.ctx, g.bus)
	if err != nil {
		return nil, err
	}
	g.onClose(system.Close)
	account, err := bus.SellersAccount(g.bus.Keys)
	if err != nil {
		return nil, err
	}
	presence, err := bus.WatchPresence(g.ctx, system, account)
	if err != nil {
		return nil, err
	}
	if o.AgentBus == "" {
		o.AgentBus = g.bus.URL
	}
	deposits, err := g.depositKey()
	if err != nil {
		return nil, err
	}
	enroller, err := bus.OpenEnroller(g.bus.Keys, events.Credentials{
		Bus: strings.Split(o.AgentBus, ","), TicketKey: ticketKey, DepositKey: deposits.Public(), Origins: []string{o.URL},
	})
	if err != nil {
		return nil, err
	}
	config := storefront.Config{
		NC: g.nc, Redis: g.redis, Desk: d, Presence: presence, Enroller: enroller, Clock: g.clock, Log: g.log,
		BaseURL: o.URL, SessionsSecure: strings.HasPrefix(o.URL, "https:"),
	}
	if o.SMTP == "" {
		config.DevMail = true
	} else {
		server, err := mailServer(o.SMTP, o.MailFrom)
		if err != nil {
			return nil, err
		}
		if config.Mailer, err = mail.NewSMTP(server); err != nil {
			return nil, err
		}
	}
	key, err := g.houseKey()
	if err != nil {
		return nil, err
	}
	config.HouseKey = key.Public().(ed25519.PublicKey)
	front, err := storefront.New(g.ctx, config)
	if err != nil {
		return nil, err
	}
	g.onClose(func() { front.Close() })
	return front, nil
}

// mailServer reads smtp://user:password@host:port. A host of this machine is spoken to without TLS.
func mailServer(address, from string) (mail.Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "smtp" || u.Hostname() == "" {
		return mail.Server{}, errors.New("mail server: smtp://user:password@host:port is wanted")
	}
	s := mail.Server{Host: u.Hostname(), From: from, Port: 587, User: u.User.Username(), Local: u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1"}
	s.Password, _ = u.User.Password()
	if u.Port() != "" {
		if s.Port, err = strconv.Atoi(u.Port()); err != nil {
			return mail.Server{}, fmt.Errorf("mail server: port: %w", err)
		}
	}
	return s, nil
}

// origin returns the address of what listens there, as a browser on this machine writes it.
func origin(address string) string {
	host, port, _ := strings.Cut(address, ":")
	if i := strings.LastIndexByte(address, ':'); i >= 0 {
		host, port = address[:i], address[i+1:]
	}
	switch host {
	case "127.0.0.1", "0.0.0.0", "[::]", "[::1]", "":
		host = "localhost"
	}
	return "http://" + host + ":" + port
}
