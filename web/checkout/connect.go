package checkout

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"

	"lightshare/events"
	"lightshare/events/sealed"
)

// Connect brings the offer of a buyer's client to the seller's agent and returns the answer. The ticket must be one for
// this order, which the agent looks at again. The error wraps ErrSellerAway when the agent does not answer, or cannot
// take another connection.
func (d *Desk) Connect(ctx context.Context, order events.OrderID, ticket, sdp string) (string, error) {
	t, err := sealed.OpenTicket(ticket, d.TicketKey.Public().(ed25519.PublicKey), d.Clock.Now())
	switch {
	case err != nil:
	case t.Order != order:
		err = fmt.Errorf("ticket for another order: %w", events.NoTicket)
	case sdp == "" || len(sdp) > events.MaxSDP:
		err = fmt.Errorf("offer of %d bytes: %w", len(sdp), events.Malformed)
	}
	if err != nil {
		return "", fmt.Errorf("connect for order %s: %w", order, err)
	}
	question, err := json.Marshal(events.PeerOffer{Ticket: ticket, SDP: sdp, ICE: d.ice(order, t.Size)})
	if err != nil {
		return "", err
	}
	text, err := d.ask(ctx, t.Agent, events.AskPeer, question)
	if err != nil {
		return "", fmt.Errorf("connect for order %s: %w", order, err)
	}
	var a events.PeerAnswer
	if err := json.Unmarshal(text, &a); err != nil || a.Refusal != "" && !a.Refusal.Known() || len(a.SDP) > events.MaxSDP || a == (events.PeerAnswer{}) {
		return "", fmt.Errorf("connect for order %s: seller %s answered nothing of use: %w", order, t.Agent, ErrSellerAway)
	}
	switch {
	case a.Refusal == events.Unavailable:
		return "", fmt.Errorf("connect for order %s: too many connections: %w", order, ErrSellerAway)
	case a.Refusal != "":
		return "", fmt.Errorf("connect for order %s: %w", order, a.Refusal)
	}
	return a.SDP, nil
}

// ice returns what helps both sides of an order through their routers, for a file of so many bytes.
func (d *Desk) ice(order events.OrderID, size int64) []events.ICEServer {
	if d.ICE == nil {
		return nil
	}
	return d.ICE(order, sealed.SealedSize(size))
}
