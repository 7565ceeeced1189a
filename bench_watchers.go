package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"lightshare/web/e2e"
)

// benchWatchers measures how soon a bid shows on pages that many people have open, and what their streams weigh.
type benchWatchers struct {
	N      int    `default:"500" help:"Pages open while people bid."`
	Many   int    `default:"5000" help:"Pages open while memory is measured; 0 leaves that out."`
	Bids   int    `default:"60" help:"Bids placed."`
	JSON   bool   `help:"Print one JSON line."`
	Listen string `hidden:"" help:"Address of a page's stream: open N of them and say on standard output what comes, as the bench's other half."`
}

type watchersResult struct {
	N         int     `json:"n"`
	Bids      int     `json:"bids"`
	P50       float64 `json:"p50_ms"` // from the bid sent to the price on a page, over all pages
	P99       float64 `json:"p99_ms"`
	Last50    float64 `json:"last_p50_ms"` // to the last of the pages
	Bid50     float64 `json:"bid_p50_ms"`  // the baseline: the bidder's own answer
	Many      int     `json:"many"`
	MemoryMB  int64   `json:"memory_mb"` // that the market's process holds more for that many streams
	KBAStream float64 `json:"kb_a_stream"`
}

// Run opens a market in this process and the pages in another, so that memory is the market's alone.
func (c benchWatchers) Run(ctx context.Context) error {
	if c.Listen != "" {
		return c.listen(ctx)
	}
	dir, err := os.MkdirTemp("", "lightshare-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m, seller, err := benchMarket(ctx, dir, func(share string) error {
		sheet := "title: Watched lot\nauction:\n  start: \"1.00\"\n  duration: 5h\n"
		return errors.Join(os.WriteFile(filepath.Join(share, "lot.txt"), []byte("a lot\n"), 0o644), os.WriteFile(filepath.Join(share, "lot.txt.listing.yaml"), []byte(sheet), 0o644))
	})
	if err != nil {
		return err
	}
	defer m.Close()
	defer seller.Kill()
	result := watchersResult{N: c.N, Bids: c.Bids, Many: c.Many}
	if err := c.measure(ctx, m.store, &result); err != nil {
		return err
	}
	if c.Many > 0 {
		if err := c.weigh(ctx, m.store, &result); err != nil {
			return err
		}
	}
	return printResult(c.JSON, result)
}

// measure has two people outbid each other while the pages are open.
func (c benchWatchers) measure(ctx context.Context, store string, result *watchersResult) error {
	var people [2]e2e.Person
	var err error
	for i, name := range []string{"Ada", "Bob"} {
		if people[i], err = e2e.SignIn(ctx, name, store); err == nil {
			err = people[i].SaveCard(ctx, e2e.GoodCard)
		}
		if err != nil {
			return err
		}
	}
	lot, err := people[0].Find(ctx, "Watched lot")
	if err != nil {
		return err
	}
	w, err := openWatchers(ctx, store+lot+"/live", c.N)
	if err != nil {
		return err
	}
	defer w.close()
	var all, last, own []time.Duration
	for i := range c.Bids {
		took, answered, err := c.bid(ctx, people[i%2], lot, strconv.Itoa(10*(i+1)), w)
		if err != nil {
			return err
		}
		all, last, own = append(all, took...), append(last, slices.Max(took)), append(own, answered)
	}
	result.P50, result.P99, result.Last50, result.Bid50 = percentile(all, 50), percentile(all, 99), percentile(last, 50), percentile(own, 50)
	return nil
}

// bid confirms a bid and returns how long it took until each page showed it, and until the bidder had his answer.
func (c benchWatchers) bid(ctx context.Context, p e2e.Person, lot, max string, w *watchers) ([]time.Duration, time.Duration, error) {
	page, err := p.Get(ctx, lot)
	if err == nil {
		page, err = p.Submit(ctx, page, "/bid", map[string]string{"max": max})
	}
	if err != nil {
		return nil, 0, err
	}
	sent := time.Now()
	if page, err = p.Submit(ctx, page, "/bid/confirm", nil); err != nil {
		return nil, 0, err
	}
	answered := time.Since(sent)
	seen, err := w.saw(ctx, page.Data("version"), c.N)
	took := make([]time.Duration, len(seen))
	for i, at := range seen {
		took[i] = at.Sub(sent)
	}
	return took, answered, err
}

// weigh opens many pages and says what this process holds more for them.
func (c benchWatchers) weigh(ctx context.Context, store string, result *watchersResult) error {
	visitor, err := e2e.NewRobot("visitor", store)
	if err != nil {
		return err
	}
	lot, err := visitor.Find(ctx, "Watched lot")
	if err != nil {
		return err
	}
	before, err := resident()
	if err != nil {
		return err
	}
	w, err := openWatchers(ctx, store+lot+"/live", c.Many)
	if err != nil {
		return err
	}
	defer w.close()
	after, err := resident()
	result.MemoryMB, result.KBAStream = (after-before)>>20, float64(after-before)/1024/float64(c.Many)
	return err
}

// resident returns the bytes of memory that this process holds, after what is no longer used has been given back.
func resident() (int64, error) {
	debug.FreeOSMemory()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, fmt.Errorf("memory is measured on Linux only: %w", err)
	}
	fields := strings.Fields(string(data))
	if len(fields) < 2 {
		return 0, fmt.Errorf("/proc/self/statm: %q", data)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// watchers are pages open in a process of their own.
type watchers struct {
	child *exec.Cmd
	input io.Closer // closing it ends the child

	mu   sync.Mutex
	seen map[string][]time.Time // guarded by mu; by the version that a page came to show
	more chan struct{}          // guarded by mu; closed when there is news
}

// openWatchers opens n streams and returns when each has shown the page once.
func openWatchers(ctx context.Context, stream string, n int) (*watchers, error) {
	w := &watchers{child: self(ctx, "bench", "watchers", "--n", strconv.Itoa(n), "--listen", stream), seen: make(map[string][]time.Time), more: make(chan struct{})}
	w.child.Stderr = os.Stderr
	output, err := w.child.StdoutPipe()
	if err == nil {
		w.input, err = w.child.StdinPipe()
	}
	if err == nil {
		err = w.child.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("open %d pages: %w", n, err)
	}
	go w.read(output)
	if _, err := w.saw(ctx, opened, n); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// opened stands for the version of a page that has just been opened.
const opened = "opened"

// read takes in what the child says: version and time, a line for each frame.
func (w *watchers) read(output io.Reader) {
	for lines := bufio.NewScanner(output); lines.Scan(); {
		version, at, _ := strings.Cut(lines.Text(), " ")
		nanos, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			continue
		}
		w.mu.Lock()
		w.seen[version] = append(w.seen[version], time.Unix(0, nanos))
		close(w.more)
		w.more = make(chan struct{})
		w.mu.Unlock()
	}
}

// saw waits until n pages have shown the version, and returns when each did.
func (w *watchers) saw(ctx context.Context, version string, n int) ([]time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for {
		w.mu.Lock()
		seen, more := w.seen[version], w.more
		w.mu.Unlock()
		if len(seen) >= n {
			return seen[:n], nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil, fmt.Errorf("%d of %d pages show version %q: %w", len(seen), n, version, ctx.Err())
		}
	}
}

func (w *watchers) close() {
	w.input.Close()
	_ = w.child.Wait() // it may be cut off in the middle of a line
}

var versionOf = regexp.MustCompile(`data-version=\\"(\d+)\\"`)

// listen is the other half: it opens the streams and says what comes, until its input ends.
func (c benchWatchers) listen(ctx context.Context) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		end()
	}()
	client := &http.Client{Transport: &http.Transport{MaxIdleConns: -1, ReadBufferSize: 4 << 10}}
	var said sync.Mutex
	out := bufio.NewWriter(os.Stdout)
	say := func(version string, at time.Time) {
		said.Lock()
		defer said.Unlock()
		fmt.Fprintf(out, "%s %d\n", version, at.UnixNano())
		out.Flush()
	}
	var open sync.WaitGroup
	gate := make(chan struct{}, 64) // that open at a time
	for range c.N {
		gate <- struct{}{}
		open.Go(func() {
			if err := watchStream(ctx, client, c.Listen, say, func() { <-gate }); err != nil && ctx.Err() == nil {
				fmt.Fprintln(os.Stderr, err)
			}
		})
	}
	open.Wait()
	return nil
}

// watchStream says each version that a stream brings, and calls ready after the first.
func watchStream(ctx context.Context, client *http.Client, stream string, say func(string, time.Time), ready func()) error {
	ready = sync.OnceFunc(ready)
	defer ready()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, stream, nil)
	if err != nil {
		return err
	}
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	lines := bufio.NewReaderSize(res.Body, 4<<10)
	first := true
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return err
		}
		at := time.Now()
		if !strings.HasPrefix(line, "data: {") {
			continue
		}
		if first {
			first = false
			say(opened, at)
			ready()
		} else if found := versionOf.FindStringSubmatch(line); found != nil {
			say(found[1], at)
		}
	}
}
