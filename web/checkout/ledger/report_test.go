package ledger_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus/embedded"
	"lightshare/web/checkout"
	"lightshare/web/checkout/ledger"
)

// publish puts facts into a journal, as its writer would: some of them in one message.
func publish(t *testing.T, nc *nats.Conn, name string, facts ...events.Record) {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	for group := range slices.Chunk(facts, 3) {
		var data []byte
		for _, rec := range group {
			data = append(rec.AppendJSON(data), '\n')
		}
		if _, err := js.Publish(context.Background(), events.JournalSubject(name, events.PartitionOf(group[0].Subject)), data); err != nil {
			t.Fatal(err)
		}
	}
}

// sold lives through a purchase until it is captured.
func (m *market) sold(kind events.OrderKind, price events.Money, shares ...events.Share) *purchase {
	p := m.order(kind, price, shares...)
	m.perform(p, 0, true)
	m.tell(m.hold(p, price, m.now.Add(100*time.Hour)))
	m.perform(p, 0, true)
	m.try(p, bind)
	m.try(p, key)
	m.try(p, p.receipt)
	m.perform(p, price.Amount, true)
	if p.State.State != checkout.Captured {
		m.t.Fatalf("the order is %s after %v", p.State.State, m.kinds())
	}
	m.now = m.now.Add(time.Hour)
	return p
}

// auctioned returns the facts of the lot that p's buyer won.
func auctioned(t *testing.T, p *purchase, leader events.UserID, price int64) (facts []events.Record) {
	o := p.State
	for i, f := range []events.Fact{
		events.BidPlaced{Bidder: "u0", Max: 1, Price: 1, Leader: "u0"},
		events.BidPlaced{Bidder: leader, Max: price + 7, Price: price, Leader: leader, Outbid: "u0"},
		events.BidPlaced{Bidder: "u9", Max: price + 900, Price: price + 9, Leader: "u9", Outbid: leader},
		events.BidsRetracted{Bidder: "u9", Reason: events.WrongAmount, Bids: []uint64{3}, Price: price, Leader: leader},
		events.BidPlaced{Bidder: "u9", Max: price + 3, Price: price + 5, Leader: leader},
		events.BidderCancelled{Bidder: "u9", Bids: []uint64{5}, Price: price, Leader: leader},
		events.LotClosed{Sold: true, Winner: o.Buyer, Price: o.Price.Amount, Order: o.Order},
	} {
		body, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		facts = append(facts, events.Record{Subject: string(o.Lot), Seq: uint64(i + 1), At: noon, Kind: f.FactKind(), Body: body})
	}
	return facts
}

func TestCheck(t *testing.T) {
	nc, m := embedded.Test(t), newMarket(t)
	won := m.sold(events.OrderWon, events.Money{Amount: 1250, Currency: events.USD}, events.Share{To: events.Operator, Points: 100})
	m.sold(events.OrderDirect, events.Money{Amount: 7000, Currency: events.KRW})
	var out strings.Builder
	if err := ledger.Check(context.Background(), nc, &out); err != nil || !strings.Contains(out.String(), "orders 0") {
		t.Errorf("Check of nothing = %v\n%s", err, &out)
	}
	publish(t, nc, events.Lots, auctioned(t, won, "u1", 1250)...)
	publish(t, nc, events.Orders, m.facts...)
	out.Reset()
	if err := ledger.Check(context.Background(), nc, &out); err != nil {
		t.Errorf("Check = %v\n%s", err, &out)
	}
	want := [][]string{
		{"orders", "2,", "facts", "15,", "transfers", "7"},
		{"account", "currency", "accounts", "debits", "credits", "balance", "pending"},
		{"stripe:clearing", "KRW", "1", "7000", "0", "7000", "0"},
		{"seller:payable", "KRW", "1", "0", "7000", "7000", "0"},
		{"stripe:clearing", "USD", "1", "12.50", "0.00", "12.50", "0.00"},
		{"seller:payable", "USD", "1", "0.00", "12.38", "12.38", "0.00"},
		{"platform:fees", "USD", "1", "0.00", "0.12", "0.12", "0.00"},
		{"balanced:", "every", "fact", "keeps", "every", "rule"},
	}
	var got [][]string
	for line := range strings.Lines(out.String()) {
		got = append(got, strings.Fields(line))
	}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("Check wrote\n%s, want %v", &out, want)
	}
}

// What does not add up is named, and is an error.
func TestCheckFindsWhatIsWrong(t *testing.T) {
	cases := map[string]struct {
		leader events.UserID
		bid    int64
		forge  func([]events.Record) []events.Record
		want   string
	}{
		"captured again": {"u1", 1250, func(facts []events.Record) []events.Record {
			again := facts[len(facts)-1]
			again.Seq++
			return append(facts, again)
		}, "M3"},
		"delivery lost": {"u1", 1250, func(facts []events.Record) []events.Record {
			return slices.DeleteFunc(facts, func(r events.Record) bool { return r.Kind == events.FileDelivered{}.FactKind() })
		}, "M14"},
		"more captured than held": {"u1", 1250, func(facts []events.Record) []events.Record {
			last := &facts[len(facts)-1]
			last.Body = bytes.ReplaceAll(last.Body, []byte("1250"), []byte("1251"))
			return facts
		}, "M4"},
		"the price is not the last bid's": {"u1", 1200, nil, "M10"},
		"somebody else led":               {"u2", 1250, nil, "M8"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			nc, m := embedded.Test(t), newMarket(t)
			won := m.sold(events.OrderWon, events.Money{Amount: 1250, Currency: events.USD})
			publish(t, nc, events.Lots, auctioned(t, won, tc.leader, tc.bid)...)
			facts := m.facts
			if tc.forge != nil {
				facts = tc.forge(facts)
			}
			publish(t, nc, events.Orders, facts...)
			var out strings.Builder
			err := ledger.Check(context.Background(), nc, &out)
			if !errors.Is(err, ledger.ErrBroken) || !strings.Contains(out.String(), ": "+tc.want+": ") || strings.Contains(out.String(), "balanced") {
				t.Errorf("Check = %v, want %s\n%s", err, tc.want, &out)
			}
		})
	}
}

func TestStatement(t *testing.T) {
	nc, m := embedded.Test(t), newMarket(t)
	m.sold(events.OrderDirect, events.Money{Amount: 1000, Currency: events.USD}, events.Share{To: coauthor, Points: 3333})
	m.sold(events.OrderDirect, events.Money{Amount: 7000, Currency: events.KRW})
	late := m.order(events.OrderDirect, events.Money{Amount: 5, Currency: events.USD})
	m.tell(m.hold(late, late.price, m.now.Add(100*time.Hour)))
	publish(t, nc, events.Orders, m.facts...)
	const head = "time,order,lot,account,what,amount,balance,currency,sale_price,transfer\n"
	for who, want := range map[events.SellerID]string{
		seller: head +
			"2026-03-01T12:00:00Z,o0,ssssssssssssssss-song0,seller:payable,sale,6.67,6.67,USD,10.00,8/2\n" +
			"2026-03-01T13:00:00Z,o1,ssssssssssssssss-song1,seller:payable,sale,7000,7000,KRW,7000,8/2\n",
		events.SellerID(coauthor): head +
			"2026-03-01T12:00:00Z,o0,ssssssssssssssss-song0,royalty:payable,sale,3.33,3.33,USD,10.00,8/3\n",
		"zzzzzzzzzzzzzzzz": head,
	} {
		var out strings.Builder
		if err := ledger.Statement(context.Background(), nc, who, &out); err != nil || out.String() != want {
			t.Errorf("Statement(%s) = %v\n%s\nwant\n%s", who, err, &out, want)
		}
	}
}

// A journal that is not there, or not ours, is an error and no empty report.
func TestReportsNeedTheirJournal(t *testing.T) {
	nc := embedded.Test(t)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(context.Background(), events.JournalSubject(events.Orders, 0), []byte("no record")); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Check(context.Background(), nc, new(strings.Builder)); err == nil {
		t.Error("Check of garbage succeeded")
	}
	if err := ledger.Statement(context.Background(), nc, seller, new(strings.Builder)); err == nil {
		t.Error("Statement from garbage succeeded")
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := ledger.Check(ended, nc, new(strings.Builder)); !errors.Is(err, context.Canceled) {
		t.Errorf("Check after the end = %v, want %v", err, context.Canceled)
	}
}
