package auction

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/journal"
)

const (
	lanes       = 16               // listings looked at together; those of one id stay in order
	laneLength  = 16               // listings that wait in a lane
	comeAgain   = time.Second      // for a listing that cannot be looked at now
	lookAtMost  = 30 * time.Second // after which the bus gives a listing to somebody else
	intakeName  = "auction"        // the durable place in the stream
	listingWord = "listing-"       // begins the ids of commands made from listings
)

// intake takes what sellers' agents say, has it screened, and puts it before the writers.
type intake struct {
	sender   *journal.Sender
	screener Screener
	market   *market
	clock    *journal.Clock
	log      *slog.Logger

	lanes   [lanes]chan jetstream.Msg
	workers sync.WaitGroup
	stop    func()
	fault   struct {
		sync.Mutex
		fault // guarded by the Mutex
	}
}

// open starts to take listings, from where the last one stopped.
func (in *intake) open(ctx context.Context, js jetstream.JetStream) error {
	consumer, err := js.CreateOrUpdateConsumer(ctx, bus.Sellers, jetstream.ConsumerConfig{
		Durable: intakeName, AckPolicy: jetstream.AckExplicitPolicy, AckWait: lookAtMost, MaxAckPending: lanes * laneLength,
	})
	if err != nil {
		return fmt.Errorf("take listings: %w", err)
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	for i := range in.lanes {
		lane := make(chan jetstream.Msg, laneLength)
		in.lanes[i] = lane
		in.workers.Go(func() {
			for msg := range lane {
				in.take(running, msg)
			}
		})
	}
	consuming, err := consumer.Consume(func(msg jetstream.Msg) { in.lanes[laneOf(msg.Subject())] <- msg })
	if err != nil {
		cancel()
		in.end()
		return fmt.Errorf("take listings: %w", err)
	}
	in.stop = func() {
		consuming.Drain()
		late := time.AfterFunc(lastWords, cancel)
		<-consuming.Closed()
		in.end()
		late.Stop()
		cancel()
	}
	return nil
}

func (in *intake) end() {
	for _, lane := range in.lanes {
		close(lane)
	}
	in.workers.Wait()
}

func laneOf(subject string) int {
	h := fnv.New32a()
	h.Write([]byte(subject))
	return int(h.Sum32() % lanes)
}

// take handles one message and tells the bus whether it must come again.
func (in *intake) take(ctx context.Context, msg jetstream.Msg) {
	err := in.handle(ctx, msg.Subject(), msg.Data())
	in.fault.Lock()
	in.fault.report(err)
	in.fault.Unlock()
	switch {
	case err == nil:
		err = msg.Ack()
	case ctx.Err() != nil:
		err = msg.Nak() // whoever runs next has it at once
	default:
		err = msg.NakWithDelay(comeAgain)
	}
	if err != nil {
		in.log.Warn("listing not acknowledged, comes again", "subject", msg.Subject(), "error", err)
	}
}

// handle puts a listing before the writer of its lot. An error means that it must come again; whatever is wrong with
// the listing itself is told to its seller.
func (in *intake) handle(ctx context.Context, subject string, data []byte) error {
	n, err := readListing(subject, data)
	if err != nil {
		in.log.Warn("listing refused", "subject", subject, "bytes", len(data), "error", err)
		return in.object(ctx, n, err)
	}
	command, err := in.command(ctx, n)
	if err != nil {
		return err
	}
	id := events.CommandID(listingWord + strconv.FormatInt(n.Rev, 10))
	answer, err := in.sender.Do(ctx, string(n.ID.Lot()), id, command, nil)
	switch refusal, isRefusal := events.AsRefusal(err); {
	case err == nil && answer.Repeated:
		return in.market.tellCurrent(ctx, n, events.Unchanged, in.clock.Now())
	case err == nil:
		return nil
	case !isRefusal || refusal == events.Unavailable:
		return err
	}
	return in.object(ctx, n, err)
}

func (in *intake) command(ctx context.Context, n events.Listing) (events.Command, error) {
	if n.Withdrawn {
		return events.WithdrawListing{Rev: n.Rev, Reason: n.Reason}, nil
	}
	verdict, err := in.screener.Screen(ctx, n)
	if err != nil {
		return nil, err
	}
	return events.OfferListing{Listing: n, Verdict: verdict}, nil
}

// object tells the seller of n, as far as n says who that is, why nothing follows from it.
func (in *intake) object(ctx context.Context, n events.Listing, why error) error {
	if _, ok := events.AsRefusal(why); !ok || n.ID.Seller() == "" {
		return nil
	}
	return in.market.tellCurrent(ctx, n, why, in.clock.Now())
}

// readListing returns the listing in a message. With an error, the listing has only the id of the subject, on which
// its seller alone can publish.
func readListing(subject string, data []byte) (events.Listing, error) {
	tokens := strings.Split(subject, ".")
	if len(tokens) != 4 {
		return events.Listing{}, fmt.Errorf("subject %q: %w", subject, events.Malformed)
	}
	seller, id := events.SellerID(tokens[1]), events.ListingID(tokens[3])
	if id.Seller() != seller {
		return events.Listing{}, fmt.Errorf("listing %q of %q: %w", id, seller, events.Malformed)
	}
	var n events.Listing
	if err := json.Unmarshal(data, &n); err != nil {
		return events.Listing{ID: id}, fmt.Errorf("listing %s: %w", id, errors.Join(events.Malformed, err))
	}
	if n.ID != id {
		return events.Listing{ID: id, Rev: n.Rev}, fmt.Errorf("listing %s says that it is %q: %w", id, n.ID, events.Malformed)
	}
	if err := n.Check(seller); err != nil {
		return events.Listing{ID: id, Rev: n.Rev}, err
	}
	return n, nil
}
