package fetch_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/peer"
	"lightshare/web/fetch"
)

// servePeer relays offers to the agent's host, as the market does.
func (w *world) servePeer(host *peer.Host) {
	w.market.Config.Handler.(*http.ServeMux).HandleFunc("POST /orders/o1/peer", func(rw http.ResponseWriter, r *http.Request) {
		var ask struct{ Ticket, SDP string }
		if err := json.NewDecoder(r.Body).Decode(&ask); err != nil || ask.Ticket == "" {
			w.t.Errorf("offer %+v, %v", ask, err)
		}
		sdp, err := host.Answer(r.Context(), "o1", ask.SDP, nil)
		if err != nil {
			w.t.Error(err)
		}
		json.NewEncoder(rw).Encode(map[string]string{"sdp": sdp})
	})
}

// Where no address of the agent answers, the file comes over WebRTC, and after a cut from the record that is missing.
func TestFetchOverWebRTC(t *testing.T) {
	file := pattern(40*record + 5)
	w := newWorld(t, file)
	w.reach = func() events.Reach { return w.reachOf("https://127.0.0.1:1") }
	w.onFile = func(rw http.ResponseWriter, _ *http.Request, n int) bool {
		if n > 1 {
			return false
		}
		rw.Write(w.file.Sealed[:10*closed+77])
		panic(http.ErrAbortHandler)
	}
	host, err := peer.NewHost(w.agent.Config.Handler, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(host.Close)
	w.servePeer(host)
	out := filepath.Join(t.TempDir(), "got.bin")
	var said bytes.Buffer
	got, err := fetch.Run(t.Context(), fetch.Options{Link: w.link(), Out: out, Pause: 10 * time.Millisecond, Progress: io.Writer(&said)})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(b, file) {
		t.Errorf("the file that came has %d bytes, %v, and differs", len(b), err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.froms) != 2 || w.froms[1] != 10*closed {
		t.Errorf("asked from bytes %v, want all and then from %d", w.froms, 10*closed)
	}
	if !strings.Contains(said.String(), "over WebRTC, direct") {
		t.Errorf("said %q, want how the seller was reached", said.String())
	}
}
