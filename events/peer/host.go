package peer

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"lightshare/events"
)

const (
	maxLines      = 64 // connections of one agent; each takes about a MiB when busy
	maxOfOne      = 4  // of one order, none beside its first in the second half of all; the oldest is closed for a fifth
	maxExchanges  = 8  // requests at once on one connection
	maxCandidates = 40 // in an offer: each has the agent send a few packets there
	idle          = 30 * time.Second

	hostReceives = 256 << 10 // bytes; clients send little but requests
)

// A Host answers the offers of buyers' clients on behalf of an agent, and has a handler answer what they ask. Safe for
// concurrent use.
type Host struct {
	handler http.Handler
	log     *slog.Logger
	api     *webrtc.API
	idle    time.Duration // after which a connection without a request is closed

	ctx     context.Context // of all requests
	stop    context.CancelFunc
	running sync.WaitGroup // requests, and the closing of connections

	mu     sync.Mutex
	lines  []*line // guarded by mu; the oldest first
	closed bool    // guarded by mu
}

// NewHost returns a host that is to be closed.
func NewHost(h http.Handler, log *slog.Logger) (*Host, error) {
	api, err := engine(hostReceives)
	if err != nil {
		return nil, fmt.Errorf("open WebRTC: %w", err)
	}
	host := &Host{handler: h, log: log, api: api, idle: idle}
	host.ctx, host.stop = context.WithCancel(context.Background())
	return host, nil
}

// A line is one connection with a client.
type line struct {
	order  events.OrderID
	peer   *webrtc.PeerConnection
	unused *time.Timer // closes the line
	open   int         // guarded by the host's mu; requests
	gone   bool        // guarded by the host's mu; not one of its lines any more
}

// Answer connects with the client that made an offer for an order, and returns what it needs to know, candidates and all.
// The connection itself comes about later, or not. The error wraps [events.Malformed] for an offer that is none, and
// [events.Unavailable] when the host has as many connections as it can.
func (h *Host) Answer(ctx context.Context, order events.OrderID, offer string, ice []events.ICEServer) (string, error) {
	if len(offer) > events.MaxSDP || strings.Count(offer, "a=candidate:") > maxCandidates {
		return "", fmt.Errorf("offer of %d bytes: %w", len(offer), events.Malformed)
	}
	l, err := h.enter(order, ice)
	if err != nil {
		return "", err
	}
	sdp, err := answerTo(ctx, l.peer, offer)
	if err != nil {
		h.leave(l)
		return "", err
	}
	return sdp, nil
}

// answerTo takes an offer in and returns the answer.
func answerTo(ctx context.Context, c *webrtc.PeerConnection, offer string) (string, error) {
	if err := c.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", fmt.Errorf("%w: %w", events.Malformed, err)
	}
	answer, err := c.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("%w: %w", events.Malformed, err)
	}
	return describe(ctx, c, answer)
}

// describe sets the local description and returns it with the candidates that were found in time.
func describe(ctx context.Context, c *webrtc.PeerConnection, d webrtc.SessionDescription) (string, error) {
	gathered := webrtc.GatheringCompletePromise(c)
	if err := c.SetLocalDescription(d); err != nil {
		return "", err
	}
	late := time.NewTimer(gathering)
	defer late.Stop()
	select {
	case <-gathered:
	case <-late.C:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	return c.LocalDescription().SDP, nil
}

// enter makes room for another connection and begins it.
func (h *Host) enter(order events.OrderID, ice []events.ICEServer) (*line, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var oldest *line
	of := 0
	for _, l := range h.lines {
		if l.order == order {
			if of++; oldest == nil {
				oldest = l
			}
		}
	}
	most := maxLines
	if of > 0 {
		most = maxLines / 2 // others come first
	}
	if !h.closed && of >= maxOfOne && len(h.lines) <= most {
		h.drop(oldest) // its page was left behind, most likely
	}
	if h.closed || len(h.lines) >= most {
		return nil, fmt.Errorf("%d connections: %w", len(h.lines), events.Unavailable)
	}
	c, err := h.api.NewPeerConnection(webrtc.Configuration{ICEServers: serversOf(ice)})
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	l := &line{order: order, peer: c}
	l.unused = time.AfterFunc(h.idle, func() { h.leave(l) })
	c.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		switch s {
		case webrtc.PeerConnectionStateConnected:
			h.log.Info("buyer connected", "order", order, "relayed", relayed(c))
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			h.leave(l)
		}
	})
	c.OnDataChannel(func(d *webrtc.DataChannel) { d.OnOpen(func() { h.serve(l, d) }) })
	h.lines = append(h.lines, l)
	return l, nil
}

// serve answers what is asked on a channel.
func (h *Host) serve(l *line, d *webrtc.DataChannel) {
	c, err := d.DetachWithDeadline()
	if err != nil {
		return
	}
	h.mu.Lock()
	ok := !h.closed && !l.gone && l.open < maxExchanges
	if ok {
		l.open++
		l.unused.Stop()
		h.running.Add(1)
	}
	h.mu.Unlock()
	if !ok {
		c.Close()
		return
	}
	defer h.running.Done()
	serve(h.ctx, c, h.handler, h.log)
	h.mu.Lock()
	defer h.mu.Unlock()
	if l.open--; l.open == 0 && !l.gone {
		l.unused.Reset(h.idle)
	}
}

// leave ends a connection.
func (h *Host) leave(l *line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(l)
}

// drop ends a connection, once. mu is held.
func (h *Host) drop(l *line) {
	if l.gone {
		return
	}
	l.gone = true
	l.unused.Stop()
	h.lines = slices.DeleteFunc(h.lines, func(other *line) bool { return other == l })
	h.running.Go(func() { l.peer.Close() }) // which calls back
}

// Close ends all connections at once; buyers resume later.
func (h *Host) Close() {
	h.mu.Lock()
	h.closed = true
	for len(h.lines) > 0 {
		h.drop(h.lines[0])
	}
	h.mu.Unlock()
	h.stop()
	h.running.Wait()
}
