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
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view/words"
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
		if l, ok := f.market.Lot(id); ok {
			cards = append(cards, f.mineOf(r.Context(), l, who.User))
		}
	}
	p := f.frame(r, say(r.Context(), "My bids"))
	if len(cards) > 0 {
		p.Live = "/bids/live"
	}
	return f.render(w, r, http.StatusOK, bidsPage(p, cards))
}

// mineOf is a lot that the user has bid on, and how he stands in it.
func (f *Front) mineOf(ctx context.Context, l *catalogue.Lot, user events.UserID) cardView {
	in := words.Of(ctx)
	c, you := cardOf(in, l, f.Clock.Now()), youOf(in, l, user, true)
	c.Mine, c.MineTone, c.MineOrder = you.Heading, you.Tone, you.Order
	return c
}

// notices is what the visitor was told, newest first.
func (f *Front) notices(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r)
	if who.User == "" {
		return f.toSignIn(w, r, "/notices")
	}
	notices, _, err := f.noticesOf(r.Context(), who.User)
	if err != nil {
		return err
	}
	p := f.frame(r, say(r.Context(), "Notices"))
	p.Live = "/notices/live"
	return f.render(w, r, http.StatusOK, noticesPage(p, notices))
}

// noticesWait is how long the stream may take to hand out what it has.
const noticesWait = 2 * time.Second

// noticesOf reads the user's notices from their stream, newest first, and returns the newest one's place in it.
func (f *Front) noticesOf(ctx context.Context, user events.UserID) (notices []events.Notice, last uint64, err error) {
	consumer, err := f.js.OrderedConsumer(ctx, "NOTICES", jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{events.NoticeSubject(user)}, DeliverPolicy: jetstream.DeliverAllPolicy, InactiveThreshold: noticesWait,
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read notices: %w", err)
	}
	batch, err := consumer.FetchNoWait(mineLength)
	if err != nil {
		return nil, 0, fmt.Errorf("read notices: %w", err)
	}
	for m := range batch.Messages() {
		n, place, err := readNotice(m)
		if err != nil {
			return nil, 0, err
		}
		notices, last = append(notices, n), place
	}
	slices.Reverse(notices)
	return notices, last, batch.Error()
}

func readNotice(m jetstream.Msg) (n events.Notice, place uint64, err error) {
	meta, err := m.Metadata()
	if err == nil {
		err = json.Unmarshal(m.Data(), &n)
	}
	if err != nil {
		return n, 0, fmt.Errorf("read notice: %w", err)
	}
	return n, meta.Sequence.Stream, nil
}
