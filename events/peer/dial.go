package peer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/pion/webrtc/v4"

	"lightshare/events"
)

const (
	connecting     = 15 * time.Second // from the answer to an open connection
	clientReceives = 8 << 20          // bytes; the default of 1 MiB is slow over a distance
)

// ErrNoWay says that no connection came about between two programs that both tried.
var ErrNoWay = errors.New("no direct way was found, and no relay")

// A Line is a client's connection with an agent, and carries its requests as an [http.RoundTripper]. Of a request's URL
// only the path counts. Safe for concurrent use.
type Line struct{ peer *webrtc.PeerConnection }

// Dial connects with an agent: exchange brings it the offer and returns its answer. The error wraps [ErrNoWay] when
// there is none. relayedOnly leaves all ways out but TURN.
func Dial(ctx context.Context, ice []events.ICEServer, relayedOnly bool, exchange func(ctx context.Context, offer string) (string, error)) (*Line, error) {
	api, err := engine(clientReceives)
	if err != nil {
		return nil, fmt.Errorf("open WebRTC: %w", err)
	}
	config := webrtc.Configuration{ICEServers: serversOf(ice)}
	if relayedOnly {
		config.ICETransportPolicy = webrtc.ICETransportPolicyRelay
	}
	c, err := api.NewPeerConnection(config)
	if err != nil {
		return nil, fmt.Errorf("open WebRTC: %w", err)
	}
	if err := connect(ctx, c, exchange); err != nil {
		c.Close()
		return nil, err
	}
	return &Line{c}, nil
}

// connect waits until the client's own channel is open.
func connect(ctx context.Context, c *webrtc.PeerConnection, exchange func(context.Context, string) (string, error)) error {
	own := uint16(0)
	negotiated := true
	channel, err := c.CreateDataChannel("", &webrtc.DataChannelInit{Negotiated: &negotiated, ID: &own})
	if err != nil {
		return fmt.Errorf("open WebRTC: %w", err)
	}
	open, failed := make(chan struct{}), make(chan struct{}, 1)
	channel.OnOpen(func() {
		channel.Detach()
		close(open)
	})
	c.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateFailed {
			failed <- struct{}{}
		}
	})
	offer, err := c.CreateOffer(nil)
	if err != nil {
		return fmt.Errorf("make offer: %w", err)
	}
	sdp, err := describe(ctx, c, offer)
	if err != nil {
		return fmt.Errorf("make offer: %w", err)
	}
	answer, err := exchange(ctx, sdp)
	if err != nil {
		return err
	}
	if err := c.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		return fmt.Errorf("take answer: %w", err)
	}
	late := time.NewTimer(connecting)
	defer late.Stop()
	select {
	case <-open:
		return nil
	case <-failed:
	case <-late.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return ErrNoWay
}

// Relayed reports whether what comes goes over a relay.
func (l *Line) Relayed() bool { return relayed(l.peer) }

// Way says how what comes gets here: direct or relayed, and over TCP or TLS if this side reaches its relay so.
func (l *Line) Way() string { return way(l.peer) }

// Close ends the connection and every request on it.
func (l *Line) Close() error { return l.peer.Close() }

// RoundTrip implements [http.RoundTripper].
func (l *Line) RoundTrip(r *http.Request) (*http.Response, error) {
	c, err := l.open(r.Context())
	if err != nil {
		return nil, err
	}
	unwatch := context.AfterFunc(r.Context(), func() { c.SetReadDeadline(time.Now()) })
	b := &body{channel: c, message: make([]byte, messageSize), close: func() error { unwatch(); return c.Close() }}
	head, err := b.ask(r)
	if err != nil {
		b.Close()
		if r.Context().Err() != nil {
			err = r.Context().Err()
		}
		return nil, fmt.Errorf("ask over WebRTC: %w", err)
	}
	response := &http.Response{
		Status: http.StatusText(head.Status), StatusCode: head.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: make(http.Header), Body: b, ContentLength: -1, Request: r,
	}
	for name, value := range head.Header {
		response.Header.Set(name, value)
	}
	return response, nil
}

// open opens a channel.
func (l *Line) open(ctx context.Context) (channel, error) {
	d, err := l.peer.CreateDataChannel("", nil)
	if err != nil {
		return nil, fmt.Errorf("open channel: %w", err)
	}
	type opened struct {
		channel channel
		err     error
	}
	done := make(chan opened, 1)
	d.OnOpen(func() {
		c, err := d.DetachWithDeadline()
		done <- opened{c, err}
	})
	select {
	case o := <-done:
		return o.channel, o.err
	case <-ctx.Done():
		d.Close()
		return nil, ctx.Err()
	}
}

// A body is what comes after the head of an answer.
type body struct {
	channel  channel
	message  []byte // room for one
	rest     []byte // of it, yet to be read
	read     int64
	reported int64
	ended    bool
	close    func() error
}

// ask sends a request and returns the head of the answer.
func (b *body) ask(r *http.Request) (answer, error) {
	var head answer
	if err := write(b.channel, request{r.URL.RequestURI(), flat(r.Header)}); err != nil {
		return head, err
	}
	n, isText, err := b.channel.ReadDataChannel(b.message)
	if err == nil && (!isText || json.Unmarshal(b.message[:n], &head) != nil || head.Status < 200 || head.Status > 599) {
		err = errMessage
	}
	return head, err
}

// Read implements [io.Reader]. A channel that closes before the end is [io.ErrUnexpectedEOF].
func (b *body) Read(p []byte) (int, error) {
	for len(b.rest) == 0 {
		if b.ended {
			return 0, io.EOF
		}
		n, isText, err := b.channel.ReadDataChannel(b.message)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, err
		}
		if b.rest = b.message[:n]; isText {
			var said end
			if json.Unmarshal(b.rest, &said) != nil || !said.End {
				return 0, errMessage
			}
			b.rest, b.ended = nil, true
		}
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	b.read += int64(n)
	if b.read-b.reported >= takenEvery {
		b.reported = b.read
		if err := write(b.channel, taken{b.read}); err != nil {
			return n, err
		}
	}
	return n, nil
}

// Close implements [io.Closer].
func (b *body) Close() error { return b.close() }
