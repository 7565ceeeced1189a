package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/web/e2e"
)

// openTestMarket opens a market of the test's own, with one lot on sale.
func openTestMarket(t *testing.T, data string) (*market, events.LotID) {
	t.Helper()
	up := upCommand{Data: data, Bus: -1}
	up.HTTP, up.Payments, up.Console = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	m, err := openMarket(t.Context(), slog.New(slog.DiscardHandler), nil, up)
	must(t, err)
	t.Cleanup(m.Close)
	_, key, err := ed25519.GenerateKey(nil)
	must(t, err)
	l := benchListing(key, 0)
	insist(t.Context(), t, journal.NewSender(m.nc, events.AuctionService), l.ID.Lot(), "open", events.OfferListing{Listing: l, Verdict: events.Verdict{Ruling: events.Allow}})
	return m, l.ID.Lot()
}

// A stranger checks with the program alone how a lot went; a bidder finds in the same record what proves his maximum.
// (promises P3, P7)
func TestVerifyTheRecordThatTheMarketHandsOut(t *testing.T) {
	m, lot := openTestMarket(t, t.TempDir())
	ctx := t.Context()
	ann := signIn(t, ctx, "Ann", m.store)
	address := "/lots/" + string(lot)
	_, err := ann.Await(ctx, address, "the lot", func(p *e2e.Page) bool { return p.Status == 200 })
	must(t, err)
	_, err = ann.Bid(ctx, address, "25.00")
	must(t, err)
	to := journal.NewSender(m.nc, events.AuctionService)
	insist(ctx, t, to, lot, "bob's", events.PlaceBid{Bidder: "bob", Max: 2000})
	own, err := ann.Get(ctx, address+"/record")
	must(t, err)
	public := fetchText(t, ctx, m.store+address+"/record")
	key := strings.TrimSpace(fetchText(t, ctx, m.store+"/house-key"))
	for name, record := range map[string]string{"Ann's": string(own.Body), "the public": public} {
		if strings.Contains(record, `"bob"`) || strings.Contains(record, `"salt"`) != (name == "Ann's") || strings.Contains(record, "2500") != (name == "Ann's") {
			t.Errorf("%s record tells too much or too little:\n%s", name, record)
		}
		file := filepath.Join(t.TempDir(), "record.jsonl")
		must(t, os.WriteFile(file, []byte(record), 0o600))
		if code := run([]string{"verify", file, "--key", key}); code != 0 {
			t.Errorf("verify of %s record: exit code %d, want 0", name, code)
		}
		forged := bytes.Replace([]byte(record), []byte(`"price":2050`), []byte(`"price":2060`), 1)
		if bytes.Equal(forged, []byte(record)) {
			t.Fatalf("no price to forge in\n%s", record)
		}
		must(t, os.WriteFile(file, forged, 0o600))
		if code := run([]string{"verify", file, "--key", key}); code != 5 {
			t.Errorf("verify of %s record forged: exit code %d, want 5", name, code)
		}
	}
	if code := run([]string{"verify", string(lot), "--market", m.store, "--key", key}); code != 0 {
		t.Errorf("verify over the network: exit code %d, want 0", code)
	}
	if code := run([]string{"verify", string(lot), "--market", m.store, "--key", strings.Repeat("00", 32)}); code != 5 {
		t.Errorf("verify with another house's key: exit code %d, want 5", code)
	}
}

func fetchText(t *testing.T, ctx context.Context, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	must(t, err)
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(t, err)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s", address, res.Status)
	}
	return string(b)
}
