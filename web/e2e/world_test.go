package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// A world is a market that runs as a process of its own, as an operator would start it, and a browser.
type world struct {
	program         string // the operator's program
	market, console string // addresses
	browser         context.Context
}

// The moderator of every test's market.
const (
	moderator = "Mina"
	token     = "correct-horse-battery"
)

// newWorld builds the program, starts a market and a browser, and ends them with the test.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{program: filepath.Join(t.TempDir(), "lightshare"), browser: startBrowser(t)}
	if out, err := exec.Command("go", "build", "-o", w.program, "lightshare").CombinedOutput(); err != nil {
		t.Fatalf("build lightshare: %v\n%s", err, out)
	}
	store, console, relay := freePort(t), freePort(t), "127.0.0.1:"+freePort(t)
	w.market, w.console = "http://localhost:"+store, "http://localhost:"+console
	w.run(t, "up", "--data", t.TempDir(), "--bus", freePort(t), "--http", "127.0.0.1:"+store, "--console", "127.0.0.1:"+console,
		"--payments", "127.0.0.1:"+freePort(t), "--moderators", moderator+"="+token,
		"--relay", relay, "--relay-listen", relay, "--relay-ip", "127.0.0.1", "--relay-private")
	visitor := w.robot(t, w.market)
	if _, err := visitor.Await(within(t), "/healthz", "the market", func(p *Page) bool { return p.Status == 200 }); err != nil {
		t.Fatal(err)
	}
	return w
}

// run starts the market, and asks it to stop with the test.
func (w *world) run(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command(w.program, args...)
	said := &transcript{}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatalf("start lightshare: %v", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(patience):
			cmd.Process.Kill()
			t.Error("the market did not end when it was asked to")
		}
		if t.Failed() {
			t.Logf("the market said:\n%s", said)
		}
	})
}

// A stall is a seller's folder with the agent that shares it.
type stall struct {
	*Seller
	program, folder, state string
	said                   *transcript // on standard error
}

// stall starts a seller who offers the given files: name → content, sheets among them.
func (w *world) stall(t *testing.T, name string, files map[string]string, flags ...string) *stall {
	t.Helper()
	s := &stall{program: w.program, folder: t.TempDir(), state: t.TempDir(), said: &transcript{}}
	for file, content := range files {
		s.put(t, file, content)
	}
	s.Seller = NewSeller(func() *exec.Cmd {
		return exec.Command(w.program, append([]string{"seller-agent", "share", s.folder, "--market", w.market, "--name", name, "--state", s.state, "--json"}, flags...)...)
	}, s.said)
	if err := s.Start(within(t)); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, s.said)
	}
	t.Cleanup(func() {
		s.Kill()
		if t.Failed() {
			t.Logf("the agent of %s said:\n%s", name, s.said)
		}
	})
	return s
}

// types gives the seller's program a command while it shares, and returns what it prints and whether it did it.
func (s *stall) types(t *testing.T, args ...string) (string, bool) {
	t.Helper()
	out, err := exec.CommandContext(within(t), s.program, append([]string{"seller-agent"}, append(args, "--state", s.state)...)...).CombinedOutput()
	return string(out), err == nil
}

// put saves a file in the folder.
func (s *stall) put(t *testing.T, name, content string) {
	t.Helper()
	if err := WriteFile(filepath.Join(s.folder, name), sheet(content)); err != nil {
		t.Fatal(err)
	}
}

func (w *world) robot(t *testing.T, home string) *Robot {
	t.Helper()
	r, err := NewRobot("visitor", home)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// person signs somebody in without a browser.
func (w *world) person(t *testing.T, name string) Person {
	t.Helper()
	p, err := SignIn(within(t), name, w.market)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// bidder signs somebody in who has saved a card.
func (w *world) bidder(t *testing.T, name, card string) Person {
	t.Helper()
	p := w.person(t, name)
	if err := p.SaveCard(within(t), card); err != nil {
		t.Fatal(err)
	}
	return p
}

// lot returns the path of the listing with that title, once it is on the storefront.
func (w *world) lot(t *testing.T, title string) string {
	t.Helper()
	path, err := w.robot(t, w.market).Find(within(t), title)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// within returns a context for something that must not take longer than patience.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	t.Cleanup(cancel)
	return ctx
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// missing ends a test that needs something which is not installed: it is left out on a developer's machine, and fails
// where everything must be tested.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is required: make setup installs it", what)
	}
	t.Skipf("%s is not installed (make setup does): not tested", what)
}

// transcript is what a process says. Safe for concurrent use.
type transcript struct {
	mu sync.Mutex
	b  bytes.Buffer // guarded by mu
}

func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.TrimSpace(s.b.String())
}
