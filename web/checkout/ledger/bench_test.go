package ledger_test

import (
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/web/checkout/ledger"
)

// BenchmarkLedger applies sales from their creation to their capture, each of its own order and buyer, split in three.
func BenchmarkLedger(b *testing.B) {
	m := newMarket(b)
	m.sold(events.OrderDirect, events.Money{Amount: 1250, Currency: events.USD}, events.Share{To: coauthor, Points: 3333}, events.Share{To: events.Operator, Points: 500})
	const orders = 1000
	facts := make([]events.Record, 0, orders*len(m.facts))
	for n := range orders {
		id := "o" + strings.Repeat("x", n%20) + time.Duration(n).String()
		for _, rec := range m.facts {
			rec.Subject = id
			rec.Body = []byte(strings.ReplaceAll(string(rec.Body), `"o0"`, `"`+id+`"`))
			facts = append(facts, rec)
		}
	}
	b.ReportAllocs()
	var book *ledger.Book
	for n := 0; b.Loop(); n++ {
		if n%len(facts) == 0 {
			book = ledger.New()
		}
		if _, err := book.Apply(facts[n%len(facts)]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "facts/s")
}
