package command

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

func TestSaleCommands(t *testing.T) {
	m := newMarket(t)
	state := m.shared(t)
	if _, err := m.bus.TestConn(t).Subscribe(events.SellerSaleSubject("*", "*"), m.respond); err != nil {
		t.Fatal(err)
	}
	usd := func(cents int64) events.Money { return events.Money{Amount: cents, Currency: events.USD} }
	asked := events.Sale{Order: "o1", Title: "A song", State: "captured", Headline: "The buyer wants money back", Price: usd(1250),
		Back: usd(250), Asked: usd(400), Reason: events.NotAsDescribed, AnswerBy: time.Now()}
	quiet := asked
	quiet.Asked = events.Money{}

	for name, tc := range map[string]struct {
		args    []string
		stands  events.Sale
		refusal events.Refusal
		code    int
		heard   events.Command // the last one
		says    string
	}{
		"show":             {[]string{"show", "o1"}, asked, "", 0, events.AskOrder{}, "$4.00 back: It is not as described"},
		"show by its page": {[]string{"show", m.URL + "/orders/o1"}, asked, "", 0, events.AskOrder{}, "$2.50 went back"},
		"no order":         {[]string{"show", "o.1"}, asked, "", exitUsage, nil, "is no order"},
		"what is asked":    {[]string{"refund", "o1", "--yes"}, asked, "", 0, events.GrantRefund{Amount: usd(400)}, "$4.00 is given back"},
		"what is left":     {[]string{"refund", "o1", "--yes"}, quiet, "", 0, events.GrantRefund{Amount: usd(1000)}, "$10.00 is given back"},
		"a part":           {[]string{"refund", "o1", "--amount", "1.50", "--yes"}, asked, "", 0, events.GrantRefund{Amount: usd(150)}, "$1.50 is given back"},
		"a part of words":  {[]string{"refund", "o1", "--amount", "some", "--yes"}, asked, "", exitUsage, events.AskOrder{}, "an amount of USD"},
		"unsure":           {[]string{"refund", "o1"}, asked, "", exitUsage, events.AskOrder{}, "add --yes"},
		"decline":          {[]string{"decline", "o1"}, asked, "", 0, events.DeclineRefund{}, "does not get money back"},
		"decline nothing":  {[]string{"decline", "o1"}, quiet, events.NoRefund, exitRules, events.DeclineRefund{}, events.NoRefund.Words()},
	} {
		t.Run(name, func(t *testing.T) {
			m.says(tc.refusal, events.Standing{})
			m.mu.Lock()
			m.answer.View, _ = json.Marshal(tc.stands)
			m.mu.Unlock()
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), append([]string{"sale"}, append(tc.args, "--state", state)...), &stdout, &stderr)
			if code != tc.code || !strings.Contains(stdout.String()+stderr.String(), tc.says) {
				t.Errorf("sale %q = %d\n%s%s\nwant %d with %q", tc.args, code, &stdout, &stderr, tc.code, tc.says)
			}
			if tc.heard != nil && m.last(t) != tc.heard {
				t.Errorf("the market heard %#v, want %#v", m.last(t), tc.heard)
			}
		})
	}
}
