package ledger

import (
	"hash/maphash"
	"slices"
	"time"

	"lightshare/events"
)

// A Book is the ledger as the facts applied so far have made it. The zero Book is not usable; see [New]. Not safe for
// concurrent use.
type Book struct {
	sales    map[events.OrderID]*sale
	accounts map[Account]Balance
	totals   map[events.Currency]Balance
	sold     map[events.LotID]events.OrderID // auctions, by the order that paid
	broken   []*Violation

	facts, transfers int
}

// New returns an empty book.
func New() *Book {
	return &Book{
		sales:    make(map[events.OrderID]*sale),
		accounts: make(map[Account]Balance),
		totals:   make(map[events.Currency]Balance),
		sold:     make(map[events.LotID]events.OrderID),
	}
}

var seed = maphash.MakeSeed() // of digests that are compared within this process only

// Apply enters a fact and returns the transfers that follow from it, possibly none. Facts of one order must come in
// order; those of different orders may come in any. A fact that was applied before changes nothing. An error that is a
// [*Violation] means that the fact would break a promise: it is not entered, and its order is stopped. Later facts of a
// stopped order are passed over without an error. Any other error means that the record cannot be read.
func (b *Book) Apply(rec events.Record) ([]Transfer, error) {
	s := b.sales[events.OrderID(rec.Subject)]
	if s == nil {
		s = &sale{order: events.OrderID(rec.Subject)}
	}
	post, known := rows[rec.Kind]
	switch {
	case rec.Seq <= s.seq:
		return nil, b.repeated(s, rec)
	case s.stopped != nil:
		s.seq = rec.Seq
		return nil, nil
	case rec.Seq != s.seq+1, (rec.Seq == 1) != (rec.Kind == events.OrderCreated{}.FactKind()):
		return nil, b.stop(s, rec.Seq, broken(Replayed, "%s follows fact %d", rec.Kind, s.seq))
	case !known:
		b.facts, s.seq = b.facts+1, rec.Seq
		return nil, nil
	}
	return b.book(s, rec, post)
}

// book books a fact by its row, and marks it as entered.
func (b *Book) book(s *sale, rec events.Record, row func(*posting, events.Fact) *Violation) ([]Transfer, error) {
	f, err := rec.Fact()
	if err != nil {
		return nil, err
	}
	transfers, v := b.post(s, rec.Seq, rec.At, func(p *posting) *Violation { return row(p, f) })
	if v != nil {
		return nil, v
	}
	s.marks = append(s.marks, mark{rec.Seq, digest(rec)})
	return transfers, nil
}

// repeated checks that a fact that comes again is the one that came before.
func (b *Book) repeated(s *sale, rec events.Record) error {
	for _, m := range s.marks {
		if m.seq == rec.Seq && m.digest != digest(rec) {
			return b.stop(s, rec.Seq, broken(Unique, "%s is not the fact it was", rec.Kind))
		}
	}
	return nil
}

func digest(rec events.Record) uint64 {
	return maphash.Bytes(seed, rec.Body) ^ maphash.String(seed, rec.Kind)
}

// post enters what do makes of the sale, or stops the sale.
func (b *Book) post(s *sale, seq uint64, at time.Time, do func(*posting) *Violation) ([]Transfer, *Violation) {
	p := &posting{sale: *s, at: at}
	p.seq = seq
	v := do(p)
	if v == nil {
		v = p.check()
	}
	if v == nil {
		v = b.checkLot(&p.sale)
	}
	if v == nil {
		v = b.enter(p)
	}
	if v != nil {
		return nil, b.stop(s, seq, v)
	}
	*s = p.sale
	b.sales[s.order] = s
	if s.kind != events.OrderDirect && s.sums[Captured] > 0 {
		b.sold[s.lot] = s.order
	}
	b.facts, b.transfers = b.facts+1, b.transfers+len(p.transfers)
	return p.transfers, nil
}

// checkLot reports an auction that is sold to two orders.
func (b *Book) checkLot(s *sale) *Violation {
	if s.kind == events.OrderDirect || s.sums[Captured] == 0 {
		return nil
	}
	if other, sold := b.sold[s.lot]; sold && other != s.order && b.sales[other].kept() > 0 {
		return broken(Single, "lot %s is sold to order %s already", s.lot, other)
	}
	return nil
}

// stop stops the sale because of v.
func (b *Book) stop(s *sale, seq uint64, v *Violation) *Violation {
	v.Order, v.Seq = s.order, seq
	s.seq = max(s.seq, seq)
	if s.stopped == nil {
		s.stopped = v
	}
	b.sales[s.order] = s
	b.broken = append(b.broken, v)
	return v
}

// Stopped returns why the order is stopped, or nil.
func (b *Book) Stopped(o events.OrderID) *Violation {
	if s := b.sales[o]; s != nil {
		return s.stopped
	}
	return nil
}

// Violations returns every violation so far, oldest first.
func (b *Book) Violations() []*Violation { return slices.Clone(b.broken) }
