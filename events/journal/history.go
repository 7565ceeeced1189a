package journal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// History calls f with every record of a subject, in order, read from the journal where its trail says they lie. The
// caller gets what the trail says: whether that is the whole history, their hashes say.
func History(ctx context.Context, js jetstream.JetStream, journal, subject string, t events.Trail, f func(events.Record) error) error {
	stream, err := js.Stream(ctx, events.StreamOf(journal))
	if err != nil {
		return fmt.Errorf("history of %s: %w", subject, err)
	}
	return walkTrail(ctx, stream, subject, trailOf(t.Steps), f)
}

func walkTrail(ctx context.Context, stream jetstream.Stream, subject string, t trail, f func(events.Record) error) error {
	mark := events.Record{Subject: subject}.AppendJSON(nil)
	mark = mark[:bytes.Index(mark, []byte(`,"seq":`))+len(`,"seq":`)] // how every line of the subject begins
	for sequence := range t.all() {
		msg, err := stream.GetMsg(ctx, sequence)
		if err != nil {
			return fmt.Errorf("history of %s: message %d: %w", subject, sequence, err)
		}
		for line := range bytes.Lines(msg.Data) {
			if !bytes.HasPrefix(line, mark) {
				continue
			}
			var rec events.Record
			if err := json.Unmarshal(line, &rec); err != nil {
				return fmt.Errorf("history of %s: message %d: %w", subject, sequence, err)
			}
			if err := f(rec); err != nil {
				return err
			}
		}
	}
	return nil
}
