package ledger_test

import (
	"flag"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/checkout/ledger"
)

// check compares the books with what the orders and the provider say.
func (m *market) check() {
	if err := m.book.Audit(); err != nil {
		m.t.Fatal(err)
	}
	taken, pending := map[events.Currency]int64{}, map[events.Currency]int64{}
	for _, p := range m.orders {
		o := p.State
		switch o.State {
		case checkout.Authorised, checkout.Delivering, checkout.Delivered, checkout.Releasing:
			pending[o.Held.Currency] += o.Held.Amount
		}
		for _, pay := range m.payments {
			if !o.CapturedAt.IsZero() && o.Payment == pay.id {
				taken[o.Held.Currency] += pay.captured - o.Back - o.Lost
				for _, d := range o.Disputes {
					taken[o.Held.Currency] -= d.Fee
					if d.State == events.DisputeUndecided {
						taken[o.Held.Currency] -= d.Amount
					}
				}
			}
			if slices.ContainsFunc(o.Strays, func(s checkout.Stray) bool { return s.Payment == pay.id }) {
				pending[pay.amount.Currency] += pay.amount.Amount
			}
		}
	}
	owed := map[events.Currency]int64{}
	for _, l := range m.book.Lines() {
		c := l.Account.Currency
		switch l.Account.Kind {
		case ledger.StripeClearing:
			taken[c] -= l.Balance.Of(l.Account.Kind)
			pending[c] -= l.Balance.Pending
			owed[c] -= l.Balance.Of(l.Account.Kind)
		case ledger.SellerPayable, ledger.RoyaltyPayable, ledger.PlatformFees, ledger.RefundsPayable:
			owed[c] += l.Balance.Of(l.Account.Kind)
		case ledger.DisputesHeld, ledger.ProviderFees:
			owed[c] -= l.Balance.Of(l.Account.Kind)
		case ledger.BuyerAuth:
		default:
			m.t.Fatalf("money on %v", l.Account)
		}
	}
	for _, c := range []events.Currency{events.USD, events.KRW, events.EUR} {
		if taken[c] != 0 || pending[c] != 0 || owed[c] != 0 {
			m.t.Fatalf("%s: books miss %d taken, %d held, owe %d too much, after %v", c, taken[c], pending[c], owed[c], m.kinds())
		}
	}
}

// replayed checks that the same facts lead to the same books: again, each twice, and whatever the orders' facts are
// mixed like.
func (m *market) replayed() {
	want := m.book.Lines()
	byOrder := slices.Clone(m.facts)
	slices.SortStableFunc(byOrder, func(a, b events.Record) int { return -len(a.Subject) + len(b.Subject) })
	for name, facts := range map[string][]events.Record{"again": m.facts, "order by order": byOrder} {
		book := ledger.New()
		for _, rec := range facts {
			for range 2 {
				if _, err := book.Apply(rec); err != nil {
					m.t.Fatal(err)
				}
			}
		}
		if got := book.Lines(); !reflect.DeepEqual(got, want) {
			m.t.Fatalf("%s: %v, want %v", name, got, want)
		}
	}
}

// The real rules, a provider, and everybody doing as they like: the books agree after each fact and nothing stays held.
func TestBooksOfTheUnruly(t *testing.T) {
	t.Parallel()
	ends := map[checkout.State]int{}
	kinds := rapid.SampledFrom([]events.OrderKind{events.OrderDirect, events.OrderBuyNow, events.OrderWon})
	prices := rapid.SampledFrom([]events.Money{{Amount: 1250, Currency: events.USD}, {Amount: 1, Currency: events.USD}, {Amount: 9_999, Currency: events.KRW}, {Amount: events.MaxAmount, Currency: events.USD}})
	rapid.Check(t, func(t *rapid.T) {
		m := newMarket(t)
		for range rapid.IntRange(1, 3).Draw(t, "orders") {
			shares := []events.Share{{To: coauthor, Points: 3333}, {To: events.Operator, Points: 1}}[:rapid.IntRange(0, 2).Draw(t, "payees")]
			p := m.order(kinds.Draw(t, "kind"), prices.Draw(t, "price"), shares...)
			if rapid.Bool().Draw(t, "paid") { // else it is left to chance, which seldom gets that far
				m.perform(p, 0, true)
				m.tell(m.hold(p, p.price, m.now.Add(100*time.Hour)))
				m.perform(p, 0, true)
				m.try(p, bind)
				m.try(p, key)
			}
		}
		order := func(t *rapid.T) *purchase { return rapid.SampledFrom(m.orders).Draw(t, "order") }
		t.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) { m.check() },
			"perform": func(t *rapid.T) {
				p := order(t)
				m.perform(p, rapid.Int64Range(1, p.price.Amount).Draw(t, "part"), rapid.Bool().Draw(t, "answered"))
			},
			"hold": func(t *rapid.T) {
				p := order(t)
				amount := p.price
				if rapid.IntRange(0, 3).Draw(t, "another amount") == 0 {
					amount = events.Money{Amount: rapid.Int64Range(1, events.MaxAmount).Draw(t, "amount"), Currency: rapid.SampledFrom([]events.Currency{events.USD, events.EUR}).Draw(t, "currency")}
				}
				pay := m.hold(p, amount, m.now.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, "hours"))*time.Hour))
				if rapid.Bool().Draw(t, "told") {
					m.tell(pay)
				}
			},
			"tell": func(t *rapid.T) {
				if len(m.payments) > 0 {
					m.tell(rapid.SampledFrom(m.payments).Draw(t, "payment"))
				}
			},
			"decline": func(t *rapid.T) { m.try(order(t), events.RecordDeclined{Payment: "pi1", Code: "generic_decline"}) },
			"page ends": func(t *rapid.T) {
				p := order(t)
				m.try(p, events.RecordAbandoned{Session: p.State.Session})
			},
			"claims": func(t *rapid.T) {
				p := order(t)
				m.claims(p, rapid.Int64Range(1, p.price.Amount+1).Draw(t, "claimed"))
			},
			"claim fails": func(t *rapid.T) { m.try(order(t), events.RecordClaim{Refusal: events.SoldOut}) },
			"bind":        func(t *rapid.T) { m.try(order(t), bind) },
			"deposit":     func(t *rapid.T) { m.try(order(t), key) },
			"prove": func(t *rapid.T) {
				if rapid.IntRange(0, 2).Draw(t, "seldom") == 0 {
					m.try(order(t), proof)
				}
			},
			"ask": func(t *rapid.T) {
				p := order(t)
				m.try(p, events.AskRefund{Amount: p.part(t), Reason: events.NotAsDescribed})
			},
			"grant": func(t *rapid.T) {
				p := order(t)
				m.try(p, events.GrantRefund{Amount: p.part(t), By: events.ByModerator})
			},
			"agree":   func(t *rapid.T) { m.try(order(t), events.GrantRefund{By: events.BySeller, Seller: seller}) },
			"dispute": func(t *rapid.T) { m.dispute(order(t)) },
			"bank": func(t *rapid.T) {
				m.decide(order(t), rapid.SampledFrom([]events.DisputeState{events.DisputeForUs, events.DisputeAgainstUs}).Draw(t, "verdict"))
			},
			"refund by hand": func(t *rapid.T) {
				p := order(t)
				for _, pay := range m.payments {
					if pay.state == checkout.PaymentCaptured && !pay.frozen() && pay.id == p.State.Payment {
						pay.back = min(pay.back+p.part(t).Amount, pay.captured)
					}
				}
			},
			"deliver": func(t *rapid.T) {
				p := order(t)
				m.try(p, p.receipt)
			},
			"cancel": func(t *rapid.T) {
				if rapid.IntRange(0, 3).Draw(t, "seldom") == 0 {
					m.try(order(t), events.CancelOrder{Reason: "why"})
				}
			},
			"pass": func(t *rapid.T) {
				m.pass(time.Duration(rapid.IntRange(1, 600).Draw(t, "minutes")) * time.Minute)
			},
		})
		m.finish()
		m.check()
		m.replayed()
		for _, p := range m.orders {
			ends[p.State.State]++
		}
	})
	t.Log(ends)
	for _, end := range []checkout.State{checkout.Captured, checkout.Released, checkout.Abandoned} {
		if ends[end] < checks()/100 {
			t.Errorf("%d orders ended %s; the commands are not wild enough: %v", ends[end], end, ends)
		}
	}
}

// checks returns how many random sequences are tried.
func checks() int { return flag.Lookup("rapid.checks").Value.(flag.Getter).Get().(int) }
