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
	noRoom   = 10002 // JetStream: resource limits exceeded for account
)

// An outbox sends to the market what waits in the memory.
type outbox struct {
	memory *share.Memory
	key    ed25519.PrivateKey
	sent   func(share.Item)        // after each acknowledgement; from several goroutines at a time
	empty  func()                  // when nothing waits any more
	failed func(share.Item, error) // once for each time that sending begins to fail
	wake   chan struct{}           // holds a token when there is something new
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
	pause, failing := pauseMin, false
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
		item, err := o.sendAll(ctx, nc, waiting)
		if err == nil {
			pause, failing = pauseMin, false
			continue
		}
		if !failing && ctx.Err() == nil {
			failing = true
			o.failed(item, err)
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

// sendAll sends the listings and returns one that was not acknowledged, and why.
func (o *outbox) sendAll(ctx context.Context, nc *nats.Conn, items []share.Item) (share.Item, error) {
	var first atomic.Pointer[share.Item]
	var sending errgroup.Group
	sending.SetLimit(atOnce)
	for _, item := range items {
		sending.Go(func() error {
			err := o.send(ctx, nc, item)
			if err != nil {
				first.CompareAndSwap(nil, &item)
			}
			return err
		})
	}
	if err := sending.Wait(); err != nil {
		return *first.Load(), err
	}
	return share.Item{}, nil
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
			Code        int    `json:"err_code"`
			Description string `json:"description"`
		} `json:"error"`
	}
	if err := json.Unmarshal(answer, &ack); err != nil {
		return fmt.Errorf("read acknowledgement: %w", err)
	}
	if ack.Error != nil && ack.Error.Code == noRoom {
		return errors.New("the market's disk is nearly full; this is sent again until there is room")
	}
	if ack.Error != nil {
		return fmt.Errorf("the market's stream says: %.200s", ack.Error.Description)
	}
	if ack.Stream == "" {
		return errors.New("an answer that is no acknowledgement")
	}
	return nil
}
