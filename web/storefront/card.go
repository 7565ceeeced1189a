package storefront

import (
	"fmt"
	"net/http"
	"net/url"

	"lightshare/events"
	"lightshare/web/checkout"
)

// A cardPageView is the page about the visitor's saved card.
type cardPageView struct {
	checkout.CardView
	Next string // where the visitor goes once a card is saved; "/" for nowhere in particular
}

// card is the page about the visitor's saved card. Who was sent here for one goes on as soon as it is saved.
func (f *Front) card(w http.ResponseWriter, r *http.Request) error {
	who, next := f.viewer(r), ownPath(r.FormValue("next"))
	if who.User == "" {
		return f.toSignIn(w, r, cardPath(next))
	}
	v, err := f.Desk.Card(r.Context(), who.User)
	if err != nil {
		return fmt.Errorf("%w: %w", errProvider, err)
	}
	if v.Good && v.URL == "" && next != "/" {
		f.flash(r, say(r.Context(), "Your card is saved: %s.", cardName(r.Context(), v.Card)))
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	return f.render(w, r, http.StatusOK, cardPage(f.frame(r, say(r.Context(), "Your card")), cardPageView{v, next}))
}

// saveCard opens a page at the payment provider and shows the way there.
func (f *Front) saveCard(w http.ResponseWriter, r *http.Request) error {
	who, next := f.viewer(r), ownPath(r.FormValue("next"))
	if who.User == "" {
		return f.toSignIn(w, r, cardPath(next))
	}
	if err := f.limits.card.allow(string(who.User)); err != nil {
		return err
	}
	if _, err := f.Desk.SaveCard(r.Context(), who.User, cardPath(next)); err != nil {
		return fmt.Errorf("%w: %w", errProvider, err)
	}
	http.Redirect(w, r, cardPath(next), http.StatusSeeOther)
	return nil
}

// cardPath is the page about the card, from where the visitor goes on to next.
func cardPath(next string) string {
	if next == "/" {
		return "/card"
	}
	return "/card?next=" + url.QueryEscape(next)
}

// reviewPath is the page on which a bid is confirmed. It holds the bid while its bidder does something else first.
func reviewPath(lot events.LotID, max string) string {
	return fmt.Sprintf("/lots/%s/bid?max=%s", lot, url.QueryEscape(max))
}
