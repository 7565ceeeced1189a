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
	exitRules   = 5   // the rules of the market do not allow what was asked
	exitStopped = 130 // Ctrl-C
)

const examples = `Sells files straight from the disk they lie on.

Examples:
  seller-agent share ~/Pictures/for-sale --market https://market.example
  seller-agent share . --market http://localhost:8080 --price 2.50 --currency EUR
  seller-agent share ~/Music --market https://market.example --advertise https://me.example:8443
  seller-agent lot end https://market.example/lots/abc…-xyz --yes
  seller-agent lot cancel-bidder abc…-xyz 'k***3' --reason 'Asked me to sell elsewhere.' --yes

`

const notes = `
A file NAME is described by NAME.listing.yaml beside it, and all files of a folder by .listing.yaml in it. Without one,
a file is sold directly at --price.

Exit codes: 0 ended, 1 failed, 2 wrong usage, 3 market not reached, 4 not taken by the market, 5 not allowed by its rules,
130 stopped by Ctrl-C.
`

type commands struct {
	Share shareCommand `cmd:"" help:"Sell what is in a folder, until stopped."`
	Lot   lotCommands  `cmd:"" help:"Do something with a lot of yours."`
	Pair  pairCommand  `cmd:"" help:"Say whose account of the market this computer sells for."`
}

// A terminal is where a command was typed.
type terminal struct {
	ctx            context.Context // ends when the program shall stop
	stdout, stderr io.Writer
}

// A usageError says that a command was not given as it should be.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

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
	ctx, stop := untilStopped()
	defer stop()
	return run(ctx, args, stdout, stderr)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c commands
	exited := -1
	parser, err := kong.New(&c, kong.Name("seller-agent"), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }), kong.Help(printHelp), kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: 120}))
	if err != nil {
		fmt.Fprintln(stderr, "seller-agent:", err)
		return exitFailed
	}
	chosen, err := parser.Parse(args)
	if exited >= 0 { // help was asked for
		return exited
	}
	if err != nil {
		fmt.Fprintf(stderr, "seller-agent: %v\nTry: seller-agent --help\n", err)
		return exitUsage
	}
	err = chosen.Run(terminal{ctx, stdout, stderr})
	return tell(context.Cause(ctx), err, stderr)
}

// tell says what went wrong, and returns the exit code.
func tell(cause, err error, stderr io.Writer) int {
	var by stopped
	if errors.As(cause, &by) && by.signal == os.Interrupt {
		return exitStopped
	}
	if err == nil {
		return 0
	}
	code, words := exitFailed, err.Error()
	refusal, refused := events.AsRefusal(err)
	switch {
	case errors.As(err, new(usageError)):
		code = exitUsage
	case errors.Is(err, agent.ErrOffline), refusal == events.Unavailable:
		code = exitOffline
	case errors.Is(err, agent.ErrNotAdmitted):
		code = exitRefused
	case refused:
		code, words = exitRules, refusal.Words()
	}
	fmt.Fprintln(stderr, "seller-agent:", words)
	return code
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
		Dirs: []string{c.Dir}, Market: c.Market, Name: c.Name, State: c.State, Advertise: c.Advertise,
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

// Run sells until the program is told to stop.
func (c *shareCommand) Run(t terminal) error {
	o, err := c.options(t.stdout, t.stderr)
	if err != nil {
		return usageError{err}
	}
	return agent.Run(t.ctx, o)
}

// untilStopped returns a context that ends, with the reason as its cause, when the program is told to stop. A second
// signal ends the program at once.
func untilStopped() (ctx context.Context, stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithCancelCause(context.Background())
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(stopped{s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}

// stopped says which signal ended the program.
type stopped struct{ signal os.Signal }

func (s stopped) Error() string { return "stopped by " + s.signal.String() }
