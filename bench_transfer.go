package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lightshare/web/e2e"
	"lightshare/web/fetch"
)

// benchTransfer measures every way from the seller's disk to the buyer's, each beside a baseline of the same run.
type benchTransfer struct {
	MiB     int64         `name:"mib" default:"1024" help:"Size of the file for the command line."`
	Page    int64         `name:"page-mib" default:"256" help:"Size of the file for the browser."`
	Rounds  int           `default:"5" help:"Rounds of which the median counts; the browser has 3 at most."`
	Buyers  int           `default:"50" help:"How many take from one agent at once."`
	Share   time.Duration `default:"10s" help:"How long they do."`
	Without []string      `enum:"seal,cli,croc,share,webrtc" help:"What is not to be measured: seal, cli, croc, share, webrtc."`
	JSON    bool          `help:"Print one JSON line."`
}

// transferResult is what was measured. What could not be is left out, and the log says why.
type transferResult struct {
	*fetch.BenchResult
	CLIRatio float64 `json:"cli_ratio,omitempty"` // the same as ratio
	*webrtcResult
	*crocFigures
	*fetch.ShareResult
	AgentMiB float64 `json:"agent_peak_mib,omitempty"` // the most memory that the agent took with all those buyers
	*sealFigures
}

// Run sells files through a market of its own and receives them from an agent that is a process of its own.
func (c benchTransfer) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "lightshare-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var r transferResult
	if !c.leaves("seal") {
		seal, err := benchSeal()
		if err != nil {
			return err
		}
		r.sealFigures = &seal
	}
	m, seller, err := benchMarket(ctx, dir, c.fill)
	if err != nil {
		return err
	}
	defer m.Close()
	defer func() { seller.Kill() }()
	if err := c.overAddresses(ctx, dir, m.store, seller, &r); err != nil {
		return err
	}
	if !c.leaves("webrtc") {
		seller.Kill()
		if seller, err = benchSeller(ctx, dir, m.store, "--http", "off", "--https", "off"); err != nil {
			return err
		}
		if r.webrtcResult, err = benchWebRTC(ctx, dir, m.store, "Page file", c.Page<<20, min(c.Rounds, 3)); err != nil {
			if !errors.Is(err, exec.ErrNotFound) {
				return fmt.Errorf("browser over WebRTC: %w", err)
			}
			fmt.Fprintln(os.Stderr, "webrtc_ratio is left out:", err)
		}
	}
	return printResult(c.JSON, r)
}

// overAddresses measures what goes over TLS.
func (c benchTransfer) overAddresses(ctx context.Context, dir, store string, seller *e2e.Seller, r *transferResult) error {
	file := filepath.Join(dir, "shared", "Large file.bin")
	buyer, err := e2e.SignIn(ctx, "Buyer", store)
	if err != nil {
		return err
	}
	if !c.leaves("share") {
		links, err := benchOrders(ctx, buyer, "Large file", c.Buyers)
		if err != nil {
			return err
		}
		share, err := fetch.BenchShare(ctx, links, c.Share)
		if err != nil {
			return err
		}
		r.ShareResult, r.AgentMiB = &share, peakMiB(seller.PID())
	}
	if c.leaves("cli") {
		return nil
	}
	links, err := benchOrders(ctx, buyer, "Large file", 1)
	if err != nil {
		return err
	}
	cli, err := fetch.Bench(ctx, fetch.Contest{Link: links[0], File: file, Rounds: c.Rounds})
	if err != nil {
		return err
	}
	r.BenchResult, r.CLIRatio = &cli, cli.Ratio
	if c.leaves("croc") {
		return nil
	}
	if r.crocFigures, err = benchCroc(ctx, dir, file, cli.FetchMBs); err != nil {
		fmt.Fprintln(os.Stderr, "croc_ratio is left out:", err)
	}
	return nil
}

func (c benchTransfer) leaves(what string) bool { return slices.Contains(c.Without, what) }

// fill writes both files, of noise.
func (c benchTransfer) fill(share string) error {
	for name, mib := range map[string]int64{"Large file.bin": c.MiB, "Page file.bin": c.Page} {
		err := e2e.WriteFile(filepath.Join(share, name), func(w io.Writer) error {
			_, err := io.CopyN(w, rand.NewChaCha8([32]byte{byte(len(name))}), mib<<20)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// peakMiB returns the most memory that a process has had of the machine so far; 0 where the system does not say.
func peakMiB(pid int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	var kib float64
	if _, after, ok := strings.Cut(string(status), "VmHWM:"); ok {
		fmt.Sscan(after, &kib)
	}
	return kib / 1024
}

// benchMarket starts a market and a seller's agent on what fill puts into the shared folder.
func benchMarket(ctx context.Context, dir string, fill func(share string) error) (*market, *e2e.Seller, error) {
	share := filepath.Join(dir, "shared")
	if err := os.Mkdir(share, 0o755); err != nil {
		return nil, nil, err
	}
	if err := fill(share); err != nil {
		return nil, nil, err
	}
	up := upCommand{Data: filepath.Join(dir, "market"), Bus: -1}
	up.HTTP, up.Console, up.Payments = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	m, err := openMarket(ctx, slog.New(slog.DiscardHandler), nil, up)
	if err != nil {
		return nil, nil, err
	}
	seller, err := benchSeller(ctx, dir, m.store)
	if err != nil {
		m.Close()
		return nil, nil, err
	}
	return m, seller, nil
}

// benchSeller starts an agent for the folder shared in dir, on the state that it left there.
func benchSeller(ctx context.Context, dir, store string, options ...string) (*e2e.Seller, error) {
	seller := e2e.NewSeller(func() *exec.Cmd {
		return self(ctx, append([]string{"seller-agent", "share", filepath.Join(dir, "shared"), "--market", store, "--state", filepath.Join(dir, "agent"), "--json"}, options...)...)
	}, nil)
	if err := seller.Start(ctx); err != nil {
		seller.Kill()
		return nil, err
	}
	return seller, nil
}

// benchOrders buys the file of that title n times, and returns the links to the orders.
func benchOrders(ctx context.Context, buyer e2e.Person, title string, n int) ([]string, error) {
	var links []string
	for range n {
		order, err := buyOne(ctx, buyer, title)
		if err != nil {
			return nil, err
		}
		page, err := buyer.Get(ctx, order)
		if err != nil {
			return nil, err
		}
		links = append(links, page.Data("link"))
	}
	return links, nil
}

// buyOne buys the file of that title and returns the path of the order, which is ready to be delivered.
func buyOne(ctx context.Context, buyer e2e.Person, title string) (string, error) {
	lot, err := buyer.Find(ctx, title)
	if err != nil {
		return "", err
	}
	order, err := buyer.Buy(ctx, lot)
	for err != nil && strings.Contains(err.Error(), "answered 429") { // nobody buys fifty copies in a row, and the market does not let him
		time.Sleep(time.Second)
		order, err = buyer.Buy(ctx, lot)
	}
	if err != nil {
		return "", err
	}
	if _, err := buyer.Pay(ctx, order, e2e.GoodCard); err != nil {
		return "", err
	}
	_, err = buyer.AwaitOrder(ctx, order, "delivering")
	return order, err
}
