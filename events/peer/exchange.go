package peer

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"
)

// patience is how long a client may take to ask, and to take an answer for which the handler sets no deadline.
const patience = 30 * time.Second

// An exchange is one request of a client, and the [http.ResponseWriter] for it.
type exchange struct {
	channel channel
	log     *slog.Logger
	header  http.Header
	begun   bool // the head was sent

	mu       sync.Mutex
	sent     int64         // guarded by mu, like all that follow; bytes of the body
	taken    int64         // of them
	deadline time.Time     // for the next piece
	changed  chan struct{} // closed when one of them, but sent, is another
	gone     error         // the client closed the channel, or talks nonsense
}

// serve answers the one request that comes on a channel, and closes it.
func serve(ctx context.Context, c channel, h http.Handler, log *slog.Logger) {
	defer c.Close()
	x := &exchange{channel: c, log: log, header: make(http.Header), changed: make(chan struct{}), deadline: time.Now().Add(patience)}
	r, err := x.ask()
	if err != nil {
		return
	}
	c.SetReadDeadline(time.Time{})
	ctx, cancel := context.WithCancel(ctx)
	var listening sync.WaitGroup
	listening.Go(func() { defer cancel(); x.listen() })
	defer listening.Wait()
	defer func() { c.SetReadDeadline(time.Now()) }() // however it ends below, so does the listening
	if x.handle(h, r.WithContext(ctx)) && write(c, end{true}) == nil {
		c.SetReadDeadline(time.Now().Add(patience))
		listening.Wait() // the client closes once it has everything
	}
}

// ask reads the request.
func (x *exchange) ask() (*http.Request, error) {
	text := make([]byte, maxText)
	x.channel.SetReadDeadline(time.Now().Add(patience))
	n, isText, err := x.channel.ReadDataChannel(text)
	if err != nil {
		return nil, err
	}
	if !isText {
		return nil, errMessage
	}
	return readRequest(text[:n])
}

// handle has the handler answer, and reports whether it was to the end.
func (x *exchange) handle(h http.Handler, r *http.Request) (whole bool) {
	defer func() {
		if fault := recover(); fault != nil && fault != http.ErrAbortHandler {
			x.log.ErrorContext(r.Context(), "request of a buyer not answered", "fault", fault) // as package http has it
		}
	}()
	h.ServeHTTP(x, r)
	if !x.begun {
		x.WriteHeader(http.StatusOK)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.gone == nil
}

// listen takes what the client says while it is answered, until the channel closes.
func (x *exchange) listen() {
	text := make([]byte, maxText)
	for {
		n, isText, err := x.channel.ReadDataChannel(text)
		var said taken
		if err == nil && isText {
			err = json.Unmarshal(text[:n], &said)
		} else if err == nil {
			err = errMessage
		}
		x.mu.Lock()
		if err == nil && (said.Taken < x.taken || said.Taken > x.sent) {
			err = errMessage
		}
		if x.gone = err; err == nil {
			x.taken = said.Taken
		}
		x.stir()
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// stir has a writer who waits look again. mu is held.
func (x *exchange) stir() {
	close(x.changed)
	x.changed = make(chan struct{})
}

// Header implements [http.ResponseWriter].
func (x *exchange) Header() http.Header { return x.header }

// WriteHeader implements [http.ResponseWriter].
func (x *exchange) WriteHeader(status int) {
	if x.begun {
		return
	}
	x.begun = true
	x.channel.SetWriteDeadline(x.due())
	if err := write(x.channel, answer{status, flat(x.header)}); err != nil {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.gone = err
	}
}

func (x *exchange) due() time.Time {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.deadline
}

// Write implements [http.ResponseWriter]. It waits until the client has taken enough of what came before.
func (x *exchange) Write(p []byte) (written int, err error) {
	if !x.begun {
		x.WriteHeader(http.StatusOK)
	}
	for len(p) > 0 {
		piece := p[:min(len(p), messageSize)]
		if err := x.room(int64(len(piece))); err != nil {
			return written, err
		}
		if _, err := x.channel.WriteDataChannel(piece, false); err != nil {
			return written, err
		}
		written += len(piece)
		p = p[len(piece):]
	}
	return written, nil
}

// room waits until n more bytes may be under way, and counts them as sent.
func (x *exchange) room(n int64) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	for x.gone == nil && x.sent+n > x.taken+Window {
		changed, late := x.changed, time.NewTimer(time.Until(x.deadline))
		x.mu.Unlock()
		var err error
		select {
		case <-changed:
		case <-late.C:
			err = os.ErrDeadlineExceeded
		}
		late.Stop()
		x.mu.Lock()
		if err != nil {
			return err
		}
	}
	if x.gone == nil {
		x.sent += n
	}
	return x.gone
}

// SetWriteDeadline is for [http.ResponseController].
func (x *exchange) SetWriteDeadline(t time.Time) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.deadline = t
	x.stir()
	return x.channel.SetWriteDeadline(t)
}
