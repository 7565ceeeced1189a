package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
)

// A Sender sends commands to the writers of a journal, many together where many come at a time. A program needs one for
// each journal. Safe for concurrent use.
type Sender struct {
	lanes [events.Partitions]lane
}

// NewSender returns a sender to the service that writes the journal: [events.AuctionService], ….
func NewSender(nc *nats.Conn, service string) *Sender {
	s := &Sender{}
	for p := range s.lanes {
		s.lanes[p].nc, s.lanes[p].to = nc, events.CommandSubject(service, p)
	}
	return s
}

const (
	answerWait = 2 * time.Second        // for one answer, before the writer counts as dead
	comeAgain  = 6 * time.Second        // how long a command is sent again while no writer answers it
	askAgain   = 100 * time.Millisecond // between two of those
)

// Do sends c about subject and returns the answer, which means that what follows is on disk. A refusal is returned as
// an error that wraps it. [events.Unavailable] means that the outcome is not known: sending the same command under the
// same id again is safe. If view is not nil, the answer's view is decoded into it, also with most refusals.
func (s *Sender) Do(ctx context.Context, subject string, id events.CommandID, c events.Command, view any) (events.Answer, error) {
	return s.do(ctx, subject, id, c, view, false)
}

// DoSigned is Do, and the answer has a receipt if c was accepted, now or earlier, and the writer has a key.
func (s *Sender) DoSigned(ctx context.Context, subject string, id events.CommandID, c events.Command, view any) (events.Answer, error) {
	return s.do(ctx, subject, id, c, view, true)
}

func (s *Sender) do(ctx context.Context, subject string, id events.CommandID, c events.Command, view any, signed bool) (events.Answer, error) {
	req, err := events.NewRequest(id, subject, c)
	if err != nil {
		return events.Answer{}, err
	}
	req.Quiet, req.Receipt = view == nil, signed
	answer, err := s.lanes[events.PartitionOf(subject)].do(ctx, req.AppendJSON(make([]byte, 0, 160+len(req.Body))))
	if err != nil {
		return events.Answer{}, fmt.Errorf("%s %s: %w", req.Kind, subject, err)
	}
	if view != nil && len(answer.View) > 0 {
		if err := json.Unmarshal(answer.View, view); err != nil {
			return answer, fmt.Errorf("read answer to %s %s: %w", req.Kind, subject, err)
		}
	}
	if answer.Refusal != "" {
		return answer, fmt.Errorf("%s %s: %w", req.Kind, subject, answer.Refusal)
	}
	return answer, nil
}

// do sends a command until a writer has answered it. A writer that has died says nothing, one that is about to leave or
// has lost its disk says [events.Unavailable]; the next one may be there in a moment.
func (l *lane) do(ctx context.Context, command []byte) (events.Answer, error) {
	for began := time.Now(); ; {
		answer, err := l.doOnce(ctx, command)
		if err == nil && answer.Refusal != events.Unavailable {
			return answer, nil
		}
		if err != nil && !errors.Is(err, events.Unavailable) || ctx.Err() != nil || time.Since(began) > comeAgain {
			return answer, err
		}
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
			return answer, err
		}
	}
}

// doOnce sends a command once. Without an answer the error wraps [events.Unavailable].
func (l *lane) doOnce(ctx context.Context, command []byte) (events.Answer, error) {
	if err := ctx.Err(); err != nil {
		return events.Answer{}, fmt.Errorf("%w (%w)", events.Unavailable, err)
	}
	e := &errand{command: command, done: make(chan struct{})}
	l.send(e)
	select {
	case <-e.done:
		return e.answer, e.err
	case <-ctx.Done():
		return events.Answer{}, fmt.Errorf("%w (%w)", events.Unavailable, ctx.Err())
	}
}
