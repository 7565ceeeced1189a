package auction

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/time/rate"

	"lightshare/events"
)

const (
	lettersPerSecond = 200 // each is synced to the disk that the bids need too
	letterBurst      = 100
	letterTries      = 5
)

// post tells bidders and sellers. When more happens than it can tell, it tells how a lot stands by then.
type post struct {
	nc      *nats.Conn
	js      jetstream.JetStream
	log     *slog.Logger
	queue   *queue
	limiter *rate.Limiter
}

func newPost(nc *nats.Conn, js jetstream.JetStream, log *slog.Logger, q *queue) *post {
	return &post{nc, js, log, q, rate.NewLimiter(lettersPerSecond, letterBurst)}
}

func (p *post) deliver(ctx context.Context, all []news) {
	for i := range all {
		n := &all[i]
		for _, l := range n.letters() {
			if err := p.send(ctx, n.lot.Listing.Seller, l); err != nil {
				p.log.Error("notice lost", "lot", l.Notice.Lot, "kind", l.Notice.Kind, "error", err)
			}
		}
	}
}

func (p *post) send(ctx context.Context, seller events.SellerID, l letter) error {
	data, err := json.Marshal(l.Notice)
	if err != nil {
		return err
	}
	if l.To == "" {
		return p.nc.Publish(events.AskSubject(seller, events.AskNotice), data)
	}
	if err := p.limiter.Wait(ctx); err != nil {
		return err
	}
	for try := 1; ; try++ {
		_, err := p.js.Publish(ctx, events.NoticeSubject(l.To), data)
		if err == nil || try == letterTries || ctx.Err() != nil {
			return err
		}
		pause(ctx, retryDelay)
	}
}
