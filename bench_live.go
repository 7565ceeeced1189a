package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lightshare/web/e2e"
)

// benchLive measures how long it takes from a file saved on the seller's disk to the text changed on an open page.
type benchLive struct {
	Files   int  `default:"1000" help:"Files that are shared."`
	Changes int  `default:"100" help:"How many times the file is saved."`
	JSON    bool `help:"Print one JSON line."`
}

type liveResult struct {
	P50     float64 `json:"p50_ms"`
	P99     float64 `json:"p99_ms"`
	Files   int     `json:"files"`
	Changes int     `json:"changes"`
	Poll    float64 `json:"page_ms"` // the baseline: fetching the page once
}

// Run shares the files from an agent of its own process and saves one of them again and again.
func (c benchLive) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "lightshare-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m, seller, err := benchMarket(ctx, dir, c.makeFiles)
	if err != nil {
		return err
	}
	defer m.Close()
	defer seller.Kill()
	visitor, err := e2e.NewRobot("visitor", m.store)
	if err != nil {
		return err
	}
	lot, err := visitor.Find(ctx, fmt.Sprintf("Note number %d", c.Files-1))
	if err != nil {
		return err
	}
	result := liveResult{Files: c.Files, Changes: c.Changes}
	if result.P50, result.P99, err = c.measure(ctx, visitor, lot, filepath.Join(dir, "shared")); err != nil {
		return err
	}
	began := time.Now()
	if _, err := visitor.Get(ctx, lot); err != nil {
		return err
	}
	result.Poll = float64(time.Since(began).Microseconds()) / 1000
	return printResult(c.JSON, result)
}

func (c benchLive) makeFiles(share string) error {
	for i := range c.Files {
		folder := filepath.Join(share, fmt.Sprintf("folder %02d", i%20))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("Note number %d.txt", i)), fmt.Appendf(nil, "note %d\n", i), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// measure saves the last file's sheet again and again, each time when the change before has been seen on the page.
func (c benchLive) measure(ctx context.Context, visitor *e2e.Robot, lot, share string) (p50, p99 float64, err error) {
	sheet := filepath.Join(share, fmt.Sprintf("folder %02d", (c.Files-1)%20), fmt.Sprintf("Note number %d.txt.listing.yaml", c.Files-1))
	var saved time.Time
	var took []time.Duration
	save := func() error {
		text := fmt.Sprintf("title: Note number %d, revision %d.\nprice: \"1.00\"\n", c.Files-1, len(took))
		saved = time.Now()
		return e2e.WriteFile(sheet, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	var failed error
	first := true
	err = visitor.Stream(ctx, lot+"/live", func(html string) bool {
		switch {
		case first: // the page as it is; from now on every change comes
			first = false
		case strings.Contains(html, fmt.Sprintf("revision %d.", len(took))):
			took = append(took, time.Since(saved))
		default:
			return true
		}
		if len(took) == c.Changes {
			return false
		}
		failed = save()
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	return percentile(took, 50), percentile(took, 99), err
}
