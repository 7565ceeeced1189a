package e2e

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// A line is the way from a seller's agent to his buyers: it counts what passes, and something may happen to it.
type line struct {
	listener net.Listener
	agent    string // address
	passed   atomic.Int64

	mu     sync.Mutex
	left   int64  // guarded by mu; bytes until happen
	cuts   int    // guarded by mu; times that something happened
	happen func() // guarded by mu; nil: nothing
}

// newLine opens a way to the agent that listens, or will listen, at the address.
func newLine(t *testing.T, agent string) *line {
	t.Helper()
	l := &line{agent: agent}
	var err error
	if l.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.listener.Close() })
	go func() {
		for {
			buyer, err := l.listener.Accept()
			if err != nil {
				return // the test is over
			}
			go l.connect(buyer)
		}
	}()
	return l
}

// URL is what the agent tells its buyers.
func (l *line) URL() string { return "http://" + l.listener.Addr().String() }

// after has f called once when n more bytes have passed to buyers, with the line standing still meanwhile. What was under
// way then is lost.
func (l *line) after(n int64, f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left, l.happen = n, f
}

// connect carries one connection, until either side has had enough.
func (l *line) connect(buyer net.Conn) {
	defer buyer.Close()
	agent, err := net.Dial("tcp", l.agent)
	if err != nil {
		return // nobody is there: the buyer sees his connection closed
	}
	defer agent.Close()
	go func() {
		io.Copy(agent, buyer)
		agent.Close()
	}()
	l.mu.Lock()
	c := counter{buyer, l, l.cuts}
	l.mu.Unlock()
	io.Copy(c, agent)
}

// A counter writes to a buyer.
type counter struct {
	io.Writer
	*line
	cuts int // of the line, when the connection began
}

func (c counter) Write(p []byte) (int, error) {
	c.mu.Lock()
	cut := c.cuts != c.line.cuts
	c.mu.Unlock()
	if cut {
		return 0, net.ErrClosed
	}
	n, err := c.Writer.Write(p)
	c.passed.Add(int64(n))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left -= int64(n); c.left <= 0 && c.happen != nil {
		c.happen()
		c.happen = nil
		c.line.cuts++
	}
	return n, err
}
