package storefront

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/a-h/templ"

	"lightshare/web/checkout"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/storefront/live"
)

// orderLive is the stream of an order's page.
func (f *Front) orderLive(w http.ResponseWriter, r *http.Request) error {
	o, err := f.orderIn(r)
	if err != nil {
		return err
	}
	topic := "order:" + string(o.Order)
	watch := f.hub.Watch(topic, catalogue.Topic(o.Lot)) // the lot tells of the seller’s presence
	defer watch.Close()
	ctx, stop := context.WithCancel(r.Context())
	var awaiting sync.WaitGroup
	defer awaiting.Wait()
	defer stop()
	awaiting.Go(func() { f.awaitOrder(ctx, o, topic) })

	sent := make(set)
	return f.run(w, r, watch, func() (string, live.Frame, error) {
		o, err := f.Desk.Order(r.Context(), o.Order)
		if err != nil {
			return "", live.Frame{}, err
		}
		v, seller := f.orderViewOf(r.Context(), o), f.Presence.Of(o.Seller)
		html, err := drawAll(r, map[string]templ.Component{
			"order": orderPiece(v), "fetch": fetchPiece(v), "money": moneyPiece(v), "seller": orderSellerPiece(v, seller),
		})
		if err != nil {
			return "", live.Frame{}, err
		}
		frame := live.Frame{HTML: sent.news(html), State: string(o.State), Title: v.Headline + ": " + o.Title + " – Lightshare"}
		return fmt.Sprintf("%d.%t", o.Version, seller.Online), frame, nil
	})
}

// awaitOrder touches the topic whenever the order has gone on, until ctx ends.
func (f *Front) awaitOrder(ctx context.Context, o checkout.View, topic string) {
	for { // also of one that is over: its buyer may get money back
		known := o.Version
		next, err := f.Desk.Await(ctx, o.Order, func(v checkout.View) bool { return v.Version > known })
		if err != nil {
			if ctx.Err() == nil {
				f.Log.WarnContext(ctx, "an order could not be awaited", "order", o.Order, "error", err)
			}
			return
		}
		o = next
		f.hub.Touch(topic)
	}
}
