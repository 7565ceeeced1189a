package journal

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// Read calls f with every fact that the journal has now, in order.
func Read(ctx context.Context, nc *nats.Conn, name string, f func(events.Record) error) error {
	if err := read(ctx, nc, name, f); err != nil {
		return fmt.Errorf("read journal %s: %w", name, err)
	}
	return nil
}

func read(ctx context.Context, nc *nats.Conn, name string, f func(events.Record) error) error {
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	stream, err := js.Stream(ctx, events.StreamOf(name))
	if err != nil {
		return err
	}
	last := stream.CachedInfo().State.LastSeq
	if last == 0 {
		return nil
	}
	return scan(ctx, stream, "", 1, last, func(_ string, data []byte, sequence uint64) error {
		records, err := Records(data)
		for _, rec := range records {
			if err == nil {
				err = f(rec)
			}
		}
		if err != nil {
			return fmt.Errorf("message %d: %w", sequence, err)
		}
		return nil
	})
}

// scan calls f with the messages of a partition, or of all if that is empty, from one sequence to another. A message must
// lie at the last one.
func scan(ctx context.Context, stream jetstream.Stream, partition string, from, to uint64, f func(partition string, data []byte, sequence uint64) error) error {
	c := jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: from}
	if partition != "" {
		c.FilterSubjects = []string{partition}
	}
	consumer, err := stream.OrderedConsumer(ctx, c)
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
		if err := f(msg.Subject(), msg.Data(), meta.Sequence.Stream); err != nil || meta.Sequence.Stream >= to {
			return err
		}
	}
}
