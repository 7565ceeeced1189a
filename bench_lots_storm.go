package main

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/journal"
)

// stormResult says how lots closed. A lot is closed when the bus has the fact on disk.
type stormResult struct {
	Storm        int     `json:"storm"`         // lots that ended in the same second
	StormSeconds float64 `json:"storm_s"`       // from that second until the last of them was closed
	Early        int     `json:"closed_early"`  // of all lots
	Closed       int     `json:"closed"`        // of all lots, each once
	Twice        int     `json:"closed_twice"`  // lots
	CalmP99      float64 `json:"others_p99_ms"` // from the end of a lot that was not in the storm until it was closed
}

// closeWatch reads of the lots' ends from the journal.
type closeWatch struct {
	ends  map[string]time.Time // by lot; without those that are closed
	storm time.Time
	clock *journal.Clock

	announced, closed int
	early, twice      int
	inStorm           int
	stormTook         time.Duration
	others            []time.Duration
}

// open begins to read the journal of lots from its end on.
func (w *closeWatch) open(ctx context.Context, nc *nats.Conn) (jetstream.MessagesContext, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	consumer, err := js.OrderedConsumer(ctx, events.StreamOf(events.Lots), jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverNewPolicy})
	if err != nil {
		return nil, err
	}
	messages, err := consumer.Messages()
	return messages, err
}

// follow reads until done.
func (w *closeWatch) follow(ctx context.Context, messages jetstream.MessagesContext, done func() bool) error {
	closed, announced := kindMark(events.LotClosed{}), kindMark(events.EndingAnnounced{})
	for !done() {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		now := w.clock.Now()
		for line := range bytes.Lines(msg.Data()) {
			switch {
			case bytes.Contains(line, announced):
				w.announced++
			case bytes.Contains(line, closed):
				if err := w.close(line, now); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// kindMark is what the line of such a fact contains.
func kindMark(f events.Fact) []byte { return []byte(`"kind":"` + f.FactKind() + `"`) }

// close notes a lot's end, which was on disk at now.
func (w *closeWatch) close(line []byte, now time.Time) error {
	var rec struct {
		Subject string    `json:"subject"`
		At      time.Time `json:"at"`
	}
	if err := json.Unmarshal(line, &rec); err != nil {
		return err
	}
	ends, open := w.ends[rec.Subject]
	if !open {
		w.twice++
		return nil
	}
	delete(w.ends, rec.Subject)
	w.closed++
	if rec.At.Before(ends) || now.Before(ends) {
		w.early++
	}
	if ends.Equal(w.storm) {
		w.inStorm++
		w.stormTook = max(w.stormTook, now.Sub(ends))
	} else {
		w.others = append(w.others, now.Sub(ends))
	}
	return nil
}

func (w *closeWatch) result() stormResult {
	return stormResult{
		Storm: w.inStorm, StormSeconds: w.stormTook.Seconds(), Early: w.early, Closed: w.closed, Twice: w.twice, CalmP99: percentile(w.others, 99),
	}
}
