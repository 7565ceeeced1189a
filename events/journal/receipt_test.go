package journal

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus/embedded"
)

// What was accepted is answered with the house's signature on the history up to it: many at once, and later ones for a
// command sent again.
func TestReceipts(t *testing.T) {
	nc := embedded.Test(t)
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	open(t, nc, func(o *Options[tally]) { o.Key = private })
	to := NewSender(nc, events.AuctionService)
	var mu sync.Mutex
	got := map[uint64]*events.Receipt{} // by number of the fact
	var together int
	var bidders sync.WaitGroup
	for b := range 64 {
		bidders.Go(func() {
			c, offer := bid(fmt.Sprint(b), 1)
			a, err := to.DoSigned(t.Context(), "lot", c, offer, nil)
			if err != nil || a.Receipt == nil {
				t.Errorf("bid %d: %+v, %v, want a receipt", b, a, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			got[a.Receipt.Seq] = a.Receipt
			together = max(together, a.Receipt.Size)
			if err := CheckReceipt(*a.Receipt, public); err != nil || a.Receipt.Seq != a.Seq {
				t.Errorf("receipt %+v of fact %d: %v", a.Receipt, a.Seq, err)
			}
		})
	}
	bidders.Wait()
	if together < 2 {
		t.Error("no two receipts were signed together")
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	var where events.Trail
	if _, err := to.Do(t.Context(), "lot", "", events.AskTrail{}, &where); err != nil {
		t.Fatal(err)
	}
	facts := 0
	err = History(t.Context(), js, events.Lots, "lot", where, func(r events.Record) error {
		facts++
		if hash := r.Hash(); got[r.Seq] == nil || !bytes.Equal(hash[:], got[r.Seq].Hash) || !r.At.Equal(got[r.Seq].At) {
			t.Errorf("fact %d has hash %x, and its receipt says %+v", r.Seq, hash, got[r.Seq])
		}
		return nil
	})
	if err != nil || facts != 64 {
		t.Errorf("the history has %d facts, %v, want 64", facts, err)
	}
	c, offer := bid("7", 1)
	again, err := to.DoSigned(t.Context(), "lot", c, offer, nil)
	if err != nil || !again.Repeated || again.Receipt == nil || again.Receipt.Seq != 64 || CheckReceipt(*again.Receipt, public) != nil {
		t.Errorf("the same bid again = %+v, %v, want a receipt for all 64 facts", again, err)
	}
	if a, err := to.Do(t.Context(), "lot", c, offer, nil); err != nil || a.Receipt != nil {
		t.Errorf("without asking = %+v, %v, want no receipt", a, err)
	}
	if a, err := to.DoSigned(t.Context(), "lot", c, events.PlaceBid{Bidder: "x", Max: 5}, nil); !errors.Is(err, events.IDReused) || a.Receipt != nil {
		t.Errorf("refused = %+v, %v, want no receipt", a, err)
	}
}

// A receipt says what was signed and nothing else.
func TestForgedReceipts(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &partition[tally]{j: &Journal[tally]{o: Options[tally]{Key: private}}}
	var items []*item
	for i := range 5 {
		it := &item{request: events.Request{Subject: fmt.Sprint("lot", i), Receipt: true}}
		p.vouchFor(it, &slot[tally]{Entity: Entity[tally]{Seq: uint64(i + 1), At: time.Unix(int64(i), 0)}}, events.Answer{})
		items = append(items, it)
	}
	p.vouch(items)
	for i, it := range items {
		if err := CheckReceipt(*it.receipt, public); err != nil {
			t.Errorf("receipt %d: %v", i, err)
		}
	}
	for name, change := range map[string]func(*events.Receipt){
		"another lot":    func(r *events.Receipt) { r.Subject = "lot3" },
		"another number": func(r *events.Receipt) { r.Seq++ },
		"another hash":   func(r *events.Receipt) { r.Hash = make([]byte, 31) },
		"another time":   func(r *events.Receipt) { r.At = r.At.Add(time.Millisecond) },
		"another place":  func(r *events.Receipt) { r.Index++ },
		"no such place":  func(r *events.Receipt) { r.Index = -1 },
		"no path":        func(r *events.Receipt) { r.Path = nil },
		"a bad path":     func(r *events.Receipt) { r.Path = slices.Clone(r.Path); r.Path[0] = []byte{1} },
		"the signature":  func(r *events.Receipt) { r.Signature = bytes.Clone(r.Signature); r.Signature[5]++ },
	} {
		bad := *items[2].receipt
		change(&bad)
		if err := CheckReceipt(bad, public); !errors.Is(err, ErrForged) {
			t.Errorf("%s changed: %v, want %v", name, err, ErrForged)
		}
	}
	if err := CheckReceipt(*items[2].receipt, nil); !errors.Is(err, ErrForged) {
		t.Errorf("without a key: %v, want %v", err, ErrForged)
	}
}
