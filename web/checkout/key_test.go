package checkout_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
	"lightshare/web/checkout"
)

// delivering makes an order for the file, ready to be delivered.
func (w *world) delivering(f sealedtest.File) events.OrderID {
	w.t.Helper()
	o := offer()
	o.Root, o.SealedRoot, o.Size = f.Root(), f.SealedRoot(), int64(len(f.Plain))
	order, err := w.desk.Start(context.Background(), "c1", buyer, events.OrderDirect, o, checkout.Deal{})
	if err != nil {
		w.t.Fatal(err)
	}
	w.pay(order, pays)
	w.await(order, checkout.Delivering)
	return order
}

// deliver signs for the whole sealed file.
func (w *world) deliver(order events.OrderID, f sealedtest.File) {
	w.t.Helper()
	receipt := sealed.Receipt{Order: order, Root: f.SealedRoot(), Bytes: int64(len(f.Sealed)), At: w.clock.Now()}.Sign(clientKey)
	if err := w.desk.Deliver(context.Background(), order, receipt); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) key(order events.OrderID) (sealed.Key, error) {
	w.t.Helper()
	o, err := w.desk.Key(context.Background(), order)
	if err != nil {
		return sealed.Key{}, err
	}
	return sealed.KeyOf(append(o.Key, o.Salt...))
}

// Whatever a buyer does short of paying, he has sealed bytes and no key.
func TestNoKeyWithoutCapture(t *testing.T) {
	w := newWorld(t)
	w.agent()
	order := w.delivering(song)
	w.ticket(order)
	w.ticket(order)
	if n := w.deposits.Load(); n != 1 {
		t.Errorf("the agent was asked for the key %d times, want once for an order", n)
	}
	if _, err := w.key(order); !errors.Is(err, events.KeyHeld) {
		t.Errorf("Key before the receipt = %v, want %v", err, events.KeyHeld)
	}
	plain := sealed.Receipt{Order: order, Root: root, Bytes: int64(len(song.Plain)), At: w.clock.Now()}.Sign(clientKey)
	if err := w.desk.Deliver(context.Background(), order, plain); !errors.Is(err, events.NoReceipt) {
		t.Errorf("receipt over the plain root = %v, want %v", err, events.NoReceipt)
	}
	w.faults.FailCalls(3) // the provider is out of order; the key waits for it
	w.deliver(order, song)
	k, err := w.key(order)
	if err != nil || k != song.Key {
		t.Errorf("Key after the capture = %v, %v", k, err)
	}
	if v := w.await(order, checkout.Captured); v.State != checkout.Captured {
		t.Errorf("the key was given out in state %s", v.State)
	}
	wantPayments(t, w, order, checkout.PaymentCaptured)
}

func TestNoKeyOnceReleased(t *testing.T) {
	w := newWorld(t)
	w.agent()
	order := w.delivering(song)
	w.ticket(order)
	w.clock.Advance(8 * 24 * 60 * 60 * 1e9)
	w.await(order, checkout.Released)
	if _, err := w.key(order); !errors.Is(err, events.WrongState) {
		t.Errorf("Key of a released order = %v, want %v", err, events.WrongState)
	}
}

// The key is opened only by the operator: neither the journal nor anything that pages show has it.
func TestJournalKeepsTheKeyWrapped(t *testing.T) {
	w := newWorld(t)
	w.agent()
	order := w.delivering(song)
	w.ticket(order)
	text, err := json.Marshal(must(w.desk.Order(context.Background(), order)))
	if err != nil || bytes.Contains(text, []byte("wrapped")) {
		t.Errorf("view = %s, %v, want nothing of the key", text, err)
	}
	w.restart()
	w.deliver(order, song)
	if k, err := w.key(order); err != nil || k != song.Key {
		t.Errorf("Key after a restart = %v, %v", k, err)
	}
}

// No ticket is given out for a file whose key is not there, or is none.
func TestNoTicketWithoutKey(t *testing.T) {
	for name, answer := range map[string]string{
		"refused": `{"refusal":"not_for_sale"}`, "nothing": `{}`, "no JSON": `<`, "no key": `{"wrapped":"bm8ga2V5"}`,
	} {
		w := newWorld(t)
		order := w.delivering(song)
		for verb, says := range map[string]string{events.AskKey: answer, events.AskConnect: `{"seller":"` + string(seller) + `","urls":["http://127.0.0.1:9"]}`} {
			if _, err := w.nc.Subscribe(events.AskSubject(seller, verb), func(m *nats.Msg) { m.Respond([]byte(says)) }); err != nil {
				t.Fatal(err)
			}
		}
		_, err := w.desk.Ticket(context.Background(), order, clientKey.Public().(ed25519.PublicKey))
		if !errors.Is(err, events.NoKey) {
			t.Errorf("%s: Ticket = %v, want %v", name, err, events.NoKey)
		}
	}
}

// A seller who sealed something else, or deposited another key, gives the money back: one record proves it.
func TestMismatchIsRefunded(t *testing.T) {
	promised := bytes.Repeat([]byte("promised "), 30_000)
	other := bytes.Repeat([]byte("rubbish! "), 30_000)
	fraud := sealedtest.Fraud(promised, other, sealedtest.Seal(promised).Leaves)
	piece := func(f sealedtest.File, i int64) sealed.Piece {
		at := i * sealed.SealedRecordSize
		end := min(at+sealed.SealedRecordSize, int64(len(f.Sealed)))
		return sealed.Piece{Index: i, Sealed: f.Sealed[at:end], Path: sealed.Path(f.Records, i)}
	}
	for name, tc := range map[string]struct {
		file  sealedtest.File
		key   sealed.Key
		proof sealed.Proof
	}{
		"another content": {fraud, fraud.Key, sealed.Proof{Pieces: []sealed.Piece{piece(fraud, 1)}, Leaf: &fraud.Leaves[1], Path: sealed.Path(fraud.Leaves, 1)}},
		"another key":     {song, sealed.NewKey(), sealed.Proof{Pieces: []sealed.Piece{piece(song, 0)}}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.agentWith(tc.key)
			order := w.delivering(tc.file)
			w.ticket(order)
			if err := w.desk.Mismatch(context.Background(), order, tc.proof); !errors.Is(err, events.KeyHeld) {
				t.Errorf("Mismatch before the capture = %v, want %v", err, events.KeyHeld)
			}
			w.deliver(order, tc.file)
			w.await(order, checkout.Captured)
			if err := w.desk.Mismatch(context.Background(), order, sealed.Proof{Pieces: []sealed.Piece{{}}}); !errors.Is(err, events.NoProof) {
				t.Errorf("Mismatch with nothing to show = %v, want %v", err, events.NoProof)
			}
			w.faults.LoseAnswers(1)
			for range 2 {
				if err := w.desk.Mismatch(context.Background(), order, tc.proof); err != nil {
					t.Fatalf("Mismatch = %v", err)
				}
			}
			w.await(order, checkout.Refunded)
			wantPayments(t, w, order, checkout.PaymentRefunded)
			if got := w.notices(order, "refunded"); !slices.Equal(got, []string{"paid", "delivered", "captured", "mismatch", "refunded"}) {
				t.Errorf("notices = %v", got)
			}
		})
	}
}

// An honest seller keeps his money whatever is shown.
func TestHonestSellerIsNotRefunded(t *testing.T) {
	w := newWorld(t)
	w.agent()
	order := w.delivering(song)
	w.ticket(order)
	w.deliver(order, song)
	w.await(order, checkout.Captured)
	record := song.Sealed[:sealed.SealedRecordSize]
	for name, p := range map[string]sealed.Proof{
		"nothing":         {},
		"the true record": {Pieces: []sealed.Piece{{Sealed: record, Path: sealed.Path(song.Records, 0)}}, Leaf: &song.Leaves[0], Path: sealed.Path(song.Leaves, 0)},
		"a forged record": {Pieces: []sealed.Piece{{Sealed: make([]byte, len(record)), Path: sealed.Path(song.Records, 0)}}},
		"a forged leaf":   {Pieces: []sealed.Piece{{Sealed: record, Path: sealed.Path(song.Records, 0)}}, Leaf: &sealed.Hash{}, Path: sealed.Path(song.Leaves, 0)},
	} {
		if err := w.desk.Mismatch(context.Background(), order, p); !errors.Is(err, events.NoProof) {
			t.Errorf("%s: Mismatch = %v, want %v", name, err, events.NoProof)
		}
	}
	if v := must(w.desk.Order(context.Background(), order)); v.State != checkout.Captured {
		t.Errorf("the order is %s, want it as it was", v.State)
	}
}
