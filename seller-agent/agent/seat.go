package agent

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"lightshare/events"
	"lightshare/events/bus"
)

const (
	depositWait = 3 * time.Second // for a key from the memory
	peerWait    = 5 * time.Second // for the answer to a buyer's offer
	peersAtOnce = 8               // such answers being made
)

// A seat is the agent's place on the bus: what it is asked there, and whether it still sits.
type seat struct {
	seller  events.SellerID
	reach   func() events.Reach
	peer    func(context.Context, events.PeerOffer) (sdp string, err error)
	key     func(context.Context, events.KeyAsk) (wrapped []byte, err error)
	report  func(Event)
	fated   func(events.Offer)
	noticed func(events.Notice)
	back    func() // the connection is back
	lost    func() // the bus does not take the credentials any more
	log     *slog.Logger

	joining errgroup.Group // makes answers to buyers' offers
}

// take signs in and listens.
func (s *seat) take(ctx context.Context, c events.Credentials, key ed25519.PrivateKey) (*nats.Conn, error) {
	s.joining.SetLimit(peersAtOnce)
	nc, err := bus.ConnectAgent(ctx, c, key,
		nats.PingInterval(20*time.Second),
		nats.ReconnectBufSize(-1), // the outbox sends again by itself
		nats.ReconnectHandler(func(*nats.Conn) { s.report(Event{Event: Online}); s.back() }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				s.report(Event{Event: OffLine, Text: err.Error()})
			}
		}),
		nats.ClosedHandler(func(*nats.Conn) { s.lost() }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { s.log.Warn("bus complains", "err", err) }),
	)
	if err != nil {
		return nil, err
	}
	if _, err := nc.Subscribe(events.AskSubject(s.seller, "*"), s.asked); err != nil {
		nc.Close()
		return nil, fmt.Errorf("listen for questions: %w", err)
	}
	return nc, nil
}

// rise waits for what is being answered still. The connection is closed.
func (s *seat) rise() { s.joining.Wait() }

// asked answers a service's question, or takes in what it tells.
func (s *seat) asked(m *nats.Msg) {
	verb := m.Subject[strings.LastIndexByte(m.Subject, '.')+1:]
	var err error
	switch verb {
	case events.AskConnect:
		err = answer(m, s.reach())
	case events.AskPeer:
		err = s.offered(m)
	case events.AskKey:
		err = s.deposit(m)
	case events.AskFate:
		err = s.fate(m.Data)
	case events.AskNotice:
		err = s.notice(m.Data)
	default:
		err = fmt.Errorf("unknown verb: %w", events.Malformed)
	}
	if err != nil {
		s.log.Warn("question not answered", "verb", verb, "err", err)
	}
}

// offered answers a buyer's offer to connect, beside everything else: it takes as long as finding the way out does.
func (s *seat) offered(m *nats.Msg) error {
	var o events.PeerOffer
	if err := json.Unmarshal(m.Data, &o); err != nil {
		return fmt.Errorf("read offer (%w): %w", err, events.Malformed)
	}
	if s.joining.TryGo(func() error { s.join(m, o); return nil }) {
		return nil
	}
	return errors.Join(fmt.Errorf("too many offers: %w", events.Unavailable), answer(m, events.PeerAnswer{Refusal: events.Unavailable}))
}

func (s *seat) join(m *nats.Msg, o events.PeerOffer) {
	ctx, cancel := context.WithTimeout(context.Background(), peerWait)
	defer cancel()
	var a events.PeerAnswer
	var err error
	if a.SDP, err = s.peer(ctx, o); err != nil {
		var known bool
		if a.Refusal, known = events.AsRefusal(err); !known {
			a.Refusal = events.Unavailable
		}
	}
	if err := errors.Join(err, answer(m, a)); err != nil {
		s.log.Warn("buyer not connected", "err", err)
	}
}

func answer(m *nats.Msg, a any) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return m.Respond(text)
}

// deposit hands the operator the key of what was sold.
func (s *seat) deposit(m *nats.Msg) error {
	var ask events.KeyAsk
	if err := json.Unmarshal(m.Data, &ask); err != nil {
		return fmt.Errorf("read question (%w): %w", err, events.Malformed)
	}
	ctx, cancel := context.WithTimeout(context.Background(), depositWait)
	defer cancel()
	var deposit events.KeyDeposit
	var err error
	if deposit.Wrapped, err = s.key(ctx, ask); err != nil {
		deposit.Refusal = events.NotForSale
	}
	return errors.Join(err, answer(m, deposit))
}

func (s *seat) fate(text []byte) error {
	var o events.Offer
	if err := json.Unmarshal(text, &o); err != nil {
		return err
	}
	s.fated(o)
	s.report(Event{Event: Fate, Listing: o.Listing, Title: o.Title, Rev: o.Rev, Root: o.Root, State: o.State, Text: o.Reason})
	return nil
}

func (s *seat) notice(text []byte) error {
	var n events.Notice
	if err := json.Unmarshal(text, &n); err != nil {
		return err
	}
	s.noticed(n)
	s.report(Event{Event: Notice, Listing: n.Lot.Listing(), Title: n.Title, Kind: n.Kind, Text: n.Text})
	return nil
}
