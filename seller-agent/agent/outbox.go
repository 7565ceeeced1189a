package agent

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"lightshare/events"
	"lightshare/seller-agent/share"
)

const (
	atOnce   = 32              // listings on their way at the same time
	batch    = 512             // listings taken from the memory at a time
	ackWait  = 5 * time.Second // for the market's stream
	pauseMin = 100 * time.Millisecond
	pauseMax = 15 * time.Second
)

// An outbox sends to the market what waits in the memory.
type outbox struct {
	memory *share.Memory
	key    ed25519.PrivateKey
	sent   func(share.Item) // after each acknowledgement; from several goroutines at a time
	empty  func()           // when nothing waits any more
	failed func(share.Item, error)
	wake   chan struct{} // holds a token when there is something new
}

// ring wakes the outbox.
func (o *outbox) ring() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// run sends over nc until ctx is done. What fails is sent again, later and later.
func (o *outbox) run(ctx context.Context, nc *nats.Conn) error {
	pause := pauseMin
	for {
		waiting, err := o.memory.Waiting(ctx, batch)
		if err != nil {
			return contextless(ctx, err)
		}
		if len(waiting) == 0 {
			o.empty()
			select {
			case <-o.wake:
			case <-ctx.Done():
				return nil
			}
			continue
		}
		if o.sendAll(ctx, nc, waiting) {
			pause = pauseMin
			continue
		}
		select {
		case <-o.wake: // something new, or the connection is back
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
		pause = min(2*pause, pauseMax)
	}
}

// contextless returns err unless it only says that ctx is done.
func contextless(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// sendAll sends the listings and reports whether all were acknowledged.
func (o *outbox) sendAll(ctx context.Context, nc *nats.Conn, items []share.Item) bool {
	var failures atomic.Int64
	var sending errgroup.Group
	sending.SetLimit(atOnce)
	for _, item := range items {
		sending.Go(func() error {
			if err := o.send(ctx, nc, item); err != nil {
				failures.Add(1)
				if ctx.Err() == nil {
					o.failed(item, err)
				}
			}
			return nil
		})
	}
	sending.Wait()
	return failures.Load() == 0
}

// send publishes one listing, and crosses it off when the market has it.
func (o *outbox) send(ctx context.Context, nc *nats.Conn, item share.Item) error {
	item.Listing.Sign(o.key)
	text, err := encode(item.Listing)
	if err != nil {
		return fmt.Errorf("encode listing %s: %w", item.Listing.ID, err)
	}
	waiting, cancel := context.WithTimeout(ctx, ackWait)
	defer cancel()
	answer, err := nc.RequestWithContext(waiting, events.ListingSubject(item.Listing.ID), text)
	if err != nil {
		return fmt.Errorf("publish listing %s: %w", item.Listing.ID, err)
	}
	if err := acknowledged(answer.Data); err != nil {
		return fmt.Errorf("publish listing %s: %w", item.Listing.ID, err)
	}
	if err := o.memory.Acknowledge(ctx, item.Listing.ID, item.Listing.Rev); err != nil {
		return err
	}
	o.sent(item)
	return nil
}

// encode writes JSON without the escapes meant for HTML, which would make some texts too large for one message.
func encode(l events.Listing) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(l)
	return b.Bytes(), err
}

// acknowledged reads a stream's answer to a publication.
func acknowledged(answer []byte) error {
	var ack struct {
		Stream string `json:"stream"`
		Error  *struct {
			Description string `json:"description"`
		} `json:"error"`
	}
	if err := json.Unmarshal(answer, &ack); err != nil {
		return fmt.Errorf("read acknowledgement: %w", err)
	}
	if ack.Error != nil {
		return fmt.Errorf("the market's stream says: %.200s", ack.Error.Description)
	}
	if ack.Stream == "" {
		return errors.New("an answer that is no acknowledgement")
	}
	return nil
}
