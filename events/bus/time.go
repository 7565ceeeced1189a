package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// Time returns the time of the server that leads the stream of lots, as it was when it answered.
func Time(ctx context.Context, nc *nats.Conn) (time.Time, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return time.Time{}, err
	}
	stream, err := js.Stream(ctx, events.StreamOf(events.Lots))
	if err != nil {
		return time.Time{}, fmt.Errorf("time of the bus: %w", err)
	}
	now := stream.CachedInfo().TimeStamp
	if now.IsZero() {
		return now, errors.New("time of the bus: the server is too old to say it")
	}
	return now, nil
}
