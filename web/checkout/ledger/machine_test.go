package ledger

import (
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightshare/events"
)

// machine moves the money of one order at random, and keeps a much simpler account of what may happen to it.
type machine struct {
	t    *rapid.T
	book *Book
	sale *sale
	seq  uint64
	now  time.Time

	price, held         int64
	before, at          time.Time // the capture's deadline, and the delivery
	pending, delivered  bool
	dropped             bool
	taken, back, repaid int64
	disputed, lost      int64   // disputed: undecided
	left, owed          []int64 // by party: of the sale, and on the account
	paid, kept          int64   // paid out and not fetched back; in reserve
	parties             []Part
}

// amount draws what a command is about, often just on the edge.
func (m *machine) amount(edges ...int64) int64 {
	pick := rapid.IntRange(0, 9).Draw(m.t, "amount of")
	if pick < 5 && len(edges) > 0 {
		return edges[pick%len(edges)] + rapid.Int64Range(-1, 1).Draw(m.t, "beside")
	}
	if pick == 9 {
		return rapid.SampledFrom([]int64{-1, 0, 1, events.MaxAmount, 1<<63 - 1}).Draw(m.t, "edge")
	}
	return rapid.Int64Range(0, m.price).Draw(m.t, "amount")
}

// post tries what do does and checks that the book allows it exactly when it should; what it does not allow leaves no
// trace.
func (m *machine) post(should bool, do func(*posting) *Violation) bool {
	before := maps.Clone(m.book.accounts)
	m.seq++
	_, v := m.book.post(m.sale, m.seq, m.now, do)
	if (v == nil) != should {
		m.t.Fatalf("book says %v, want allowed: %v; %+v", v, should, m.sale.sums)
	}
	if v != nil && !maps.Equal(before, m.book.accounts) {
		m.t.Fatalf("%v left a trace: %v, before %v", v, m.book.accounts, before)
	}
	return v == nil
}

// move tries one transfer.
func (m *machine) move(should bool, debit, credit Account, amount int64) bool {
	return m.post(should && amount > 0, func(p *posting) *Violation { return p.move(debit, credit, amount) })
}

func (m *machine) hold(n int64) {
	ok := m.held == 0 && n == m.price
	before := m.now.Add(time.Duration(rapid.Int64Range(1, 60).Draw(m.t, "minutes")) * time.Minute)
	f := events.PaymentAuthorised{Payment: "pi", Amount: usd(n), CaptureBefore: before}
	if m.post(ok, func(p *posting) *Violation { return authorised(p, f) }) {
		m.held, m.pending, m.before = n, true, before
	}
}

func (m *machine) deliver() {
	if m.delivered {
		return
	}
	m.post(true, func(p *posting) *Violation { return delivered(p, events.FileDelivered{}) })
	m.delivered, m.at = true, m.now
}

func (m *machine) drop() {
	m.post(true, func(p *posting) *Violation { return releaseIntended(p, events.ReleaseIntended{}) })
	m.dropped = m.dropped || !m.delivered
}

func (m *machine) void() {
	if m.post(m.pending, func(p *posting) *Violation { return p.drop(p.own()) }) {
		m.pending = false
	}
}

func (m *machine) take(n int64) {
	ok := m.pending && m.delivered && m.at.Before(m.before) && !m.dropped && n > 0 && n <= m.held
	if m.post(ok, func(p *posting) *Violation { return captured(p, events.PaymentCaptured{Amount: usd(n)}) }) {
		m.pending, m.taken, m.parties = false, n, m.sale.parts
		m.left, m.owed = nil, nil
		for _, p := range m.parties {
			m.left, m.owed = append(m.left, p.Amount), append(m.owed, p.Amount)
		}
	}
}

// room is what can still be refunded or disputed.
func (m *machine) room() int64 { return m.taken - m.back - m.disputed - m.lost }

// takeBack does to the parties what a refund or a lost dispute should.
func (m *machine) takeBack(n int64) {
	parts, err := apportion(n, m.left)
	if err != nil {
		m.t.Fatal(err)
	}
	for i, p := range parts {
		m.left[i] -= p
		m.owed[i] -= p
	}
}

func (m *machine) refund() {
	n := m.amount(m.room(), m.taken)
	if m.post(n > 0 && n <= m.room(), func(p *posting) *Violation { return p.refund(n) }) {
		m.back += n
		m.takeBack(n)
	}
}

func (m *machine) repay() {
	n := m.amount(m.back - m.repaid)
	if m.post(n > 0 && n <= m.back-m.repaid, func(p *posting) *Violation { return p.repay(usd(n)) }) {
		m.repaid += n
	}
}

func (m *machine) dispute() {
	n := m.amount(m.room(), m.taken)
	if m.move(n <= m.room(), account(DisputesHeld, ""), account(StripeClearing, ""), n) {
		m.disputed += n
	}
}

func (m *machine) win() {
	n := m.amount(m.disputed)
	if m.move(n <= m.disputed, account(StripeClearing, ""), account(DisputesHeld, ""), n) {
		m.disputed -= n
	}
}

func (m *machine) lose() {
	n := m.amount(m.disputed)
	if m.post(n > 0 && n <= m.disputed, func(p *posting) *Violation { return p.takeBack(n, account(DisputesHeld, "")) }) {
		m.disputed, m.lost = m.disputed-n, m.lost+n
		m.takeBack(n)
	}
}

// party draws who is paid; nobody before the sale. The operator takes his fees to his bank instead.
func (m *machine) party() (int, Account) {
	if len(m.parties) == 0 {
		return -1, account(SellerPayable, string(seller))
	}
	i := rapid.IntRange(0, len(m.parties)-1).Draw(m.t, "party")
	return i, m.parties[i].To
}

func (m *machine) payOut() {
	i, to := m.party()
	owed := int64(0)
	if i >= 0 {
		owed = m.owed[i]
	}
	n := m.amount(owed)
	if m.move(n <= owed && to.Kind != PlatformFees, to, account(StripeClearing, ""), n) {
		m.owed[i] -= n
		m.paid += n
	}
}

func (m *machine) reverse() {
	i, from := m.party()
	n := m.amount(m.paid)
	if m.move(n <= m.paid && from.Kind != PlatformFees, account(StripeClearing, ""), from, n) {
		m.owed[i] += n
		m.paid -= n
	}
}

func (m *machine) reserve() {
	owed := int64(0)
	if len(m.owed) > 0 {
		owed = m.owed[0]
	}
	n := m.amount(owed)
	if m.move(n <= owed, account(SellerPayable, string(seller)), account(Reserve, string(seller)), n) {
		m.owed[0] -= n
		m.kept += n
	}
}

func (m *machine) unreserve() {
	n := m.amount(m.kept)
	if m.move(n <= m.kept, account(Reserve, string(seller)), account(SellerPayable, string(seller)), n) {
		m.owed[0] += n
		m.kept -= n
	}
}

// stray money finds no way.
func (m *machine) astray() {
	kind := rapid.Custom(func(t *rapid.T) Kind { return Kind(rapid.IntRange(0, len(chart)-1).Draw(t, "kind")) })
	debit, credit := kind.Draw(m.t, "debit"), kind.Draw(m.t, "credit")
	switch ways[way{debit, credit}] {
	case noFlow:
		m.move(false, account(debit, ""), account(credit, ""), 1)
	case Captured, Shared: // only with a hold, and whole
		m.move(false, account(debit, "o1"), account(credit, "o1"), 1)
	case Banked, Deposited:
		m.move(true, account(debit, ""), account(credit, ""), 1)
	default:
		euro := Account{credit, "", events.EUR}
		m.move(false, account(debit, ""), euro, 1)
	}
}

// check compares the accounts with the simple ones.
func (m *machine) check(*rapid.T) {
	if err := m.book.Audit(); err != nil {
		m.t.Fatal(err)
	}
	pending := int64(0)
	if m.pending {
		pending = m.held
	}
	want := map[Account]int64{account(Reserve, string(seller)): m.kept, account(RefundsPayable, ""): m.back - m.repaid, account(DisputesHeld, ""): m.disputed}
	for i, p := range m.parties {
		want[p.To] = m.owed[i]
	}
	for a, n := range want {
		if got := m.book.accounts[a].Of(a.Kind); got != n {
			m.t.Fatalf("%v stands at %d, want %d", a, got, n)
		}
	}
	if got := m.book.accounts[account(BuyerAuth, "o1")]; got != (Balance{Pending: pending}) && pending > 0 || got != (Balance{}) && pending == 0 {
		m.t.Fatalf("the buyer's memo is %+v, want %d pending", got, pending)
	}
}

func TestMachine(t *testing.T) {
	t.Parallel()
	ends := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{t: t, book: New(), sale: &sale{order: "o1"}, now: noon}
		m.price = rapid.OneOf(rapid.Int64Range(1, 3000), rapid.Just(events.MaxAmount)).Draw(t, "price")
		o := order("o1", events.OrderDirect, drawShares(t)...)
		o.Price = usd(m.price)
		m.post(true, func(p *posting) *Violation { return created(p, o) })
		if rapid.IntRange(0, 2).Draw(t, "sold") > 0 { // else it is left to chance, which seldom sells anything
			m.hold(m.price)
			m.deliver()
			m.take(rapid.Int64Range(1, m.price).Draw(t, "taken"))
		}
		t.Repeat(map[string]func(*rapid.T){
			"":     m.check,
			"hold": func(*rapid.T) { m.hold(m.amount(m.price)) }, "void": func(*rapid.T) {
				if m.delivered && m.taken == 0 && rapid.IntRange(0, 3).Draw(t, "seldom") > 0 {
					return
				}
				m.void()
			},
			"deliver": func(*rapid.T) { m.deliver() }, "take": func(*rapid.T) { m.take(m.amount(m.held, m.price)) },
			"drop": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "seldom") == 0 {
					m.drop()
				}
			},
			"pass": func(t *rapid.T) {
				m.now = m.now.Add(time.Duration(rapid.Int64Range(0, 10).Draw(t, "minutes")) * time.Minute)
			},
			"refund": func(*rapid.T) { m.refund() }, "repay": func(*rapid.T) { m.repay() },
			"dispute": func(*rapid.T) { m.dispute() }, "win": func(*rapid.T) { m.win() }, "lose": func(*rapid.T) { m.lose() },
			"pay out": func(*rapid.T) { m.payOut() }, "reverse": func(*rapid.T) { m.reverse() },
			"reserve": func(*rapid.T) { m.reserve() }, "unreserve": func(*rapid.T) { m.unreserve() },
			"astray": func(*rapid.T) { m.astray() },
		})
		for name, n := range map[string]int64{"taken": m.taken, "refunded": m.back, "lost": m.lost, "paid": m.paid, "kept": m.kept} {
			if n > 0 {
				ends[name]++
			}
		}
	})
	for _, name := range []string{"taken", "refunded", "lost", "paid", "kept"} {
		if ends[name] < sequences/1000 {
			t.Errorf("%d sequences ended with something %s; the commands are not wild enough: %v", ends[name], name, ends)
		}
	}
	t.Log(ends)
}
