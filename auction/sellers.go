package auction

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/journal"
)

const (
	sellersAtOnce = 16              // commands of sellers under way; more are told to come again
	sellerWait    = 8 * time.Second // for what the writer answers
	ofSeller      = "seller-"       // begins the ids of sellers' commands, which are nobody else's
)

// sellers takes what sellers say of their own lots. The subject says who speaks, since nobody else can publish on it:
// whatever the message itself says about that is overwritten.
type sellers struct {
	sender *journal.Sender
	log    *slog.Logger

	turns   chan struct{} // holds one of each command under way
	workers sync.WaitGroup
	stop    func()
}

// open starts to listen. Houses share the commands out.
func (s *sellers) open(ctx context.Context, nc *nats.Conn) error {
	s.turns = make(chan struct{}, sellersAtOnce)
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	sub, err := nc.QueueSubscribe(events.SellerLotSubject("*", "*"), events.AuctionService, func(m *nats.Msg) {
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
	s.stop = func() { // and answer what was heard
		if err := sub.Unsubscribe(); err != nil {
			s.log.Warn("sellers still heard", "error", err)
		}
		late := time.AfterFunc(lastWords, cancel)
		s.workers.Wait()
		late.Stop()
		cancel()
	}
	return nc.Flush()
}

func (s *sellers) respond(ctx context.Context, m *nats.Msg) {
	ctx, cancel := context.WithTimeout(ctx, sellerWait)
	defer cancel()
	answer, err := s.do(ctx, m.Subject, m.Data)
	refusal, refused := events.AsRefusal(err)
	if err != nil && !refused {
		refusal = events.Unavailable
		s.log.Error("seller not answered", "subject", m.Subject, "error", err)
	}
	answer.Refusal = refusal
	s.answer(m, answer)
}

func (s *sellers) answer(m *nats.Msg, a events.Answer) {
	if err := m.Respond(a.AppendJSON(nil)); err != nil {
		s.log.Warn("answer to a seller not sent", "subject", m.Subject, "error", err)
	}
}

// do puts a seller's command before the writer of his lot. The answer's view is how the lot stands, as he may see it.
func (s *sellers) do(ctx context.Context, subject string, data []byte) (events.Answer, error) {
	tokens := strings.Split(subject, ".")
	if len(tokens) != 4 {
		return events.Answer{}, events.Malformed
	}
	seller, lot := events.SellerID(tokens[1]), events.LotID(tokens[3])
	switch by := lot.Listing().Seller(); {
	case by == "":
		return events.Answer{}, events.NoSuchLot
	case by != seller:
		return events.Answer{}, events.NotSeller
	}
	var r events.Request
	if err := json.Unmarshal(data, &r); err != nil || len(r.ID) > 64 {
		return events.Answer{}, events.Malformed
	}
	c, err := r.Command()
	if err != nil {
		return events.Answer{}, err
	}
	if c, err = bySeller(c, seller); err != nil {
		return events.Answer{}, err
	}
	id := r.ID
	if id != "" {
		id = ofSeller + id
	}
	var stands events.Standing
	answer, err := s.sender.Do(ctx, string(lot), id, c, &stands)
	answer.View = nil
	if stands.Lot != "" {
		answer.View, _ = json.Marshal(masked(stands)) // a Standing always has a JSON form
	}
	return answer, err
}

// bySeller returns the command as one of the seller's. What sellers may not say is malformed.
func bySeller(c events.Command, seller events.SellerID) (events.Command, error) {
	switch c := c.(type) {
	case events.AskStanding:
		return c, nil
	case events.CancelBidder:
		c.Seller = seller
		return c, nil
	case events.EndEarly:
		c.Seller = seller
		return c, nil
	case events.LowerReserve:
		c.Seller = seller
		return c, nil
	case events.AddText:
		c.Seller = seller
		return c, nil
	case events.OfferChance:
		c.Seller = seller
		return c, nil
	case events.AnswerProposal:
		c.Seller = seller
		return c, nil
	}
	return nil, fmt.Errorf("command %s of a seller: %w", c.CommandKind(), events.Malformed)
}

// masked returns the standing with bidders named as the public knows them.
func masked(s events.Standing) events.Standing {
	hide := func(u events.UserID) events.UserID {
		if u == "" {
			return ""
		}
		return events.UserID(u.Masked())
	}
	s.Leader, s.Outbid, s.Order = hide(s.Leader), hide(s.Outbid), ""
	s.Proposals = slices.Clone(s.Proposals)
	for i, p := range s.Proposals {
		s.Proposals[i].Buyer, s.Proposals[i].Order = hide(p.Buyer), ""
	}
	if s.Chance != nil {
		c := *s.Chance
		c.Bidder, c.Order = hide(c.Bidder), ""
		s.Chance = &c
	}
	return s
}
