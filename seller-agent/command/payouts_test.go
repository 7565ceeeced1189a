package command

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

func TestPayoutsCommand(t *testing.T) {
	m := newMarket(t)
	state := m.shared(t)
	if _, err := m.bus.TestConn(t).Subscribe(events.SellerPayeeSubject("*"), m.respond); err != nil {
		t.Fatal(err)
	}
	usd := func(cents int64) events.Money { return events.Money{Amount: cents, Currency: events.USD} }
	stands := events.Payee{
		Status: "Not complete.", SetUp: "https://pay.example/onboard/1",
		Purses:  []events.Purse{{Held: usd(1250), Next: time.Now(), Free: usd(300), Sent: usd(2000)}},
		Payouts: []events.Payout{{Number: 1, At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Money: usd(2500), Back: usd(500), State: "made"}},
	}
	ready := stands
	ready.SetUp, ready.Ready = "", true
	for name, tc := range map[string]struct {
		args   []string
		stands events.Payee
		heard  events.Command // the last one
		says   []string
	}{
		"in words":        {nil, stands, events.AskPayee{}, []string{"Not complete.", "https://pay.example/onboard/1", "$3.00", "$12.50, the next of it", "$5.00 fetched back"}},
		"as JSON":         {[]string{"--json"}, stands, events.AskPayee{}, []string{`"status":"Not complete."`}},
		"as a table":      {[]string{"--csv"}, stands, events.AskPayee{}, []string{"payout,time,amount", "1,2026-03-01T12:00:00Z,25.00,5.00,USD,made"}},
		"set up already":  {[]string{"--set-up"}, ready, events.AskPayee{}, []string{"Not complete."}},
		"a page, as soon": {[]string{"--set-up", "--json"}, stands, nil, []string{"onboard/1"}},
	} {
		t.Run(name, func(t *testing.T) {
			m.says("", events.Standing{})
			m.mu.Lock()
			m.answer.View, _ = json.Marshal(tc.stands)
			if tc.heard == nil { // the page that is open already is as good as another
				m.answer.Refusal = events.Unchanged
			}
			m.mu.Unlock()
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), append([]string{"payouts", "--state", state}, tc.args...), &stdout, &stderr); code != 0 {
				t.Fatalf("payouts %q = %d %s", tc.args, code, &stderr)
			}
			for _, want := range tc.says {
				if !strings.Contains(stdout.String(), want) {
					t.Errorf("payouts %q says nothing of %q:\n%s", tc.args, want, &stdout)
				}
			}
			if tc.heard != nil && m.last(t) != tc.heard {
				t.Errorf("the market heard %#v, want %#v", m.last(t), tc.heard)
			}
		})
	}
}
