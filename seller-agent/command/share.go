package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/deliver"
	"lightshare/seller-agent/share"
	"lightshare/seller-agent/ui"
)

// memory is what the agent tries to get by with, in bytes: more is cleaned up before more is taken.
const memory = 112 << 20

type shareCommand struct {
	Dir       string   `arg:"" optional:"" type:"existingdir" help:"The folder to share, with everything below it, beside those shared before."`
	Market    *url.URL `placeholder:"URL" help:"The market to sell on; the one from before otherwise."`
	Name      string   `help:"What buyers see as the seller's name."`
	State     string   `type:"path" placeholder:"DIR" help:"Where this agent keeps its key and its memory. (default: lightshare in $XDG_STATE_HOME or ~/.local/state)"`
	HTTP      string   `name:"http" default:"127.0.0.1:0" placeholder:"ADDR" help:"Where to deliver without TLS; 'off' for nowhere. (${default})"`
	HTTPS     string   `name:"https" default:":0" placeholder:"ADDR" help:"Where to deliver with TLS; 'off' for nowhere. (every address, any port)"`
	Page      string   `default:"127.0.0.1:47878" placeholder:"ADDR" help:"Where your own page is, on this computer; 'off' for nowhere. (${default}, another port if it is taken)"`
	Advertise string   `placeholder:"URL" help:"Where buyers reach this agent, if a router or proxy is in between."`
	Price     string   `help:"Price of what no listing.yaml gives one. (1.00 at first)"`
	Currency  string   `help:"Currency of every price that names none. (USD at first)"`
	JSON      bool     `name:"json" help:"Print one JSON line an event on standard output."`
}

// options checks what was asked for.
func (c *shareCommand) options(stdout, stderr io.Writer) (agent.Options, error) {
	if c.Market != nil && (c.Market.Host == "" || c.Market.Scheme != "http" && c.Market.Scheme != "https") {
		return agent.Options{}, fmt.Errorf("--market %s: an http or https URL is wanted", c.Market)
	}
	if u, err := url.Parse(c.Advertise); err != nil || c.Advertise != "" && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return agent.Options{}, fmt.Errorf("--advertise %s: an http or https URL is wanted", c.Advertise)
	}
	if c.Name != "" && !events.GoodText(c.Name, 1, 80, false) {
		return agent.Options{}, fmt.Errorf("--name: 1 to 80 bytes of text are wanted")
	}
	var err error
	if c.State, err = stateOr(c.State); err != nil {
		return agent.Options{}, err
	}
	kept, err := agent.LoadSettings(c.State)
	if err != nil {
		return agent.Options{}, err
	}
	if c.Price != "" {
		kept.Price = c.Price
	}
	if c.Currency != "" {
		kept.Currency = events.Currency(c.Currency)
	}
	if _, err := events.ParseMoney(kept.Price, kept.Currency); err != nil {
		return agent.Options{}, fmt.Errorf("--price %s --currency %s: %w", kept.Price, kept.Currency, err)
	}
	o := agent.Options{
		Market: c.Market, Name: c.Name, State: c.State, Advertise: c.Advertise,
		Addresses: deliver.Addresses{HTTP: unlessOff(c.HTTP), HTTPS: unlessOff(c.HTTPS)},
		Defaults:  share.Defaults{Price: kept.Price, Currency: kept.Currency},
		Log:       slog.New(slog.NewTextHandler(stderr, nil)),
		Report:    reporter(c.JSON, stdout, stderr),
	}
	if c.Dir != "" {
		o.Dirs = []string{c.Dir}
	}
	return o, nil
}

// stateOr returns the state folder that was asked for, or this user's.
func stateOr(asked string) (string, error) {
	if asked != "" {
		return asked, nil
	}
	return agent.DefaultState()
}

func unlessOff(address string) string {
	if address == "off" {
		return ""
	}
	return address
}

// reporter returns what tells events: to people on stderr, or to programs on stdout.
func reporter(asJSON bool, stdout, stderr io.Writer) func(agent.Event) {
	if asJSON {
		lines := json.NewEncoder(stdout)
		return func(e agent.Event) { lines.Encode(e) }
	}
	return func(e agent.Event) { fmt.Fprintln(stderr, e) }
}

// Run sells until the program is told to stop. If an agent is running already it is asked to share the folder.
func (c *shareCommand) Run(t terminal) error {
	o, err := c.options(t.stdout, t.stderr)
	if err != nil {
		return usageError{err}
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memory)
	}
	a, err := agent.Open(t.ctx, o)
	if errors.Is(err, share.ErrInUse) && c.Dir != "" {
		return c.shareMore(t, err)
	}
	if err != nil {
		return err
	}
	defer a.Close()
	if c.Page != "off" {
		page, err := ui.Listen(c.Page, c.State, a, o.Log)
		if err != nil {
			return err
		}
		defer page.Close()
		o.Report(agent.Event{Event: agent.Page, URLs: []string{page.URL()}, Text: page.Link()})
	}
	return a.Run(t.ctx)
}

// shareMore has the agent that is running share one more folder.
func (c *shareCommand) shareMore(t terminal, inUse error) error {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return err
	}
	d, err := deskPlace{State: c.State, JSON: c.JSON}.open(t)
	if err != nil {
		return inUse
	}
	return d.tell("POST", "/folders", url.Values{"dir": {dir}})
}
