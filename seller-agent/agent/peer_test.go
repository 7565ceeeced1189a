package agent

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/peer"
	"lightshare/events/sealed"
)

// offer brings the agent a client's offer, as the checkout does.
func (m *market) offer(s events.SellerID, o events.PeerOffer) (a events.PeerAnswer) {
	m.t.Helper()
	question, err := json.Marshal(o)
	if err != nil {
		m.t.Fatal(err)
	}
	answer, err := m.nc.Request(events.AskSubject(s, events.AskPeer), question, patience)
	if err != nil {
		m.t.Fatal(err)
	}
	if err := json.Unmarshal(answer.Data, &a); err != nil {
		m.t.Fatal(err)
	}
	return a
}

// A buyer who reaches the agent over the market alone gets the same sealed bytes over WebRTC, and nothing without a ticket.
func TestFileOverWebRTC(t *testing.T) {
	m := newMarket(t)
	tr := m.start()
	ready := tr.awaitKind(Ready)
	text := strings.Repeat("to be sold ", 40_000)
	write(t, filepath.Join(tr.dir, "c.txt"), text)
	l := m.stored(tr.awaitListed("c.txt").Listing)
	ticket := func(change func(*sealed.Ticket)) string {
		t := sealed.Ticket{
			ID: "t", Order: "o", Listing: l.ID, Agent: ready.Seller, Root: l.Root, Sealed: l.SealedRoot, Size: l.Size,
			Client: ticketKey().Public().(ed25519.PublicKey), Expires: time.Now().Add(time.Minute),
		}
		if change != nil {
			change(&t)
		}
		return t.Sign(ticketKey())
	}
	good := ticket(nil)
	expired := ticket(func(t *sealed.Ticket) { t.Expires = time.Now() })
	others := ticket(func(t *sealed.Ticket) { t.Agent, t.Listing = "ponmlkjihgfedcba", "ponmlkjihgfedcba-c" })
	_, stranger, _ := ed25519.GenerateKey(nil)
	opened, _ := sealed.OpenTicket(good, ticketKey().Public().(ed25519.PublicKey), time.Now())

	var offered string
	line, err := peer.Dial(t.Context(), nil, false, func(_ context.Context, sdp string) (string, error) {
		offered = sdp
		for name, token := range map[string]string{"none": "", "expired": expired, "another agent's": others, "forged": opened.Sign(stranger)} {
			if a := m.offer(ready.Seller, events.PeerOffer{Ticket: token, SDP: sdp}); a.Refusal != events.NoTicket || a.SDP != "" {
				t.Errorf("ticket %s: answered %+v, want %s", name, a, events.NoTicket)
			}
		}
		a := m.offer(ready.Seller, events.PeerOffer{Ticket: good, SDP: sdp})
		if a.Refusal != "" {
			return "", a.Refusal
		}
		return a.SDP, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	if a := m.offer(ready.Seller, events.PeerOffer{Ticket: good, SDP: offered[:40]}); a.Refusal != events.Malformed {
		t.Errorf("half an offer: answered %+v, want %s", a, events.Malformed)
	}

	get := func(token, path, span string) (int, []byte) {
		t.Helper()
		r, _ := http.NewRequest("GET", "http://agent/v1/files/"+string(l.ID)+path, nil)
		r.Header.Set("Authorization", "Ticket "+token)
		if span != "" {
			r.Header.Set("Range", span)
		}
		answer, err := line.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		b, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, b
	}
	status, leaves := get(good, "/tree", "")
	if root := sealed.Root(sealed.Hashes(leaves)).String(); status != 200 || root != l.SealedRoot {
		t.Errorf("tree = %d of %s, want 200 of %s", status, root, l.SealedRoot)
	}
	status, all := get(good, "", "")
	if status != 200 || int64(len(all)) != sealed.SealedSize(l.Size) || bytes.Contains(all, []byte("to be sold")) {
		t.Errorf("file = %d with %d bytes, want %d, sealed", status, len(all), sealed.SealedSize(l.Size))
	}
	if status, rest := get(good, "", "bytes=65536-"); status != 206 || !bytes.Equal(rest, all[65536:]) {
		t.Errorf("from record 1 on = %d with %d bytes", status, len(rest))
	}
	if status, b := get(expired, "", ""); status != 403 || !bytes.Contains(b, []byte(events.NoTicket)) {
		t.Errorf("with an expired ticket = %d %s", status, b)
	}
	if err := tr.stop(); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	r, _ := http.NewRequest("GET", "http://agent/", nil)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := line.RoundTrip(r.WithContext(ctx)); err == nil || ctx.Err() != nil {
		t.Errorf("an agent that stopped is still asked: %v", err)
	}
}
