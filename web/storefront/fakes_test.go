package storefront

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/peer"
	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
	"lightshare/web/checkout"
)

// fakeHouse answers commands about lots as the test says, and remembers them.
type fakeHouse struct {
	mu     sync.Mutex
	answer func(events.Request) events.Answer // guarded by mu
	asked  []events.Request                   // guarded by mu
}

func newFakeHouse(t testing.TB, nc *nats.Conn) *fakeHouse {
	h := &fakeHouse{}
	for p := range events.Partitions {
		_, err := nc.Subscribe(events.CommandSubject(events.AuctionService, p), func(m *nats.Msg) {
			var r events.Request
			if err := json.Unmarshal(m.Data, &r); err != nil {
				t.Error(err)
			}
			m.Respond(encode(t, h.decide(r)))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *fakeHouse) decide(r events.Request) events.Answer {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = append(h.asked, r)
	if h.answer == nil {
		return events.Answer{Refusal: events.Unavailable}
	}
	return h.answer(r)
}

// answers makes the house answer everything with a, from now on.
func (h *fakeHouse) answers(a events.Answer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = func(events.Request) events.Answer { return a }
}

// tellsTrails makes the house say of every lot that it has no facts.
func (h *fakeHouse) tellsTrails() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = func(r events.Request) events.Answer {
		if r.Kind == (events.AskTrail{}).CommandKind() {
			return events.Answer{View: []byte(`{"steps":null}`)}
		}
		return events.Answer{Refusal: events.Unavailable}
	}
}

// bids returns the bids that the house was sent, and under which ids.
func (h *fakeHouse) bids() (bids []events.PlaceBid, ids []events.CommandID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.asked {
		if c, err := r.Command(); err == nil {
			if bid, ok := c.(events.PlaceBid); ok {
				bids, ids = append(bids, bid), append(ids, r.ID)
			}
		}
	}
	return bids, ids
}

// fakeDesk is a desk whose orders go on when the test says so.
type fakeDesk struct {
	mu       sync.Mutex
	orders   map[events.OrderID]checkout.View // guarded by mu
	changed  chan struct{}                    // guarded by mu; closed at each change
	started  []events.CommandID               // guarded by mu
	deal     checkout.Deal                    // guarded by mu; of the newest order
	receipts [][]byte                         // guarded by mu
	away     bool                             // guarded by mu; the seller's agent does not answer
	key      []byte                           // guarded by mu; the client's, as last bound
	agent    string                           // guarded by mu; where the seller's agent is
	peers    *peer.Host                       // guarded by mu; the agent's over WebRTC, or nil
	card     checkout.CardView                // guarded by mu; everybody's
	back     string                           // guarded by mu; where the card's page leads to
	down     bool                             // guarded by mu; the payment provider does not answer
	file     sealedtest.File                  // guarded by mu; what was bought
	unpaid   int                              // guarded by mu; how often the key is held back after the receipt
	proofs   int                              // guarded by mu; that held
}

func (d *fakeDesk) set(v checkout.View) {
	d.mu.Lock()
	defer d.mu.Unlock()
	v.Version = d.orders[v.Order].Version + 1
	d.orders[v.Order] = v
	close(d.changed)
	d.changed = make(chan struct{})
}

func (d *fakeDesk) Start(_ context.Context, id events.CommandID, buyer events.UserID, kind events.OrderKind, o events.Offer, deal checkout.Deal) (events.OrderID, error) {
	order := events.OrderID("order-" + string(id))
	d.mu.Lock()
	d.started, d.deal = append(d.started, id), deal
	d.mu.Unlock()
	d.set(checkout.View{Order: order, Kind: kind, Lot: o.Lot, Buyer: buyer, Seller: o.Seller, Title: o.Title, FileName: o.FileName,
		Size: o.Size, Type: o.Type, Root: o.Root, SealedRoot: o.SealedRoot, Price: events.Money{Amount: o.Terms.Price, Currency: o.Terms.Currency},
		State: checkout.Created, Headline: "Opening the payment page"})
	return order, nil
}

func (d *fakeDesk) SaveCard(_ context.Context, _ events.UserID, back string) (checkout.CardView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down {
		return checkout.CardView{}, errors.New("timeout")
	}
	d.back, d.card.URL = back, "https://pay.example/card"
	return d.card, nil
}

func (d *fakeDesk) Card(context.Context, events.UserID) (checkout.CardView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.card, nil
}

// saved says which card everybody has.
func (d *fakeDesk) saved(v checkout.CardView) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.card = v
}

func (d *fakeDesk) Order(_ context.Context, id events.OrderID) (checkout.View, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	v, ok := d.orders[id]
	if !ok {
		return v, events.NoSuchOrder
	}
	return v, nil
}

func (d *fakeDesk) Await(ctx context.Context, id events.OrderID, ready func(checkout.View) bool) (checkout.View, error) {
	for {
		d.mu.Lock()
		v, changed := d.orders[id], d.changed
		d.mu.Unlock()
		if ready(v) {
			return v, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return v, ctx.Err()
		}
	}
}

func (d *fakeDesk) OrdersOf(buyer events.UserID) []checkout.View {
	d.mu.Lock()
	defer d.mu.Unlock()
	var views []checkout.View
	for _, v := range d.orders {
		if v.Buyer == buyer {
			views = append(views, v)
		}
	}
	return views
}

func (d *fakeDesk) Ticket(_ context.Context, id events.OrderID, key []byte) (checkout.Grant, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.orders[id]
	switch {
	case len(key) != 32:
		return checkout.Grant{}, events.Malformed
	case d.away:
		return checkout.Grant{}, checkout.ErrSellerAway
	}
	d.key = slices.Clone(key)
	return checkout.Grant{Ticket: "a.b", Reach: events.Reach{URLs: []string{d.agent}}, FileName: v.FileName, Size: v.Size, Root: v.Root, Sealed: v.SealedRoot, Listing: v.Lot.Listing()}, nil
}

func (d *fakeDesk) Connect(ctx context.Context, id events.OrderID, ticket, sdp string) (string, error) {
	d.mu.Lock()
	away, peers := d.away, d.peers
	d.mu.Unlock()
	switch {
	case ticket != "a.b":
		return "", events.NoTicket
	case away || peers == nil:
		return "", checkout.ErrSellerAway
	}
	return peers.Answer(ctx, id, sdp, nil)
}

func (d *fakeDesk) Deliver(_ context.Context, id events.OrderID, receipt []byte) error {
	v, err := d.Order(context.Background(), id)
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.receipts = append(d.receipts, slices.Clone(receipt))
	d.mu.Unlock()
	v.State = checkout.Delivered
	d.set(v)
	return nil
}

func (d *fakeDesk) Key(_ context.Context, id events.OrderID) (checkout.Opening, error) {
	v, err := d.Order(context.Background(), id)
	if err != nil {
		return checkout.Opening{}, err
	}
	d.mu.Lock()
	d.unpaid--
	held, key := v.State == checkout.Delivering || d.unpaid >= 0, d.file.Key
	d.mu.Unlock()
	if held {
		return checkout.Opening{}, events.KeyHeld
	}
	v.State = checkout.Captured
	d.set(v)
	return checkout.Opening{Key: key.Secret[:], Salt: key.Salt[:]}, nil
}

func (d *fakeDesk) Mismatch(_ context.Context, _ events.OrderID, p sealed.Proof) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := p.Verify(d.file.Promise(), d.file.Key); err != nil {
		return err
	}
	d.proofs++
	return nil
}

func (d *fakeDesk) AskRefund(ctx context.Context, _ events.CommandID, id events.OrderID, ask events.AskRefund) error {
	v, err := d.Order(ctx, id)
	if err != nil {
		return err
	}
	if ask.Amount == (events.Money{}) {
		ask.Amount = v.Refund.Left
	}
	if ask.Amount.Amount > v.Refund.Left.Amount {
		return events.BadAmount
	}
	v.Refund.Asked, v.Refund.Reason, v.Refund.AskUntil = ask.Amount, ask.Reason, time.Time{}
	d.set(v)
	return nil
}

func (d *fakeDesk) Link(order events.OrderID) string { return "secret-of-" + string(order) }

func (d *fakeDesk) CheckLink(order events.OrderID, secret string) bool {
	return secret == d.Link(order)
}

func (d *fakeDesk) Webhook() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
}

// setAway says whether the seller's agent answers.
func (d *fakeDesk) setAway(away bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.away = away
}

// at says where the seller's agent is.
func (d *fakeDesk) at(url string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.agent = url
}

func (d *fakeDesk) lastReceipt() []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.receipts) == 0 {
		return nil
	}
	return d.receipts[len(d.receipts)-1]
}
