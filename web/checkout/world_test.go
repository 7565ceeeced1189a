package checkout_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/bus/embedded"
	"lightshare/events/journal"
	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
	"lightshare/web/checkout"
	"lightshare/web/checkout/simulator"
	"lightshare/web/checkout/stripe"
)

const (
	secret        = "sk_test_simulated"
	webhookSecret = "whsec_simulated"
	pays          = "4242424242424242"
	isDeclined    = "4000000000000002"
	buyer         = events.UserID("u1")
	patience      = time.Minute
)

var (
	ticketKey = ed25519.NewKeyFromSeed([]byte(strings.Repeat("t", ed25519.SeedSize)))
	clientKey = ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
	agentKey  = ed25519.NewKeyFromSeed([]byte(strings.Repeat("a", ed25519.SeedSize)))
	seller    = events.SellerOf(agentKey.Public().(ed25519.PublicKey))
	operator  = must(sealed.NewDepositKey([]byte(strings.Repeat("d", 32))))
	listing   = seller.Listing("song")
	song      = sealedtest.Seal([]byte(strings.Repeat("la ", 30_000)))
	root      = song.Root()
	price     = events.Money{Amount: 1250, Currency: events.USD}
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// world is a desk with everything around it: a bus, a provider, an auction house and a seller's agent.
type world struct {
	t        *testing.T
	nc       *nats.Conn
	clock    *journal.Clock
	faults   *simulator.Faults
	cashier  checkout.Cashier
	bank     *stripe.Cashier
	auction  *house
	desk     *checkout.Desk
	deposits atomic.Int32                 // that the agent was asked for
	webhook  atomic.Pointer[http.Handler] // of the desk as it is now
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, nc: embedded.Test(t), clock: journal.NewClock(), faults: &simulator.Faults{}}
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if h := w.webhook.Load(); h != nil {
			(*h).ServeHTTP(rw, r)
		} else {
			http.Error(rw, "closed", http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(hook.Close)
	mux := http.NewServeMux()
	stripeLike := httptest.NewServer(mux)
	t.Cleanup(stripeLike.Close)
	sim, err := simulator.New(simulator.Config{
		Secret: secret, WebhookSecret: webhookSecret, WebhookURL: hook.URL, BaseURL: stripeLike.URL,
		Clock: w.clock, Faults: w.faults, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	mux.Handle("/", sim)
	mux.HandleFunc("/orders/", func(http.ResponseWriter, *http.Request) {})
	w.bank = stripe.New(secret, stripeLike.URL)
	w.cashier = w.bank
	w.auction = newHouse(t, w.nc)
	w.open(stripeLike.URL)
	t.Cleanup(w.close)
	return w
}

func (w *world) open(base string) {
	w.t.Helper()
	config := checkout.Config{
		NC: w.nc, Clock: w.clock, Log: slog.New(slog.DiscardHandler), Cashier: w.cashier, Bank: w.bank, TicketKey: ticketKey, DepositKey: operator,
		LinkKey: []byte(strings.Repeat("l", 32)), BaseURL: base, Poll: 50 * time.Millisecond,
	}
	d, err := checkout.Open(context.Background(), config)
	for late := time.Now().Add(patience); errors.Is(err, context.DeadlineExceeded) && time.Now().Before(late); {
		d, err = checkout.Open(context.Background(), config) // the bus is slow; whoever starts a market starts it again
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.desk = d
	h := stripe.Webhook(webhookSecret, w.desk, slog.New(slog.DiscardHandler))
	w.webhook.Store(&h)
}

func (w *world) close() {
	w.webhook.Store(nil)
	if err := w.desk.Close(); err != nil {
		w.t.Error(err)
	}
}

func (w *world) restart() {
	w.t.Helper()
	base := w.desk.BaseURL
	w.close()
	w.open(base)
}

// agent answers for the seller until the test ends.
func (w *world) agent() { w.agentWith(song.Key) }

// agentWith is an agent that deposits the given key.
func (w *world) agentWith(key sealed.Key) {
	w.t.Helper()
	_, err := w.nc.Subscribe(events.AskSubject(seller, events.AskKey), func(m *nats.Msg) {
		w.deposits.Add(1)
		var ask events.KeyAsk
		if err := json.Unmarshal(m.Data, &ask); err != nil {
			w.t.Error(err)
		}
		wrapped, err := sealed.Deposit{Order: ask.Order, Listing: ask.Listing, Sealed: ask.SealedRoot}.Wrap(operator.Public(), key)
		if err != nil {
			w.t.Error(err)
		}
		m.Respond(must(json.Marshal(events.KeyDeposit{Wrapped: wrapped})))
	})
	if err != nil {
		w.t.Fatal(err)
	}
	_, err = w.nc.Subscribe(events.AskSubject(seller, events.AskConnect), func(m *nats.Msg) {
		data, _ := json.Marshal(events.Reach{Seller: seller, URLs: []string{"http://127.0.0.1:9"}}) // plain data
		m.Respond(data)
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func offer() events.Offer {
	return events.Offer{
		Listing: listing, Lot: listing.Lot(), State: events.OfferListed, Seller: seller, Title: "A song",
		FileName: "song.flac", Size: int64(len(song.Plain)), Type: "audio/flac", Root: root, SealedRoot: song.SealedRoot(),
		Terms:    events.Terms{Format: events.Direct, Currency: price.Currency, Price: price.Amount, Edition: 5},
		Standing: events.Standing{State: events.Open, Edition: 5},
	}
}

func (w *world) start(id events.CommandID) events.OrderID {
	w.t.Helper()
	order, err := w.desk.Start(context.Background(), id, buyer, events.OrderDirect, offer(), checkout.Deal{})
	if err != nil {
		w.t.Fatal(err)
	}
	return order
}

// await returns the order when it is in the state.
func (w *world) await(order events.OrderID, s checkout.State) checkout.View {
	w.t.Helper()
	return w.until(order, string(s), func(v checkout.View) bool { return v.State == s })
}

func (w *world) until(order events.OrderID, what string, ready func(checkout.View) bool) checkout.View {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	v, err := w.desk.Await(ctx, order, ready)
	if err != nil {
		w.t.Fatalf("order %s is %s (%s), waiting for %s: %v", order, v.State, v.Reason, what, err)
	}
	return v
}

// pay puts a card into the order's payment page.
func (w *world) pay(order events.OrderID, card string) {
	w.t.Helper()
	page := w.await(order, checkout.Payable).PayURL
	resp, err := http.PostForm(page, url.Values{"number": {card}, "expiry": {"12/34"}, "cvc": {"123"}})
	if err != nil {
		w.t.Fatal(err)
	}
	resp.Body.Close()
}

func (w *world) ticket(order events.OrderID) checkout.Grant {
	w.t.Helper()
	g, err := w.desk.Ticket(context.Background(), order, clientKey.Public().(ed25519.PublicKey))
	if err != nil {
		w.t.Fatal(err)
	}
	return g
}

func (w *world) receipt(order events.OrderID) []byte {
	return sealed.Receipt{Order: order, Root: song.SealedRoot(), Bytes: int64(len(song.Sealed)), At: w.clock.Now()}.Sign(clientKey)
}

// payments returns how the order's payments stand at the provider.
func (w *world) payments(order events.OrderID) map[checkout.PaymentState]int {
	w.t.Helper()
	news, err := w.cashier.News(context.Background(), w.clock.Now().Add(-20*24*time.Hour))
	if err != nil {
		w.t.Fatal(err)
	}
	seen, states := map[string]bool{}, map[checkout.PaymentState]int{}
	for _, n := range news {
		p, err := w.cashier.Look(context.Background(), n)
		if err != nil {
			w.t.Fatal(err)
		}
		if p.Order == order && p.ID != "" && !seen[p.ID] {
			seen[p.ID] = true
			states[p.State]++
		}
	}
	return states
}

// onlyPayment returns the id of the order's payment at the provider.
func (w *world) onlyPayment(order events.OrderID) string {
	w.t.Helper()
	news, err := w.cashier.News(context.Background(), w.clock.Now().Add(-24*time.Hour))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, n := range news {
		if p, err := w.cashier.Look(context.Background(), n); err == nil && p.Order == order && p.ID != "" {
			return p.ID
		}
	}
	w.t.Fatalf("order %s has no payment", order)
	return ""
}

// notices returns the kinds of notices that the buyer got about the order, as soon as the last one is of that kind.
func (w *world) notices(order events.OrderID, last string) (kinds []string) {
	w.t.Helper()
	return w.noticesUntil(order, last, func(kinds []string) bool { return kinds[len(kinds)-1] == last })
}

// noticesUntil returns the kinds of notices that the buyer got about the order, as soon as there are enough.
func (w *world) noticesUntil(order events.OrderID, what string, enough func(kinds []string) bool) (kinds []string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	js, err := jetstream.New(w.nc)
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := js.OrderedConsumer(ctx, bus.Notices, jetstream.OrderedConsumerConfig{FilterSubjects: []string{events.NoticeSubject(buyer)}})
	if err != nil {
		w.t.Fatal(err)
	}
	messages, err := c.Messages()
	if err != nil {
		w.t.Fatal(err)
	}
	defer messages.Stop()
	for {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			w.t.Fatalf("notices %v, waiting for %s: %v", kinds, what, err)
		}
		var n events.Notice
		if err := json.Unmarshal(msg.Data(), &n); err != nil {
			w.t.Fatal(err)
		}
		if n.Order != order {
			continue
		}
		if kinds = append(kinds, n.Kind); enough(kinds) {
			return kinds
		}
	}
}

// states publishes a fact of the lot, as auction would, the given number of times.
func (w *world) states(seq uint64, f events.Fact, times int) {
	w.t.Helper()
	body, err := json.Marshal(f)
	if err != nil {
		w.t.Fatal(err)
	}
	lot := string(listing.Lot())
	rec, err := json.Marshal(events.Record{Subject: lot, Seq: seq, At: w.clock.Now(), Kind: f.FactKind(), Body: body})
	if err != nil {
		w.t.Fatal(err)
	}
	for range times {
		w.publish(events.JournalSubject(events.Lots, events.PartitionOf(lot)), rec)
	}
}

// stated waits until a journal has such a fact of somebody. What follows from it by the clock can be waited for only then.
func (w *world) stated(name, subject string, f events.Fact) {
	w.t.Helper()
	found := make(chan struct{}, 100)
	stop, err := journal.FollowAll(context.Background(), w.nc, name, func(_ context.Context, rec events.Record) error {
		if rec.Subject == subject && rec.Kind == f.FactKind() {
			found <- struct{}{}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	defer stop()
	select {
	case <-found:
	case <-time.After(patience):
		w.t.Fatalf("%s of %s was never stated", f.FactKind(), subject)
	}
}

func (w *world) publish(subject string, data []byte) {
	w.t.Helper()
	js, err := jetstream.New(w.nc)
	if err == nil {
		_, err = js.Publish(context.Background(), subject, data)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// house answers the commands that checkout sends to the auction.
type house struct {
	mu      sync.Mutex
	refusal events.Refusal // guarded by mu; of the next Buy
	bought  map[events.OrderID]bool
	given   map[events.OrderID]bool // returned
	unpaid  map[events.OrderID]bool
	asked   int        // guarded by mu
	claim   events.Buy // guarded by mu; the newest
}

func newHouse(t *testing.T, nc *nats.Conn) *house {
	t.Helper()
	h := &house{bought: map[events.OrderID]bool{}, given: map[events.OrderID]bool{}, unpaid: map[events.OrderID]bool{}}
	_, err := nc.Subscribe(events.AuctionService+".*", func(m *nats.Msg) {
		answer, _ := json.Marshal(h.decide(m.Data)) // plain data
		m.Respond(answer)
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) decide(data []byte) events.Answer {
	h.mu.Lock()
	defer h.mu.Unlock()
	var req events.Request
	if json.Unmarshal(data, &req) != nil {
		return events.Answer{Refusal: events.Malformed}
	}
	c, _ := req.Command()
	switch c := c.(type) {
	case events.Buy:
		h.asked++
		h.claim = c
		if h.refusal != "" {
			return events.Answer{Refusal: h.refusal}
		}
		h.bought[c.Order] = true
	case events.ReturnCopy:
		h.given[c.Order] = true
	case events.RecordUnpaid:
		h.unpaid[c.Order] = true
	}
	return events.Answer{}
}

func (h *house) refuse(r events.Refusal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refusal = r
}

func (h *house) has(order events.OrderID) (bought, returned bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.bought[order], h.given[order]
}

// claims returns how often a copy was asked for.
func (h *house) claims() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked
}

// struck reports whether the auction was told that nobody paid for the order.
func (h *house) struck(order events.OrderID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.unpaid[order]
}

// payPage pays on a page that nobody listens to.
func payPage(t *testing.T, page string) {
	t.Helper()
	resp, err := http.PostForm(page, url.Values{"number": {pays}, "expiry": {"12/34"}, "cvc": {"123"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("paying answers %d", resp.StatusCode)
	}
}

// page returns the order's payment page, also while the desk is closed.
func (w *world) page(order events.OrderID) string {
	w.t.Helper()
	for _, v := range w.desk.OrdersOf(buyer) {
		if v.Order == order && v.PayURL != "" {
			return v.PayURL
		}
	}
	w.t.Fatalf("order %s has no page", order)
	return ""
}

// awaitPayments waits until the order's only payment is in that state at the provider.
func (w *world) awaitPayments(order events.OrderID, state checkout.PaymentState) {
	w.t.Helper()
	w.eventually(func() bool { got := w.payments(order); return len(got) == 1 && got[state] == 1 })
}

// awaitOrders waits until the buyer has n orders.
func (w *world) awaitOrders(n int) (orders []checkout.View) {
	w.t.Helper()
	w.eventually(func() bool { orders = w.desk.OrdersOf(buyer); return len(orders) == n })
	return orders
}

// eventually waits for what nobody announces.
func (w *world) eventually(ready func() bool) {
	w.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for !ready() {
		select {
		case <-tick.C:
		case <-late:
			w.t.Fatal("it never came")
		}
	}
}
