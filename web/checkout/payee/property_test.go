package payee

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightshare/events"
	"lightshare/events/journal"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is one seller among a provider that does as it likes, and facts that come more than once.
type world struct {
	t     *rapid.T
	payee journal.Entity[Payee]
	facts []events.Record
	now   time.Time

	earned []events.Earning // in the order of one partition: the nth has the place n
	sent   map[int]int64    // at the provider, by payout
	back   map[int]int64    // by reversal
}

// try decides a command; what is refused changes nothing.
func (w *world) try(c events.Command) bool {
	d, err := w.payee.Decide(Rules{}, "s", "", c, nil, w.now)
	if err != nil {
		if _, refused := events.AsRefusal(err); !refused {
			w.t.Fatalf("%s: %v", c.CommandKind(), err)
		}
		return false
	}
	if d.Kind != "" {
		w.facts = append(w.facts, d.Record)
		if _, intended := d.Decided.(events.PayoutIntended); intended {
			w.covered()
		}
	}
	return true
}

// released is what may be sent at most: all sales that the payee knows of and whose hold is over, less what was taken.
func (w *world) released() (sum int64) {
	for _, e := range w.earned[:w.payee.State.Upto[0]] {
		if !w.now.Before(release(e.At)) {
			sum += e.Money.Amount
		}
	}
	return sum
}

// perform does what the payee wants, once however often it is asked; the answer may be lost.
func (w *world) perform(luck, answered bool) {
	p := w.payee.State
	for _, e := range p.Wants() {
		switch e.Op {
		case SetUp:
			w.try(events.RecordSetup{Number: e.Number, Account: "acct", URL: "u", Expires: w.now.Add(time.Hour)})
		case Send:
			if _, made := w.sent[e.Number]; !made && luck {
				w.sent[e.Number] = p.Payouts[p.payout(e.Number)].Money.Amount
			}
			answer := events.RecordPayout{Number: e.Number, Code: "no"}
			if _, made := w.sent[e.Number]; made {
				answer.Transfer = "tr"
			}
			if answered {
				w.try(answer)
			}
		case FetchIt:
			for _, x := range p.Payouts {
				if _, made := w.back[e.Number]; x.Reversal == e.Number && !made && luck {
					w.back[e.Number] = x.Fetching
				}
			}
			answer := events.RecordReversal{Number: e.Number, Code: "no"}
			if _, made := w.back[e.Number]; made {
				answer.Reversal = "trr"
			}
			if answered {
				w.try(answer)
			}
		}
	}
}

// net is what the provider has sent, less what came back.
func (w *world) net() (sum int64) {
	for _, n := range w.sent {
		sum += n
	}
	for _, n := range w.back {
		sum -= n
	}
	return sum
}

// covered checks M7 and M9, whenever money is to leave: with it, no more is out than was earned and held long enough.
func (w *world) covered() {
	if x := w.payee.State.Purses[0]; x.Sending+x.Total > w.released() || x.Total < w.net() && len(w.back) == 0 {
		w.t.Fatalf("M7: %d sent and %d to be, of %d earned and held long enough", x.Total, x.Sending, w.released())
	}
}

// pass lets time pass: what is due on the way is settled.
func (w *world) pass(d time.Duration) {
	end := w.now.Add(d)
	for range 1000 {
		at, c := Rules{}.Deadline(w.payee.State)
		if c == nil || at.After(end) {
			break
		}
		if at.After(w.now) {
			w.now = at
		}
		if !w.try(c) {
			w.t.Fatalf("M13: nothing is due at %v of %+v", w.now, w.payee.State)
		}
	}
	w.now = end
}

// tell tells of facts from some place on, whether they are known or not.
func (w *world) tell(from, upto int) {
	c := events.RecordEarnings{From: uint64(from), Upto: uint64(upto), Earnings: w.earned[from:upto]}
	known := w.payee.State.Upto[0]
	if ok := w.try(c); ok != (from < upto && c.From == known) {
		w.t.Fatalf("facts %d to %d, %d known: accepted %v", from, upto, known, ok)
	}
}

// check holds after every step.
func (w *world) check(t *rapid.T) {
	p, known := w.payee.State, int64(0)
	for _, e := range w.earned[:p.Upto[0]] {
		known += e.Money.Amount
	}
	for _, x := range p.Purses {
		if got := x.held() + x.Free + x.Sending + x.Total; got != known {
			t.Fatalf("M1: %d held, %d free, %d under way and %d sent of %d", x.held(), x.Free, x.Sending, x.Total, known)
		}
	}
	for _, x := range p.Payouts {
		if x.Back > x.Money.Amount || x.Back < 0 || x.Refused && x.Transfer != "" {
			t.Fatalf("payout %+v", x)
		}
	}
	if x := p.Payouts; len(x) > 0 && x[len(x)-1].Number != p.Sent {
		t.Fatalf("payouts %+v of %d", x, p.Sent)
	}
}

// finish leaves the seller alone with a provider that does everything. What is free is sent, what is owed is fetched.
func (w *world) finish() {
	w.tell(int(w.payee.State.Upto[0]), len(w.earned))
	w.try(events.SetUpPayouts{})
	w.perform(true, true)
	w.try(events.RecordAccount{Account: "acct", Ready: true})
	for range 60 {
		w.pass(8 * 24 * time.Hour)
		w.perform(true, true)
	}
	if len(w.payee.State.Purses) == 0 {
		return
	}
	total := int64(0)
	for _, e := range w.earned {
		total += e.Money.Amount
	}
	x := w.payee.State.Purses[0]
	if x.held() != 0 || x.Sending != 0 || x.Free >= least[events.USD] || x.Free < 0 && w.net() > 0 || w.net() != x.Total || x.Free+x.Total != total {
		w.t.Fatalf("at last %d held, %d free, %d under way, %d sent (%d at the provider) of %d", x.held(), x.Free, x.Sending, x.Total, w.net(), total)
	}
}

func TestPayeeAmongTheUnruly(t *testing.T) {
	ends := map[string]int{}
	life := func(t *rapid.T) {
		w := &world{t: t, now: noon, sent: map[int]int64{}, back: map[int]int64{}}
		t.Repeat(map[string]func(*rapid.T){
			"": w.check,
			"sell": func(t *rapid.T) {
				w.earned = append(w.earned, events.Earning{Money: events.Money{Amount: rapid.Int64Range(1, 5000).Draw(t, "cents"), Currency: events.USD}, At: w.now})
			},
			"take": func(t *rapid.T) {
				if len(w.earned) == 0 {
					return
				}
				e := rapid.SampledFrom(w.earned).Draw(t, "of")
				e.Money.Amount = -rapid.Int64Range(1, max(1, e.Money.Amount)).Draw(t, "cents")
				w.earned = append(w.earned, e)
			},
			"tell": func(t *rapid.T) {
				from := rapid.IntRange(0, len(w.earned)).Draw(t, "from")
				if rapid.IntRange(0, 3).Draw(t, "right") > 0 {
					from = int(w.payee.State.Upto[0])
				}
				w.tell(from, rapid.IntRange(from, len(w.earned)).Draw(t, "upto"))
			},
			"set up": func(*rapid.T) { w.try(events.SetUpPayouts{}) },
			"account": func(t *rapid.T) {
				w.try(events.RecordAccount{Account: "acct", Ready: rapid.IntRange(0, 3).Draw(t, "ready") > 0})
			},
			"perform": func(t *rapid.T) { w.perform(rapid.Bool().Draw(t, "luck"), rapid.Bool().Draw(t, "answered")) },
			"pass":    func(t *rapid.T) { w.pass(time.Duration(rapid.IntRange(1, 200).Draw(t, "hours")) * time.Hour) },
		})
		w.finish()
		w.check(t)
		if w.net() > 0 {
			ends["sent"]++
		}
		if len(w.back) > 0 {
			ends["fetched back"]++
		}
		var again journal.Entity[Payee]
		for _, rec := range w.facts {
			if _, err := again.Replay(Rules{}, rec); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(again.State, w.payee.State) {
			t.Fatalf("M14: replay = %+v, want %+v", again.State, w.payee.State)
		}
	}
	for range 20 {
		rapid.Check(t, life)
	}
	for _, end := range []string{"sent", "fetched back"} {
		if ends[end] == 0 {
			t.Errorf("nothing was %s; the commands are not wild enough: %v", end, ends)
		}
	}
}
