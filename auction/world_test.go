package auction_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	goredis "github.com/redis/go-redis/v9"

	"lightshare/auction"
	"lightshare/auction/redis"
	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/bus/embedded"
	"lightshare/events/journal"
)

const patience = 10 * time.Second // for what must happen

// world is a market with one seller, whose house can be closed and opened again.
type world struct {
	t      *testing.T
	nc     *nats.Conn // a service's
	js     jetstream.JetStream
	redis  *miniredis.Miniredis
	client *goredis.Client
	clock  *journal.Clock
	screen screener
	house  *auction.House
	sender *journal.Sender

	agent  *nats.Conn
	key    ed25519.PrivateKey
	seller events.SellerID
	fates  *nats.Subscription // what the agent is told of its listings
	told   *nats.Subscription // notices to the seller
}

// screener judges by what the title contains.
type screener struct {
	away  atomic.Bool  // does not answer
	asked atomic.Int64 // how often
}

func (s *screener) Screen(_ context.Context, l events.Listing) (events.Verdict, error) {
	s.asked.Add(1)
	switch {
	case s.away.Load():
		return events.Verdict{}, events.Unavailable
	case strings.Contains(l.Title, "stolen"):
		return events.Verdict{Ruling: events.Block, Reason: "a known work"}, nil
	case strings.Contains(l.Title, "doubtful"):
		return events.Verdict{Ruling: events.Review, Reason: "looks like a known work"}, nil
	}
	return events.Verdict{Ruling: events.Allow}, nil
}

func newWorld(t *testing.T) *world {
	w, _ := newWorldOn(t)
	return w
}

// newWorldOn returns a world and the bus that it is on.
func newWorldOn(t *testing.T) (*world, *embedded.Server) {
	server := embedded.TestServer(t)
	w := &world{t: t, nc: server.TestConn(t), redis: miniredis.RunT(t), clock: journal.NewClock()}
	w.sender = journal.NewSender(w.nc, events.AuctionService)
	w.client = goredis.NewClient(&goredis.Options{Addr: w.redis.Addr()})
	t.Cleanup(func() { w.client.Close() })
	var err error
	if w.js, err = jetstream.New(w.nc); err != nil {
		t.Fatal(err)
	}
	w.enrol(server)
	w.open()
	t.Cleanup(w.close)
	return w, server
}

// enrol signs the seller's agent in.
func (w *world) enrol(server *embedded.Server) {
	enroller, err := bus.OpenEnroller(server.Keys(), events.Credentials{Bus: []string{server.URL()}})
	w.must(err)
	_, w.key, err = ed25519.GenerateKey(nil)
	w.must(err)
	r := events.Enrolment{Key: w.key.Public().(ed25519.PublicKey), Name: "Ann", At: time.Now().Unix()}
	r.Proof = ed25519.Sign(w.key, events.EnrolmentProof(r))
	credentials, err := enroller.Enrol(w.t.Context(), r)
	w.must(err)
	w.seller = credentials.Seller
	w.agent, err = bus.ConnectAgent(w.t.Context(), credentials, w.key)
	w.must(err)
	w.t.Cleanup(w.agent.Close)
	w.fates, err = w.agent.SubscribeSync(events.AskSubject(w.seller, events.AskFate))
	w.must(err)
	w.told, err = w.agent.SubscribeSync(events.AskSubject(w.seller, events.AskNotice))
	w.must(err)
	w.must(w.agent.Flush())
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) open() {
	w.t.Helper()
	house, err := auction.Open(w.t.Context(), auction.Config{NC: w.nc, Clock: w.clock, Book: redis.Open(w.client), Screener: &w.screen})
	w.must(err)
	w.house = house
}

func (w *world) close() {
	if w.house != nil {
		w.must(w.house.Close())
		w.house = nil
	}
}

// listing returns revision rev of a listing auctioned for an hour.
func (w *world) listing(rev int64, title string) events.Listing {
	return events.Listing{
		ID: w.seller.Listing("song"), Seller: w.seller, SellerName: "Ann", Rev: rev, Title: title, FileName: "song.flac",
		Size: 1000, Type: "audio/flac", Root: strings.Repeat("ab", 32), SealedRoot: strings.Repeat("cd", 32), Modified: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		Terms: events.Terms{Format: events.Auction, Currency: events.USD, Edition: 1, Start: 1000, Duration: time.Hour},
	}
}

// publish says on the bus what the agent has, and returns when the bus has it.
func (w *world) publish(l events.Listing) {
	w.t.Helper()
	l.Sign(w.key)
	data, err := json.Marshal(l)
	w.must(err)
	w.say(l.ID, data)
}

func (w *world) say(id events.ListingID, data []byte) {
	w.t.Helper()
	ack, err := w.agent.Request(events.ListingSubject(id), data, patience)
	w.must(err)
	if !strings.Contains(string(ack.Data), `"stream":"SELLERS"`) {
		w.t.Fatalf("the bus answered the listing with %s", ack.Data)
	}
}

// fate waits until the agent is told an offer in the given state.
func (w *world) fate(want events.OfferState) events.Offer {
	w.t.Helper()
	var last string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		m, err := w.fates.NextMsg(time.Until(deadline))
		if err != nil {
			break
		}
		var o events.Offer
		w.must(json.Unmarshal(m.Data, &o))
		if o.State == want {
			return o
		}
		last = string(m.Data)
	}
	w.t.Fatalf("the agent was not told %s within %s; last: %s", want, patience, last)
	return events.Offer{}
}

// stated returns the offer on the stream.
func (w *world) stated(id events.ListingID) (events.Offer, uint64) {
	w.t.Helper()
	stream, err := w.js.Stream(w.t.Context(), bus.Market)
	w.must(err)
	msg, err := stream.GetLastMsgForSubject(w.t.Context(), events.OfferSubject(id))
	w.must(err)
	var o events.Offer
	w.must(json.Unmarshal(msg.Data, &o))
	return o, msg.Sequence
}

// bid places a bid and returns how the lot stands.
func (w *world) bid(lot events.LotID, who events.UserID, most int64) events.Standing {
	w.t.Helper()
	var s events.Standing
	_, err := w.sender.Do(w.t.Context(), string(lot), events.CommandID(events.NewID()), events.PlaceBid{Bidder: who, Max: most}, &s)
	w.must(err)
	return s
}

// notices subscribes to what a user is told.
func (w *world) notices(who events.UserID) *nats.Subscription {
	w.t.Helper()
	sub, err := w.nc.SubscribeSync(events.NoticeSubject(who))
	w.must(err)
	w.must(w.nc.Flush())
	return sub
}

// next waits for a notice of the given kind.
func (w *world) next(sub *nats.Subscription, kind string) events.Notice {
	w.t.Helper()
	var seen []string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		m, err := sub.NextMsg(time.Until(deadline))
		if err != nil {
			break
		}
		var n events.Notice
		w.must(json.Unmarshal(m.Data, &n))
		if n.Kind == kind {
			return n
		}
		seen = append(seen, n.Kind)
	}
	w.t.Fatalf("no notice %q on %s within %s, only %v", kind, sub.Subject, patience, seen)
	return events.Notice{}
}

// await waits until condition returns nil.
func (w *world) await(what string, condition func() error) {
	w.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	var err error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		if err = condition(); err == nil {
			return
		}
	}
	w.t.Fatalf("%s not within %s: %v", what, patience, err)
}

// book waits until the book has the lot at version, and returns the standing.
func (w *world) book(lot events.LotID, version uint64) events.Standing {
	w.t.Helper()
	var s events.Standing
	w.await("standing in the book", func() error {
		top, err := w.client.ZRangeArgs(w.t.Context(), goredis.ZRangeArgs{Key: events.BookStandingKey(lot), Start: 0, Stop: 0, Rev: true}).Result()
		if err != nil || len(top) != 1 {
			return fmt.Errorf("standings %v, %w", top, err)
		}
		if err := json.Unmarshal([]byte(top[0]), &s); err != nil {
			return err
		}
		if s.Version != version {
			return fmt.Errorf("version %d, want %d", s.Version, version)
		}
		return nil
	})
	return s
}

// rule puts a ruling into the journal of the blacklist.
func (w *world) rule(id events.ListingID, seq uint64, v events.Verdict) {
	w.t.Helper()
	body, err := json.Marshal(events.ListingRuled{Verdict: v, By: "mod"})
	w.must(err)
	line, err := json.Marshal(events.Record{Subject: string(id), Seq: seq, At: w.clock.Now(), Kind: events.ListingRuled{}.FactKind(), Body: body})
	w.must(err)
	_, err = w.js.Publish(w.t.Context(), events.JournalSubject(events.Rulings, events.PartitionOf(string(id))), append(line, '\n'))
	w.must(err)
}
