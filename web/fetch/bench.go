package fetch

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// A Contest is a download that Bench sets against a plain one of the same bytes on the same machine.
type Contest struct {
	Link   string // to an order for the file, whose agent is on the loopback; it is paid in the first round
	File   string // the file that the agent delivers, for the plain server
	Rounds int    // of which the median counts; 0 takes 5
}

// A Round compares two speeds in megabytes (10^6 bytes) a second.
type Round struct {
	FetchMBs float64 `json:"fetch_mb_s"` // received sealed, checked, signed for, opened, checked, saved and synced to disk
	CurlMBs  float64 `json:"curl_mb_s"`  // nothing checked, saved, not synced
	Ratio    float64 `json:"ratio"`      // FetchMBs / CurlMBs
}

// BenchResult is the median round, by its ratio, and all rounds as they were run.
type BenchResult struct {
	Round
	Baseline string  `json:"baseline"` // who made CurlMBs: "curl", or "go" where there is none
	Rounds   []Round `json:"rounds"`
}

// Bench measures, round by round in turn, how fast a file comes from the agent through this package and how fast from a
// plain Go TLS server through curl. Both save to the same folder, which is removed afterwards.
func Bench(ctx context.Context, c Contest) (BenchResult, error) {
	dir, err := os.MkdirTemp("", "lightshare-bench-")
	if err != nil {
		return BenchResult{}, err
	}
	defer os.RemoveAll(dir)
	info, err := os.Stat(c.File)
	if err != nil {
		return BenchResult{}, err
	}
	size := info.Size()
	plain, err := servePlain(c.File)
	if err != nil {
		return BenchResult{}, fmt.Errorf("serve %s: %w", c.File, err)
	}
	defer plain.close()
	result, baseline := BenchResult{Baseline: "curl"}, curlOnce
	if _, err := exec.LookPath("curl"); err != nil {
		result.Baseline, baseline = "go", plainOnce
	}
	if c.Rounds == 0 {
		c.Rounds = 5
	}
	for range c.Rounds {
		fetched, err := timed(func() error { return fetchOnce(ctx, c.Link, dir) })
		if err != nil {
			return BenchResult{}, fmt.Errorf("fetch: %w", err)
		}
		out := filepath.Join(dir, "plain")
		curled, err := timed(func() error { return baseline(ctx, plain, out) })
		if err == nil {
			err = os.Remove(out)
		}
		if err != nil {
			return BenchResult{}, fmt.Errorf("%s: %w", result.Baseline, err)
		}
		r := Round{FetchMBs: speed(size, fetched), CurlMBs: speed(size, curled)}
		r.Ratio = r.FetchMBs / r.CurlMBs
		result.Rounds = append(result.Rounds, r)
	}
	sorted := slices.SortedFunc(slices.Values(result.Rounds), func(a, b Round) int { return cmp.Compare(a.Ratio, b.Ratio) })
	result.Round = sorted[len(sorted)/2]
	return result, nil
}

// timed measures f, which finds nothing left to write to disk of what was done before.
func timed(f func() error) (time.Duration, error) {
	settle()
	start := time.Now()
	err := f()
	return time.Since(start), err
}

func speed(size int64, took time.Duration) float64 { return float64(size) / 1e6 / took.Seconds() }

// fetchOnce receives the file from the ticket to the final name.
func fetchOnce(ctx context.Context, link, dir string) error {
	result, err := Run(ctx, Options{Link: link, Out: dir})
	if err != nil {
		return err
	}
	return os.Remove(result.Path)
}

func curlOnce(ctx context.Context, s *plainServer, out string) error {
	b, err := exec.CommandContext(ctx, "curl", "--silent", "--show-error", "--fail", "--insecure", "--output", out, s.url).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, b)
	}
	return nil
}

// plainOnce does what curl does.
func plainOnce(ctx context.Context, s *plainServer, out string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return err
	}
	transport := newTransport(s.certificate)
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := io.CopyBuffer(struct{ io.Writer }{f}, resp.Body, make([]byte, 256<<10)); err != nil {
		return err
	}
	return f.Close()
}
