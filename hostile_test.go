package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"lightshare/events"
	"lightshare/events/journal"
)

// lineCount counts the lines of a log.
type lineCount struct {
	mu    sync.Mutex
	lines map[string]int // guarded by mu; by what they say
	all   int            // guarded by mu
}

func (c *lineCount) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all++
	_, said, _ := bytes.Cut(line, []byte(" msg="))
	what, _, _ := bytes.Cut(said, []byte("=")) // with the name of the first value
	c.lines[string(what)]++
	return len(line), nil
}

func (c *lineCount) count() (int, map[string]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all, maps.Clone(c.lines)
}

// Whatever comes on any subject of the contract that a service listens to, spoilt in a hundred ways, ends nobody, stays
// with nobody, and fills no log; who bids meanwhile is served. MESSAGES=10000 sends so many on each subject, else 800.
// (promise P19)
func TestSpoiltMessagesOnEverySubject(t *testing.T) {
	each, seed := int(envOr("MESSAGES", 800)), uint64(envOr("SEED", time.Now().UnixNano()%1_000_000))
	said := &lineCount{lines: map[string]int{}}
	m, lot := openLoggedMarket(t, slog.New(slog.NewTextHandler(said, nil)))
	to := journal.NewSender(m.nc, events.AuctionService)
	bids := 0
	bid := func() time.Duration {
		bids++
		began := time.Now()
		if !insist(t.Context(), t, to, lot, events.CommandID(fmt.Sprint("valid", bids)), events.PlaceBid{Bidder: events.UserID(fmt.Sprint("bidder", bids%2)), Max: int64(bids) * 100_000}) {
			t.Fatalf("seed %d: valid bid %d was refused", seed, bids)
		}
		return time.Since(began)
	}
	var calm, busy []time.Duration
	for range 100 {
		calm = append(calm, bid())
	}
	heap, goroutines := inUse(), runtime.NumGoroutine()
	lines, _ := said.count()

	random := rand.New(rand.NewPCG(seed, 0))
	samples, sent := goldenMessages(t), 0
	for _, subject := range heardSubjects(t) {
		for n := range each {
			text := samples[random.IntN(len(samples))]
			if !strings.HasPrefix(subject, "seller.") && random.IntN(2) == 0 {
				text = asRequest(t, text)
			}
			must(t, m.nc.PublishRequest(fill(subject, random), "_INBOX.nobody", spoil(random, text.data)))
			sent++
			if n%20 == 0 {
				busy = append(busy, bid())
			}
		}
	}
	for range 20 {
		bid()
	}
	after, what := said.count()
	t.Logf("%d messages, %d lines in the log, bids p99 %s, before %s (seed %d)", sent, after-lines, percentileOf(busy), percentileOf(calm), seed)
	if after-lines > sent {
		t.Errorf("seed %d: %d messages left %d lines in the log, want one each at most: %v", seed, sent, after-lines, what)
	}
	awaitLess(t, "goroutines", func() int { return runtime.NumGoroutine() }, goroutines+50)
	awaitLess(t, "bytes in use", inUse, heap+32<<20)
}

// openLoggedMarket starts a market that logs, with one lot.
func openLoggedMarket(t *testing.T, log *slog.Logger) (*market, events.LotID) {
	t.Helper()
	up := upCommand{Data: t.TempDir(), Bus: -1}
	up.HTTP, up.Payments, up.Console = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	m, err := openMarket(t.Context(), log, nil, up)
	must(t, err)
	t.Cleanup(m.Close)
	lots := (&houses{nc: m.nc}).open(t, 1)
	return m, lots[0]
}

func inUse() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

func awaitLess(t *testing.T, what string, now func() int, most int) {
	t.Helper()
	got := 0
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if got = now(); got <= most {
			return
		}
	}
	t.Errorf("%d %s are left, want %d at most", got, what, most)
}

func percentileOf(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)*99/100]
}

// heardSubjects are those of the contract on which something in the market listens to others. Journals are written by
// their writers alone, agents are no part of the market.
func heardSubjects(t *testing.T) []string {
	t.Helper()
	contract, err := os.ReadFile("events/asyncapi.yaml")
	must(t, err)
	var all []string
	for _, found := range regexp.MustCompile(`address: "(.*)"`).FindAllSubmatch(contract, -1) {
		subject := string(found[1])
		journal, _, _ := strings.Cut(subject, ".")
		if !slices.Contains(backedUp, journal) && !strings.Contains(subject, ".ask.") {
			all = append(all, subject)
		}
	}
	if len(all) < 10 {
		t.Fatalf("only %v in the contract", all)
	}
	return all
}

// fill gives the places of a subject values, of which there are few: what is stored of each is its newest message.
func fill(subject string, random *rand.Rand) string {
	return regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllStringFunc(subject, func(place string) string {
		if place == "{partition}" {
			return fmt.Sprint(random.IntN(events.Partitions))
		}
		return fmt.Sprint(strings.Trim(place, "{}"), random.IntN(3))
	})
}

type sample struct {
	name string
	data []byte
}

// goldenMessages is one of each message of the contract.
func goldenMessages(t *testing.T) []sample {
	t.Helper()
	files, err := filepath.Glob("events/testdata/*.json")
	must(t, err)
	var all []sample
	for _, file := range files {
		data, err := os.ReadFile(file)
		must(t, err)
		all = append(all, sample{strings.TrimSuffix(filepath.Base(file), ".json"), data})
	}
	if len(all) < 50 {
		t.Fatalf("only %d golden messages", len(all))
	}
	return all
}

// asRequest wraps a message as the command of its name.
func asRequest(t *testing.T, of sample) sample {
	t.Helper()
	var kind strings.Builder
	for i, c := range of.name {
		if unicode.IsUpper(c) && i > 0 {
			kind.WriteByte('_')
		}
		kind.WriteRune(unicode.ToLower(c))
	}
	data, err := json.Marshal(events.Request{ID: events.CommandID(events.NewID()), Subject: "seller0-lot0", Kind: kind.String(), Body: of.data})
	must(t, err)
	return sample{of.name, data}
}

// spoil changes a message in one to four ways.
func spoil(random *rand.Rand, data []byte) []byte {
	b := bytes.Clone(data)
	for range 1 + random.IntN(4) {
		at := random.IntN(len(b) + 1)
		to := min(len(b), at+random.IntN(20))
		put := func(with string) { b = slices.Concat(b[:at], []byte(with), b[to:]) }
		switch random.IntN(10) {
		case 0:
			b = b[:at]
		case 1:
			put("")
		case 2:
			put(string(b[at:to]) + string(b[at:to]))
		case 3:
			put(string(rune(random.IntN(0x110000))))
		case 4:
			put("\x00\xff\xfe\xc0")
		case 5:
			put(strings.Repeat("[", 20_000))
		case 6:
			put("\n{}\n")
		case 7:
			put("1e999")
		case 8:
			b = bytes.ReplaceAll(b, []byte(":"), []byte([]string{":-9223372036854775809,\"x\":", ":null,\"y\":", ":\"\",\"z\":"}[random.IntN(3)]))
		case 9:
			if len(b) < 100_000 {
				put(strings.Repeat("x", 100_000))
			}
		}
		if len(b) > 800_000 {
			b = b[:800_000]
		}
	}
	return b
}
