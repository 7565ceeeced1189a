// Package command is the seller-agent's command line. It is a package of its own so that the operator's program can
// start an agent too, as a process of its own, in its demonstration.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"lightshare/events"
	"lightshare/seller-agent/agent"
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
  seller-agent open
  seller-agent limits --rate 2 --quiet 08:00-18:00
  seller-agent list --csv > files.csv
  seller-agent lot end https://market.example/lots/abc…-xyz --yes
  seller-agent sale refund won-abc…-xyz --amount 5 --yes
  seller-agent lot cancel-bidder abc…-xyz 'k***3' --reason 'Asked me to sell elsewhere.' --yes

`

const notes = `
A file NAME is described by NAME.listing.yaml beside it, and all files of a folder by .listing.yaml in it. Without one,
a file is sold directly at --price.

Exit codes: 0 ended, 1 failed, 2 wrong usage, 3 market or running agent not reached, 4 not taken by the market, 5 not allowed by its rules,
130 stopped by Ctrl-C.
`

type commands struct {
	Share     shareCommand     `cmd:"" help:"Sell what is in a folder, until stopped; or have the running agent share it too."`
	Unshare   unshareCommand   `cmd:"" help:"Take what a folder offers off the market."`
	Open      openCommand      `cmd:"" help:"Open the running agent's page in the browser."`
	Status    statusCommand    `cmd:"" help:"How the running agent stands."`
	List      listCommand      `cmd:"" help:"The files for sale, also as a table for a spreadsheet."`
	Import    importCommand    `cmd:"" help:"Change listings by a table that came from list --csv."`
	Orders    ordersCommand    `cmd:"" help:"What was sold."`
	Transfers transfersCommand `cmd:"" help:"What is being sent, waits, or was sent."`
	Pause     pauseCommand     `cmd:"" help:"Stop reading files or delivering, for a while."`
	Resume    resumeCommand    `cmd:"" help:"Go on with what was paused."`
	Limits    limitsCommand    `cmd:"" help:"What buyers may take of the connection."`
	Doctor    doctorCommand    `cmd:"" help:"Look for what is in the way, and say what to do."`
	Lot       lotCommands      `cmd:"" help:"Do something with a lot of yours."`
	Sale      saleCommands     `cmd:"" help:"Do something about a sale of yours: give money back, or not."`
	Payouts   payoutsCommand   `cmd:"" help:"What you are owed and were sent, and where it goes."`
	Pair      pairCommand      `cmd:"" help:"Say whose account of the market this computer sells for."`
}

// A terminal is where a command was typed.
type terminal struct {
	ctx            context.Context // ends when the program shall stop
	stdout, stderr io.Writer
}

// A usageError says that a command was not given as it should be.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

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
	case errors.As(err, new(usageError)), errors.Is(err, agent.ErrNoMarket):
		code = exitUsage
	case errors.Is(err, agent.ErrOffline), errors.Is(err, errNotRunning), refusal == events.Unavailable:
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
