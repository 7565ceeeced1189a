// Package embedded runs the nats-server that the bus is made of inside the program: with JetStream on disk, every
// append synced, and the accounts and permissions that package bus describes. It makes the folder of keys at the first
// start. For a cluster of one's own, the keys it makes can be given to other servers.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"

	"lightshare/events/bus"
)

// Options say where the server keeps its data and where it listens.
type Options struct {
	Dir  string // holds keys/ and jetstream/
	Keys string // folder of keys; empty: Dir/keys
	Host string // empty: 127.0.0.1
	Port int    // -1: any free one
}

// A Server is a running nats-server.
type Server struct {
	ns      *server.Server
	market  *server.Account
	keys    string
	closing chan struct{} // closed by Close
	watched chan struct{} // closed when nobody watches the disk any more
}

const startTimeout = 20 * time.Second

// Start runs the server until Close. It returns an error when the server would not sync every append.
func Start(ctx context.Context, o Options) (*Server, error) {
	s, err := start(o)
	if err != nil {
		return nil, fmt.Errorf("start bus: %w", err)
	}
	if err := s.check(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("start bus: %w", err)
	}
	return s, nil
}

func start(o Options) (*Server, error) {
	if o.Keys == "" {
		o.Keys = filepath.Join(o.Dir, "keys")
	}
	if o.Host == "" {
		o.Host = "127.0.0.1"
	}
	keys, err := openKeys(o.Keys)
	if err != nil {
		return nil, err
	}
	operator, err := keys.operatorClaims()
	if err != nil {
		return nil, err
	}
	resolver, err := keys.accounts()
	if err != nil {
		return nil, err
	}
	ns, err := server.NewServer(&server.Options{
		ServerName: "lightshare", Host: o.Host, Port: o.Port, NoSigs: true, NoLog: true,
		TrustedOperators: []*jwt.OperatorClaims{operator}, AccountResolver: resolver, SystemAccount: public(keys.system),
		JetStream: true, StoreDir: o.Dir, SyncAlways: true,
		MaxPayload: 1 << 20, PingInterval: 20 * time.Second, MaxPingsOut: 2, WriteDeadline: 10 * time.Second,
	})
	if err != nil {
		return nil, err
	}
	ns.Start()
	s := &Server{ns: ns, keys: o.Keys, closing: make(chan struct{}), watched: make(chan struct{})}
	if !ns.ReadyForConnections(startTimeout) {
		ns.Shutdown()
		return nil, errors.New("not ready for connections (is the port taken, or the folder in use?)")
	}
	if s.market, err = ns.LookupAccount(public(keys.market)); err != nil { // loads its streams
		ns.Shutdown()
		return nil, err
	}
	go s.watchRoom(o.Dir)
	return s, nil
}

// check asks the running server itself whether it syncs.
func (s *Server) check(ctx context.Context) error {
	nc, err := bus.ConnectSystem(ctx, s.Config())
	if err != nil {
		return err
	}
	defer nc.Close()
	return bus.CheckSync(ctx, nc)
}

// URL returns where the server listens.
func (s *Server) URL() string { return s.ns.ClientURL() }

// Keys returns the folder of keys.
func (s *Server) Keys() string { return s.keys }

// Config returns how services connect.
func (s *Server) Config() bus.Config { return bus.Config{URL: s.URL(), Keys: s.keys} }

// Close stops the server and waits until it has.
func (s *Server) Close() {
	close(s.closing)
	<-s.watched
	s.ns.Shutdown()
	s.ns.WaitForShutdown()
}
