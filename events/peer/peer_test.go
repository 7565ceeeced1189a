package peer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"lightshare/events"
)

// pattern returns n bytes in which no two pieces of 64 KiB are alike.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i % 251)
	}
	return b
}

// files answers as an agent does: a file in ranges, a refusal, an answer that breaks off, and one that waits.
func files(file []byte) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /file", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"root"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
	})
	mux.HandleFunc("GET /refused", func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "no "+r.Header.Get("Authorization"), http.StatusForbidden)
	})
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) {
		w.Write(file[:100])
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("GET /wrong", func(http.ResponseWriter, *http.Request) { panic("a bug") })
	return mux
}

func newHost(t *testing.T, h http.Handler) *Host {
	t.Helper()
	host, err := NewHost(h, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(host.Close)
	return host
}

// dial connects with the host for an order.
func dial(t *testing.T, h *Host, order events.OrderID) *Line {
	t.Helper()
	l, err := Dial(t.Context(), nil, false, func(ctx context.Context, offer string) (string, error) {
		return h.Answer(ctx, order, offer, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// get asks over the line and returns the answer with its body.
func get(t *testing.T, l *Line, path string, headers ...string) (*http.Response, []byte, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://agent"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	answer, err := l.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	return answer, b, err
}

func TestRequestsOverALine(t *testing.T) {
	file := pattern(3*Window + 77)
	l := dial(t, newHost(t, files(file)), "o1")
	if l.Relayed() {
		t.Error("Relayed() without a relay")
	}
	answer, b, err := get(t, l, "/file")
	if err != nil || answer.StatusCode != 200 || !bytes.Equal(b, file) || answer.Header.Get("ETag") != `"root"` {
		t.Errorf("GET = %d with %d bytes, %v, want 200 with %d", answer.StatusCode, len(b), err, len(file))
	}
	answer, b, err = get(t, l, "/file", fmt.Sprintf("Range: bytes=%d-", Window+1))
	if err != nil || answer.StatusCode != 206 || !bytes.Equal(b, file[Window+1:]) {
		t.Errorf("GET from byte %d = %d with %d bytes, %v", Window+1, answer.StatusCode, len(b), err)
	}
	answer, b, err = get(t, l, "/refused", "Authorization: Ticket x")
	if err != nil || answer.StatusCode != 403 || string(b) != "no Ticket x\n" {
		t.Errorf("GET refused = %d %q, %v", answer.StatusCode, b, err)
	}
	if _, b, err := get(t, l, "/broken"); !errors.Is(err, io.ErrUnexpectedEOF) || len(b) != 100 {
		t.Errorf("GET broken = %d bytes, %v, want 100 and an unexpected end", len(b), err)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://agent/wrong", nil)
	if answer, err := l.RoundTrip(r); err == nil {
		t.Errorf("GET wrong = %d, want an error", answer.StatusCode)
	}
}

// A client that takes nothing gets no more than the window, and is given up when the handler says so.
func TestClientThatTakesNothing(t *testing.T) {
	ended := make(chan error, 1)
	var written atomic.Int64
	l := dial(t, newHost(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		control, piece := http.NewResponseController(w), make([]byte, messageSize)
		for {
			control.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
			n, err := w.Write(piece)
			written.Add(int64(n))
			if err != nil {
				ended <- err
				panic(http.ErrAbortHandler)
			}
		}
	})), "o1")
	c := open(t, l)
	if err := write(c, request{Path: "/"}); err != nil {
		t.Fatal(err)
	}
	if err := receive(t, ended); err == nil {
		t.Error("the handler was not told that its client is gone")
	}
	if n := written.Load(); n != Window {
		t.Errorf("%d bytes were sent to a client that takes nothing, want %d", n, Window)
	}
}

// What a stranger says instead of a request ends that channel, and no more.
func TestNonsense(t *testing.T) {
	l := dial(t, newHost(t, files(pattern(Window/2))), "o1")
	for name, say := range map[string]func(channel) error{
		"no JSON":       func(c channel) error { _, err := c.WriteDataChannel([]byte("GET / HTTP/1.1"), true); return err },
		"binary":        func(c channel) error { _, err := c.WriteDataChannel([]byte(`{"path":"/file"}`), false); return err },
		"no path":       func(c channel) error { return write(c, request{}) },
		"another host":  func(c channel) error { return write(c, request{Path: "http://192.168.0.1/"}) },
		"too long":      func(c channel) error { return write(c, request{Path: "/" + strings.Repeat("a", maxText)}) },
		"an empty word": func(c channel) error { _, err := c.WriteDataChannel(nil, true); return err },
	} {
		c := open(t, l)
		if err := say(c); err != nil {
			t.Fatal(err)
		}
		c.SetReadDeadline(time.Now().Add(10 * time.Second))
		if n, _, err := c.ReadDataChannel(make([]byte, messageSize)); !errors.Is(err, io.EOF) {
			t.Errorf("%s: answered with %d bytes, %v, want a closed channel", name, n, err)
		}
		c.Close()
	}
	for name, say := range map[string]any{"more than was sent": taken{1 << 40}, "less than nothing": taken{-1}, "another text": []int{1}} {
		c := open(t, l)
		if err := write(c, request{Path: "/file"}); err != nil {
			t.Fatal(err)
		}
		if err := write(c, say); err != nil {
			t.Fatal(err)
		}
		c.SetReadDeadline(time.Now().Add(10 * time.Second))
		for err := error(nil); err == nil; {
			if _, _, err = c.ReadDataChannel(make([]byte, messageSize)); err != nil && !errors.Is(err, io.EOF) {
				t.Errorf("%s: %v, want a closed channel", name, err)
			}
		}
		c.Close()
	}
	if _, b, err := get(t, l, "/file"); err != nil || len(b) != Window/2 {
		t.Errorf("after all that: %d bytes, %v", len(b), err)
	}
}

func TestOffersThatAreNone(t *testing.T) {
	h := newHost(t, files(nil))
	for name, offer := range map[string]string{
		"empty": "", "text": "hello", "too long": "v=0\r\n" + strings.Repeat("a", events.MaxSDP),
		"too many ways": "v=0\r\n" + strings.Repeat("a=candidate:1 1 udp 1 10.0.0.1 1 typ host\r\n", maxCandidates+1),
		"no media":      "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n",
	} {
		if answer, err := h.Answer(t.Context(), "o1", offer, nil); !errors.Is(err, events.Malformed) {
			t.Errorf("%s: Answer() = %d bytes, %v, want malformed", name, len(answer), err)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.lines) != 0 {
		t.Errorf("%d connections are left of them", len(h.lines))
	}
}

// One order has so many connections and no more, and so has the host.
func TestNoMoreLinesThanAllowed(t *testing.T) {
	h := newHost(t, files(pattern(10)))
	first := dial(t, h, "o1")
	gone := make(chan struct{})
	first.peer.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateClosed {
			close(gone)
		}
	})
	for range maxOfOne {
		dial(t, h, "o1")
	}
	receive(t, gone)
	h.mu.Lock()
	for len(h.lines) < maxLines/2 {
		h.lines = append(h.lines, &line{order: "of others", unused: time.NewTimer(time.Hour), peer: first.peer})
	}
	h.lines = h.lines[:len(h.lines)-1]
	h.mu.Unlock()
	dial(t, h, "o3")
	if _, err := h.Answer(t.Context(), "o3", "v=0", nil); !errors.Is(err, events.Unavailable) {
		t.Errorf("Answer() of a host that has others to serve, to who is connected already = %v, want unavailable", err)
	}
	dial(t, h, "o4")
	h.mu.Lock()
	for len(h.lines) < maxLines {
		h.lines = append(h.lines, &line{order: "of others", unused: time.NewTimer(time.Hour), peer: first.peer})
	}
	h.mu.Unlock()
	if _, err := h.Answer(t.Context(), "o2", "v=0", nil); !errors.Is(err, events.Unavailable) {
		t.Errorf("Answer() of a full host = %v, want unavailable", err)
	}
}

func TestIdleLineIsClosed(t *testing.T) {
	h := newHost(t, files(pattern(10)))
	h.idle = 50 * time.Millisecond
	l := dial(t, h, "o1")
	gone := make(chan struct{})
	l.peer.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateClosed {
			close(gone)
		}
	})
	receive(t, gone)
}

// A request under way ends with the host, at once.
func TestHostThatCloses(t *testing.T) {
	h := newHost(t, files(pattern(2*Window)))
	l := dial(t, h, "o1")
	c := open(t, l)
	if err := write(c, request{Path: "/file"}); err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	go func() { h.Close(); close(closed) }()
	for err := error(nil); err == nil; {
		_, _, err = c.ReadDataChannel(make([]byte, messageSize))
	}
	receive(t, closed)
	if _, err := h.Answer(t.Context(), "o1", "v=0", nil); !errors.Is(err, events.Unavailable) {
		t.Errorf("Answer() after Close = %v, want unavailable", err)
	}
}

// Nobody waits for an agent that never comes.
func TestNobodyThere(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	elsewhere := newHost(t, files(nil))
	_, err := Dial(ctx, nil, false, func(ctx context.Context, offer string) (string, error) {
		sdp, err := elsewhere.Answer(ctx, "o1", offer, nil)
		elsewhere.Close()
		return sdp, err
	})
	if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, ErrNoWay) {
		t.Errorf("Dial() = %v, want no way", err)
	}
}

func open(t *testing.T, l *Line) channel {
	t.Helper()
	c, err := l.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// receive waits for what must come.
func receive[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("waited 20 s in vain")
		panic("not reached")
	}
}
