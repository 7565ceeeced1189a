package command

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lightshare/events"
)

func TestPair(t *testing.T) {
	var refusal events.Refusal
	market := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var p events.Pairing
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil || r.URL.Path != "/agents/pair" || !ed25519.Verify(p.Key, events.PairingProof(p), p.Proof) {
			t.Errorf("POST %s with %+v, %v; want a pairing that proves its key", r.URL.Path, p, err)
		}
		if events.PairingCode(p.Code) != "7KQ20M1X" {
			t.Errorf("code = %q", p.Code)
		}
		if refusal != "" {
			w.WriteHeader(http.StatusConflict)
			json.NewEncoder(w).Encode(map[string]any{"error": "in words", "refusal": refusal})
			return
		}
		json.NewEncoder(w).Encode(events.Paired{Seller: events.SellerOf(p.Key), Account: "a***@example.com"})
	}))
	defer market.Close()
	state := t.TempDir()
	say := func(code int, want string, args ...string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		got := Main(append([]string{"pair", "--state", state}, args...), &stdout, &stderr)
		if said := stdout.String() + stderr.String(); got != code || !strings.Contains(said, want) {
			t.Errorf("pair %q = %d %s, want %d with %q", args, got, said, code, want)
		}
	}
	say(exitFailed, "--market", "7kq2-OMLX") // nothing was shared, and no market named
	say(0, "a***@example.com", "7kq2-OMLX", "--market", market.URL)
	say(0, `"seller":`, "7KQ2 0M1X", "--json") // the market is remembered
	refusal = events.NoCode
	say(exitRules, events.NoCode.Words(), "7KQ20M1X")
	market.Close()
	say(exitOffline, "cannot be reached", "7KQ20M1X")
	say(exitUsage, "http or https", "7KQ20M1X", "--market", "market.example")
}
