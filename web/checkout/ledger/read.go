package ledger

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/journal"
)

// read hands every fact that a journal has now to f, in order.
func read(ctx context.Context, nc *nats.Conn, name string, f func(events.Record) error) error {
	js, err := jetstream.New(nc)
	if err != nil {
		return fmt.Errorf("read journal %s: %w", name, err)
	}
	stream, err := js.Stream(ctx, events.StreamOf(name))
	if err != nil {
		return fmt.Errorf("read journal %s: %w", name, err)
	}
	if err := readTo(ctx, stream, stream.CachedInfo().State.LastSeq, f); err != nil {
		return fmt.Errorf("read journal %s: %w", name, err)
	}
	return nil
}

// readTo reads a stream up to the message with the sequence last.
func readTo(ctx context.Context, stream jetstream.Stream, last uint64, f func(events.Record) error) error {
	if last == 0 {
		return nil
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages()
	if err != nil {
		return err
	}
	defer messages.Stop()
	for {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		records, err := journal.Records(msg.Data())
		if err != nil {
			return fmt.Errorf("message %d: %w", meta.Sequence.Stream, err)
		}
		for _, rec := range records {
			if err := f(rec); err != nil {
				return fmt.Errorf("message %d: %w", meta.Sequence.Stream, err)
			}
		}
		if meta.Sequence.Stream >= last {
			return nil
		}
	}
}
