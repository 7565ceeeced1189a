package embedded

import (
	"context"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/bus"
)

// agent enrols a new seller and signs it in; refused collects what the server did not let it do.
func agent(t *testing.T, s *Server, opts ...nats.Option) (*nats.Conn, events.SellerID, chan error) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := bus.OpenEnroller(s.Keys(), events.Credentials{Bus: []string{s.URL()}})
	if err != nil {
		t.Fatal(err)
	}
	r := events.Enrolment{Key: public, Name: "A seller", At: time.Now().Unix()}
	r.Proof = ed25519.Sign(private, events.EnrolmentProof(r))
	c, err := e.Enrol(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	refused := make(chan error, 16)
	opts = append(opts, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err }))
	nc, err := bus.ConnectAgent(t.Context(), c, private, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc, c.Seller, refused
}

func TestAgentPublishesItsOwnListings(t *testing.T) {
	s := TestServer(t)
	nc, seller, _ := agent(t, s)
	ack, err := nc.Request(events.ListingSubject(seller.Listing("photo")), []byte(`{}`), 5*time.Second)
	if err != nil {
		t.Fatalf("Request on its own subject: %v", err)
	}
	if got := string(ack.Data); !strings.Contains(got, `"stream":"SELLERS"`) {
		t.Errorf("acknowledgement = %s, want one of the stream SELLERS", got)
	}
}

func TestServicesAskAnAgent(t *testing.T) {
	s := TestServer(t)
	nc, seller, _ := agent(t, s)
	subject := events.AskSubject(seller, events.AskConnect)
	if _, err := nc.Subscribe(subject, func(m *nats.Msg) { m.Respond([]byte("here")) }); err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	answer, err := s.TestConn(t).Request(subject, nil, 5*time.Second)
	if err != nil || string(answer.Data) != "here" {
		t.Errorf("Request(%s) = %v, %v, want here", subject, answer, err)
	}
}

// Everything beyond an agent's own subjects is refused by the server.
func TestAgentTouchesNothingElse(t *testing.T) {
	s := TestServer(t)
	_, other, _ := agent(t, s)
	publishing := map[string]string{
		"another seller's listing": events.ListingSubject(other.Listing("photo")),
		"another seller's lot":     events.SellerLotSubject(other, other.Listing("photo").Lot()),
		"another's objection":      events.SellerObjectionSubject(other, other.Listing("photo")),
		"an offer":                 events.OfferSubject(other.Listing("photo")),
		"a journal":                events.JournalSubject(events.Lots, 0),
		"a command":                events.CommandSubject(events.AuctionService, 0),
		"a notice":                 events.NoticeSubject("somebody"),
		"asking itself":            events.AskSubject(other, events.AskConnect),
		"JetStream":                "$JS.API.STREAM.LIST",
		"the account store":        "$KV.accounts.x",
		"the server":               "$SYS.REQ.SERVER.PING",
		"somebody's inbox":         "_INBOX.somebody.1",
	}
	for name, subject := range publishing {
		t.Run("publishing to "+name, func(t *testing.T) {
			nc, _, refused := agent(t, s)
			if err := nc.Publish(subject, []byte("x")); err != nil {
				t.Fatal(err)
			}
			wantRefused(t, nc, refused, subject)
		})
	}
	listening := map[string]string{
		"everything":            ">",
		"all sellers":           "seller.>",
		"another seller's asks": events.AskSubject(other, "*"),
		"all inboxes":           "_INBOX.>",
		"the market":            "market.>",
		"commands":              "auction.*",
		"notices":               "notice.>",
		"the server":            "$SYS.>",
	}
	for name, subject := range listening {
		t.Run("listening to "+name, func(t *testing.T) {
			nc, _, refused := agent(t, s)
			if _, err := nc.SubscribeSync(subject); err != nil {
				t.Fatal(err)
			}
			wantRefused(t, nc, refused, subject)
		})
	}
}

func wantRefused(t *testing.T, nc *nats.Conn, refused chan error, subject string) {
	t.Helper()
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-refused:
		if !errors.Is(err, nats.ErrPermissionViolation) {
			t.Errorf("%s: server said %v, want a permissions violation", subject, err)
		}
	case <-time.After(5 * time.Second):
		t.Errorf("%s: the server let it pass", subject)
	}
}

func TestEnrolmentNeedsTheKey(t *testing.T) {
	s := TestServer(t)
	e, err := bus.OpenEnroller(s.Keys(), events.Credentials{})
	if err != nil {
		t.Fatal(err)
	}
	public, private, _ := ed25519.GenerateKey(nil)
	_, stranger, _ := ed25519.GenerateKey(nil)
	good := events.Enrolment{Key: public, Name: "A seller", At: time.Now().Unix()}
	for name, change := range map[string]func(*events.Enrolment){
		"somebody else's proof": func(r *events.Enrolment) { r.Proof = ed25519.Sign(stranger, events.EnrolmentProof(*r)) },
		"an old proof": func(r *events.Enrolment) {
			r.At -= 3600
			r.Proof = ed25519.Sign(private, events.EnrolmentProof(*r))
		},
		"no name": func(r *events.Enrolment) { r.Name = " "; r.Proof = ed25519.Sign(private, events.EnrolmentProof(*r)) },
	} {
		r := good
		change(&r)
		if _, err := e.Enrol(t.Context(), r); !errors.Is(err, events.Malformed) {
			t.Errorf("Enrol with %s = %v, want malformed", name, err)
		}
	}
}

func TestPresenceFollowsConnections(t *testing.T) {
	s := TestServer(t)
	early, first, _ := agent(t, s)
	system, err := bus.ConnectSystem(t.Context(), s.Config())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(system.Close)
	account, err := bus.SellersAccount(s.Keys())
	if err != nil {
		t.Fatal(err)
	}
	p, err := bus.WatchPresence(t.Context(), system, account)
	if err != nil {
		t.Fatal(err)
	}
	if !p.Of(first).Online {
		t.Error("a seller connected before the watch is not online")
	}
	changes := p.Watch(t.Context())
	late, second, _ := agent(t, s)
	await := func(want events.SellerID, online bool) {
		t.Helper()
		for {
			select {
			case c := <-changes:
				if c.Seller == want && c.Online == online {
					return
				}
			case <-time.After(5 * time.Second):
				t.Fatalf("no change of %s to online=%t", want, online)
			}
		}
	}
	await(second, true)
	late.Close()
	await(second, false)
	early.Close()
	await(first, false)
	errand, passing, _ := agent(t, s, nats.Name(bus.Errand))
	errand.Close()
	third, last, _ := agent(t, s)
	await(last, true) // and with it whatever came before
	if p.Of(passing).Since != (time.Time{}) {
		t.Error("a seller's errand counts as his presence")
	}
	third.Close()
	if p.Of(first).Online {
		t.Error("a seller who left is online")
	}
}

// What was appended is still there after a restart on the same folder.
func TestRestartKeepsStreamsAndKeys(t *testing.T) {
	dir := t.TempDir()
	open := func() (*Server, *nats.Conn) {
		s, err := Start(context.Background(), Options{Dir: dir, Port: -1})
		if err != nil {
			t.Fatal(err)
		}
		return s, s.TestConn(t)
	}
	s, nc := open()
	if err := bus.Declare(t.Context(), nc, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := nc.Request(events.NoticeSubject("u"), []byte("kept"), 5*time.Second); err != nil {
		t.Fatal(err)
	}
	nc.Close()
	s.Close()
	s, nc = open()
	defer s.Close()
	js, _ := nc.JetStream()
	msg, err := js.GetLastMsg(bus.Notices, events.NoticeSubject("u"))
	if err != nil || string(msg.Data) != "kept" {
		t.Errorf("after the restart: %v, %v, want kept", msg, err)
	}
}

// A market without room says so at once, keeps what it has, and takes new work as soon as there is room.
func TestNoRoom(t *testing.T) {
	s := TestServer(t)
	nc := s.TestConn(t)
	publish := func(text string) string {
		t.Helper()
		ack, err := nc.Request(events.JournalSubject(events.Lots, 0), []byte(text), 5*time.Second)
		if err != nil {
			t.Fatalf("publish %s: %v", text, err)
		}
		return string(ack.Data)
	}
	if ack := publish("before"); !strings.Contains(ack, `"seq":1`) {
		t.Fatalf("acknowledgement = %s", ack)
	}
	if err := s.setFull(true); err != nil {
		t.Fatal(err)
	}
	if ack := publish("refused"); !strings.Contains(ack, "resource limits exceeded") {
		t.Errorf("on a full disk the answer is %s, want a refusal", ack)
	}
	if err := s.setFull(false); err != nil {
		t.Fatal(err)
	}
	if ack := publish("after"); !strings.Contains(ack, `"seq":2`) {
		t.Errorf("once there is room the answer is %s, want the second message acknowledged", ack)
	}
}
