package checkout_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/web/checkout"
)

func wantPayments(t *testing.T, w *world, order events.OrderID, state checkout.PaymentState) {
	t.Helper()
	if got := w.payments(order); len(got) != 1 || got[state] != 1 {
		t.Errorf("payments at the provider = %v, want one %s", got, state)
	}
}

// From the click to the capture, with everything said twice.
func TestDirectSale(t *testing.T) {
	w := newWorld(t)
	w.agent()
	w.faults.RepeatWebhooks(2)
	order := w.start("c1")
	if again := w.start("c1"); again != order {
		t.Fatalf("the same click made the orders %s and %s", order, again)
	}
	w.pay(order, pays)
	v := w.await(order, checkout.Delivering)
	if left := v.DeliverBy.Sub(w.clock.Now()); left < 6*24*time.Hour || left > 7*24*time.Hour-checkout.CaptureRoom {
		t.Errorf("to be delivered within %v, want 12 hours less than 7 days", left)
	}
	if bought, _ := w.auction.has(order); !bought {
		t.Error("delivering without a copy from the auction")
	}
	g := w.ticket(order)
	ticket, err := sealed.OpenTicket(g.Ticket, ticketKey.Public().(ed25519.PublicKey), w.clock.Now())
	if err != nil || ticket.Order != order || ticket.Listing != listing || ticket.Agent != seller || ticket.Root != root || ticket.Sealed != song.SealedRoot() || ticket.Size != int64(len(song.Plain)) {
		t.Errorf("ticket = %+v, %v", ticket, err)
	}
	wantPayments(t, w, order, checkout.PaymentHeld)
	receipt := w.receipt(order)
	for range 2 {
		if err := w.desk.Deliver(context.Background(), order, receipt); err != nil {
			t.Fatalf("Deliver = %v", err)
		}
	}
	w.await(order, checkout.Captured)
	wantPayments(t, w, order, checkout.PaymentCaptured)
	if got, want := w.notices(order, "captured"), []string{"paid", "delivered", "captured"}; !slices.Equal(got, want) {
		t.Errorf("notices = %v, want %v", got, want)
	}
	if v, err := w.desk.Order(context.Background(), order); err != nil || v.State != checkout.Captured {
		t.Errorf("Order = %+v, %v", v, err)
	}
	w.ticket(order) // the buyer may fetch again what he has paid for
}

func TestDeclinedThenPaid(t *testing.T) {
	w := newWorld(t)
	order := w.start("c1")
	w.pay(order, isDeclined)
	v := w.until(order, "a warning", func(v checkout.View) bool { return v.Warning != "" })
	if v.State != checkout.Payable || v.PayURL == "" {
		t.Errorf("after a declined card: %s at %q", v.State, v.PayURL)
	}
	w.pay(order, pays)
	if v := w.await(order, checkout.Delivering); v.Warning != "" {
		t.Errorf("paid, and still warned: %s", v.Warning)
	}
}

// No webhook comes; the list of events says it all.
func TestLostWebhooks(t *testing.T) {
	w := newWorld(t)
	w.faults.LoseWebhooks(true)
	order := w.start("c1")
	w.pay(order, isDeclined)
	w.until(order, "a warning", func(v checkout.View) bool { return v.Warning != "" })
	w.pay(order, pays)
	w.await(order, checkout.Delivering)
}

// P11: what happens while no desk is open, and no webhook comes of it, is heard by the next one, days later.
func TestNewsOfDaysAgo(t *testing.T) {
	w := newWorld(t)
	order := w.start("c1")
	w.pay(order, pays)
	w.await(order, checkout.Delivering)
	payment := w.onlyPayment(order)
	w.faults.LoseWebhooks(true)
	w.close()
	if _, err := w.cashier.Release(context.Background(), "by hand", payment); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(3 * 24 * time.Hour)
	w.open(w.desk.BaseURL)
	w.await(order, checkout.Released)
}

// A buyer whose seller never comes back is not charged.
func TestSellerGone(t *testing.T) {
	w := newWorld(t)
	order := w.start("c1")
	w.pay(order, pays)
	w.await(order, checkout.Delivering)
	_, err := w.desk.Ticket(context.Background(), order, clientKey.Public().(ed25519.PublicKey))
	if !errors.Is(err, checkout.ErrSellerAway) {
		t.Errorf("Ticket = %v, want ErrSellerAway", err)
	}
	w.clock.Advance(7*24*time.Hour - checkout.CaptureRoom + time.Minute)
	v := w.await(order, checkout.Released)
	if v.Reason == "" {
		t.Error("released without a reason")
	}
	wantPayments(t, w, order, checkout.PaymentReleased)
	w.until(order, "the copy given back", func(checkout.View) bool { _, back := w.auction.has(order); return back })
	if got, want := w.notices(order, "released"), []string{"paid", "released"}; !slices.Equal(got, want) {
		t.Errorf("notices = %v, want %v", got, want)
	}
	if err := w.desk.Deliver(context.Background(), order, w.receipt(order)); !errors.Is(err, events.WrongState) {
		t.Errorf("a late receipt = %v, want %v", err, events.WrongState)
	}
}

func TestSoldToSomebodyElse(t *testing.T) {
	w := newWorld(t)
	w.auction.refuse(events.SoldOut)
	order := w.start("c1")
	w.pay(order, pays)
	if v := w.await(order, checkout.Released); v.Reason != events.SoldOut.Words() {
		t.Errorf("released because %q, want %q", v.Reason, events.SoldOut.Words())
	}
	wantPayments(t, w, order, checkout.PaymentReleased)
}

// Money that is held when the order is over is let go.
func TestPaidTooLate(t *testing.T) {
	w := newWorld(t)
	w.faults.LoseWebhooks(true)
	order := w.start("c1")
	page := w.await(order, checkout.Payable)
	w.close() // nobody hears of the payment
	payPage(t, page.PayURL)
	w.clock.Advance(checkout.PayDirect + time.Minute)
	w.open(w.desk.BaseURL)
	w.await(order, checkout.Abandoned)
	w.awaitPayments(order, checkout.PaymentReleased)
}

// The desk is closed after each step, and while the provider fails; what was intended is done by the next one.
func TestRestarts(t *testing.T) {
	w := newWorld(t)
	w.agent()
	w.faults.FailCalls(2)
	order := w.start("c1")
	w.restart()
	w.await(order, checkout.Payable)
	w.close()
	w.faults.LoseWebhooks(true)
	v := w.page(order)
	payPage(t, v)
	w.open(w.desk.BaseURL)
	w.await(order, checkout.Delivering)
	w.restart()
	w.ticket(order)
	w.faults.LoseAnswers(2)
	if err := w.desk.Deliver(context.Background(), order, w.receipt(order)); err != nil {
		t.Fatal(err)
	}
	w.restart()
	w.await(order, checkout.Captured)
	wantPayments(t, w, order, checkout.PaymentCaptured)
	if w.auction.claims() != 1 {
		t.Errorf("asked the auction %d times", w.auction.claims())
	}
	w.restart()
	w.await(order, checkout.Captured) // what the buyer's list shows is learnt anew, fact by fact
	if got := w.awaitOrders(1); got[0].State != checkout.Captured {
		t.Errorf("after all restarts: %+v", got)
	}
}

// A lot is won: its facts, told twice, make one order; taken down, it ends.
func TestWon(t *testing.T) {
	w := newWorld(t)
	o := offer()
	o.Terms.Format = events.Auction
	data, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	w.publish(events.OfferSubject(listing), data)
	order := events.WonOrder(listing.Lot())
	w.states(1, events.LotClosed{Sold: true, Winner: buyer, Price: 4200, Order: order}, 2)
	v := w.await(order, checkout.Payable)
	if v.Price != (events.Money{Amount: 4200, Currency: events.USD}) || v.Buyer != buyer || v.Title != o.Title || v.Root != root {
		t.Errorf("order of the winner = %+v", v)
	}
	if left := v.PayBy.Sub(v.CreatedAt); left != checkout.PayWon {
		t.Errorf("to be paid within %v", left)
	}
	w.notices(order, "pay")
	w.clock.Advance(24 * time.Hour) // longer than a page may live
	w.until(order, "another page", func(now checkout.View) bool { return now.PayURL != "" && now.PayURL != v.PayURL })
	w.pay(order, pays)
	w.await(order, checkout.Delivering)
	if w.auction.claims() != 0 {
		t.Error("a won lot was claimed")
	}
	w.states(2, events.ListingRefused{Verdict: events.Verdict{Reason: "On the list."}}, 2)
	if v := w.await(order, checkout.Released); v.Reason != "The listing was taken down: On the list." {
		t.Errorf("released because %q", v.Reason)
	}
	wantPayments(t, w, order, checkout.PaymentReleased)
}

// The auction hears that its winner did not pay, and whoever takes the second chance then has an order of his own.
func TestUnpaidWinner(t *testing.T) {
	w := newWorld(t)
	data, err := json.Marshal(offer())
	if err != nil {
		t.Fatal(err)
	}
	w.publish(events.OfferSubject(listing), data)
	lot := listing.Lot()
	order, chance := events.WonOrder(lot), events.ChanceOrder(lot, 9)
	w.states(1, events.LotClosed{Sold: true, Winner: "u2", Price: 4200, Order: order}, 1)
	w.await(order, checkout.Payable)
	w.clock.Advance(checkout.PayWon)
	w.await(order, checkout.Abandoned)
	w.until(order, "the auction told", func(checkout.View) bool { return w.auction.struck(order) })
	w.states(2, events.ChanceTaken{Bidder: buyer, Price: 4000, Order: chance}, 2)
	if v := w.await(chance, checkout.Payable); v.Price.Amount != 4000 || v.Buyer != buyer || v.PayBy.Sub(v.CreatedAt) != checkout.PayWon {
		t.Errorf("order of the second chance = %+v", v)
	}
	w.states(3, events.ListingRefused{}, 1)
	w.await(chance, checkout.Abandoned)
	w.until(chance, "the copy given back", func(checkout.View) bool { _, back := w.auction.has(chance); return back })
	if w.auction.struck(chance) || w.auction.claims() != 0 {
		t.Error("a taken-down lot's buyer got a strike, or the lot was claimed")
	}
}

func TestStartRefused(t *testing.T) {
	w := newWorld(t)
	for name, tc := range map[string]struct {
		kind   events.OrderKind
		change func(*events.Offer)
		want   events.Refusal
	}{
		"held":               {events.OrderDirect, func(o *events.Offer) { o.State = events.OfferHeld }, events.NotForSale},
		"all sold":           {events.OrderDirect, func(o *events.Offer) { o.Standing.Copies = 5 }, events.SoldOut},
		"ended, sold":        {events.OrderDirect, func(o *events.Offer) { o.State, o.Standing.State = events.OfferEnded, events.Sold }, events.SoldOut},
		"auction":            {events.OrderDirect, func(o *events.Offer) { o.Terms.Format = events.Auction }, events.NotForSale},
		"buy now gone":       {events.OrderBuyNow, func(o *events.Offer) { o.Terms.Format = events.Auction }, events.BuyNowGone},
		"nothing to buy now": {events.OrderBuyNow, func(*events.Offer) {}, events.NotForSale},
		"free":               {events.OrderDirect, func(o *events.Offer) { o.Terms.Price = 0 }, events.BadAmount},
	} {
		o := offer()
		tc.change(&o)
		if _, err := w.desk.Start(context.Background(), events.CommandID(name), buyer, tc.kind, o, checkout.Deal{}); !errors.Is(err, tc.want) {
			t.Errorf("%s: Start = %v, want %v", name, err, tc.want)
		}
	}
	if _, err := w.desk.Order(context.Background(), "nothing"); !errors.Is(err, events.NoSuchOrder) {
		t.Errorf("Order = %v, want %v", err, events.NoSuchOrder)
	}
}

// The provider takes no such amount: the order ends by itself, with words.
func TestRefusedPage(t *testing.T) {
	w := newWorld(t)
	o := offer()
	o.Terms.Price = 5
	order, err := w.desk.Start(context.Background(), "c1", buyer, events.OrderDirect, o, checkout.Deal{})
	if err != nil {
		t.Fatal(err)
	}
	if v := w.await(order, checkout.Abandoned); v.Reason == "" {
		t.Error("abandoned without a reason")
	}
}

func TestOrdersOf(t *testing.T) {
	w := newWorld(t)
	first, second := w.start("c1"), w.start("c2")
	got := w.awaitOrders(2)
	if got[0].Order != second || got[1].Order != first {
		t.Errorf("orders = %s, %s, want the newest first", got[0].Order, got[1].Order)
	}
	if others := w.desk.OrdersOf("u2"); len(others) != 0 {
		t.Errorf("orders of somebody else = %v", others)
	}
}

func TestLink(t *testing.T) {
	w := newWorld(t)
	token := w.desk.Link("o1")
	for name, tc := range map[string]struct {
		order events.OrderID
		token string
		want  bool
	}{
		"its own":    {"o1", token, true},
		"of another": {"o2", token, false},
		"cut":        {"o1", token[:20], false},
		"empty":      {"o1", "", false},
	} {
		if got := w.desk.CheckLink(tc.order, tc.token); got != tc.want {
			t.Errorf("%s: CheckLink = %v", name, got)
		}
	}
}

// News of payments that are not ours, or of unknown ones, has no effect and is not sent again.
func TestForeignNews(t *testing.T) {
	w := newWorld(t)
	for _, n := range []checkout.News{{ID: "e1", Session: "cs_x"}, {ID: "e2", Payment: "pi_x"}} {
		if err := w.desk.Hear(context.Background(), n); err != nil {
			t.Errorf("Hear(%v) = %v", n, err)
		}
	}
	page, err := w.cashier.OpenSession(context.Background(), "k", checkout.Bill{
		Order: "of-another-market", Attempt: 1, Amount: price, Title: "x", Ends: w.clock.Now().Add(time.Hour), Back: "http://127.0.0.1:1/",
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.desk.Hear(context.Background(), checkout.News{ID: "e3", Session: page.ID}); err != nil {
		t.Errorf("Hear of another market's page = %v", err)
	}
}

// slow is a cashier in front of which things happen.
type slow struct {
	checkout.Cashier
	looked   func(checkout.News)
	captures func(try int32) error
	tries    atomic.Int32
}

func (s *slow) Look(ctx context.Context, n checkout.News) (checkout.Payment, error) {
	p, err := s.Cashier.Look(ctx, n)
	if s.looked != nil {
		s.looked(n)
	}
	return p, err
}

func (s *slow) Capture(ctx context.Context, key, payment string, amount events.Money) (checkout.Payment, error) {
	if s.captures != nil {
		if err := s.captures(s.tries.Add(1)); err != nil {
			return checkout.Payment{}, err
		}
	}
	return s.Cashier.Capture(ctx, key, payment, amount)
}

// M9: the provider's deadline passes while it does not answer: nothing is captured any more.
func TestCaptureComesTooLate(t *testing.T) {
	w := newWorld(t)
	w.agent()
	s := &slow{Cashier: w.cashier, captures: func(try int32) error {
		if try == 1 {
			w.clock.Advance(8 * 24 * time.Hour)
		}
		return errors.New("out of order")
	}}
	w.cashier = s
	w.restart()
	order := w.start("c1")
	w.pay(order, pays)
	w.await(order, checkout.Delivering)
	w.ticket(order)
	if err := w.desk.Deliver(context.Background(), order, w.receipt(order)); err != nil {
		t.Fatal(err)
	}
	w.await(order, checkout.Released)
	if n := s.tries.Load(); n != 1 {
		t.Errorf("tried %d times, want none after the deadline", n)
	}
}

// The same news twice is looked at once.
func TestSameNews(t *testing.T) {
	w := newWorld(t)
	var looks atomic.Int32
	w.cashier = &slow{Cashier: w.cashier, looked: func(n checkout.News) {
		if n.ID == "evt_same" {
			looks.Add(1)
		}
	}}
	w.restart()
	page, err := w.cashier.OpenSession(context.Background(), "k", checkout.Bill{
		Order: "o1", Attempt: 1, Amount: price, Title: "x", Ends: w.clock.Now().Add(time.Hour), Back: "http://127.0.0.1:1/",
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := w.desk.Hear(context.Background(), checkout.News{ID: "evt_same", Session: page.ID}); err != nil {
			t.Fatal(err)
		}
	}
	if n := looks.Load(); n != 1 {
		t.Errorf("looked %d times", n)
	}
}
