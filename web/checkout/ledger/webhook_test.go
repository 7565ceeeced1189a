package ledger_test

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/checkout/ledger"
)

// purchaseWithNews lives one purchase. Between any two steps the desk may hear of any payment, as often as a webhook
// comes; what is lost it finds in the provider's list of events before the order can time out.
func purchaseWithNews(t tester, end string, hear func(m *market)) []ledger.Line {
	m := newMarket(t)
	p := m.order(events.OrderDirect, events.Money{Amount: 1000, Currency: events.KRW}, events.Share{To: coauthor, Points: 3333})
	step := func(do func()) {
		do()
		hear(m)
	}
	list := func() {
		for _, pay := range m.payments {
			m.tell(pay)
		}
	}
	step(func() { m.perform(p, 0, true) })
	if end == "too late" {
		step(func() { m.pass(36 * time.Minute) })
	}
	for range 2 { // the buyer pays twice, in two tabs
		step(func() { m.hold(p, p.price, m.now.Add(100*time.Hour)) })
	}
	step(list)
	step(func() { m.perform(p, 0, false) })
	step(func() { m.try(p, bind) })
	step(func() { m.try(p, key) })
	if end == "cancelled" {
		step(func() { m.try(p, events.CancelOrder{Reason: "why"}) })
	}
	step(func() { m.try(p, p.receipt) })
	for range 2 {
		step(func() { m.perform(p, 999, false) }) // nobody hears the answer
	}
	step(list)
	m.finish()
	want := map[string]checkout.State{"paid": checkout.Captured, "cancelled": checkout.Released, "too late": checkout.Abandoned}[end]
	if p.State.State != want {
		t.Fatalf("%s: the order ended %s, want %s, after %v", end, p.State.State, want, m.kinds())
	}
	return m.book.Lines()
}

// However webhooks are repeated, lost and mixed up, the books end the same.
func TestWebhookPermutations(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"paid", "cancelled", "too late"} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			want := purchaseWithNews(t, end, func(*market) {})
			if posted := len(want) > 0; posted != (end == "paid") {
				t.Fatalf("undisturbed: %v", want)
			}
			told := map[string]bool{}
			for n := range checks() / 10 {
				random := rand.New(rand.NewPCG(uint64(n), 0))
				var news []byte
				got := purchaseWithNews(t, end, func(m *market) {
					for range random.IntN(6) {
						i := random.IntN(3)
						if news = append(news, "12d"[i]); i < len(m.payments) {
							m.tell(m.payments[i])
						} else {
							m.try(m.orders[0], events.RecordDeclined{Payment: "pi0", Code: "generic_decline"})
						}
					}
					news = append(news, '|')
				})
				told[string(news)] = true
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("permutation %d: %v, want %v", n, got, want)
				}
			}
			if len(told) < checks()/11 {
				t.Errorf("%d different ways to hear the news; they are not mixed enough", len(told))
			}
		})
	}
}
