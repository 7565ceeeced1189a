package main

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// wire carries connections to a port, and cuts or delays them when it is told to.
type wire struct {
	to    string
	port  string
	delay atomic.Int64 // nanoseconds, for each piece that is carried

	mu    sync.Mutex
	conns map[net.Conn]struct{} // guarded by mu; both ends of each
}

func newWire(t *testing.T, port string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	_, own, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	w := &wire{to: net.JoinHostPort("127.0.0.1", port), port: own, conns: map[net.Conn]struct{}{}}
	var carriers sync.WaitGroup
	carriers.Go(func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", w.to)
			if err != nil {
				from.Close()
				continue
			}
			w.add(from, to)
			carriers.Go(func() { w.carry(to, from) })
			carriers.Go(func() { w.carry(from, to) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		w.cut()
		carriers.Wait()
	})
	return w
}

func (w *wire) add(conns ...net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range conns {
		w.conns[c] = struct{}{}
	}
}

// carry copies from one end to the other until one of them is closed, and then closes both.
func (w *wire) carry(to, from net.Conn) {
	defer w.drop(to, from)
	piece := make([]byte, 64<<10)
	for {
		n, err := from.Read(piece)
		if d := w.delay.Load(); d > 0 {
			time.Sleep(time.Duration(d)) // the wire is that long
		}
		if _, failed := to.Write(piece[:n]); err != nil || failed != nil {
			return
		}
	}
}

func (w *wire) drop(conns ...io.Closer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range conns {
		c.Close()
		delete(w.conns, c.(net.Conn))
	}
}

// cut closes all connections. New ones can be made.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.conns {
		c.Close()
	}
}
