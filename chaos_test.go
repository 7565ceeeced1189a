package main

import (
	"context"
	"crypto/ed25519"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/journal"
)

// TestChaos runs the real programs (the bus on a small disk, two auction houses, one of them behind a long wire, the
// storefront with the checkout, a Redis) and troubles them by chance while people bid and lots close, for as many SECONDS
// as it is told (ten otherwise), in the order that SEED gives: see troubles. Then it holds what the bidders were told, the
// book and the winners' orders against the journal. (promises P1, P3, P4, P8, P9)
func TestChaos(t *testing.T) {
	needsRedis(t)
	seconds, seed := envOr("SECONDS", 10), envOr("SEED", time.Now().UnixNano()%1_000_000)
	c := newChaos(t, uint64(seed), time.Duration(seconds)*time.Second)
	lots := c.open(t, 30)
	told := &record{accepted: map[events.CommandID]events.LotID{}}
	said := &heard{}
	ctx, stop := context.WithTimeout(t.Context(), c.length)
	defer stop()
	var bidders sync.WaitGroup
	for b := range 32 {
		bidders.Go(func() { said.bidOn(ctx, t, c.nc, b, lots, told) })
	}
	for ctx.Err() == nil {
		c.trouble(t)
		time.Sleep(time.Duration(200+c.random.IntN(1300)) * time.Millisecond)
	}
	bidders.Wait()
	j := c.settle(t, lots)
	j.wrongClose += early(t, c.nc)
	lost, twice := told.against(t, c.nc)
	wrongBook, wrongOrder := c.wrongBook(t, j), c.wrongOrders(t, j)
	unordered, unknown := said.unordered()
	t.Logf("troubles: %v", c.done)
	t.Logf("wrong_book %d wrong_order %d not_linear %d of %d lots, %d not found out in time", wrongBook, wrongOrder, unordered, len(lots), unknown)
	t.Logf("acked %d lost %d duplicated %d wrong_close %d wrong_winner %d seeds %d", told.count(), lost, twice, j.wrongClose, j.wrongWinner, seed)
	if lost+twice+j.wrongClose+j.wrongWinner+wrongBook+wrongOrder+unordered > 0 || told.count() == 0 {
		t.Error("the journal, the book, the orders and what people were told do not agree")
	}
}

func envOr(name string, otherwise int64) int64 {
	if n, err := strconv.ParseInt(os.Getenv(name), 10, 64); err == nil {
		return n
	}
	return otherwise
}

// chaos is the programs, and whoever troubles them.
type chaos struct {
	random     *rand.Rand
	length     time.Duration
	program    string
	args       map[string][]string // of each program, by its name
	socket     string
	disk       disk
	canFill    bool
	wire       *wire // between house1 and the bus
	storefront string
	running    map[string]*exec.Cmd // by name: bus, redis, house0, house1, web
	nc         *nats.Conn
	done       map[string]int // troubles, by what they were
}

func newChaos(t *testing.T, seed uint64, length time.Duration) *chaos {
	t.Helper()
	c := &chaos{random: rand.New(rand.NewPCG(seed, 0)), length: length, program: build(t), running: map[string]*exec.Cmd{}, done: map[string]int{}}
	c.disk, c.canFill = newDisk(t)
	keys, port := t.TempDir(), freePort(t)
	c.wire = newWire(t, port)
	c.socket = filepath.Join(t.TempDir(), "redis.sock")
	c.storefront = "127.0.0.1:" + freePort(t)
	url := "nats://127.0.0.1:"
	run := func(service, port string, more ...string) []string {
		return append([]string{"run", service, "--nats", url + port, "--keys", keys, "--redis", "unix://" + c.socket}, more...)
	}
	c.args = map[string][]string{
		"redis":  {"--port", "0", "--unixsocket", c.socket, "--save", "", "--appendonly", "no", "--dir", t.TempDir()},
		"bus":    {"run", "bus", "--data", c.disk.dir, "--keys", keys, "--port", port},
		"house0": run("auction", port),
		"house1": run("auction", c.wire.port),
		"web":    run("web", port, "--http", c.storefront, "--payments", "127.0.0.1:"+freePort(t), "--state", t.TempDir()),
	}
	c.start(t, "redis")
	c.start(t, "bus")
	nc, err := bus.Connect(t.Context(), bus.Config{URL: url + port, Keys: keys})
	must(t, err)
	t.Cleanup(nc.Close)
	c.nc = nc
	for _, name := range []string{"house0", "house1", "web"} {
		c.start(t, name)
	}
	return c
}

func (c *chaos) start(t *testing.T, name string, more ...string) {
	t.Helper()
	program := c.program
	if name == "redis" {
		program = "redis-server"
	}
	c.running[name] = start(t, program, append(c.args[name][:len(c.args[name]):len(c.args[name])], more...)...)
}

// kill ends a program without a word of warning and starts it again.
func (c *chaos) kill(t *testing.T, name string, more ...string) {
	t.Helper()
	must(t, c.running[name].Process.Kill())
	c.running[name].Wait() // killed: its exit says no more
	c.start(t, name, more...)
}

// open puts lots on sale that end by and by.
func (c *chaos) open(t *testing.T, n int) []events.LotID {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	must(t, err)
	to := journal.NewSender(c.nc, events.AuctionService)
	var lots []events.LotID
	for i := range n {
		l := benchListing(key, i)
		l.Terms.SoftClose, l.Terms.MaxExtension = time.Second, 2*time.Second
		l.Terms.Duration = events.MinDuration + c.length*time.Duration(i)/time.Duration(n)
		l.Sign(key)
		insist(t.Context(), t, to, l.ID.Lot(), "open", events.OfferListing{Listing: l, Verdict: events.Verdict{Ruling: events.Allow}})
		lots = append(lots, l.ID.Lot())
	}
	return lots
}
