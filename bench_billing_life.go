package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/events/sealed"
	"lightshare/web/checkout"
	"lightshare/web/checkout/payee"
)

// The simulator's cards.
const (
	cardPays     = "4242424242424242"
	cardDeclined = "4000000000000002"
	cardDisputes = "4000000000000259"
)

const saleTime = 5 * time.Minute // after which a sale that does not move on has failed

// buy takes one sale from the click to the capture, or to where it ends otherwise before time passes.
func (m *billing) buy(ctx context.Context, n int, client ed25519.PrivateKey) error {
	ctx, cancel := context.WithTimeout(ctx, saleTime)
	defer cancel()
	s, end := m.shops[n%len(m.shops)], endOf(n)
	buyer := events.UserID(fmt.Sprint("buyer", n%10_000))
	var order events.OrderID
	err := again(ctx, func() (err error) {
		order, err = m.desk.Start(ctx, events.CommandID(fmt.Sprint("c", n)), buyer, events.OrderDirect, s.offer, checkout.Deal{})
		return err
	})
	if err != nil {
		return err
	}
	v, err := m.desk.Await(ctx, order, func(v checkout.View) bool { return v.PayURL != "" })
	if err != nil {
		return fmt.Errorf("order %s is %s: %w", order, v.State, err)
	}
	card := map[int]string{declinedSale: cardDeclined, disputedSale: cardDisputes}[end]
	if card == "" {
		card = cardPays
	}
	m.ends[end].Add(1)
	if err := m.post(ctx, v.PayURL, url.Values{"number": {card}, "expiry": {"12/99"}, "cvc": {"123"}}); err != nil || end == declinedSale {
		return err
	}
	if err := m.await(ctx, order, checkout.Delivering); err != nil {
		return err
	}
	if err := again(ctx, func() error {
		_, err := m.desk.Ticket(ctx, order, client.Public().(ed25519.PublicKey))
		return err
	}); err != nil {
		return err
	}
	receipt := sealed.Receipt{Order: order, Root: s.offer.SealedRoot, Bytes: sealed.SealedSize(s.offer.Size), At: m.clock.Now()}.Sign(client)
	if err := again(ctx, func() error { return m.desk.Deliver(ctx, order, receipt) }); err != nil {
		return err
	}
	if err := m.await(ctx, order, checkout.Captured); err != nil || end != refundedSale {
		return err
	}
	if err := again(ctx, func() error {
		return m.desk.AskRefund(ctx, "ask", order, events.AskRefund{Reason: events.NotAsDescribed})
	}); err != nil {
		return err
	}
	grant := events.GrantRefund{By: events.BySeller, Seller: s.seller}
	if err := again(ctx, func() error {
		_, err := journal.NewSender(m.nc, events.CheckoutService).Do(ctx, string(order), "grant", grant, nil)
		return err
	}); err != nil {
		return err
	}
	return m.await(ctx, order, checkout.Refunded)
}

// again does what a buyer does whom a busy market, or a busy agent, has sent away.
func again(ctx context.Context, do func() error) error {
	for {
		err := do()
		if !errors.Is(err, events.Unavailable) && !errors.Is(err, checkout.ErrSellerAway) || ctx.Err() != nil {
			return err
		}
	}
}

func (m *billing) await(ctx context.Context, order events.OrderID, s checkout.State) error {
	v, err := m.desk.Await(ctx, order, func(v checkout.View) bool { return v.State == s })
	if err != nil {
		err = fmt.Errorf("order %s is %s, not %s: %w", order, v.State, s, err)
	}
	return err
}

// post fills in one of the provider's pages.
func (m *billing) post(ctx context.Context, page string, form url.Values) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, page, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := m.way.RoundTrip(req)
	if err != nil {
		return err
	}
	resp.Body.Close()
	if resp.StatusCode >= 500 {
		return fmt.Errorf("page %s answers %s", page, resp.Status)
	}
	return nil
}

// agents answers for all sellers' agents and for the auction, and makes the sellers.
func (m *billing) agents(operator []byte) error {
	key := sealed.NewKey()
	answer := func(subject string, f func(*nats.Msg) any) error {
		_, err := m.nc.Subscribe(subject, func(msg *nats.Msg) {
			data, err := json.Marshal(f(msg))
			if err != nil { // plain data
				panic("bench: encode answer: " + err.Error())
			}
			msg.Respond(data) // whoever asked has left, or asks again
		})
		return err
	}
	if err := answer(events.AskSubject("*", events.AskConnect), func(msg *nats.Msg) any {
		return events.Reach{Seller: events.SellerID(strings.Split(msg.Subject, ".")[1]), URLs: []string{"http://127.0.0.1:9"}}
	}); err != nil {
		return err
	}
	if err := answer(events.AskSubject("*", events.AskKey), func(msg *nats.Msg) any {
		var ask events.KeyAsk
		if err := json.Unmarshal(msg.Data, &ask); err != nil {
			return events.KeyDeposit{Refusal: events.Malformed}
		}
		wrapped, err := sealed.Deposit{Order: ask.Order, Listing: ask.Listing, Sealed: ask.SealedRoot}.Wrap(operator, key)
		if err != nil {
			return events.KeyDeposit{Refusal: events.Malformed}
		}
		return events.KeyDeposit{Wrapped: wrapped}
	}); err != nil {
		return err
	}
	yes := events.Answer{}.AppendJSON(nil)
	if _, err := m.nc.Subscribe(events.AuctionService+".*", func(msg *nats.Msg) { // commands come together, one a line
		commands := bytes.Count(bytes.TrimSuffix(msg.Data, []byte{'\n'}), []byte{'\n'}) + 1
		msg.Respond(bytes.Join(slices.Repeat([][]byte{yes}, commands), []byte{'\n'})) // whoever asked has left, or asks again
	}); err != nil {
		return err
	}
	for n := range max(m.Sellers, 2) {
		key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(n), byte(n >> 8)}, ed25519.SeedSize/2))
		m.shops = append(m.shops, shop{seller: events.SellerOf(key.Public().(ed25519.PublicKey))})
	}
	for n := range m.shops {
		m.shops[n].offer = offerOf(m.shops[n].seller, m.shops[(n+1)%len(m.shops)].seller, n)
	}
	return m.nc.Flush()
}

// offerOf is a song at a fixed price, a third of which goes to another seller and a part to the operator.
func offerOf(s, other events.SellerID, n int) events.Offer {
	listing := s.Listing("song")
	price := int64(499 + 7*n)
	return events.Offer{
		Listing: listing, Lot: listing.Lot(), State: events.OfferListed, Seller: s, Title: fmt.Sprint("Song ", n), FileName: "song.flac",
		Size: 5 << 20, Type: "audio/flac", Root: strings.Repeat("1", 64), SealedRoot: strings.Repeat("2", 64),
		Terms: events.Terms{
			Format: events.Direct, Currency: events.USD, Price: price, Edition: events.OpenEdition,
			Shares: []events.Share{{To: events.PayeeID(other), Points: 3333}, {To: events.Operator, Points: 500}},
		},
		Standing: events.Standing{State: events.Open, Edition: events.OpenEdition},
	}
}

// onboard has every seller complete his account at the provider.
func (m *billing) onboard(ctx context.Context) error {
	for _, s := range m.shops {
		if _, err := journal.NewSender(m.nc, events.PayeeService).Do(ctx, string(s.seller), "set-up", events.SetUpPayouts{}, nil); err != nil {
			return err
		}
		p, err := m.payee(ctx, s.seller, func(p events.Payee) bool { return p.SetUp != "" })
		if err != nil {
			return err
		}
		if err := m.post(ctx, p.SetUp, url.Values{"name": {"A seller"}, "iban": {"DE00 0000"}}); err != nil {
			return err
		}
		if _, err := m.payee(ctx, s.seller, func(p events.Payee) bool { return p.Ready }); err != nil {
			return err
		}
	}
	return nil
}

// payee returns how a seller stands as soon as that is as wanted.
func (m *billing) payee(ctx context.Context, s events.SellerID, ready func(events.Payee) bool) (p events.Payee, err error) {
	ctx, cancel := context.WithTimeout(ctx, saleTime)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if p, err = m.desk.Payee(ctx, s); err != nil || ready(p) {
			return p, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return p, fmt.Errorf("seller %s stands at %+v: %w", s, p, ctx.Err())
		}
	}
}

// settle lets time pass: banks open disputes and decide them, pages end unpaid, holds on sellers' money end and it is
// sent. Every order is final then, and every seller has what he earned.
func (m *billing) settle(ctx context.Context) error {
	for _, step := range []struct {
		passes time.Duration
		until  func(checkout.Tally) bool
	}{
		{2 * time.Hour, func(t checkout.Tally) bool {
			return t.Of(checkout.Abandoned) == int(m.ends[declinedSale].Load()) && t.Disputes == int(m.ends[disputedSale].Load()) && t.Unanswered == 0
		}},
		{4 * 24 * time.Hour, func(t checkout.Tally) bool { return t.Of(checkout.Disputed) == 0 && t.Untold == 0 }},
	} {
		m.clock.Advance(step.passes)
		if err := m.tally(ctx, step.until); err != nil {
			return err
		}
	}
	m.clock.Advance(payee.Hold + 2*time.Hour)
	for _, s := range m.shops {
		if _, err := m.payee(ctx, s.seller, func(p events.Payee) bool {
			return len(p.Purses) == 0 || p.Purses[0].Held.Amount == 0 && p.Purses[0].Sending.Amount == 0 && p.Purses[0].Free.Amount < 100
		}); err != nil {
			return err
		}
	}
	return nil
}

// tally waits until the orders stand as wanted.
func (m *billing) tally(ctx context.Context, ready func(checkout.Tally) bool) error {
	ctx, cancel := context.WithTimeout(ctx, saleTime)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		t := m.desk.Tally()
		if ready(t) {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("orders stand at %+v: %w", t, ctx.Err())
		}
	}
}

// payouts counts what was sent to sellers.
func (m *billing) payouts(ctx context.Context) (n int, err error) {
	for _, s := range m.shops {
		p, err := m.desk.Payee(ctx, s.seller)
		if err != nil {
			return n, err
		}
		n += len(p.Payouts)
	}
	return n, nil
}

// inProcess carries requests to handlers of this process, by their host, without a network.
type inProcess struct {
	mu       sync.RWMutex
	handlers map[string]http.Handler // guarded by mu
}

func (p *inProcess) handle(host string, h http.Handler) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.handlers == nil {
		p.handlers = make(map[string]http.Handler)
	}
	p.handlers[host] = h
}

// RoundTrip has the host's handler answer.
func (p *inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.RLock()
	h := p.handlers[r.URL.Host]
	p.mu.RUnlock()
	if h == nil {
		return nil, fmt.Errorf("nobody answers for %s", r.URL.Host)
	}
	arrived := r.Clone(r.Context())
	if arrived.Body == nil {
		arrived.Body = http.NoBody
	}
	arrived.RequestURI = r.URL.RequestURI()
	w := &inMemory{header: make(http.Header), status: http.StatusOK}
	h.ServeHTTP(w, arrived)
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}, nil
}

// inMemory is an answer in memory.
type inMemory struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *inMemory) Header() http.Header         { return a.header }
func (a *inMemory) WriteHeader(status int)      { a.status = status }
func (a *inMemory) Write(b []byte) (int, error) { return a.body.Write(b) }
