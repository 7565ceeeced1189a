package storefront

import (
	"fmt"
	"net/http"

	"lightshare/events"
)

// buy begins a purchase at the price shown: a copy of a direct sale, or an auction's buy-now. The order's page leads on
// to paying.
func (f *Front) buy(w http.ResponseWriter, r *http.Request) error {
	l, err := f.lotIn(r)
	if err != nil {
		return err
	}
	who := f.viewer(r)
	if who.User == "" {
		f.flash(r, "Sign in to buy. You come back to the same page.")
		return f.toSignIn(w, r, "/lots/"+string(l.ID()))
	}
	id := r.FormValue("id")
	if id == "" || len(id) > 64 {
		return fmt.Errorf("buy %s: %w", l.ID(), events.Malformed)
	}
	if err := f.limits.bid.allow(string(who.User)); err != nil {
		return err
	}
	if err := f.refuseOwn(r.Context(), who.User, l); err != nil {
		return err
	}
	kind := events.OrderDirect
	if l.IsAuction() {
		kind = events.OrderBuyNow
	}
	order, err := f.Desk.Start(r.Context(), events.CommandID(id), who.User, kind, l.Offer)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/orders/"+string(order), http.StatusSeeOther)
	return nil
}
