// Package command is the seller-agent's command line. It is a package of its own so that the operator's program can
// start an agent too, as a process of its own, in its demonstration.
package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/deliver"
	"lightshare/seller-agent/share"
)

// The exit codes.
const (
	exitFailed  = 1
	exitUsage   = 2
	exitOffline = 3   // the market could not be reached
	exitRefused = 4   // the market does not take this agent
	exitStopped = 130 // Ctrl-C
)

const examples = `Sells files straight from the disk they lie on.

Examples:
  seller-agent share ~/Pictures/for-sale --market https://market.example
  seller-agent share . --market http://localhost:8080 --price 2.50 --currency EUR
  seller-agent share ~/Music --market https://market.example --advertise https://me.example:8443

`

const notes = `
A file NAME is described by NAME.listing.yaml beside it, and all files of a folder by .listing.yaml in it. Without one,
a file is sold directly at --price.

Exit codes: 0 ended, 1 failed, 2 wrong usage, 3 market not reached, 4 not taken by the market, 130 stopped by Ctrl-C.
`

type commands struct {
	Share shareCommand `cmd:"" help:"Sell what is in a folder, until stopped."`
}

type shareCommand struct {
	Dir       string   `arg:"" type:"existingdir" help:"The folder to share, with everything below it."`
	Market    *url.URL `required:"" placeholder:"URL" help:"The market to sell on."`
	Name      string   `help:"What buyers see as the seller's name."`
	State     string   `type:"path" placeholder:"DIR" help:"Where this agent keeps its key and its memory. (default: lightshare in $XDG_STATE_HOME or ~/.local/state)"`
	HTTP      string   `name:"http" default:"127.0.0.1:0" placeholder:"ADDR" help:"Where to deliver without TLS; 'off' for nowhere. (${default})"`
	HTTPS     string   `name:"https" default:":0" placeholder:"ADDR" help:"Where to deliver with TLS; 'off' for nowhere. (every address, any port)"`
	Advertise string   `placeholder:"URL" help:"Where buyers reach this agent, if a router or proxy is in between."`
	Price     string   `default:"1.00" help:"Price of what no listing.yaml gives one. (${default})"`
	Currency  string   `default:"USD" help:"Currency of every price that names none. (${default})"`
	JSON      bool     `name:"json" help:"Print one JSON line an event on standard output."`
}

// Main is the program: it returns the exit code.
func Main(args []string, stdout, stderr io.Writer) int {
	var c commands
	exited := -1
	parser, err := kong.New(&c, kong.Name("seller-agent"), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }), kong.Help(printHelp), kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: 120}))
	if err != nil {
		fmt.Fprintln(stderr, "seller-agent:", err)
		return exitFailed
	}
	_, err = parser.Parse(args)
	if exited >= 0 { // help was asked for
		return exited
	}
	var o agent.Options
	if err == nil {
		o, err = c.Share.options(stdout, stderr)
	}
	if err != nil {
		fmt.Fprintf(stderr, "seller-agent: %v\nTry: seller-agent share --help\n", err)
		return exitUsage
	}
	return c.Share.run(o, stderr)
}

// printHelp prints the examples, then everything.
func printHelp(o kong.HelpOptions, c *kong.Context) error {
	fmt.Fprint(c.Stdout, examples)
	err := kong.DefaultHelpPrinter(o, c)
	fmt.Fprint(c.Stdout, notes)
	return err
}

// options checks what was asked for.
func (c *shareCommand) options(stdout, stderr io.Writer) (agent.Options, error) {
	if c.Market.Host == "" || c.Market.Scheme != "http" && c.Market.Scheme != "https" {
		return agent.Options{}, fmt.Errorf("--market %s: an http or https URL is wanted", c.Market)
	}
	if u, err := url.Parse(c.Advertise); err != nil || c.Advertise != "" && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return agent.Options{}, fmt.Errorf("--advertise %s: an http or https URL is wanted", c.Advertise)
	}
	currency := events.Currency(c.Currency)
	if _, err := events.ParseMoney(c.Price, currency); err != nil {
		return agent.Options{}, fmt.Errorf("--price %s --currency %s: %w", c.Price, c.Currency, err)
	}
	if c.Name != "" && !events.GoodText(c.Name, 1, 80, false) {
		return agent.Options{}, fmt.Errorf("--name: 1 to 80 bytes of text are wanted")
	}
	if c.State == "" {
		state, err := agent.DefaultState()
		if err != nil {
			return agent.Options{}, err
		}
		c.State = state
	}
	return agent.Options{
		Dir: c.Dir, Market: c.Market, Name: c.Name, State: c.State, Advertise: c.Advertise,
		Addresses: deliver.Addresses{HTTP: unlessOff(c.HTTP), HTTPS: unlessOff(c.HTTPS)},
		Defaults:  share.Defaults{Price: c.Price, Currency: currency},
		Log:       slog.New(slog.NewTextHandler(stderr, nil)),
		Report:    reporter(c.JSON, stdout, stderr),
	}, nil
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

// run sells until the program is told to stop.
func (c *shareCommand) run(o agent.Options, stderr io.Writer) int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals) // a second one ends the program at once
			cancel(stopped{s})
		case <-ctx.Done():
		}
	}()
	err := agent.Run(ctx, o)
	var by stopped
	switch {
	case errors.As(context.Cause(ctx), &by) && by.signal == os.Interrupt:
		return exitStopped
	case err == nil:
		return 0
	}
	fmt.Fprintln(stderr, "seller-agent:", err)
	switch {
	case errors.Is(err, agent.ErrOffline):
		return exitOffline
	case errors.Is(err, agent.ErrNotAdmitted):
		return exitRefused
	}
	return exitFailed
}

// stopped says which signal ended the program.
type stopped struct{ signal os.Signal }

func (s stopped) Error() string { return "stopped by " + s.signal.String() }
