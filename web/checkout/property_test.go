package checkout

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/events/sealed"
)

// world is one order among a provider, an auction, a buyer and a clock that do as they like.
type world struct {
	t     *rapid.T
	order journal.Entity[Order]
	facts []events.Record
	now   time.Time
	holds map[string]*hold // at the provider
}

type hold struct {
	state  PaymentState
	before time.Time
	back   int64 // refunded

	disputed int64 // taken back by the bank, once
	verdict  events.DisputeState
}

// frozen reports whether the provider refuses refunds.
func (h *hold) frozen() bool { return h.disputed > 0 && h.verdict != events.DisputeForUs }

// try decides a command; what is refused changes nothing.
func (w *world) try(c events.Command) {
	d, err := w.order.Decide(Rules{}, "o1", "", c, nil, w.now)
	if err != nil {
		if _, refused := events.AsRefusal(err); !refused {
			w.t.Fatalf("%s: %v", c.CommandKind(), err)
		}
	} else if d.Kind != "" {
		w.facts = append(w.facts, d.Record)
	}
}

// pass lets time pass: the deadlines on the way fire, and holds lapse.
func (w *world) pass(d time.Duration) {
	end := w.now.Add(d)
	for range 100 {
		at, c := Rules{}.Deadline(w.order.State)
		if c == nil || at.After(end) {
			break
		}
		if at.After(w.now) {
			w.now = at
		}
		w.lapse()
		w.try(c)
	}
	w.now = end
	w.lapse()
}

func (w *world) lapse() {
	for _, h := range w.holds {
		if h.state == PaymentHeld && !w.now.Before(h.before) {
			h.state = PaymentReleased
		}
	}
}

// tell says how a payment stands at the provider.
func (w *world) tell(id string) {
	h := w.holds[id]
	switch h.state {
	case PaymentHeld:
		w.try(events.RecordAuthorised{Payment: id, Amount: purchase("").Price, CaptureBefore: h.before})
	case PaymentCaptured:
		w.try(money)
		if h.back > 0 {
			w.try(events.RecordRefunded{Amount: dollars(h.back)})
		}
		if h.disputed > 0 {
			d := events.RecordDispute{Dispute: "du", Amount: dollars(h.disputed), State: events.DisputeUndecided}
			w.try(d)
			d.State = h.verdict
			w.try(d)
		}
	case PaymentReleased:
		w.try(events.RecordReleased{Payment: id})
	}
}

// perform does what the order wants, as the desk does: it looks first, and the answer may be lost.
func (w *world) perform(answered bool) {
	for _, e := range w.order.State.Wants() {
		h := w.holds[e.Payment]
		switch e.Op {
		case ChargeCard:
			w.charge(rapid.IntRange(0, 3).Draw(w.t, "card"), answered)
		case OpenPage:
			w.try(events.RecordSession{Session: "cs" + strconv.Itoa(e.Attempt), URL: "u", Attempt: e.Attempt})
		case ClaimCopy:
			w.try(events.RecordClaim{})
		case ReturnCopy:
			w.try(events.RecordReturn{})
		case Capture:
			if h.state == PaymentHeld && w.now.Before(w.order.State.CaptureBefore) {
				h.state = PaymentCaptured
				w.captured(e.Payment)
			}
		case GiveBack:
			if missing := w.order.State.Refund.Amount.Amount + w.order.State.Back - h.back; missing > 0 && !h.frozen() {
				h.back += missing
				w.refunded(h)
			}
		case Defend:
			w.try(events.RecordEvidence{Dispute: e.Payment, Digest: []byte("digest")})
		case Release, ReleaseLost:
			if h.state == PaymentHeld {
				h.state = PaymentReleased
			}
		}
		if h != nil && answered {
			w.tell(e.Payment)
		}
	}
}

// charge asks the saved card, which holds the amount, or is refused and given up first. The same charge is the same
// payment, however often it is asked for.
func (w *world) charge(luck int, answered bool) {
	const id = "pi-card"
	h := w.holds[id]
	if h == nil && luck > 0 {
		h = &hold{state: PaymentHeld, before: w.now.Add(114 * time.Hour)}
		w.holds[id] = h
	} else if h == nil {
		h = &hold{state: PaymentReleased, before: w.now}
		w.holds[id] = h
	}
	switch {
	case !answered:
	case h.state == PaymentReleased:
		w.try(events.RecordCardRefused{Payment: id, Code: "generic_decline"})
	default:
		w.tell(id)
	}
}

// captured checks what must hold whenever money moves.
func (w *world) captured(id string) {
	if w.count("file_delivered") != 1 || w.count("release_intended") != 0 {
		w.t.Fatalf("captured %s after %v", id, w.kinds())
	}
	if !w.now.Before(w.holds[id].before) {
		w.t.Fatalf("captured %s at %v, allowed before %v", id, w.now, w.holds[id].before)
	}
	for other, h := range w.holds {
		if other != id && h.state == PaymentCaptured {
			w.t.Fatalf("captured %s and %s", id, other)
		}
	}
}

// refunded checks what must hold whenever money goes back.
func (w *world) refunded(h *hold) {
	if w.count("mismatch_proven")+w.count("refund_granted") == 0 || w.count("payment_captured") != 1 {
		w.t.Fatalf("refunded after %v", w.kinds())
	}
	if h.back > money.Amount.Amount {
		w.t.Fatalf("M5: %d of %d refunded after %v", h.back, money.Amount.Amount, w.kinds())
	}
}

// part draws an amount of the price, often beyond what may be.
func part(t *rapid.T) events.Money {
	return dollars(rapid.SampledFrom([]int64{0, 1, 400, 625, 1249, 1250, 1251}).Draw(t, "part"))
}

func dollars(cents int64) events.Money { return events.Money{Amount: cents, Currency: events.USD} }

func (w *world) count(kind string) (n int) {
	for _, f := range w.facts {
		if f.Kind == kind {
			n++
		}
	}
	return n
}

func (w *world) kinds() (kinds []string) {
	for _, f := range w.facts {
		kinds = append(kinds, f.Kind)
	}
	return kinds
}

// check holds after every step.
func (w *world) check(t *rapid.T) {
	o := w.order.State
	if captured, released := w.count("payment_captured"), w.count("payment_released"); captured+released > 1 {
		t.Fatalf("resolved more than once: %v", w.kinds())
	}
	if w.count("payment_authorised") > 1 || w.count("file_delivered") > 1 {
		t.Fatalf("authorised or delivered more than once: %v", w.kinds())
	}
	if o.State == Captured && w.holds[o.Payment].state != PaymentCaptured {
		t.Fatalf("order captured, payment %s", w.holds[o.Payment].state)
	}
	if o.Back > 0 && o.Back > w.holds[o.Payment].back {
		t.Fatalf("order says %d refunded, the payment %d", o.Back, w.holds[o.Payment].back)
	}
	over := o.State == Refunded || o.State == ChargedBack
	if _, open := o.undecided(); !open && over != (o.Paid.Amount > 0 && o.left().Amount == 0) || o.free() < 0 || o.Refund.Amount.Amount > o.left().Amount {
		t.Fatalf("order is %s with %d of %d refunded and %v to come", o.State, o.Back, o.Paid.Amount, o.Refund)
	}
	if w.count("file_delivered") > w.count("key_deposited") {
		t.Fatalf("delivered without a key: %v", w.kinds())
	}
	if o.State == Released && w.holds[o.Payment].state == PaymentCaptured {
		t.Fatalf("order released, payment captured: %v", w.kinds())
	}
	if at, _ := (Rules{}).Deadline(o); at.IsZero() != (o.State.Final() && len(o.Strays) == 0 && o.Ask == (Ask{})) {
		t.Fatalf("%s with %d strays has the deadline %v", o.State, len(o.Strays), at)
	}
}

// finish leaves the order alone with the provider, which still answers. It must come to an end with nothing held.
func (w *world) finish() {
	for id, h := range w.holds {
		if h.state == PaymentHeld {
			w.tell(id) // by webhook or by the list of events
		}
	}
	for step := 0; ; step++ {
		w.perform(true)
		if w.order.State.State == Disputed {
			w.decided()
		}
		if o := w.order.State; o.State.Final() && len(o.Wants()) == 0 && o.Ask == (Ask{}) {
			break
		}
		if step > 20 {
			w.t.Fatalf("stuck in %s wanting %v after %v", w.order.State.State, w.order.State.Wants(), w.kinds())
		}
		at, _ := Rules{}.Deadline(w.order.State)
		w.pass(max(0, at.Sub(w.now)))
	}
	for id, h := range w.holds {
		if h.state == PaymentHeld {
			w.t.Fatalf("%s is still held after %v", id, w.kinds())
		}
	}
}

// decided ends a dispute, and tells of it.
func (w *world) decided() {
	h := w.holds[w.order.State.Payment]
	if h == nil || h.state != PaymentCaptured {
		return
	}
	if h.verdict == events.DisputeUndecided {
		h.verdict = events.DisputeForUs
	}
	w.tell(w.order.State.Payment)
}

// replay must lead to the same order.
func (w *world) replay() {
	var again journal.Entity[Order]
	for _, rec := range w.facts {
		if _, err := again.Replay(Rules{}, rec); err != nil {
			w.t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(again.State, w.order.State) {
		w.t.Fatalf("replay = %+v, want %+v", again.State, w.order.State)
	}
}

func TestOrderAmongTheUnruly(t *testing.T) {
	ends := map[State]int{}
	life := func(t *rapid.T) {
		kind := rapid.SampledFrom([]events.OrderKind{events.OrderDirect, events.OrderBuyNow, events.OrderWon, events.OrderChance, events.OrderAgreed, withCard}).Draw(t, "kind")
		w := &world{t: t, now: noon, holds: map[string]*hold{}}
		w.try(purchase(kind))
		payment := func(t *rapid.T) string {
			return "pi" + strconv.Itoa(rapid.IntRange(1, max(1, len(w.holds))).Draw(t, "payment"))
		}
		t.Repeat(map[string]func(*rapid.T){
			"":        w.check,
			"perform": func(t *rapid.T) { w.perform(rapid.Bool().Draw(t, "answered")) },
			"hold": func(t *rapid.T) {
				id := "pi" + strconv.Itoa(len(w.holds)+1)
				w.holds[id] = &hold{state: PaymentHeld, before: w.now.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, "hours")) * time.Hour)}
				if rapid.Bool().Draw(t, "told") {
					w.tell(id)
				}
			},
			"tell": func(t *rapid.T) {
				if id := payment(t); w.holds[id] != nil {
					w.tell(id)
				}
			},
			"decline":     func(t *rapid.T) { w.try(events.RecordDeclined{Payment: payment(t), Code: "generic_decline"}) },
			"page ends":   func(*rapid.T) { w.try(events.RecordAbandoned{Session: w.order.State.Session}) },
			"claim fails": func(*rapid.T) { w.try(events.RecordClaim{Refusal: events.SoldOut}) },
			"bind":        func(*rapid.T) { w.try(bind) },
			"deposit":     func(*rapid.T) { w.try(key) },
			"receive": func(*rapid.T) {
				for _, c := range []events.Command{bind, key, receipt(client, nil)} {
					w.try(c)
				}
			},
			"prove": func(t *rapid.T) {
				if rapid.IntRange(0, 2).Draw(t, "seldom") == 0 {
					w.try(proof)
				}
			},
			"ask":            func(t *rapid.T) { w.try(events.AskRefund{Amount: part(t), Reason: events.NotAsDescribed}) },
			"grant":          func(t *rapid.T) { w.try(events.GrantRefund{Amount: part(t), By: events.ByModerator}) },
			"agree":          func(*rapid.T) { w.try(events.GrantRefund{By: events.BySeller, Seller: seller}) },
			"decline refund": func(*rapid.T) { w.try(events.DeclineRefund{By: events.BySeller, Seller: seller}) },
			"dispute": func(*rapid.T) {
				if h := w.holds[w.order.State.Payment]; h != nil && h.state == PaymentCaptured && h.disputed == 0 {
					h.disputed, h.verdict = money.Amount.Amount-h.back, events.DisputeUndecided
				}
			},
			"bank": func(t *rapid.T) {
				if h := w.holds[w.order.State.Payment]; h != nil && h.verdict == events.DisputeUndecided {
					h.verdict = rapid.SampledFrom([]events.DisputeState{events.DisputeForUs, events.DisputeAgainstUs}).Draw(t, "verdict")
				}
			},
			"refund by hand": func(t *rapid.T) {
				h := w.holds[w.order.State.Payment]
				if h != nil && h.state == PaymentCaptured && !h.frozen() {
					h.back = min(h.back+part(t).Amount, money.Amount.Amount)
				}
			},
			"deliver": func(*rapid.T) { w.try(receipt(client, nil)) },
			"lie":     func(*rapid.T) { w.try(receipt(client, func(r *sealed.Receipt) { r.Bytes-- })) },
			"cancel": func(t *rapid.T) {
				if rapid.IntRange(0, 3).Draw(t, "seldom") == 0 {
					w.try(events.CancelOrder{Reason: "why"})
				}
			},
			"pass": func(t *rapid.T) {
				w.pass(time.Duration(rapid.IntRange(1, 600).Draw(t, "minutes")) * time.Minute)
			},
		})
		w.finish()
		w.decided()
		w.finish()
		if rapid.Bool().Draw(t, "proven at last") {
			w.try(proof)
			w.finish()
		}
		w.check(t)
		w.replay()
		ends[w.order.State.State]++
	}
	for range 20 { // 2,000 lives: of a hundred, now and then none ends captured
		rapid.Check(t, life)
	}
	for _, end := range []State{Captured, Refunded, ChargedBack, Released, Abandoned} {
		if ends[end] == 0 {
			t.Errorf("no order ended %s; the commands are not wild enough: %v", end, ends)
		}
	}
}
