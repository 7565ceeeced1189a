package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/nats-io/nats.go"
	goredis "github.com/redis/go-redis/v9"

	"lightshare/events/bus"
	"lightshare/events/bus/embedded"
	"lightshare/events/journal"
)

// ground is what every service stands on. Nothing above it knows whether the servers are in this process or elsewhere.
type ground struct {
	ctx   context.Context // ends when the program shall stop
	log   *slog.Logger
	clock *journal.Clock // nil, until it is connected: to be the bus's
	bus   bus.Config
	nc    *nats.Conn
	redis goredis.UniversalClient

	mu     sync.Mutex
	closer []func() // guarded by mu; what to stop, in the order of starting
}

// places says where the servers are that a service needs.
type places struct {
	Nats     string `required:"" env:"LIGHTSHARE_NATS" placeholder:"URL" help:"NATS servers, separated by commas."`
	Keys     string `required:"" env:"LIGHTSHARE_KEYS" placeholder:"DIR" help:"Folder of keys that run bus has made."`
	Redis    string `required:"" env:"LIGHTSHARE_REDIS" placeholder:"URL" help:"Redis, as redis://host:port/0 or unix:///path."`
	Replicas int    `default:"1" env:"LIGHTSHARE_REPLICAS" help:"Copies of each stream: 1, or 3 on a cluster."`
}

// redisLog shows with --debug what the Redis client says to itself. What fails is reported by whoever asked.
type redisLog struct{}

func (redisLog) Printf(ctx context.Context, format string, args ...any) {
	slog.DebugContext(ctx, fmt.Sprintf(format, args...))
}

func init() { goredis.SetLogger(redisLog{}) }

// stand connects a service to servers that run elsewhere.
func stand(ctx context.Context, log *slog.Logger, p places) (*ground, error) {
	g := &ground{ctx: ctx, log: log, bus: bus.Config{URL: p.Nats, Keys: p.Keys}}
	options, err := goredis.ParseURL(p.Redis)
	if err != nil {
		return nil, fmt.Errorf("redis %s: %w", p.Redis, err)
	}
	client := goredis.NewClient(options)
	g.redis = client
	g.onClose(func() { client.Close() })
	return g, g.connect(p.Replicas)
}

// embed starts the servers in this process, on the folder data.
func embed(ctx context.Context, log *slog.Logger, clock *journal.Clock, data string, port int) (*ground, error) {
	g := &ground{ctx: ctx, log: log, clock: clock}
	server, err := embedded.Start(ctx, embedded.Options{Dir: data, Port: port})
	if err != nil {
		return nil, err
	}
	g.onClose(server.Close)
	g.bus = server.Config()
	book := miniredis.NewMiniRedis()
	if err := book.Start(); err != nil {
		g.Close()
		return nil, fmt.Errorf("start book: %w", err)
	}
	g.onClose(book.Close)
	g.every(time.Second, func() { book.FastForward(time.Second) }) // its keys do not expire by themselves
	client := goredis.NewClient(&goredis.Options{Addr: book.Addr()})
	g.redis = client
	g.onClose(func() { client.Close() })
	return g, g.connect(1)
}

// connect signs in to the bus, makes sure that it syncs every write, and declares the streams.
func (g *ground) connect(replicas int) error {
	err := func() error {
		system, err := bus.ConnectSystem(g.ctx, g.bus)
		if err != nil {
			return err
		}
		defer system.Close()
		if err := bus.CheckSync(g.ctx, system); err != nil {
			return err
		}
		if g.nc, err = bus.Connect(g.ctx, g.bus); err != nil {
			return err
		}
		g.onClose(g.nc.Close)
		if err := bus.Declare(g.ctx, g.nc, replicas); err != nil {
			return err
		}
		g.keep(func(ctx context.Context) { bus.KeepDeclared(ctx, g.nc, replicas) })
		if g.clock != nil {
			return nil
		}
		return g.keepTime(journal.NewClock())
	}()
	if err != nil {
		g.Close()
	}
	return err
}

// keepTime has the services go by the clock, and the clock by the bus.
func (g *ground) keepTime(clock *journal.Clock) error {
	stop, err := clock.Follow(g.ctx, g.log, func(ctx context.Context) (time.Time, error) { return bus.Time(ctx, g.nc) })
	if err != nil {
		return err
	}
	g.clock = clock
	g.onClose(stop)
	return nil
}

const (
	beginPatience = 30 * time.Second // with a bus that is not ready
	beginPause    = 500 * time.Millisecond
)

// begin opens a service, and tries again for a while if the bus is not ready or is started anew meanwhile.
func (g *ground) begin(open func() error) error {
	for late := time.Now().Add(beginPatience); ; {
		err := open()
		if err == nil || g.ctx.Err() != nil || time.Now().After(late) || !bus.Starting(err) {
			return err
		}
		g.log.Info("the bus is not ready yet", "error", err)
		select {
		case <-time.After(beginPause):
		case <-g.ctx.Done():
		}
	}
}

// keep runs f until the ground is closed.
func (g *ground) keep(f func(context.Context)) {
	ctx, stop := context.WithCancel(context.WithoutCancel(g.ctx))
	done := make(chan struct{})
	go func() { defer close(done); f(ctx) }()
	g.onClose(func() { stop(); <-done })
}

// every calls f at each interval until the ground is closed.
func (g *ground) every(interval time.Duration, f func()) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				f()
			case <-stop:
				return
			}
		}
	}()
	g.onClose(func() { close(stop); <-done })
}

// onClose has f called by Close, before everything that was started earlier is stopped.
func (g *ground) onClose(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closer = append(g.closer, f)
}

// Close stops everything that stands here, the newest first.
func (g *ground) Close() {
	g.mu.Lock()
	closer := g.closer
	g.closer = nil
	g.mu.Unlock()
	for _, f := range slices.Backward(closer) {
		f()
	}
}

// listen opens a port. Pages that other parts must know are served there only later.
func (g *ground) listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s (choose another address, or stop what uses it): %w", address, err)
	}
	g.onClose(func() { l.Close() })
	return l, nil
}

// serve serves h on l until the ground is closed.
func (g *ground) serve(l net.Listener, h http.Handler) {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(g.log.Handler(), slog.LevelDebug)}
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			g.log.Error("pages not served", "address", l.Addr().String(), "error", err)
		}
	}()
	g.onClose(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(g.ctx), time.Second)
		defer cancel()
		if s.Shutdown(ctx) != nil { // streams that stay open
			s.Close()
		}
	})
}

// secret returns the n random bytes kept under name in the folder of keys, and makes them at the first call.
func (g *ground) secret(name string, n int) ([]byte, error) {
	path := filepath.Join(g.bus.Keys, name)
	kept, err := os.ReadFile(path)
	if err == nil && len(kept) == n {
		return kept, nil
	}
	if err == nil {
		return nil, fmt.Errorf("key %s has %d bytes, want %d", path, len(kept), n)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	fresh := make([]byte, n)
	rand.Read(fresh) // never fails: crypto/rand ends the program instead
	f, err := os.CreateTemp(g.bus.Keys, name+".*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(fresh)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) { // another replica was faster
		return g.secret(name, n)
	} else if err != nil {
		return nil, err
	}
	return fresh, nil
}
