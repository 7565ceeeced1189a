package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
)

// A Movement is one of the provider's balance, as the provider's own books have it.
type Movement struct {
	ID      string
	At      time.Time
	Flow    Flow           // noFlow for what no order has to do with: fees, payouts to the operator's bank
	Order   events.OrderID // of a transfer to a seller: his id, which it is booked under
	Payment string         // of everything else
	Amount  events.Money   // below zero for what goes out
	Fee     int64          // kept by the provider besides, minor units
}

// A Provider tells what has moved its balance.
type Provider interface {
	// Movements goes through the movements of the balance, the newest first. An error is the last.
	Movements(ctx context.Context) iter.Seq2[Movement, error]
}

// ErrDiffers says that the provider's books and ours have differed for longer than [Grace].
var ErrDiffers = errors.New("the provider's balance differs from the books")

// Grace is how old a difference may be before it is one: news takes its time, and both sides book by their own clock.
const Grace = 24 * time.Hour

// A Difference is one flow of one order that the two sides book differently.
type Difference struct {
	Order        events.OrderID // empty if the provider names a payment that is none of ours
	Payment      string
	Flow         Flow
	Currency     events.Currency
	Ours, Theirs int64 // minor units, below zero for what went out
	Since        time.Time
}

// flowKey names what is held side against side.
type flowKey struct {
	order    events.OrderID
	payment  string
	flow     Flow
	currency events.Currency
}

type sides struct {
	ours, theirs int64
	since        time.Time // the newest movement on either side
}

// reconciliation holds the two books against each other.
type reconciliation struct {
	book     *Book
	payments map[string]events.OrderID
	flows    map[flowKey]*sides
	fees     map[events.Currency]int64
	moved    int
}

func newReconciliation() *reconciliation {
	return &reconciliation{
		book: New(), payments: make(map[string]events.OrderID), flows: make(map[flowKey]*sides), fees: make(map[events.Currency]int64),
	}
}

// fact notes what a fact moves on our side.
func (r *reconciliation) fact(rec events.Record, payee bool) error {
	transfers, err := r.book.apply(rec, payee)
	if err != nil && !errors.As(err, new(*Violation)) {
		return err
	}
	for _, t := range transfers {
		amount := t.Amount
		switch {
		case t.Phase == Pending || t.Phase == Voided:
			continue
		case t.Credit.Kind == StripeClearing:
			amount = -amount
		case t.Debit.Kind != StripeClearing:
			continue
		}
		flow := t.Flow
		if flow == FeeReturned {
			flow = FeeKept
		}
		r.side(flowKey{t.ID.Order, "", flow, t.Debit.Currency}, t.At).ours += amount
	}
	return r.payment(rec)
}

// payment notes whose a payment is.
func (r *reconciliation) payment(rec events.Record) error {
	switch rec.Kind {
	case (events.PaymentAuthorised{}).FactKind(), (events.StrayHeld{}).FactKind():
	default:
		return nil
	}
	f, err := rec.Fact()
	switch f := f.(type) {
	case events.PaymentAuthorised:
		r.payments[f.Payment] = events.OrderID(rec.Subject)
	case events.StrayHeld:
		r.payments[f.Payment] = events.OrderID(rec.Subject)
	}
	return err
}

// movement notes what moved on the provider's side.
func (r *reconciliation) movement(m Movement) {
	r.moved++
	r.fees[m.Amount.Currency] += m.Fee
	if m.Flow == noFlow {
		return
	}
	key := flowKey{m.Order, "", m.Flow, m.Amount.Currency}
	if key.order == "" {
		key.order = r.payments[m.Payment]
	}
	if key.order == "" {
		key.payment = m.Payment
	}
	r.side(key, m.At).theirs += m.Amount.Amount
	if m.Fee != 0 && (m.Flow == Disputed || m.Flow == DisputeWon) {
		key.flow = FeeKept
		r.side(key, m.At).theirs -= m.Fee
	}
}

func (r *reconciliation) side(key flowKey, at time.Time) *sides {
	s := r.flows[key]
	if s == nil {
		s = &sides{}
		r.flows[key] = s
	}
	if at.After(s.since) {
		s.since = at
	}
	return s
}

// differences returns what the two sides book differently, the oldest first.
func (r *reconciliation) differences() []Difference {
	var all []Difference
	for key, s := range r.flows {
		if s.ours != s.theirs {
			all = append(all, Difference{key.order, key.payment, key.flow, key.currency, s.ours, s.theirs, s.since})
		}
	}
	slices.SortFunc(all, func(a, b Difference) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Payment, b.Payment), cmp.Compare(a.Flow, b.Flow))
	})
	return all
}

// Reconcile holds the books, made anew from the journal of orders, against the provider's own, and lists the differences
// with their age. The error wraps ErrDiffers if one is older than Grace.
func Reconcile(ctx context.Context, nc *nats.Conn, p Provider, now time.Time, w io.Writer) error {
	r := newReconciliation()
	if err := read(ctx, nc, r.fact); err != nil {
		return fmt.Errorf("reconcile: %w", err)
	}
	for m, err := range p.Movements(ctx) {
		if err != nil {
			return fmt.Errorf("reconcile: %w", err)
		}
		r.movement(m)
	}
	all := r.differences()
	if err := r.report(w, all, now); err != nil {
		return fmt.Errorf("reconcile: %w", err)
	}
	old := 0
	for _, d := range all {
		if now.Sub(d.Since) > Grace {
			old++
		}
	}
	if old > 0 {
		return fmt.Errorf("reconcile: %d differences older than %s: %w", old, Grace, ErrDiffers)
	}
	return nil
}

// report writes what was compared and where it differs.
func (r *reconciliation) report(w io.Writer, all []Difference, now time.Time) error {
	if _, err := fmt.Fprintf(w, "orders %d, movements at the provider %d\n", r.book.orders(), r.moved); err != nil {
		return err
	}
	for _, c := range slices.Sorted(maps.Keys(r.fees)) {
		if r.fees[c] != 0 {
			fmt.Fprintln(w, "fees kept by the provider:", events.Money{Amount: r.fees[c], Currency: c}.Decimal(), c)
		}
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(w, "reconciled: both sides agree on every order")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "order\twhat\tcurrency\tin the books\tat the provider\tage")
	for _, d := range all {
		name := string(d.Order)
		if name == "" {
			name = "unknown payment " + d.Payment
		}
		m := func(amount int64) string { return events.Money{Amount: amount, Currency: d.Currency}.Decimal() }
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", name, d.Flow, d.Currency, m(d.Ours), m(d.Theirs), now.Sub(d.Since).Round(time.Minute))
	}
	return table.Flush()
}
