package embedded

import (
	"context"
	"testing"

	"github.com/nats-io/nats.go"

	"lightshare/events/bus"
)

// TestServer runs a server of the test's own, with the streams declared, until the test ends.
func TestServer(t testing.TB) *Server {
	t.Helper()
	s, err := Start(context.Background(), Options{Dir: t.TempDir(), Port: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := bus.Declare(context.Background(), s.TestConn(t), 1); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestConn signs in as a service until the test ends.
func (s *Server) TestConn(t testing.TB) *nats.Conn {
	t.Helper()
	nc, err := bus.Connect(context.Background(), s.Config())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// Test is TestServer and TestConn in one, for tests that need no more.
func Test(t testing.TB) *nats.Conn {
	t.Helper()
	return TestServer(t).TestConn(t)
}
