package journal

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

const redeliverDelay = 200 * time.Millisecond // before a fact that could not be handled comes again

// Follow hands every fact of a journal to handle, in order, at least once, from the first one on. The place is
// remembered on the bus under durable, also over restarts; an error from handle brings the same facts again later.
// handle gets a context that ends with stop.
func Follow(ctx context.Context, nc *nats.Conn, journal, durable string, handle func(context.Context, events.Record) error) (stop func(), err error) {
	return follow(ctx, nc, journal, jetstream.ConsumerConfig{Durable: durable}, handle)
}

// FollowAll hands every fact of a journal to handle, in order, from the first one on, every time it is called; an error
// from handle brings the same facts again after a moment. It is for those who keep what they learn in memory only:
// nothing is acknowledged, and so many facts are on their way at a time.
func FollowAll(ctx context.Context, nc *nats.Conn, journal string, handle func(context.Context, events.Record) error) (stop func(), err error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("follow all of journal %s: %w", journal, err)
	}
	consumer, err := js.OrderedConsumer(ctx, events.StreamOf(journal), jetstream.OrderedConsumerConfig{FilterSubjects: []string{journal + ".*"}})
	if err != nil {
		return nil, fmt.Errorf("follow all of journal %s: %w", journal, err)
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	consuming, err := consumer.Consume(func(msg jetstream.Msg) {
		for running.Err() == nil {
			err := handleMessage(running, msg.Data(), handle)
			if err == nil || running.Err() != nil {
				return
			}
			slog.Warn("fact not handled, comes again", "journal", journal, "error", err)
			select {
			case <-time.After(redeliverDelay):
			case <-running.Done():
			}
		}
	})
	if err != nil {
		cancel()
		return nil, fmt.Errorf("follow all of journal %s: %w", journal, err)
	}
	return func() {
		cancel()
		consuming.Stop()
		<-consuming.Closed()
	}, nil
}

func follow(ctx context.Context, nc *nats.Conn, journal string, c jetstream.ConsumerConfig, handle func(context.Context, events.Record) error) (func(), error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("follow journal %s: %w", journal, err)
	}
	c.FilterSubject, c.AckPolicy, c.MaxAckPending = journal+".*", jetstream.AckExplicitPolicy, 1
	consumer, err := js.CreateOrUpdateConsumer(ctx, events.StreamOf(journal), c)
	if err != nil {
		return nil, fmt.Errorf("follow journal %s: %w", journal, err)
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	consuming, err := consumer.Consume(func(msg jetstream.Msg) {
		err := handleMessage(running, msg.Data(), handle)
		if err == nil {
			err = msg.Ack()
		} else if running.Err() == nil {
			slog.Warn("fact not handled, comes again", "journal", journal, "durable", c.Durable, "error", err)
			err = msg.NakWithDelay(redeliverDelay)
		}
		if err != nil && running.Err() == nil {
			slog.Warn("place in journal not kept", "journal", journal, "durable", c.Durable, "error", err)
		}
	})
	if err != nil {
		cancel()
		return nil, fmt.Errorf("follow journal %s: %w", journal, err)
	}
	return func() {
		cancel()
		consuming.Stop()
		<-consuming.Closed()
	}, nil
}

func handleMessage(ctx context.Context, data []byte, handle func(context.Context, events.Record) error) error {
	records, err := Records(data)
	if err != nil {
		return err
	}
	for _, rec := range records {
		if err := handle(ctx, rec); err != nil {
			return err
		}
	}
	return nil
}
