package blacklist

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus"
)

// openMarket follows what auction states about every listing, from the last word on each. Whatever contradicts the list
// is ruled on, so that nothing is missed that happened while no keeper ran, that crossed on the way, or that a new base
// list brings with it.
func (k *Keeper) openMarket(ctx context.Context) error {
	js, err := jetstream.New(k.c.NC)
	if err != nil {
		return fmt.Errorf("follow the market: %w", err)
	}
	offers, err := js.OrderedConsumer(ctx, bus.Market, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{events.OfferSubject("*")},
		DeliverPolicy:  jetstream.DeliverLastPerSubjectPolicy,
	})
	if err != nil {
		return fmt.Errorf("follow the market: %w", err)
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	consuming, err := offers.Consume(func(msg jetstream.Msg) {
		var o events.Offer
		if err := json.Unmarshal(msg.Data(), &o); err != nil {
			k.c.Log.Error("offer not read", "subject", msg.Subject(), "error", err)
			return
		}
		k.stated(running, o)
	})
	if err != nil {
		cancel()
		return fmt.Errorf("follow the market: %w", err)
	}
	k.closers = append(k.closers, func() error {
		cancel()
		consuming.Stop()
		<-consuming.Closed()
		return nil
	})
	return nil
}

// told is what auction shows that it was told last.
var told = map[events.OfferState]events.Ruling{
	events.OfferListed:  events.Allow,
	events.OfferPaused:  events.Allow,
	events.OfferHeld:    events.Review,
	events.OfferRefused: events.Block,
}

// stated takes in what auction says of a listing and contradicts where the list does.
func (k *Keeper) stated(ctx context.Context, o events.Offer) {
	ruling, onMarket := told[o.State]
	if !onMarket {
		k.live.leave(o.Listing, o.Rev)
		return
	}
	it := newItem(events.Listing{
		ID: o.Listing, Seller: o.Seller, SellerName: o.SellerName, Rev: o.Rev, Title: o.Title, Description: o.Description,
		Tags: o.Tags, FileName: o.FileName, Size: o.Size, Type: o.Type, Root: o.Root, SealedRoot: o.SealedRoot,
	}, o.At)
	it.told, it.lot, it.bids = ruling, o.Lot, o.Standing.Bids
	k.live.offer(it)
	if o.Verdict != nil && !k.knows(ctx, o.Verdict.List) {
		return
	}
	if k.judge(it).Ruling != ruling {
		k.hand(ctx, task{cause: "offer " + strconv.FormatUint(o.Version, 10), item: it})
	}
}

// longestLag is how far one replica may be behind another before what it thinks of the other's verdicts is not heard.
const longestLag = 10 * time.Second

// knows reports whether the list has come to the version by which another replica judged, after waiting for it.
func (k *Keeper) knows(ctx context.Context, version uint64) bool {
	ctx, cancel := context.WithTimeout(ctx, longestLag)
	defer cancel()
	return k.state.await(ctx, func() bool { return k.state.list.Version() >= version }) == nil
}
