package ledger

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"lightshare/events"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const (
	seller = events.SellerID("ssssssssssssssss")
	ann    = events.PayeeID("aaaaaaaaaaaaaaaa")
	bob    = events.PayeeID("bbbbbbbbbbbbbbbb")
	lot    = events.LotID(seller + "-song")
)

func usd(n int64) events.Money { return events.Money{Amount: n, Currency: events.USD} }

// account returns an account in USD.
func account(k Kind, owner string) Account { return Account{k, owner, events.USD} }

// story is the facts of one order, a minute apart.
type story []events.Record

func tell(order events.OrderID, facts ...events.Fact) (s story) {
	for i, f := range facts {
		body, err := json.Marshal(f)
		if err != nil {
			panic(err)
		}
		at := noon.Add(time.Duration(i) * time.Minute)
		s = append(s, events.Record{Subject: string(order), Seq: uint64(i + 1), At: at, Kind: f.FactKind(), Body: body})
	}
	return s
}

// apply applies records until one is refused.
func apply(b *Book, records ...events.Record) (transfers []Transfer, err error) {
	for _, rec := range records {
		t, err := b.Apply(rec)
		if err != nil {
			return transfers, err
		}
		transfers = append(transfers, t...)
	}
	return transfers, nil
}

func order(id events.OrderID, kind events.OrderKind, shares ...events.Share) events.OrderCreated {
	return events.OrderCreated{CreateOrder: events.CreateOrder{
		Order: id, Kind: kind, Lot: lot, Seller: seller, Buyer: "u1", Price: usd(1000), Shares: shares,
	}}
}

func held(m events.Money) events.PaymentAuthorised {
	return events.PaymentAuthorised{Payment: "pi", Amount: m, CaptureBefore: noon.Add(time.Hour)}
}

func stray(m events.Money) events.StrayHeld { return events.StrayHeld{Payment: "pi2", Amount: m} }

func TestSale(t *testing.T) {
	b := New()
	transfers, err := apply(b, tell("o1", order("o1", events.OrderDirect, events.Share{To: bob, Points: 3333}, events.Share{To: events.Operator, Points: 500}),
		events.SessionOpened{}, stray(usd(70)), held(usd(1000)), events.FileDelivered{}, events.StrayReleased{Payment: "pi2"}, events.PaymentCaptured{Amount: usd(999)})...)
	if err != nil {
		t.Fatal(err)
	}
	auth, clearing := account(BuyerAuth, "o1"), account(StripeClearing, "")
	id := func(seq uint64, n int) TransferID { return TransferID{"o1", seq, n} }
	at := func(minutes time.Duration) time.Time { return noon.Add(minutes * time.Minute) }
	want := []Transfer{
		{ID: id(3, 1), At: at(2), Phase: Pending, Flow: Captured, Debit: clearing, Credit: auth, Amount: 70},
		{ID: id(4, 1), At: at(3), Phase: Pending, Flow: Captured, Debit: clearing, Credit: auth, Amount: 1000},
		{ID: id(6, 1), At: at(5), Phase: Voided, Flow: Captured, Debit: clearing, Credit: auth, Amount: 70, Resolves: id(3, 1), Held: 70},
		{ID: id(7, 1), At: at(6), Phase: Posted, Flow: Captured, Debit: clearing, Credit: auth, Amount: 999, Resolves: id(4, 1), Held: 1000},
		{ID: id(7, 2), At: at(6), Flow: Shared, Debit: auth, Credit: account(SellerPayable, string(seller)), Amount: 616},
		{ID: id(7, 3), At: at(6), Flow: Shared, Debit: auth, Credit: account(RoyaltyPayable, string(bob)), Amount: 333},
		{ID: id(7, 4), At: at(6), Flow: Shared, Debit: auth, Credit: account(PlatformFees, ""), Amount: 50},
	}
	if !reflect.DeepEqual(transfers, want) {
		t.Errorf("transfers = %v\nwant %v", transfers, want)
	}
	lines := []Line{
		{clearing, Balance{Debits: 999}},
		{account(SellerPayable, string(seller)), Balance{Credits: 616}},
		{account(PlatformFees, ""), Balance{Credits: 50}},
		{account(RoyaltyPayable, string(bob)), Balance{Credits: 333}},
	}
	if got := b.Lines(); !reflect.DeepEqual(got, lines) {
		t.Errorf("accounts = %v\nwant %v", got, lines)
	}
	if err := b.Audit(); err != nil {
		t.Error(err)
	}
}

// A fact that breaks a promise is not entered, names the promise, and stops its order alone.
func TestViolations(t *testing.T) {
	euro := events.Money{Amount: 1000, Currency: events.EUR}
	direct, delivered, paid := order("o1", events.OrderDirect), events.FileDelivered{}, events.PaymentCaptured{Amount: usd(1000)}
	late := held(usd(1000))
	late.CaptureBefore = noon.Add(2 * time.Minute)
	free, endless, foreign, greedy := direct, direct, direct, order("o1", events.OrderDirect, events.Share{To: ann, Points: 10_001})
	free.Price.Amount, endless.Price.Amount, foreign.Price.Currency = 0, events.MaxAmount+1, "XXX"
	won := order("o1", events.OrderWon)
	cases := map[string]struct {
		facts []events.Fact
		want  Rule
	}{
		"nothing captured":               {[]events.Fact{direct, held(usd(1000)), delivered, events.PaymentCaptured{Amount: usd(0)}}, Balanced},
		"less than nothing":              {[]events.Fact{direct, held(usd(1000)), delivered, events.PaymentCaptured{Amount: usd(-1)}}, Balanced},
		"a stray hold of nothing":        {[]events.Fact{direct, stray(usd(0))}, Balanced},
		"a stray hold of everything":     {[]events.Fact{direct, stray(usd(events.MaxAmount + 1))}, Balanced},
		"a stray hold twice":             {[]events.Fact{direct, stray(usd(1)), stray(usd(1))}, Unique},
		"captured twice":                 {[]events.Fact{direct, held(usd(1000)), delivered, paid, paid}, Resolved},
		"captured and released":          {[]events.Fact{direct, held(usd(1000)), delivered, paid, events.PaymentReleased{}}, Resolved},
		"released and captured":          {[]events.Fact{direct, held(usd(1000)), delivered, events.PaymentReleased{}, paid}, Resolved},
		"captured without a hold":        {[]events.Fact{direct, delivered, paid}, Resolved},
		"a stray released twice":         {[]events.Fact{direct, stray(usd(1)), events.StrayReleased{Payment: "pi2"}, events.StrayReleased{Payment: "pi2"}}, Resolved},
		"a stray taken for the order's":  {[]events.Fact{direct, stray(usd(1000)), delivered, paid}, Resolved},
		"more captured than held":        {[]events.Fact{direct, held(usd(1000)), delivered, events.PaymentCaptured{Amount: usd(1001)}}, Covered},
		"captured before the delivery":   {[]events.Fact{direct, held(usd(1000)), paid}, Covered},
		"shares of more than the whole":  {[]events.Fact{greedy, held(usd(1000)), delivered, paid}, Shares},
		"paid for twice":                 {[]events.Fact{direct, held(usd(1000)), held(usd(1000))}, Single},
		"another order's creation":       {[]events.Fact{order("o2", events.OrderDirect)}, Single},
		"won under another order":        {[]events.Fact{won}, Single},
		"captured after its deadline":    {[]events.Fact{direct, late, delivered, paid}, Timely},
		"captured though to be released": {[]events.Fact{direct, held(usd(1000)), events.ReleaseIntended{}, delivered, paid}, Timely},
		"held for another price":         {[]events.Fact{direct, held(usd(999))}, Priced},
		"for free":                       {[]events.Fact{free}, Priced},
		"beyond all price":               {[]events.Fact{endless}, Priced},
		"in no currency":                 {[]events.Fact{foreign}, Currency},
		"held in another currency":       {[]events.Fact{direct, held(euro)}, Currency},
		"captured in another currency":   {[]events.Fact{direct, held(usd(1000)), delivered, events.PaymentCaptured{Amount: euro}}, Currency},
		"a stray in no currency":         {[]events.Fact{direct, stray(events.Money{Amount: 1})}, Currency},
		"without a beginning":            {[]events.Fact{held(usd(1000))}, Replayed},
		"begun twice":                    {[]events.Fact{direct, direct}, Replayed},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b, facts := New(), tell("o1", tc.facts...)
			last := len(facts) - 1
			if _, err := apply(b, facts[:last]...); err != nil {
				t.Fatalf("before: %v", err)
			}
			before := b.Lines()
			_, err := b.Apply(facts[last])
			var v *Violation
			if !errors.As(err, &v) || v.Rule != tc.want || v.Order != "o1" || v.Seq != facts[last].Seq {
				t.Errorf("Apply = %v, want %s of order o1 fact %d", err, tc.want, facts[last].Seq)
			}
			if got := b.Lines(); !reflect.DeepEqual(got, before) {
				t.Errorf("accounts = %v, want %v as before", got, before)
			}
			if err := b.Audit(); err != nil {
				t.Error(err)
			}
			stopped(t, b, facts[last])
		})
	}
}

// stopped checks that o1 goes nowhere any more and that others do.
func stopped(t *testing.T, b *Book, last events.Record) {
	t.Helper()
	v, n := b.Stopped("o1"), len(b.Violations())
	if v == nil {
		t.Fatal("the order is not stopped")
	}
	next := tell("o1", order("o1", events.OrderDirect), stray(usd(5)))[1]
	next.Seq = last.Seq + 1
	if transfers, err := apply(b, last, next); err != nil || len(transfers) > 0 {
		t.Errorf("afterwards: %v, %v, want nothing", transfers, err)
	}
	if again := b.Stopped("o1"); again != v || len(b.Violations()) != n {
		t.Errorf("stopped by %v and then %v, %d violations, want one", v, again, len(b.Violations()))
	}
	if _, err := apply(b, tell("o9", order("o9", events.OrderDirect), held(usd(1000)))...); err != nil {
		t.Errorf("another order: %v", err)
	}
}

// The same fact again changes nothing; another one under its number is wrong. So is a gap.
func TestRepeatedFacts(t *testing.T) {
	b, facts := New(), tell("o1", order("o1", events.OrderDirect), held(usd(1000)), events.FileDelivered{}, events.PaymentCaptured{Amount: usd(1000)})
	if _, err := apply(b, facts...); err != nil {
		t.Fatal(err)
	}
	before := b.Lines()
	for _, rec := range facts {
		if transfers, err := b.Apply(rec); err != nil || len(transfers) > 0 {
			t.Errorf("%s again = %v, %v", rec.Kind, transfers, err)
		}
	}
	if got := b.Lines(); !reflect.DeepEqual(got, before) {
		t.Errorf("accounts = %v, want %v", got, before)
	}
	for i := range facts {
		b := New()
		if _, err := apply(b, facts...); err != nil {
			t.Fatal(err)
		}
		forged := facts[i]
		forged.Body = append([]byte(" "), forged.Body...)
		if _, err := b.Apply(forged); !isRule(err, Unique) {
			t.Errorf("%s with another content = %v, want %s", forged.Kind, err, Unique)
		}
		gap := New()
		if _, err := apply(gap, facts[:i]...); err != nil {
			t.Fatal(err)
		}
		if i+1 < len(facts) {
			if _, err := gap.Apply(facts[i+1]); !isRule(err, Replayed) {
				t.Errorf("fact %d after fact %d = %v, want %s", i+2, i, err, Replayed)
			}
		}
	}
}

func isRule(err error, r Rule) bool {
	var v *Violation
	return errors.As(err, &v) && v.Rule == r
}

// An auction is sold once, unless the first buyer got everything back.
func TestAuctionIsSoldOnce(t *testing.T) {
	bought := func(id events.OrderID, kind events.OrderKind) story {
		return tell(id, order(id, kind), held(usd(1000)), events.FileDelivered{}, events.PaymentCaptured{Amount: usd(1000)})
	}
	b := New()
	if _, err := apply(b, bought("o1", events.OrderBuyNow)...); err != nil {
		t.Fatal(err)
	}
	if _, err := apply(b, bought("o2", events.OrderDirect)...); err != nil {
		t.Errorf("a copy at a fixed price: %v", err)
	}
	if _, err := apply(b, bought(events.WonOrder(lot), events.OrderWon)...); !isRule(err, Single) {
		t.Errorf("won after it was bought = %v, want %s", err, Single)
	}
	if _, v := b.post(b.sales["o1"], 5, noon, func(p *posting) *Violation { return p.refund(1000) }); v != nil {
		t.Fatal(v)
	}
	if _, err := apply(b, bought("o3", events.OrderBuyNow)...); err != nil {
		t.Errorf("bought after a refund: %v", err)
	}
}

// A record that cannot be read is no violation: it says nothing about the order.
func TestUnreadable(t *testing.T) {
	b, facts := New(), tell("o1", order("o1", events.OrderDirect), held(usd(1000)))
	facts[1].Body = []byte(`{"amount":"much"}`)
	if _, err := apply(b, facts...); err == nil || isRule(err, Replayed) || b.Stopped("o1") != nil {
		t.Errorf("Apply = %v, stopped by %v", err, b.Stopped("o1"))
	}
}

// The transfers of a fact are made all or not at all.
func TestAllOrNothing(t *testing.T) {
	b := New()
	_, v := b.post(&sale{order: "o1", price: usd(1)}, 1, noon, func(p *posting) *Violation {
		if v := p.move(account(StripeClearing, ""), account(ExternalBank, ""), 5); v != nil {
			return v
		}
		return p.move(account(Reserve, string(seller)), account(SellerPayable, string(seller)), 1)
	})
	if v == nil || v.Rule != Earned || len(b.Lines()) != 0 || len(b.totals) != 0 {
		t.Errorf("post = %v, accounts %v, totals %v, want %s and none", v, b.Lines(), b.totals, Earned)
	}
}

// A refund of everything, in parts, leaves nobody with anything of the sale.
func TestRefundOfASharedSale(t *testing.T) {
	b := New()
	facts := tell("o1", order("o1", events.OrderDirect, events.Share{To: bob, Points: 3333}, events.Share{To: events.Operator, Points: 500}),
		held(usd(1000)), events.FileDelivered{}, events.PaymentCaptured{Amount: usd(1000)})
	if _, err := apply(b, facts...); err != nil {
		t.Fatal(err)
	}
	s := b.sales["o1"]
	for i, do := range []func(*posting) *Violation{
		func(p *posting) *Violation { return p.refund(333) },
		func(p *posting) *Violation { return p.refund(p.kept()) },
		func(p *posting) *Violation { return p.repay(usd(1000)) },
	} {
		if _, v := b.post(s, uint64(5+i), noon, do); v != nil {
			t.Fatal(v)
		}
	}
	for _, l := range b.Lines() {
		if l.Balance.Of(l.Account.Kind) != 0 {
			t.Errorf("%v stands at %d", l.Account, l.Balance.Of(l.Account.Kind))
		}
	}
	euro := events.Money{Amount: 1, Currency: events.EUR}
	if _, v := b.post(s, 8, noon, func(p *posting) *Violation { return p.repay(euro) }); v == nil {
		t.Error("repaid in another currency, and more than was owed")
	}
}

// What one order owes its buyer is not given to another's.
func TestRefundsAreTheirOrders(t *testing.T) {
	b := New()
	for _, id := range []events.OrderID{"o1", "o2"} {
		if _, err := apply(b, tell(id, order(id, events.OrderDirect), held(usd(1000)), events.FileDelivered{}, events.PaymentCaptured{Amount: usd(1000)})...); err != nil {
			t.Fatal(err)
		}
	}
	if _, v := b.post(b.sales["o1"], 5, noon, func(p *posting) *Violation { return p.refund(100) }); v != nil {
		t.Fatal(v)
	}
	if _, v := b.post(b.sales["o2"], 5, noon, func(p *posting) *Violation { return p.repay(usd(1)) }); v == nil || v.Rule != Refundable {
		t.Errorf("repaid without a refund = %v, want %s", v, Refundable)
	}
	if _, v := b.post(b.sales["o1"], 6, noon, func(p *posting) *Violation { return p.repay(usd(101)) }); v == nil || v.Rule != Refundable {
		t.Errorf("repaid more than refunded = %v, want %s", v, Refundable)
	}
}

// Whatever is changed behind the book's back, an audit finds it.
func TestAudit(t *testing.T) {
	b := New()
	if _, err := apply(b, tell("o1", order("o1", events.OrderDirect), held(usd(1000)))...); err != nil {
		t.Fatal(err)
	}
	if _, err := apply(b, tell("o2", order("o2", events.OrderDirect), held(usd(1000)), events.FileDelivered{}, events.PaymentCaptured{Amount: usd(1000)})...); err != nil {
		t.Fatal(err)
	}
	for _, l := range b.Lines() {
		for name, change := range map[string]Balance{"debits": {Debits: 1}, "credits": {Credits: 1}, "pending": {Pending: -1}} {
			changed, err := l.Balance.plus(change)
			if err != nil {
				t.Fatal(err)
			}
			b.accounts[l.Account] = changed
			if err := b.Audit(); err == nil {
				t.Errorf("Audit with other %s of %v = nil", name, l.Account)
			}
			delete(b.accounts, l.Account)
			if err := b.Audit(); err == nil {
				t.Errorf("Audit without %v = nil", l.Account)
			}
			b.accounts[l.Account] = l.Balance
		}
	}
	if err := b.Audit(); err != nil {
		t.Errorf("Audit of the book as it was = %v", err)
	}
}
