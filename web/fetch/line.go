package fetch

import (
	"context"
	"errors"
	"fmt"

	"lightshare/events/peer"
)

// overLine receives what is missing over WebRTC, which needs no address of the agent.
func (d *download) overLine(ctx context.Context, p *part) error {
	line, err := peer.Dial(ctx, d.grant.ICE, false, func(ctx context.Context, offer string) (string, error) {
		return d.market.peer(ctx, d.grant.Ticket, offer)
	})
	switch {
	case errors.Is(err, ErrDenied):
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	defer line.Close()
	if !d.behind {
		d.progress.say("Connected with the seller over WebRTC, " + line.Way() + ".")
	}
	return d.from(ctx, newAgent("http://agent", d.grant, line, d.stall), p)
}
