package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/auction"
	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/journal"
	"lightshare/web/checkout"
	"lightshare/web/e2e"
)

// A backup brought back into a blank market is the same truth, to the byte; one that was touched brings back nothing.
// (promise P27)
func TestABackupRestoresTheSameTruth(t *testing.T) {
	data, dir := t.TempDir(), filepath.Join(t.TempDir(), "backup")
	liveALittle(t, data)
	old := reopen(t, data)
	want := truth(t, old.nc)
	backup := func(g *ground, dir string) int {
		return run([]string{"backup", dir, "--nats", g.bus.URL, "--keys", g.bus.Keys})
	}
	if code := backup(old, dir); code != 0 {
		t.Fatalf("backup: exit code %d", code)
	}
	seed, err := os.ReadFile(filepath.Join(old.bus.Keys, houseSeed))
	must(t, err)
	old.Close()

	blank := reopen(t, t.TempDir())
	restore := func(dir string) int {
		return run([]string{"restore", dir, "--nats", blank.bus.URL, "--keys", blank.bus.Keys})
	}
	if code := restore(dir); code == 0 {
		t.Error("restore without the house's key went through")
	}
	must(t, os.WriteFile(filepath.Join(blank.bus.Keys, houseSeed), bytes.Repeat([]byte{1}, len(seed)), 0o600))
	if code := restore(dir); code == 0 {
		t.Error("restore with another house's key went through")
	}
	must(t, os.WriteFile(filepath.Join(blank.bus.Keys, houseSeed), seed, 0o600))
	for name, spoil := range map[string]func(file string, b []byte) []byte{
		"a byte changed": func(file string, b []byte) []byte {
			return bytes.Replace(b, []byte(`"price":`), []byte(`"price": `), 1)
		},
		"the end cut off": func(_ string, b []byte) []byte {
			return b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1]
		},
		"a name changed": func(_ string, b []byte) []byte {
			return bytes.Replace(b, []byte(`"key":"carol"`), []byte(`"key":"karol"`), 1)
		},
		"a fact left out": func(_ string, b []byte) []byte {
			lines := bytes.SplitAfter(b, []byte{'\n'})
			return bytes.Join(append(lines[:3:3], lines[4:]...), nil)
		},
	} {
		spoilt := t.TempDir()
		must(t, os.CopyFS(spoilt, os.DirFS(dir)))
		file := copyOf(spoilt, events.Lots)
		if name == "a name changed" {
			file = copyOf(spoilt, bus.Parties)
		}
		b, err := os.ReadFile(file)
		must(t, err)
		must(t, os.WriteFile(file, spoil(file, b), 0o600))
		if code := restore(spoilt); code == 0 {
			t.Errorf("a backup with %s went through", name)
		}
	}
	js, err := jetstream.New(blank.nc)
	must(t, err)
	for _, name := range backedUp {
		if empty, err := journal.IsEmpty(t.Context(), js, name); err != nil || !empty {
			t.Errorf("a backup that was refused left something in the journal %s, %v", name, err)
		}
	}
	for _, name := range backedUpBuckets {
		if empty, err := journal.IsEmptyBucket(t.Context(), js, name); err != nil || !empty {
			t.Errorf("a backup that was refused left somebody in the bucket %s, %v", name, err)
		}
	}
	if code := restore(dir); code != 0 {
		t.Fatalf("restore: exit code %d", code)
	}
	if code := restore(dir); code == 0 {
		t.Error("a second restore into the same market went through")
	}
	again := filepath.Join(t.TempDir(), "again")
	if code := backup(blank, again); code != 0 {
		t.Fatalf("backup of the restored market: exit code %d", code)
	}
	for _, name := range append(slices.Clone(backedUp), backedUpBuckets...) {
		first, err := os.ReadFile(copyOf(dir, name))
		must(t, err)
		second, err := os.ReadFile(copyOf(again, name))
		must(t, err)
		if !bytes.Equal(first, second) {
			t.Errorf("%s of the restored market is not the same to the byte", name)
		}
	}
	if got := truth(t, blank.nc); !reflect.DeepEqual(got, want) || len(got) < 5 || got["parties carol"] == "" {
		t.Errorf("the restored market knows %d things, and the old one %d, or others:\n%v\n%v", len(got), len(want), got, want)
	}
}

// liveALittle has people bid in a market that keeps its data in a folder.
func liveALittle(t *testing.T, data string) {
	t.Helper()
	m, lot := openTestMarket(t, data)
	ann := signIn(t, t.Context(), "Ann", m.store)
	address := "/lots/" + string(lot)
	_, err := ann.Await(t.Context(), address, "the lot", func(p *e2e.Page) bool { return p.Status == 200 })
	must(t, err)
	_, err = ann.Bid(t.Context(), address, "25.00")
	must(t, err)
	to := journal.NewSender(m.nc, events.AuctionService)
	for i := range 50 {
		insist(t.Context(), t, to, lot, events.CommandID(fmt.Sprint("bid", i)), events.PlaceBid{Bidder: events.UserID(fmt.Sprint("bidder", i%3)), Max: int64(i+1) * 10_000})
	}
	_, key, err := ed25519.GenerateKey(nil)
	must(t, err)
	song := benchListing(key, 1)
	song.Terms = events.Terms{Format: events.Direct, Currency: events.USD, Price: 900}
	song.Sign(key)
	insist(t.Context(), t, to, song.ID.Lot(), "open", events.OfferListing{Listing: song, Verdict: events.Verdict{Ruling: events.Allow}})
	_, err = ann.Await(t.Context(), "/lots/"+string(song.ID), "the song", func(p *e2e.Page) bool { return p.Status == 200 })
	must(t, err)
	_, err = ann.Buy(t.Context(), "/lots/"+string(song.ID))
	must(t, err)
	keepParties(t, m.nc)
	m.Close()
}

// keepParties has two people send notices, one of whom is erased again.
func keepParties(t *testing.T, nc *nats.Conn) {
	t.Helper()
	js, err := jetstream.New(nc)
	must(t, err)
	kv, err := js.KeyValue(t.Context(), bus.Parties)
	must(t, err)
	for _, name := range []string{"carol", "dora"} {
		_, err := kv.Put(t.Context(), name, []byte(`{"name":"`+name+`"}`))
		must(t, err)
	}
	must(t, kv.Delete(t.Context(), "dora"))
}

// reopen starts the servers alone on a folder.
func reopen(t *testing.T, data string) *ground {
	t.Helper()
	g, err := embed(t.Context(), slog.New(slog.DiscardHandler), nil, data, -1)
	must(t, err)
	t.Cleanup(g.Close)
	return g
}

// truth is what follows from the facts of lots and orders, and who people are, each as JSON.
func truth(t *testing.T, nc *nats.Conn) map[string]string {
	t.Helper()
	all := map[string]string{}
	collect(t, nc, all, journal.Options[auction.Lot]{Name: events.Lots, Service: events.AuctionService, Rules: auction.Rules{}})
	collect(t, nc, all, journal.Options[checkout.Order]{Name: events.Orders, Service: events.CheckoutService, Rules: checkout.Rules{}})
	js, err := jetstream.New(nc)
	must(t, err)
	for _, name := range backedUpBuckets {
		kv, err := js.KeyValue(t.Context(), name)
		must(t, err)
		keys, err := kv.Keys(t.Context())
		must(t, err)
		for _, key := range keys {
			e, err := kv.Get(t.Context(), key)
			must(t, err)
			all[name+" "+key] = string(e.Value())
		}
	}
	return all
}

func collect[S any](t *testing.T, nc *nats.Conn, into map[string]string, o journal.Options[S]) {
	t.Helper()
	j, err := journal.Open(t.Context(), nc, o)
	must(t, err)
	must(t, j.Each(t.Context(), func(subject string, s S) {
		b, err := json.Marshal(s)
		must(t, err)
		into[o.Name+" "+subject] = string(b)
	}))
	must(t, j.Close())
}
