package storefront

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// mineLength is how many lots, orders or notices of a visitor are shown.
const mineLength = 100

// bids is every lot that the visitor has bid on, the newest bid first.
func (f *Front) bids(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r)
	if who.User == "" {
		return f.toSignIn(w, r, "/bids")
	}
	ids, err := f.book.LotsOf(r.Context(), who.User, mineLength)
	if err != nil {
		return err
	}
	var cards []cardView
	for _, id := range ids {
		l, ok := f.market.Lot(id)
		if !ok {
			continue
		}
		c, you := cardOf(l, f.Clock.Now()), youOf(l, who.User, true)
		c.Mine, c.MineTone, c.MineOrder = you.Heading, you.Tone, you.Order
		cards = append(cards, c)
	}
	return f.render(w, r, http.StatusOK, bidsPage(f.frame(r, "My bids"), cards))
}

// notices is what the visitor was told, newest first.
func (f *Front) notices(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r)
	if who.User == "" {
		return f.toSignIn(w, r, "/notices")
	}
	notices, err := f.noticesOf(r.Context(), who.User)
	if err != nil {
		return err
	}
	return f.render(w, r, http.StatusOK, noticesPage(f.frame(r, "Notices"), notices))
}

// noticesWait is how long the stream may take to hand out what it has.
const noticesWait = 2 * time.Second

// noticesOf reads the user's notices from their stream, newest first.
func (f *Front) noticesOf(ctx context.Context, user events.UserID) ([]events.Notice, error) {
	consumer, err := f.js.OrderedConsumer(ctx, "NOTICES", jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{events.NoticeSubject(user)}, DeliverPolicy: jetstream.DeliverAllPolicy, InactiveThreshold: noticesWait,
	})
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	batch, err := consumer.FetchNoWait(mineLength)
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	var notices []events.Notice
	for m := range batch.Messages() {
		var n events.Notice
		if err := json.Unmarshal(m.Data(), &n); err != nil {
			return nil, fmt.Errorf("read notice: %w", err)
		}
		notices = append(notices, n)
	}
	slices.Reverse(notices)
	return notices, batch.Error()
}
