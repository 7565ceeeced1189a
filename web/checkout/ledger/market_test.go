package ledger_test

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/events/sealed"
	"lightshare/web/checkout"
	"lightshare/web/checkout/ledger"
)

var (
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	client = ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
	bind   = events.RecordClient{Key: client.Public().(ed25519.PublicKey)}
	key    = events.RecordKey{Wrapped: []byte("wrapped")}
	proof  = events.ProveMismatch{Digest: []byte("digest")}
	root   = strings.Repeat("ab", 32)
)

const (
	seller   = events.SellerID("ssssssssssssssss")
	coauthor = events.PayeeID("cccccccccccccccc")
)

// tester is *testing.T or *rapid.T.
type tester interface {
	Fatal(...any)
	Fatalf(string, ...any)
}

// market is some orders under the real rules, the books of their facts, and a payment provider.
type market struct {
	t        tester
	now      time.Time
	book     *ledger.Book
	facts    []events.Record
	orders   []*purchase
	payments []*payment
}

// purchase is one order.
type purchase struct {
	journal.Entity[checkout.Order]
	id      events.OrderID
	price   events.Money
	receipt events.RecordDelivery
}

// payment is one of the provider's.
type payment struct {
	id       string
	of       *purchase
	state    checkout.PaymentState
	amount   events.Money // held
	captured int64
	back     int64 // refunded
	disputed int64 // taken back by the bank, once
	verdict  events.DisputeState
	before   time.Time
}

// receipts are made once: signing is slow.
var receipts = map[events.OrderID]events.RecordDelivery{}

func init() {
	for n := range 3 {
		for _, kind := range []events.OrderKind{events.OrderWon, events.OrderDirect} {
			id, _ := named(n, kind)
			r := sealed.Receipt{Order: id, Root: root, Bytes: sealed.SealedSize(1000), At: noon}
			receipts[id] = events.RecordDelivery{Receipt: r.Sign(client)}
		}
	}
}

// named returns the id and the lot of the nth order.
func named(n int, kind events.OrderKind) (events.OrderID, events.LotID) {
	lot := seller.Listing(fmt.Sprint("song", n)).Lot()
	if kind == events.OrderWon {
		return events.WonOrder(lot), lot
	}
	return events.OrderID(fmt.Sprint("o", n)), lot
}

func newMarket(t tester) *market { return &market{t: t, now: noon, book: ledger.New()} }

// order begins a purchase.
func (m *market) order(kind events.OrderKind, price events.Money, shares ...events.Share) *purchase {
	id, lot := named(len(m.orders), kind)
	p := &purchase{id: id, price: price, receipt: receipts[id]}
	m.orders = append(m.orders, p)
	m.try(p, events.CreateOrder{
		Order: id, Kind: kind, Lot: lot, Seller: seller, Buyer: "u1", Price: price, Shares: shares,
		Title: "A song", FileName: "song.flac", Size: 1000, Type: "audio/flac", Root: root, SealedRoot: root,
	})
	return p
}

// try decides a command; what is refused changes nothing, and what is not is entered in the books.
func (m *market) try(p *purchase, c events.Command) {
	d, err := p.Decide(checkout.Rules{}, string(p.id), "", c, nil, m.now)
	if err != nil {
		if _, refused := events.AsRefusal(err); !refused {
			m.t.Fatalf("%s: %v", c.CommandKind(), err)
		}
		return
	}
	if d.Kind == "" {
		return
	}
	m.facts = append(m.facts, d.Record)
	if _, err := m.book.Apply(d.Record); err != nil {
		m.t.Fatalf("%v after %v", err, m.kinds())
	}
}

func (m *market) kinds() (kinds []string) {
	for _, f := range m.facts {
		kinds = append(kinds, f.Subject+" "+f.Kind)
	}
	return kinds
}

// hold has an amount held at the provider.
func (m *market) hold(p *purchase, amount events.Money, before time.Time) *payment {
	pay := &payment{id: fmt.Sprint("pi", len(m.payments)+1), of: p, state: checkout.PaymentHeld, amount: amount, before: before}
	m.payments = append(m.payments, pay)
	return pay
}

// tell says how a payment stands at the provider, as the desk finds it by looking.
func (m *market) tell(pay *payment) {
	switch pay.state {
	case checkout.PaymentHeld:
		m.try(pay.of, events.RecordAuthorised{Payment: pay.id, Amount: pay.amount, CaptureBefore: pay.before})
	case checkout.PaymentCaptured:
		m.try(pay.of, events.RecordCaptured{Amount: events.Money{Amount: pay.captured, Currency: pay.amount.Currency}})
		if pay.back > 0 {
			m.try(pay.of, events.RecordRefunded{Amount: events.Money{Amount: pay.back, Currency: pay.amount.Currency}})
		}
		m.tellDispute(pay)
	case checkout.PaymentReleased:
		m.try(pay.of, events.RecordReleased{Payment: pay.id})
	}
}

// claims says that money was taken, which the order must believe only where it can be true; then it is. What the provider
// has taken already, it says as it is.
func (m *market) claims(p *purchase, amount int64) {
	before := p.Seq
	for _, pay := range m.payments {
		if pay.id == p.State.Payment && pay.state == checkout.PaymentCaptured {
			amount = pay.captured
		}
	}
	m.try(p, events.RecordCaptured{Amount: events.Money{Amount: amount, Currency: p.price.Currency}})
	for _, pay := range m.payments {
		if p.Seq > before && pay.id == p.State.Payment {
			pay.state, pay.captured, pay.back = checkout.PaymentCaptured, amount, min(pay.back, amount)
		}
	}
}

// perform does what an order wants, as the desk does; part is how much of the hold is taken, and the answer may be lost.
func (m *market) perform(p *purchase, part int64, answered bool) {
	for _, e := range p.State.Wants() {
		at := slices.IndexFunc(m.payments, func(pay *payment) bool { return pay.id == e.Payment })
		switch e.Op {
		case checkout.OpenPage:
			m.try(p, events.RecordSession{Session: fmt.Sprint("cs", e.Attempt), URL: "u", Attempt: e.Attempt})
		case checkout.ClaimCopy:
			m.try(p, events.RecordClaim{})
		case checkout.ReturnCopy:
			m.try(p, events.RecordReturn{})
		case checkout.Capture:
			if pay := m.payments[at]; pay.state == checkout.PaymentHeld && m.now.Before(p.State.CaptureBefore) {
				pay.state, pay.captured = checkout.PaymentCaptured, min(part, pay.amount.Amount)
			}
		case checkout.GiveBack:
			pay := m.payments[at]
			if pay.frozen() {
				break
			}
			pay.back += max(0, p.State.Refund.Amount.Amount+p.State.Back-pay.back)
		case checkout.Defend:
			m.try(p, events.RecordEvidence{Dispute: e.Payment})
		case checkout.Release, checkout.ReleaseLost:
			if pay := m.payments[at]; pay.state == checkout.PaymentHeld {
				pay.state = checkout.PaymentReleased
			}
		}
		if at >= 0 && answered {
			m.tell(m.payments[at])
		}
	}
}

// pass lets time pass: deadlines on the way fire, and holds lapse.
func (m *market) pass(d time.Duration) {
	end := m.now.Add(d)
	for range 100 {
		p, at, c := m.next()
		if c == nil || at.After(end) {
			break
		}
		if at.After(m.now) {
			m.now = at
		}
		m.lapse()
		m.try(p, c)
	}
	m.now = end
	m.lapse()
}

// next returns the first deadline.
func (m *market) next() (first *purchase, at time.Time, c events.Command) {
	for _, p := range m.orders {
		if t, command := (checkout.Rules{}).Deadline(p.State); command != nil && (c == nil || t.Before(at)) {
			first, at, c = p, t, command
		}
	}
	return first, at, c
}

func (m *market) lapse() {
	for _, pay := range m.payments {
		if pay.state == checkout.PaymentHeld && !m.now.Before(pay.before) {
			pay.state = checkout.PaymentReleased
		}
	}
}

// finish leaves the orders alone with the provider until all are over.
func (m *market) finish() {
	for _, pay := range m.payments {
		if pay.state == checkout.PaymentHeld {
			m.tell(pay)
		}
	}
	for range 60 {
		busy := false
		for _, p := range m.orders {
			m.perform(p, p.price.Amount, true)
			m.decide(p, events.DisputeAgainstUs)
			busy = busy || !p.State.State.Final() || len(p.State.Wants()) > 0 || p.State.Ask != (checkout.Ask{})
		}
		if !busy {
			return
		}
		_, at, _ := m.next()
		m.pass(max(0, at.Sub(m.now)))
	}
	m.t.Fatalf("stuck after %v", m.kinds())
}

// part draws an amount of the price, or nothing.
func (p *purchase) part(t *rapid.T) events.Money {
	return events.Money{Amount: p.price.Amount * rapid.Int64Range(0, 4).Draw(t, "quarters") / 4, Currency: p.price.Currency}
}

// frozen reports whether the provider refuses refunds of the payment.
func (pay *payment) frozen() bool { return pay.disputed > 0 && pay.verdict != events.DisputeForUs }

// dispute has the buyer's bank take back what is left.
func (m *market) dispute(p *purchase) {
	for _, pay := range m.payments {
		if pay.id == p.State.Payment && pay.state == checkout.PaymentCaptured && pay.disputed == 0 {
			pay.disputed, pay.verdict = pay.captured-pay.back, events.DisputeUndecided
		}
	}
}

// decide has the bank decide, and tells of it.
func (m *market) decide(p *purchase, verdict events.DisputeState) {
	for _, pay := range m.payments {
		if pay.id == p.State.Payment && pay.verdict == events.DisputeUndecided {
			pay.verdict = verdict
			m.tell(pay)
		}
	}
}

func (m *market) tellDispute(pay *payment) {
	if pay.disputed == 0 {
		return
	}
	d := events.RecordDispute{Dispute: "du", Amount: events.Money{Amount: pay.disputed, Currency: pay.amount.Currency}, Fee: 15, State: events.DisputeUndecided}
	m.try(pay.of, d)
	if d.State = pay.verdict; d.State == events.DisputeForUs {
		d.Fee = 0
	}
	m.try(pay.of, d)
}
