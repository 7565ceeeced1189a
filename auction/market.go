package auction

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus"
)

const publishTimeout = 5 * time.Second

// market states what became of listings: on the stream of offers, and to the seller's agent.
type market struct {
	nc    *nats.Conn
	js    jetstream.JetStream
	log   *slog.Logger
	queue *queue
	fault fault
}

// stored returns the version of every offer on the stream, so that only what a crash lost is stated again.
func (m *market) stored(ctx context.Context) (map[events.LotID]uint64, error) {
	stream, err := m.js.Stream(ctx, bus.Market)
	if err != nil {
		return nil, fmt.Errorf("read offers: %w", err)
	}
	versions := make(map[events.LotID]uint64)
	if stream.CachedInfo().State.Msgs == 0 {
		return versions, nil
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{})
	if err != nil {
		return nil, fmt.Errorf("read offers: %w", err)
	}
	for {
		msg, err := consumer.Next(jetstream.FetchContext(ctx))
		if err != nil {
			return nil, fmt.Errorf("read offers: %w", err)
		}
		var offer struct {
			Version uint64 `json:"version"`
		}
		meta, err := msg.Metadata()
		if err == nil {
			err = json.Unmarshal(msg.Data(), &offer)
		}
		if err != nil {
			return nil, fmt.Errorf("read offer %s: %w", msg.Subject(), err)
		}
		versions[events.LotID(strings.TrimPrefix(msg.Subject(), events.OfferSubject("")))] = offer.Version
		if meta.NumPending == 0 {
			return versions, nil
		}
	}
}

// publish states the offers of lots and tells their sellers. What the stream did not take is put back.
func (m *market) publish(ctx context.Context, waiting []news) {
	type sent struct {
		lot  *Lot
		data []byte
		ack  jetstream.PubAckFuture
	}
	var all []sent
	var trouble error
	for i := range waiting {
		lot := &waiting[i].lot
		offer := lot.Offer()
		data, err := json.Marshal(offer)
		if err != nil {
			m.log.Error("offer not encoded", "lot", offer.Lot, "error", err)
			continue
		}
		ack, err := m.js.PublishAsync(events.OfferSubject(offer.Listing), data)
		if err != nil {
			trouble = err
			m.queue.back(lot)
			continue
		}
		all = append(all, sent{lot, data, ack})
	}
	for _, s := range all {
		if err := acknowledged(ctx, s.ack); err != nil {
			trouble = err
			m.queue.back(s.lot)
			continue
		}
		m.tell(s.lot.Listing.Seller, events.AskFate, s.data)
	}
	m.fault.report(trouble)
	if trouble != nil {
		pause(ctx, retryDelay)
	}
}

func acknowledged(ctx context.Context, ack jetstream.PubAckFuture) error {
	select {
	case <-ack.Ok():
		return nil
	case err := <-ack.Err():
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tell sends the agent what it need not answer. An agent that is away asks again by itself when it comes back.
func (m *market) tell(s events.SellerID, verb string, data []byte) {
	if err := m.nc.Publish(events.AskSubject(s, verb), data); err != nil {
		m.log.Warn("seller not told", "seller", s, "verb", verb, "error", err)
	}
}

// tellCurrent answers a listing that changed nothing: the agent learns what is on offer, and why not what it said.
func (m *market) tellCurrent(ctx context.Context, n events.Listing, why error, at time.Time) error {
	r, _ := events.AsRefusal(why)
	offer, err := m.current(ctx, n.ID)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		offer = events.Offer{Listing: n.ID, Lot: n.ID.Lot(), At: at, State: events.OfferRefused, Rev: n.Rev, Seller: n.ID.Seller(), Reason: objection(why)}
		if n.Withdrawn {
			offer.State = events.OfferWithdrawn
		}
	case err != nil:
		return err
	case r != events.Unchanged && r != events.IDReused && offer.State != events.OfferEnded:
		offer.Reason = objection(why)
	}
	data, err := json.Marshal(offer)
	if err != nil {
		return fmt.Errorf("encode offer %s: %w", n.ID, err)
	}
	m.tell(offer.Seller, events.AskFate, data)
	return nil
}

// objection words a refusal for a seller. The field that is wrong with a listing is named by the error alone.
func objection(why error) string {
	switch r, _ := events.AsRefusal(why); r {
	case events.Malformed, events.BadAmount, events.BadCurrency:
		return why.Error()
	case events.Closed:
		return "The end of the auction is in the past."
	default:
		return r.Words()
	}
}

// current returns the offer as last stated, or an error that wraps [jetstream.ErrMsgNotFound].
func (m *market) current(ctx context.Context, id events.ListingID) (events.Offer, error) {
	stream, err := m.js.Stream(ctx, bus.Market)
	if err != nil {
		return events.Offer{}, fmt.Errorf("read offer %s: %w", id, err)
	}
	msg, err := stream.GetLastMsgForSubject(ctx, events.OfferSubject(id))
	if err != nil {
		return events.Offer{}, fmt.Errorf("read offer %s: %w", id, err)
	}
	var offer events.Offer
	if err := json.Unmarshal(msg.Data, &offer); err != nil {
		return events.Offer{}, fmt.Errorf("read offer %s: %w", id, err)
	}
	return offer, nil
}
