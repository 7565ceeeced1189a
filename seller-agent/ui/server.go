package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/share"
	"lightshare/seller-agent/uplink"
)

// A Desk is the agent as its seller uses it. Errors are worded for him.
type Desk interface {
	Overview(context.Context) (agent.Overview, error)
	Find(agent.Query) agent.Found
	// Draft returns [agent.ErrUnknown] for a listing that is gone.
	Draft(events.ListingID) (agent.Draft, error)
	// CheckEdit says what a listing would be with an edit, or what is wrong with it.
	CheckEdit(events.ListingID, share.Sheet) (share.Card, error)
	// Edit keeps all edits, or none and says what is wrong.
	Edit(context.Context, map[events.ListingID]share.Sheet) error
	Transfers() []uplink.Transfer
	Sales() []agent.Sale
	Lately(n int) []agent.Event
	Doctor(context.Context) []agent.Finding
	Settings() agent.Settings
	SetLimits(uplink.Limits) error
	Share(dir string) error
	Unshare(ctx context.Context, dir string) error
	Pause(what string, d time.Duration) error // 0 is until Resume
	Resume(what string) error
}

// Address is where the page is unless somebody else is there.
const Address = "127.0.0.1:47878"

// fileName is the name of the file in the state folder that lets the seller's own programs in.
const fileName = "desk.json"

// A Key is what a program of the seller's needs to speak to his running agent.
type Key struct {
	URL   string `json:"url"`
	Token string `json:"token"`
}

// ReadKey returns the key that the agent of this state folder left when it was started last.
func ReadKey(state string) (Key, error) {
	var k Key
	text, err := os.ReadFile(filepath.Join(state, fileName))
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	return k, err
}

// A Server serves the page.
type Server struct {
	*desk
	url    string
	server *http.Server
	done   chan error
}

// Listen opens the page at the address, which must be of this computer alone, and serves it until Close. At [Address]
// another port is taken if that one is not free.
func Listen(address, state string, d Desk, log *slog.Logger) (*Server, error) {
	listener, err := listen(address)
	if err != nil {
		return nil, fmt.Errorf("open the seller's page: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	k, err := ReadKey(state)
	if err != nil || len(k.Token) < 40 {
		k.Token = secret()
	}
	k.URL = fmt.Sprintf("http://127.0.0.1:%d", port)
	if err := leaveKey(filepath.Join(state, fileName), k); err != nil {
		listener.Close()
		return nil, fmt.Errorf("open the seller's page: %w", err)
	}
	desk := newDesk(d, k.Token, []string{fmt.Sprintf("127.0.0.1:%d", port), fmt.Sprintf("localhost:%d", port)}, log)
	s := &Server{desk: desk, url: k.URL, done: make(chan error, 1), server: &http.Server{
		Handler: desk.handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}}
	go func() { s.done <- s.server.Serve(listener) }()
	return s, nil
}

func listen(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.Equal(net.IPv4(127, 0, 0, 1)) {
		return nil, fmt.Errorf("%s: the page is for this computer alone; its address must begin with 127.0.0.1", address)
	}
	l, err := net.Listen("tcp4", address)
	if address == Address && errors.Is(err, syscall.EADDRINUSE) {
		return net.Listen("tcp4", "127.0.0.1:0")
	}
	return l, err
}

// leaveKey writes the key where only the seller can read it.
func leaveKey(file string, k Key) error {
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// URL returns where the page is.
func (s *Server) URL() string { return s.url }

// Link returns an address that lets a browser in, once.
func (s *Server) Link() string { return s.url + "/open?once=" + s.gate.code() }

// Close ends the page.
func (s *Server) Close() error {
	s.stop()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if s.server.Shutdown(ctx) != nil {
		s.server.Close()
	}
	if err := <-s.done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
