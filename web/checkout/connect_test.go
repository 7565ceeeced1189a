package checkout_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/web/checkout"
)

// An offer goes to the agent with a ticket for that order alone, and whatever a stranger answers is looked at.
func TestConnect(t *testing.T) {
	w := newWorld(t)
	w.agent()
	order, other := w.start("c1"), w.start("c2")
	w.pay(order, pays)
	w.await(order, checkout.Delivering)
	good := w.ticket(order).Ticket
	_, err := w.desk.Connect(context.Background(), order, good, "an offer")
	if !errors.Is(err, checkout.ErrSellerAway) {
		t.Errorf("Connect() with an agent that knows nothing of it = %v, want ErrSellerAway", err)
	}

	asked := make(chan events.PeerOffer, 10)
	var answer any
	_, err = w.nc.Subscribe(events.AskSubject(seller, events.AskPeer), func(m *nats.Msg) {
		var o events.PeerOffer
		if err := json.Unmarshal(m.Data, &o); err != nil {
			t.Error(err)
		}
		asked <- o
		m.Respond(must(json.Marshal(answer)))
	})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := sealed.OpenTicket(good, ticketKey.Public().(ed25519.PublicKey), w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	stale := opened
	stale.Expires = w.clock.Now().Add(-time.Second)
	for name, tc := range map[string]struct {
		order       events.OrderID
		ticket, sdp string
		want        error
	}{
		"no ticket":     {order, "", "an offer", events.NoTicket},
		"forged":        {order, good[:len(good)-2] + "AA", "an offer", events.NoTicket},
		"expired":       {order, stale.Sign(ticketKey), "an offer", events.NoTicket},
		"another order": {other, good, "an offer", events.NoTicket},
		"no offer":      {order, good, "", events.Malformed},
		"too long":      {order, good, strings.Repeat("a", events.MaxSDP+1), events.Malformed},
	} {
		if _, err := w.desk.Connect(context.Background(), tc.order, tc.ticket, tc.sdp); !errors.Is(err, tc.want) {
			t.Errorf("%s: Connect() = %v, want %v", name, err, tc.want)
		}
	}
	if len(asked) != 0 {
		t.Errorf("the agent was bothered %d times with what is not for it", len(asked))
	}

	for name, tc := range map[string]struct {
		answer any
		sdp    string
		want   error
	}{
		"an answer":       {events.PeerAnswer{SDP: "an answer"}, "an answer", nil},
		"full":            {events.PeerAnswer{Refusal: events.Unavailable}, "", checkout.ErrSellerAway},
		"refused":         {events.PeerAnswer{Refusal: events.Malformed}, "", events.Malformed},
		"a made-up word":  {events.PeerAnswer{Refusal: "<b>"}, "", checkout.ErrSellerAway},
		"no answer":       {[]int{1}, "", checkout.ErrSellerAway},
		"far too long":    {events.PeerAnswer{SDP: strings.Repeat("a", events.MaxSDP+1)}, "", checkout.ErrSellerAway},
		"an empty answer": {events.PeerAnswer{}, "", checkout.ErrSellerAway},
	} {
		answer = tc.answer
		sdp, err := w.desk.Connect(context.Background(), order, good, "an offer")
		if sdp != tc.sdp || !errors.Is(err, tc.want) {
			t.Errorf("%s: Connect() = %q, %v, want %q, %v", name, sdp, err, tc.sdp, tc.want)
		}
		if o := <-asked; o.Ticket != good || o.SDP != "an offer" {
			t.Errorf("%s: the agent was asked %+v", name, o)
		}
	}
}
