package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/events/sealed"
	"lightshare/web/checkout"
	"lightshare/web/checkout/ledger"
	"lightshare/web/checkout/simulator"
	"lightshare/web/checkout/stripe"
)

// benchBilling measures whole lives of direct sales: the page, the hold, the delivery, the capture, the split, refunds,
// disputes and the sellers' payouts, through journal and desk, against the simulator in this process. The copies are
// given by a stand-in for the auction, and the sellers' agents are one.
type benchBilling struct {
	Sales   int  `default:"20000" help:"Orders that are made."`
	Buyers  int  `default:"512" help:"Who buys at the same time."`
	Sellers int  `default:"50" help:"Who sells; each sale's money is split between two of them."`
	JSON    bool `help:"Print one JSON line."`
}

type billingResult struct {
	Sales       int     `json:"sales"`
	Orders      float64 `json:"orders_per_s"`   // settled: paid and split, refunded, disputed and decided, or abandoned
	LastToFirst float64 `json:"last_to_first"`  // sales a second in the last tenth, beside the first
	Balanced    bool    `json:"balanced"`       // the books with themselves and with the provider's, to the unit
	Calls       float64 `json:"calls_per_sale"` // to the provider, whatever for
	PeakRSS     int64   `json:"peak_rss_mb"`    // of this process: bus, simulator, desk and all buyers
	Captured    int     `json:"captured"`       // and neither refunded nor disputed
	Declined    int     `json:"declined"`       // and abandoned
	Refunded    int     `json:"refunded"`       //
	Disputed    int     `json:"disputed"`       // and decided
	PaidOut     int     `json:"payouts"`        // to sellers
	Violations  uint64  `json:"violations"`     // of the books' promises
	Seconds     float64 `json:"seconds"`        // from the first order to the last payout
	Differences string  `json:"differences,omitempty"`
}

// What becomes of the sales, one of so many each.
const (
	oneDeclined = 50
	oneRefunded = 100
	oneDisputed = 1000
)

// How the provider's webhooks go astray, besides coming twice.
const (
	lostShare = 0.05
	lateShare = 0.10
	lateFor   = 500 * time.Millisecond
)

// Run makes the sales and lets time pass until everything is decided and paid out.
func (c benchBilling) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "lightshare-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	clock := journal.NewClock()
	g, err := embed(ctx, slog.New(slog.DiscardHandler), clock, dir, -1)
	if err != nil {
		return err
	}
	defer g.Close()
	m, err := c.open(g)
	if err != nil {
		return err
	}
	result, err := m.measure(ctx)
	if err != nil {
		return err
	}
	return printResult(c.JSON, result)
}

// billing is a bench under way.
type billing struct {
	benchBilling
	*ground
	desk   *checkout.Desk
	bank   *stripe.Cashier
	faults *simulator.Faults
	way    *inProcess
	shops  []shop
	calls  atomic.Int64
	made   atomic.Int64
	marks  [11]atomic.Int64 // when so many tenths were sold, Unix nanoseconds
	ends   [4]atomic.Int64  // how many sales ended how
}

// shop is a seller with what he sells.
type shop struct {
	seller events.SellerID
	offer  events.Offer
}

const (
	billingPages  = "http://pay.invalid"
	billingMarket = "http://market.invalid"
)

// open starts the simulator and the desk, and has the sellers set up their payouts.
func (c benchBilling) open(g *ground) (*billing, error) {
	const secret = "whsec_bench" // between two parts of this process
	m := &billing{benchBilling: c, ground: g, faults: &simulator.Faults{}, way: &inProcess{}}
	sim, err := simulator.New(simulator.Config{
		Secret: testKey, WebhookSecret: secret, WebhookURL: billingMarket + "/stripe/webhook", BaseURL: billingPages,
		Clock: g.clock, Log: g.log, Faults: m.faults, Client: &http.Client{Transport: m.way},
	})
	if err != nil {
		return nil, err
	}
	g.onClose(func() { sim.Close() })
	m.way.handle("pay.invalid", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			m.calls.Add(1)
		}
		sim.ServeHTTP(w, r)
	}))
	m.bank = stripe.NewOver(testKey, billingPages, &http.Client{Transport: m.way})
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	deposits, err := sealed.NewDepositKey(bytes.Repeat([]byte{2}, 32))
	if err != nil {
		return nil, err
	}
	m.desk, err = checkout.Open(g.ctx, checkout.Config{
		NC: g.nc, Clock: g.clock, Log: g.log, Cashier: m.bank, Bank: m.bank, TicketKey: key, DepositKey: deposits,
		LinkKey: bytes.Repeat([]byte{3}, 32), BaseURL: billingMarket, Poll: 5 * time.Second, AtOnce: m.Buyers,
	})
	if err != nil {
		return nil, err
	}
	g.onClose(func() { m.desk.Close() })
	m.way.handle("market.invalid", stripe.Webhook(secret, m.desk, g.log))
	if err := m.agents(deposits.Public()); err != nil {
		return nil, err
	}
	return m, m.onboard(g.ctx)
}

// measure sells, lets time pass, and looks at the books.
func (m *billing) measure(ctx context.Context) (r billingResult, err error) {
	m.faults.RepeatWebhooks(1)
	m.faults.LoseSome(lostShare)
	m.faults.DelaySome(lateShare, lateFor)
	peak := watchPeak()
	began, calls := time.Now(), m.calls.Load()
	if err := m.sell(ctx); err != nil {
		return r, err
	}
	r.Calls = float64(m.calls.Load()-calls) / float64(m.Sales)
	if err := m.settle(ctx); err != nil {
		return r, err
	}
	r.Seconds = time.Since(began).Seconds()
	r.Sales, r.Orders = m.Sales, float64(m.Sales)/r.Seconds
	tenth := func(n int) float64 { return float64(m.marks[n+1].Load() - m.marks[n].Load()) }
	r.LastToFirst = tenth(0) / tenth(9)
	r.Captured, r.Declined = int(m.ends[wholeSale].Load()), int(m.ends[declinedSale].Load())
	r.Refunded, r.Disputed = int(m.ends[refundedSale].Load()), int(m.ends[disputedSale].Load())
	if r.PaidOut, err = m.payouts(ctx); err != nil {
		return r, err
	}
	r.Violations = m.desk.Violations()
	var report strings.Builder
	wrong := errors.Join(m.desk.Audit(), ledger.Check(ctx, m.nc, io.Discard), ledger.Reconcile(ctx, m.nc, m.bank, m.clock.Now(), &report))
	r.Balanced = wrong == nil && r.Violations == 0 && strings.Contains(report.String(), "both sides agree")
	if !r.Balanced {
		r.Differences = fmt.Sprint(wrong, "\n", report.String())
	}
	r.PeakRSS = peak() >> 20
	return r, nil
}

// How a sale ends.
const (
	wholeSale = iota
	declinedSale
	refundedSale
	disputedSale
)

func endOf(n int) int {
	switch {
	case n%oneDeclined == 1:
		return declinedSale
	case n%oneRefunded == 2:
		return refundedSale
	case n%oneDisputed == 3:
		return disputedSale
	}
	return wholeSale
}

// sell makes all sales, up to the capture or the refund.
func (m *billing) sell(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next atomic.Int64
	m.marks[0].Store(time.Now().UnixNano())
	var buyers sync.WaitGroup
	for range m.Buyers {
		buyers.Go(func() {
			_, client, err := ed25519.GenerateKey(nil)
			for err == nil && ctx.Err() == nil {
				n := int(next.Add(1)) - 1
				if n >= m.Sales {
					return
				}
				if err = m.buy(ctx, n, client); err == nil {
					m.sold()
				}
			}
			if err != nil {
				stop(err)
			}
		})
	}
	buyers.Wait()
	return context.Cause(ctx)
}

// sold notes when each tenth was sold.
func (m *billing) sold() {
	n := m.made.Add(1)
	for i := int64(1); i <= 10; i++ {
		if n == i*int64(m.Sales)/10 {
			m.marks[i].Store(time.Now().UnixNano())
		}
	}
}

// watchPeak returns what stops watching and returns the most memory that this process took, in bytes.
func watchPeak() func() int64 {
	var peak atomic.Int64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			peak.Store(max(peak.Load(), residentBytes()))
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	}()
	return func() int64 {
		close(stop)
		<-done
		return peak.Load()
	}
}
