package checkout

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

var (
	paid    = []events.Command{page, held("pi"), bind, key, receipt(client, nil), money}
	asks    = events.AskRefund{Reason: events.NotAsDescribed}
	some    = events.AskRefund{Amount: dollars(400), Reason: events.Withdrawal}
	agrees  = events.GrantRefund{By: events.BySeller, Seller: seller}
	rules   = events.GrantRefund{Amount: dollars(1000), By: events.ByModerator, Reason: events.TakenDown}
	refuses = events.DeclineRefund{By: events.BySeller, Seller: seller}
)

var (
	no    events.Command = events.RecordRefundRefused{Reason: "charge_disputed"}
	later events.Command = events.AskOrder{} // stands for a day
)

// partly is the bank's word on a dispute about a part.
func partly(s events.DisputeState) events.RecordDispute {
	d := bank(s)
	d.Amount = dollars(400)
	return d
}

func gone(cents int64) events.RecordRefunded { return events.RecordRefunded{Amount: dollars(cents)} }

// Whoever decides, what goes back is what was decided, and the state says whether anything is left of the sale.
func TestRefunds(t *testing.T) {
	silence := events.Command(nil) // stands for the deadline
	for name, tc := range map[string]struct {
		commands []events.Command
		want     State
		back     int64 // of 1250
		wanted   int64 // still to go back
		opens    bool  // the buyer may have the key
	}{
		"asked for":                     {[]events.Command{asks}, Captured, 0, 0, true},
		"the seller agrees":             {[]events.Command{asks, agrees}, Refunding, 0, 1250, false},
		"and the money goes":            {[]events.Command{asks, agrees, gone(1250)}, Refunded, 1250, 0, false},
		"the seller says nothing":       {[]events.Command{asks, silence}, Refunding, 0, 1250, false},
		"the seller refuses":            {[]events.Command{asks, refuses}, Captured, 0, 0, true},
		"and a moderator decides":       {[]events.Command{asks, refuses, rules}, Refunding, 0, 1000, true},
		"a part":                        {[]events.Command{some, agrees, gone(400)}, Captured, 400, 0, true},
		"a part, then the rest":         {[]events.Command{some, agrees, gone(400), asks, agrees, gone(1250)}, Refunded, 1250, 0, false},
		"goodwill":                      {[]events.Command{agrees}, Refunding, 0, 1250, false},
		"by hand meanwhile":             {[]events.Command{some, agrees, gone(300)}, Refunding, 300, 100, true},
		"by hand, and more":             {[]events.Command{some, agrees, gone(900)}, Captured, 900, 0, true},
		"an older word after a newer":   {[]events.Command{rules, gone(1000)}, Captured, 1000, 0, true},
		"proven while a part goes back": {[]events.Command{some, agrees, proof}, Refunding, 0, 1250, true},
		"refused":                       {[]events.Command{some, agrees, no}, Refunding, 0, 400, true},
		"refused for long":              {[]events.Command{some, agrees, nil, later, no}, Owed, 0, 400, true},
		"and then done by hand":         {[]events.Command{some, agrees, nil, later, no, gone(400)}, Captured, 400, 0, true},
		"refused after a part was lost": {[]events.Command{partly(events.DisputeUndecided), partly(events.DisputeAgainstUs), agrees, no}, Owed, 0, 850, true},
		"and it had gone already":       {[]events.Command{some, agrees, proof, gone(400)}, Refunding, 400, 850, true},
	} {
		t.Run(name, func(t *testing.T) {
			l := begin(t, events.OrderWon, paid...)
			for _, c := range tc.commands {
				switch c {
				case nil:
					l.expire()
				case later:
					l.now = l.now.Add(refusedFor)
				case no:
					if err := l.try(c); err != nil && !errors.Is(err, events.Unchanged) {
						t.Fatal(err)
					}
				default:
					l.do(c)
				}
			}
			o := l.State
			if o.State != tc.want || o.Back != tc.back || o.Refund.Amount.Amount != tc.wanted || o.mayOpen() != tc.opens {
				t.Errorf("order is %s with %d back and %d to come, opens %v; want %s, %d, %d, %v", o.State, o.Back, o.Refund.Amount.Amount, o.mayOpen(), tc.want, tc.back, tc.wanted, tc.opens)
			}
		})
	}
}

func bank(s events.DisputeState) events.RecordDispute {
	return events.RecordDispute{Dispute: "du", Amount: dollars(1250), Fee: 1500, Reason: "fraudulent", State: s}
}

// What a bank takes is never given back as well, and what went back is never taken as well.
func TestDisputes(t *testing.T) {
	open, won, lost := bank(events.DisputeUndecided), bank(events.DisputeForUs), bank(events.DisputeAgainstUs)
	for name, tc := range map[string]struct {
		commands []events.Command
		want     State
		back     int64 // refunded, of 1250
		lost     int64 // to the bank
		opens    bool
	}{
		"opened":                       {[]events.Command{open}, Disputed, 0, 0, false},
		"won":                          {[]events.Command{open, won}, Captured, 0, 0, true},
		"lost":                         {[]events.Command{open, lost}, ChargedBack, 0, 1250, false},
		"after a part went back":       {[]events.Command{rules, gone(1000), open, lost}, ChargedBack, 1000, 250, false},
		"after all went back":          {[]events.Command{agrees, gone(1250), open, lost}, Refunded, 1250, 0, false},
		"while it was asked for":       {[]events.Command{asks, open, won}, Captured, 0, 0, true},
		"while it was to go back":      {[]events.Command{agrees, open, won}, Captured, 0, 0, true},
		"while it was to, and is lost": {[]events.Command{agrees, open, lost}, ChargedBack, 0, 1250, false},
		"proven, and won":              {[]events.Command{proof, open, won, gone(1250)}, Refunded, 1250, 0, true},
		"nothing is heard":             {[]events.Command{open, nil, nil}, Disputed, 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := begin(t, events.OrderWon, paid...)
			for _, c := range tc.commands {
				if c == nil {
					l.expire()
				} else {
					l.do(c)
				}
			}
			if o := l.State; o.State != tc.want || o.Back != tc.back || o.Lost != tc.lost || o.mayOpen() != tc.opens {
				t.Errorf("order is %s with %d back and %d lost, opens %v; want %s, %d, %d, %v", o.State, o.Back, o.Lost, o.mayOpen(), tc.want, tc.back, tc.lost, tc.opens)
			}
		})
	}
	l := begin(t, events.OrderWon, append(paid[:6:6], open)...)
	for _, c := range []events.Command{asks, agrees, rules, proof, gone(1250)} {
		if err := l.try(c); err == nil {
			t.Errorf("%s is accepted while a bank has the money", c.CommandKind())
		}
	}
}

// The bank is told what the facts prove, and nothing of who the buyer is.
func TestEvidence(t *testing.T) {
	l := begin(t, events.OrderWon, append(paid[:6:6], bank(events.DisputeUndecided))...)
	e := l.State.evidence()
	for _, want := range []string{"cardholder authorised $12.50, payment pi", "received the last of", closed, "handed in its signed receipt", "card charged $12.50"} {
		if !strings.Contains(e.Activity, want) {
			t.Errorf("the activity log says nothing of %q:\n%s", want, e.Activity)
		}
	}
	if n := strings.Count(e.Activity, "\n"); n != 7 {
		t.Errorf("%d lines, want 7:\n%s", n, e.Activity)
	}
	if strings.Contains(e.Activity+e.Product+e.Summary, string(l.State.Buyer)) {
		t.Error("the evidence names the buyer")
	}
	if w := l.State.Wants(); len(w) != 1 || w[0].Op != Defend || w[0].Payment != "du" {
		t.Errorf("wants %v, want the evidence submitted", w)
	}
	l.do(events.RecordEvidence{Dispute: "du", Digest: e.Digest()})
	if w := l.State.Wants(); len(w) != 0 {
		t.Errorf("wants %v once it is submitted", w)
	}
}

func TestRefundRefusals(t *testing.T) {
	other := agrees
	other.Seller = "ponmlkjihgfedcba"
	nobody := agrees
	nobody.By = events.ByRule
	won := events.AskRefund{Amount: events.Money{Amount: 400, Currency: events.KRW}, Reason: events.OtherReason}
	for name, tc := range map[string]struct {
		before []events.Command
		c      events.Command
		want   events.Refusal
	}{
		"before the money":          {paid[:4:4], asks, events.WrongState},
		"without a reason":          {paid, events.AskRefund{}, events.Malformed},
		"more than was paid":        {paid, events.AskRefund{Amount: dollars(1251), Reason: events.OtherReason}, events.BadAmount},
		"less than nothing":         {paid, events.AskRefund{Amount: dollars(-1), Reason: events.OtherReason}, events.BadAmount},
		"another currency":          {paid, won, events.BadCurrency},
		"twice at a time":           {append(paid[:6:6], asks), some, events.Unchanged},
		"a fourth time":             {append(paid[:6:6], asks, refuses, asks, refuses, asks, refuses), asks, events.NoMoreRefunds},
		"another seller agrees":     {append(paid[:6:6], asks), other, events.NotSeller},
		"nobody agrees":             {append(paid[:6:6], asks), nobody, events.Malformed},
		"nothing to refuse":         {paid, refuses, events.NoRefund},
		"agreed while it goes back": {append(paid[:6:6], rules), agrees, events.WrongState},
		"more than is left":         {append(paid[:6:6], rules, gone(1000)), rules, events.BadAmount},
		"more went back than came":  {append(paid[:6:6], rules), gone(1251), events.BadAmount},
		"the same word twice":       {append(paid[:6:6], rules, gone(1000)), gone(1000), events.Unchanged},
		"asked with nothing left":   {append(paid[:6:6], agrees, gone(1250)), asks, events.WrongState},
	} {
		t.Run(name, func(t *testing.T) {
			l := begin(t, events.OrderWon, tc.before...)
			if err := l.try(tc.c); !errors.Is(err, tc.want) {
				t.Errorf("%s in state %s = %v, want %v", tc.c.CommandKind(), l.State.State, err, tc.want)
			}
		})
	}
	l := begin(t, events.OrderWon, paid...)
	l.now = l.State.CapturedAt.Add(AskWithin - time.Second)
	if err := l.try(asks); !errors.Is(err, events.TooLate) {
		t.Errorf("asked after %v = %v, want %v", AskWithin, err, events.TooLate)
	}
}

// Each refund has a key of its own, and the same one however often it is tried.
func TestRefundKeys(t *testing.T) {
	l := begin(t, events.OrderWon, append(paid[:6:6], some, agrees)...)
	key := func() string {
		k, _ := l.State.Key(l.State.Wants()[0], l.now)
		return k
	}
	first := key()
	if again := key(); again != first {
		t.Errorf("the same refund has the keys %s and %s", first, again)
	}
	l.do(gone(400), agrees)
	if second := key(); second == first {
		t.Errorf("two refunds have the key %s", first)
	}
}
