package main

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"

	"lightshare/web/e2e"
	"lightshare/web/fetch"
)

// benchTransfer measures a download of a bought file from the seller's agent, beside curl from a plain server.
type benchTransfer struct {
	MiB    int64 `name:"mib" default:"1024" help:"Size of the file."`
	Rounds int   `default:"5" help:"Rounds of which the median counts."`
	JSON   bool  `help:"Print one JSON line."`
}

// Run sells a file through a market of its own and receives it from an agent that is a process of its own.
func (c benchTransfer) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "lightshare-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m, seller, err := benchMarket(ctx, dir, func(share string) error {
		return e2e.WriteFile(filepath.Join(share, "Large file.bin"), func(w io.Writer) error {
			_, err := io.CopyN(w, rand.NewChaCha8([32]byte{}), c.MiB<<20)
			return err
		})
	})
	if err != nil {
		return err
	}
	defer m.Close()
	defer seller.Kill()
	link, err := benchOrder(ctx, m.store, "Large file")
	if err != nil {
		return err
	}
	result, err := fetch.Bench(ctx, fetch.Contest{Link: link, File: filepath.Join(dir, "shared", "Large file.bin"), Rounds: c.Rounds})
	if err != nil {
		return err
	}
	return printResult(c.JSON, result)
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
	seller := e2e.NewSeller(func() *exec.Cmd {
		return self(ctx, "seller-agent", "share", share, "--market", m.store, "--state", filepath.Join(dir, "agent"), "--json")
	}, nil)
	if err := seller.Start(ctx); err != nil {
		seller.Kill()
		m.Close()
		return nil, nil, err
	}
	return m, seller, nil
}

// benchOrder buys the file of that title and returns the link to the order.
func benchOrder(ctx context.Context, store, title string) (string, error) {
	buyer, err := e2e.SignIn(ctx, "Buyer", store)
	if err != nil {
		return "", err
	}
	lot, err := buyer.Find(ctx, title)
	if err != nil {
		return "", err
	}
	order, err := buyer.Buy(ctx, lot)
	if err != nil {
		return "", err
	}
	if _, err := buyer.Pay(ctx, order, e2e.GoodCard); err != nil {
		return "", err
	}
	page, err := buyer.AwaitOrder(ctx, order, "delivering")
	if err != nil {
		return "", err
	}
	return page.Data("link"), nil
}
