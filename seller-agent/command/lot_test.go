package command

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/bus/embedded"
	"lightshare/seller-agent/agent"
)

// A market is a bus with the page at which agents enrol, and a house that answers as the test says.
type market struct {
	*httptest.Server
	bus *embedded.Server

	mu     sync.Mutex
	heard  []events.Request // guarded by mu
	answer events.Answer    // guarded by mu
	lost   int              // guarded by mu; answers that are lost on the way
}

func newMarket(t *testing.T) *market {
	m := &market{bus: embedded.TestServer(t)}
	enroller, err := bus.OpenEnroller(m.bus.Keys(), events.Credentials{Bus: []string{m.bus.URL()}, TicketKey: make([]byte, 32), DepositKey: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var e events.Enrolment
		err := json.NewDecoder(r.Body).Decode(&e)
		c, enrolled := enroller.Enrol(r.Context(), e)
		if err != nil || enrolled != nil {
			t.Errorf("enrol: %v, %v", err, enrolled)
		}
		json.NewEncoder(w).Encode(c)
	}))
	t.Cleanup(m.Close)
	nc := m.bus.TestConn(t)
	if _, err := nc.Subscribe(events.SellerLotSubject("*", "*"), m.respond); err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *market) respond(msg *nats.Msg) {
	var r events.Request
	json.Unmarshal(msg.Data, &r)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard = append(m.heard, r)
	if m.lost > 0 {
		m.lost--
		return
	}
	a := m.answer
	if r.Kind == (events.AskStanding{}).CommandKind() || r.Kind == (events.AskOrder{}).CommandKind() || r.Kind == (events.AskPayee{}).CommandKind() {
		a.Refusal = ""
	}
	msg.Respond(a.AppendJSON(nil))
}

// says makes the house answer with r, and how the lot stands.
func (m *market) says(r events.Refusal, s events.Standing) {
	view, _ := json.Marshal(s)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard, m.answer = nil, events.Answer{Refusal: r, View: view}
}

// last returns the newest command that the house heard.
func (m *market) last(t *testing.T) events.Command {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.heard) == 0 {
		t.Fatal("the house heard nothing")
	}
	c, err := m.heard[len(m.heard)-1].Command()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// shared returns the state folder of a seller who has been on the market.
func (m *market) shared(t *testing.T) string {
	t.Helper()
	state := t.TempDir()
	dir := t.TempDir()
	online := make(chan bool, 1)
	done := make(chan int, 1)
	go func() {
		done <- run(t.Context(), []string{"share", dir, "--market", m.URL, "--state", state, "--http", "127.0.0.1:0", "--https", "off", "--json"}, watch(`"ready"`, online), new(bytes.Buffer))
	}()
	select {
	case <-online:
	case code := <-done:
		t.Fatalf("sharing ended with %d", code)
	case <-time.After(20 * time.Second):
		t.Fatal("not on the market within 20 s")
	}
	return state
}

// watch returns a writer that says when it was given the text.
func watch(text string, seen chan<- bool) watcher { return watcher{text, seen} }

type watcher struct {
	text string
	seen chan<- bool
}

func (w watcher) Write(p []byte) (int, error) {
	if strings.Contains(string(p), w.text) {
		select {
		case w.seen <- true:
		default:
		}
	}
	return len(p), nil
}

func TestLotCommands(t *testing.T) {
	m := newMarket(t)
	state := m.shared(t)
	e, err := agent.OpenErrand(t.Context(), state, nil)
	if err != nil {
		t.Fatal(err)
	}
	lot := e.Seller.Listing("song").Lot()
	e.Close()
	stands := events.Standing{Lot: lot, State: events.Open, Format: events.Auction, Currency: events.USD, Price: 3100, Bids: 3, Leader: "k***3", EndsAt: time.Now(),
		Proposals: []events.Proposal{{Buyer: "m***q", Price: 400, Until: time.Now()}}}
	page := m.URL + "/lots/" + string(lot)

	tests := map[string]struct {
		args    []string
		refusal events.Refusal
		code    int
		heard   events.Command // the last one
		says    string
	}{
		"show":              {[]string{"show", string(lot)}, "", 0, events.AskStanding{}, "$31.00"},
		"show by its page":  {[]string{"show", page}, "", 0, events.AskStanding{}, "k***3"},
		"show as JSON":      {[]string{"show", string(lot), "--json"}, "", 0, events.AskStanding{}, `"price":3100`},
		"cancel":            {[]string{"cancel-bidder", string(lot), "k3", "--reason", "Rude.", "--yes"}, "", 0, events.CancelBidder{Name: "k3", Reason: "Rude."}, "void"},
		"cancel one of two": {[]string{"cancel-bidder", string(lot), "k3", "--reason", "Rude.", "--stood-at", "12.5", "--yes"}, "", 0, events.CancelBidder{Name: "k3", Stood: 1250, Reason: "Rude."}, "void"},
		"cancel unsure":     {[]string{"cancel-bidder", string(lot), "k3", "--reason", "Rude."}, "", exitUsage, events.AskStanding{}, "add --yes"},
		"end":               {[]string{"end", string(lot), "--yes"}, "", 0, events.EndEarly{}, "without a sale"},
		"end by selling":    {[]string{"end", string(lot), "--sell", "--yes"}, "", 0, events.EndEarly{Sell: true}, "sold to the leader"},
		"end unsure":        {[]string{"end", string(lot)}, "", exitUsage, events.AskStanding{}, "add --yes"},
		"end refused":       {[]string{"end", string(lot), "--yes"}, events.TooLate, exitRules, events.EndEarly{}, events.TooLate.Words()},
		"reserve":           {[]string{"reserve", string(lot), "25"}, "", 0, events.LowerReserve{Reserve: 2500}, "listing.yaml"},
		"no reserve":        {[]string{"reserve", string(lot), "none"}, "", 0, events.LowerReserve{}, "lower"},
		"reserve of words":  {[]string{"reserve", string(lot), "low"}, "", exitUsage, events.AskStanding{}, "an amount of USD"},
		"add":               {[]string{"add", string(lot), "In C."}, "", 0, events.AddText{Text: "In C."}, "dated"},
		"show offers":       {[]string{"show", string(lot)}, "", 0, events.AskStanding{}, "m***q offers $4.00"},
		"accept":            {[]string{"accept", string(lot), "mq", "4"}, "", 0, events.AnswerProposal{Name: "mq", Answer: events.ProposalAccept, Price: 400}, "48 hours to pay"},
		"accept gone":       {[]string{"accept", string(lot), "mq", "4"}, events.NoProposal, exitRules, events.AnswerProposal{Name: "mq", Answer: events.ProposalAccept, Price: 400}, events.NoProposal.Words()},
		"accept anything":   {[]string{"accept", string(lot), "mq", "all"}, "", exitUsage, events.AskStanding{}, "an amount of USD"},
		"counter":           {[]string{"counter", string(lot), "m***q", "4.50"}, "", 0, events.AnswerProposal{Name: "m***q", Answer: events.ProposalCounter, Price: 450}, "48 hours to answer"},
		"decline":           {[]string{"decline", string(lot), "mq"}, "", 0, events.AnswerProposal{Name: "mq", Answer: events.ProposalDecline}, "declined"},
		"offer":             {[]string{"offer", string(lot)}, "", 0, events.OfferChance{}, "next bidder"},
		"offer refused":     {[]string{"offer", string(lot)}, events.SoldOut, exitRules, events.OfferChance{}, events.SoldOut.Words()},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			m.says(tc.refusal, stands)
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), append([]string{"lot"}, append(tc.args, "--state", state)...), &stdout, &stderr)
			said := stdout.String()
			if tc.code != 0 {
				said = stderr.String()
			}
			if code != tc.code || !strings.Contains(said, tc.says) {
				t.Errorf("lot %q = %d\n%s%s\nwant %d with %q", tc.args, code, &stdout, &stderr, tc.code, tc.says)
			}
			if got := m.last(t); got != tc.heard {
				t.Errorf("the house heard %#v, want %#v", got, tc.heard)
			}
		})
	}
}

// A command whose answer is lost is sent again as the same one.
func TestALostAnswerIsAskedForAgain(t *testing.T) {
	m := newMarket(t)
	state := m.shared(t)
	m.says("", events.Standing{})
	m.mu.Lock()
	m.lost = 1
	m.mu.Unlock()
	e, err := agent.OpenErrand(t.Context(), state, nil)
	if err != nil {
		t.Fatal(err)
	}
	lot := string(e.Seller.Listing("song"))
	e.Close()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"lot", "offer", lot, "--state", state}, &stdout, &stderr); code != 0 {
		t.Fatalf("offer = %d %s", code, &stderr)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.heard) != 2 || m.heard[0].ID != m.heard[1].ID || m.heard[0].ID == "" {
		t.Errorf("the house heard %+v, want the same command twice", m.heard)
	}
}

func TestLotCommandsThatCannotBegin(t *testing.T) {
	empty := t.TempDir()
	for name, tc := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no lot":            {[]string{"lot", "show", "harbour.png"}, exitUsage, "is no lot"},
		"nothing shared":    {[]string{"lot", "show", "abcdefghijklmnop-song", "--state", empty}, exitFailed, "seller-agent share"},
		"market's URL":      {[]string{"lot", "show", "abcdefghijklmnop-song", "--market", "ftp://x", "--state", empty}, exitUsage, "http or https"},
		"without a reason":  {[]string{"lot", "cancel-bidder", "abcdefghijklmnop-song", "k3"}, exitUsage, "--reason"},
		"an unknown lot do": {[]string{"lot", "sell", "abcdefghijklmnop-song"}, exitUsage, "sell"},
	} {
		var stdout, stderr bytes.Buffer
		if code := Main(tc.args, &stdout, &stderr); code != tc.code || !strings.Contains(stderr.String(), tc.says) {
			t.Errorf("%s: Main(%q) = %d %q, want %d with %q", name, tc.args, code, &stderr, tc.code, tc.says)
		}
	}
}
