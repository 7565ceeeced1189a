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

// A Sender sends commands to the writers of a journal. Safe for concurrent use.
type Sender struct {
	nc      *nats.Conn
	service string
}

// NewSender returns a sender to the service that writes the journal: [events.AuctionService], ….
func NewSender(nc *nats.Conn, service string) *Sender { return &Sender{nc, service} }

const (
	answerWait = 2 * time.Second        // for one answer, before the writer counts as dead
	comeAgain  = 6 * time.Second        // how long a command is sent again while no writer answers it
	askAgain   = 100 * time.Millisecond // between two of those
)

// Do sends c about subject and returns the answer, which means that what follows is on disk. A refusal is returned as
// an error that wraps it. [events.Unavailable] means that the outcome is not known: sending the same command under the
// same id again is safe. If view is not nil, the answer's view is decoded into it, also with most refusals.
func (s *Sender) Do(ctx context.Context, subject string, id events.CommandID, c events.Command, view any) (events.Answer, error) {
	req, err := events.NewRequest(id, subject, c)
	if err != nil {
		return events.Answer{}, err
	}
	req.Quiet = view == nil
	to := events.CommandSubject(s.service, events.PartitionOf(subject))
	answer, err := s.ask(ctx, to, req.AppendJSON(nil))
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

// ask sends a request until a writer has answered it. A writer that has died says nothing, one that is about to leave or
// has lost its disk says [events.Unavailable]; the next one may be there in a moment.
func (s *Sender) ask(ctx context.Context, to string, data []byte) (events.Answer, error) {
	for began := time.Now(); ; {
		answer, err := s.askOnce(ctx, to, data)
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

// askOnce sends a request once. Without an answer the error wraps [events.Unavailable].
func (s *Sender) askOnce(ctx context.Context, to string, data []byte) (events.Answer, error) {
	within, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	msg, err := s.nc.RequestWithContext(within, to, data)
	if err != nil {
		return events.Answer{}, fmt.Errorf("%w (%w)", events.Unavailable, err)
	}
	var answer events.Answer
	if err := json.Unmarshal(msg.Data, &answer); err != nil {
		return events.Answer{}, fmt.Errorf("read answer: %w", err)
	}
	return answer, nil
}
