package auction

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
)

// A Screener says whether a listing may be offered.
type Screener interface {
	// Screen returns the verdict on l, or an error that wraps [events.Unavailable]: a listing without a verdict is
	// never offered.
	Screen(ctx context.Context, l events.Listing) (events.Verdict, error)
}

const (
	screenTimeout = 3 * time.Second
	serviceError  = "Nats-Service-Error-Code" // header of an answer that is an error
)

// blacklist is the Screener that asks over the bus.
type blacklist struct {
	nc *nats.Conn
}

// NewScreener returns the Screener that asks the blacklist on the bus.
func NewScreener(nc *nats.Conn) Screener { return blacklist{nc} }

// Screen asks the blacklist's service.
func (b blacklist) Screen(ctx context.Context, l events.Listing) (events.Verdict, error) {
	question, err := json.Marshal(l)
	if err != nil {
		return events.Verdict{}, fmt.Errorf("screen %s: %w", l.ID, err)
	}
	ctx, cancel := context.WithTimeout(ctx, screenTimeout)
	defer cancel()
	msg, err := b.nc.RequestWithContext(ctx, events.ScreenSubject, question)
	if err != nil {
		return events.Verdict{}, fmt.Errorf("screen %s: %w (%w)", l.ID, events.Unavailable, err)
	}
	if code := msg.Header.Get(serviceError); code != "" {
		return events.Verdict{}, fmt.Errorf("screen %s: %w (answered %s)", l.ID, events.Unavailable, code)
	}
	var v events.Verdict
	if err := json.Unmarshal(msg.Data, &v); err != nil {
		return events.Verdict{}, fmt.Errorf("screen %s: %w (%w)", l.ID, events.Unavailable, err)
	}
	switch v.Ruling {
	case events.Allow, events.Review, events.Block:
		return v, nil
	}
	return events.Verdict{}, fmt.Errorf("screen %s: %w (ruling %q)", l.ID, events.Unavailable, v.Ruling)
}
