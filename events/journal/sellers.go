package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
)

const (
	sellersAtOnce = 16              // commands of sellers under way; more are told to come again
	sellerWait    = 8 * time.Second // for what the writer answers
	lastWords     = 3 * time.Second // for what was heard when nobody listens any more
	ofSeller      = "seller-"       // begins the ids of sellers' commands, which are nobody else's
)

// Sellers takes what sellers say of what is theirs: commands on seller.<seller>.<matter>.<subject>. The subject of the
// message says who speaks, since nobody else can publish on it: whatever the message itself says about that is overwritten.
type Sellers struct {
	Sender *Sender // to the writers of what it is about
	Log    *slog.Logger

	// Allow returns the command as one of the seller's about the subject, or refuses it.
	Allow func(s events.SellerID, subject string, c events.Command) (events.Command, error)
	// Show returns what the seller may see of a view, or refuses to show anything. The view may be empty.
	Show func(s events.SellerID, view json.RawMessage) (json.RawMessage, error)

	turns   chan struct{} // holds one of each command under way
	workers sync.WaitGroup
	stop    func()
}

// Open starts to listen on subjects like seller.*.lot.*. Processes of the same queue share the commands out.
func (s *Sellers) Open(ctx context.Context, nc *nats.Conn, subjects, queue string) error {
	s.turns = make(chan struct{}, sellersAtOnce)
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	sub, err := nc.QueueSubscribe(subjects, queue, func(m *nats.Msg) {
		select {
		case s.turns <- struct{}{}:
			s.workers.Go(func() { s.respond(running, m); <-s.turns })
		default:
			s.answer(m, events.Answer{Refusal: events.RateLimited})
		}
	})
	if err != nil {
		cancel()
		return fmt.Errorf("listen to sellers: %w", err)
	}
	s.stop = func() {
		if err := sub.Unsubscribe(); err != nil {
			s.Log.Warn("sellers still heard", "error", err)
		}
		late := time.AfterFunc(lastWords, cancel)
		s.workers.Wait()
		late.Stop()
		cancel()
	}
	return nc.Flush()
}

// Close stops listening, and answers what was heard.
func (s *Sellers) Close() {
	if s.stop != nil {
		s.stop()
	}
}

func (s *Sellers) respond(ctx context.Context, m *nats.Msg) {
	ctx, cancel := context.WithTimeout(ctx, sellerWait)
	defer cancel()
	answer, err := s.do(ctx, m.Subject, m.Data)
	refusal, refused := events.AsRefusal(err)
	if err != nil && !refused {
		refusal = events.Unavailable
		s.Log.Error("seller not answered", "subject", m.Subject, "error", err)
	}
	answer.Refusal = refusal
	s.answer(m, answer)
}

func (s *Sellers) answer(m *nats.Msg, a events.Answer) {
	if err := m.Respond(a.AppendJSON(nil)); err != nil {
		s.Log.Warn("answer to a seller not sent", "subject", m.Subject, "error", err)
	}
}

// do puts a seller's command before the writer.
func (s *Sellers) do(ctx context.Context, subject string, data []byte) (events.Answer, error) {
	tokens := strings.Split(subject, ".")
	if len(tokens) != 4 {
		return events.Answer{}, events.Malformed
	}
	seller, about := events.SellerID(tokens[1]), tokens[3]
	var r events.Request
	if err := json.Unmarshal(data, &r); err != nil || len(r.ID) > 64 {
		return events.Answer{}, events.Malformed
	}
	c, err := r.Command()
	if err != nil {
		return events.Answer{}, err
	}
	if c, err = s.Allow(seller, about, c); err != nil {
		return events.Answer{}, err
	}
	id := r.ID
	if id != "" {
		id = ofSeller + id
	}
	var view json.RawMessage
	answer, err := s.Sender.Do(ctx, about, id, c, &view)
	shown, hidden := s.Show(seller, view)
	if answer.View = shown; err == nil {
		err = hidden
	}
	return answer, err
}
