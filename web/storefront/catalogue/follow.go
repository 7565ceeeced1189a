package catalogue

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// stream holds the newest offer of each listing.
const stream = "MARKET"

// follow begins to follow the market until following ends, and returns when what was there has been taken in.
func (c *Catalogue) follow(ctx, following context.Context) error {
	standings, err := c.NC.Subscribe(events.LotSubject("*"), func(m *nats.Msg) {
		var s events.Standing
		if c.read(m.Subject, m.Data, &s) {
			c.Stands(s)
		}
	})
	if err != nil {
		return fmt.Errorf("subscribe to standings: %w", err)
	}
	if err := standings.SetPendingLimits(-1, -1); err != nil {
		return fmt.Errorf("subscribe to standings: %w", err)
	}
	c.tasks.Go(func() {
		<-following.Done()
		standings.Unsubscribe() // fails only on a connection that is gone anyway
	})
	return c.followOffers(ctx, following)
}

func (c *Catalogue) followOffers(ctx, following context.Context) error {
	js, err := jetstream.New(c.NC)
	if err != nil {
		return fmt.Errorf("follow %s: %w", stream, err)
	}
	consumer, err := js.OrderedConsumer(ctx, stream, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{events.OfferSubject("*")},
		DeliverPolicy:  jetstream.DeliverLastPerSubjectPolicy,
	})
	if err != nil {
		return fmt.Errorf("follow %s: %w", stream, err)
	}
	complete := make(chan struct{})
	done := sync.OnceFunc(func() { close(complete) })
	if info := consumer.CachedInfo(); info != nil && info.NumPending == 0 && info.Delivered.Consumer == 0 {
		done()
	}
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		var o events.Offer
		if c.read(m.Subject(), m.Data(), &o) {
			c.offered(o)
		}
		if meta, err := m.Metadata(); err == nil && meta.NumPending == 0 {
			done()
		}
	}, jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
		c.Log.Warn("following the market was interrupted", "error", err)
	}))
	if err != nil {
		return fmt.Errorf("follow %s: %w", stream, err)
	}
	c.tasks.Go(func() {
		<-following.Done()
		consuming.Stop()
		<-consuming.Closed()
	})
	select {
	case <-complete:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("follow %s: %w", stream, ctx.Err())
	}
}

// read decodes a message. One that cannot be read is logged and passed over, so that it does no harm to others.
func (c *Catalogue) read(subject string, data []byte, into any) bool {
	if err := json.Unmarshal(data, into); err != nil {
		c.Log.Error("a message of the market could not be read", "subject", subject, "error", err)
		return false
	}
	return true
}

func (c *Catalogue) watchPresence(following context.Context) {
	for p := range c.Presence.Watch(following) {
		c.present(p)
	}
}

func (c *Catalogue) repairAlways(following context.Context) {
	ticker := time.NewTicker(repairEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			c.repair(following)
		case <-following.Done():
			return
		}
	}
}

// repair takes in what the book knows of lots on offer. Without the book pages ask the house about the lots they show.
func (c *Catalogue) repair(ctx context.Context) {
	c.mu.RLock()
	var open []events.LotID
	for id, l := range c.lots {
		if l.Standing.State == events.Open || l.Standing.State == events.Paused {
			open = append(open, id)
		}
	}
	c.mu.RUnlock()
	standings, err := c.Book.Standings(ctx, open)
	if err != nil && ctx.Err() == nil {
		c.Log.Warn("the book could not be read", "error", err)
	}
	for _, s := range standings {
		c.Stands(s)
	}
}
