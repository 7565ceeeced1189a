// Lightshare sells files straight from their sellers' disks.
//
// This is the operator's program. One file's way from disk to payout, and the package that holds each step:
//
//   - seller-agent/share sees the file, hashes it and says on the bus what is for sale ([lightshare/events.Listing]).
//   - auction takes that in, has blacklist screen it, and states what became of it ([lightshare/events.Offer]). Its
//     pure rules decide every bid; auction/redis keeps the book that pages read.
//   - web/storefront shows it; a bid goes back to auction, a purchase to web/checkout.
//   - web/checkout holds the money (web/checkout/stripe, or the simulator when there is no key) and gives the buyer a
//     ticket ([lightshare/events/sealed.Ticket]).
//   - seller-agent/deliver hands the file to whoever has a ticket; the page's worker, or web/fetch on the command line,
//     checks every record and signs for the whole.
//   - web/checkout takes the receipt and only then captures the payment.
//
// All of them decide in the same way: events/journal appends the fact, and then answers. events/bus is what connects
// them. The programs are wired together here and in seller-agent/main.go, and nowhere else: ground.go is what every
// service stands on, services.go and relay.go start each of them, up.go and demo.go start them all.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"lightshare/auction"
	"lightshare/blacklist"
	"lightshare/seller-agent/command"
	"lightshare/web/fetch"
)

// commands is the command line.
type commands struct {
	Demo    demoCommand    `cmd:"" help:"Show the main job on embedded defaults, then stay up to try by hand."`
	Up      upCommand      `cmd:"" help:"Run the whole market in one process, on a folder that survives restarts."`
	Run     runCommands    `cmd:"" help:"Run one service against a bus and a Redis."`
	Fetch   fetchCommand   `cmd:"" help:"Receive a bought file from its seller and check it."`
	Judge   judgeCommand   `cmd:"" help:"Recompute lots with their commands, one JSON line a lot."`
	Verify  verifyCommand  `cmd:"" help:"Check a lot's public record: price, winner and chain."`
	Screen  screenCommand  `cmd:"" help:"Hold listings against a list of works, one JSON line a listing."`
	Prints  printsCommand  `cmd:"" help:"Print what a file is known again by, for an entry of the blacklist."`
	Backup  backupCommand  `cmd:"" help:"Copy every fact to a folder, with a signed checkpoint."`
	Restore restoreCommand `cmd:"" help:"Bring a backup back into an empty market."`
	Refund  refundCommand  `cmd:"" help:"Give a buyer money back, or decline what he asks for, as a moderator."`
	Ledger  ledgerCommands `cmd:"" help:"The books of all sales, made anew from the journal."`
	Bench   benchCommand   `cmd:"" help:"Measure, each figure against a baseline in the same run."`

	Debug bool `help:"Log more."`
}

const examples = `Sells files straight from their sellers' disks.

Examples:
  lightshare demo                         the main job, told as it happens
  lightshare up                           a market of your own on http://localhost:8080
  lightshare fetch 'http://…/orders/…#…'  the link is on the order's page
  lightshare judge lots.jsonl             recompute auctions
  lightshare verify record.jsonl          check how one went, from its public record

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 offline, 4 not allowed, 5 the file or record did not check out, 130 interrupted.`

func main() {
	if len(os.Args) > 1 && os.Args[1] == "seller-agent" { // the demo's seller, a process of its own
		os.Exit(command.Main(os.Args[2:], os.Stdout, os.Stderr))
	}
	os.Exit(run(os.Args[1:]))
}

// gcPercent lets the heap grow further between two collections than the 100 that Go begins with: these programs make much
// short-lived garbage beside little that stays. GOGC overrides it.
const gcPercent = 200

func run(args []string) int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	var c commands
	parser, err := kong.New(&c, kong.Name("lightshare"), kong.Description(examples), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(os.Stderr, "lightshare:", err)
		return 1
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "lightshare: %v\nTry: lightshare --help\n", err)
		return 2
	}
	level := slog.LevelInfo
	if c.Debug {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	slog.SetDefault(log)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	chosen.BindTo(ctx, (*context.Context)(nil))
	chosen.Bind(log)
	if err := chosen.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "lightshare:", err)
		return exitCode(ctx, err)
	}
	return 0
}

// exitCode says in a number what went wrong.
func exitCode(ctx context.Context, err error) int {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return 130
	}
	if errors.Is(err, auction.ErrUnproven) {
		return 5
	}
	return fetch.ExitCode(err)
}

// judgeCommand recomputes lots.
type judgeCommand struct {
	File string `arg:"" help:"Lots with their commands, one JSON line a lot; - for standard input."`
}

// Run judges the file with the very rules that run the house.
func (c judgeCommand) Run() error {
	in := os.Stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	return auction.Judge(in, os.Stdout)
}

// screenCommand screens listings without a market.
type screenCommand struct {
	Entries string `required:"" type:"existingfile" placeholder:"FILE" help:"CSV of works: entry_id,artist,title,artist_alt,title_alt,lang,year,source."`
}

// Run reads {"id","text","file_name","tags"} a line from standard input and answers each before it waits for the next.
func (c screenCommand) Run(log *slog.Logger) error {
	entries, err := readEntries(log, c.Entries)
	if err != nil {
		return err
	}
	return blacklist.ScreenLines(blacklist.NewList(entries), os.Stdin, os.Stdout)
}

// fetchCommand receives a file.
type fetchCommand struct {
	Link  string `arg:"" help:"The link on the order's page, in quotes."`
	Out   string `short:"o" help:"Where to put the file; its own name in this folder otherwise."`
	Limit int64  `placeholder:"BYTES" help:"Most bytes a second."`
}

// Run fetches, checks and signs for the file.
func (c fetchCommand) Run(ctx context.Context, log *slog.Logger) error {
	got, err := fetch.Run(ctx, fetch.Options{Link: c.Link, Out: c.Out, Limit: c.Limit, Progress: os.Stderr, Log: log})
	if err != nil {
		return err
	}
	fmt.Println(got.Path)
	return nil
}
