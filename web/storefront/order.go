package storefront

import (
	"context"
	"net/http"
	"strings"
	"time"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

// An orderView is an order's page.
type orderView struct {
	checkout.View
	Tone   view.Tone
	Steps  []step
	Paying bool   // leads on to the payment page
	Fetch  bool   // the download is part of the page
	Link   string // for the command line: stands for the buyer, secret
	Now    time.Time
	Ends   time.Time // of the present state, if it has an end
	EndsAs string    // what happens then
	MayAsk bool      // for money back
}

// A step is one of the four of an order.
type step struct {
	Text      string
	Done, Now bool
}

func (f *Front) orderViewOf(ctx context.Context, o checkout.View) orderView {
	in := words.Of(ctx)
	for _, text := range []*string{&o.Headline, &o.Text, &o.Warning} {
		*text = in.Heard(*text)
	}
	v := orderView{View: o, Tone: orderTone(o.State), Steps: stepsOf(o.State), Now: f.Clock.Now(), Fetch: o.CanFetch || o.State == checkout.Authorised}
	v.MayAsk = v.Now.Before(o.Refund.AskUntil)
	switch {
	case !o.PayBy.IsZero() && o.PayURL != "":
		v.Paying, v.Ends, v.EndsAs = true, o.PayBy, words.Key("Left to pay")
	case !o.DeliverBy.IsZero():
		v.Ends, v.EndsAs = o.DeliverBy, words.Key("Left for the delivery; after that the hold is dropped")
	case !o.Refund.AnswerBy.IsZero():
		v.Ends, v.EndsAs = o.Refund.AnswerBy, words.Key("Left for the seller to answer; after that the money goes back")
	}
	if v.Fetch {
		v.Link = f.BaseURL + "/orders/" + string(o.Order) + "#" + f.Desk.Link(o.Order)
	}
	return v
}

func orderTone(s checkout.State) view.Tone {
	switch s {
	case checkout.Delivering, checkout.Delivered, checkout.Captured:
		return view.Good
	case checkout.Refunding, checkout.Owed, checkout.Refunded, checkout.Disputed, checkout.ChargedBack, checkout.Releasing, checkout.Released, checkout.Abandoned:
		return view.Warn
	}
	return view.Plain
}

func stepsOf(s checkout.State) []step {
	at := map[checkout.State]int{
		checkout.Charging: 0, checkout.Created: 0, checkout.Payable: 0, checkout.Authorised: 1, checkout.Delivering: 2,
		checkout.Delivered: 3, checkout.Captured: 4,
	}
	reached, going := at[s]
	if !going {
		return nil
	}
	steps := []step{{Text: words.Key("Hold the amount")}, {Text: words.Key("Set your copy aside")}, {Text: words.Key("Receive the file")}, {Text: words.Key("Charge the card, open the file")}}
	for i := range steps {
		steps[i].Done, steps[i].Now = i < reached, i == reached
	}
	return steps
}

// order is the page of one purchase, for its buyer alone.
func (f *Front) order(w http.ResponseWriter, r *http.Request) error {
	if f.viewer(r).User == "" {
		return f.toSignIn(w, r, r.URL.Path)
	}
	o, err := f.orderIn(r)
	if err != nil {
		return err
	}
	v := f.orderViewOf(r.Context(), o)
	p := f.frame(r, v.Headline+": "+o.Title)
	p.Live = "/orders/" + string(o.Order) + "/live"
	p.Scripts = append(p.Scripts, client.Path("download.js"))
	w.Header().Set("Content-Security-Policy", policy(anywhere))
	return f.render(w, r, http.StatusOK, orderPage(p, v))
}

// orderIn returns the order in the request's path if the request may speak for its buyer: by session, or by the
// order's link.
func (f *Front) orderIn(r *http.Request) (checkout.View, error) {
	id := events.OrderID(r.PathValue("order"))
	if secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		if !f.Desk.CheckLink(id, secret) {
			return checkout.View{}, errForbidden
		}
		return f.Desk.Order(r.Context(), id)
	}
	who := f.viewer(r)
	if who.User == "" {
		return checkout.View{}, errForbidden
	}
	o, err := f.Desk.Order(r.Context(), id)
	if err == nil && o.Buyer != who.User {
		return checkout.View{}, errNotFound // whether it exists is nobody else's business
	}
	return o, err
}

// orders is every purchase of the visitor, newest first.
func (f *Front) orders(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r)
	if who.User == "" {
		return f.toSignIn(w, r, "/orders")
	}
	var views []orderView
	for _, o := range f.Desk.OrdersOf(who.User) {
		views = append(views, f.orderViewOf(r.Context(), o))
	}
	return f.render(w, r, http.StatusOK, ordersPage(f.frame(r, say(r.Context(), "Orders")), views[:min(len(views), mineLength)]))
}
