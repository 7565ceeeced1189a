package storefront

import (
	"fmt"
	"net/http"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view/words"
)

// A bidView is the page on which a bid is confirmed: bids bind, so nobody makes one with a single click.
type bidView struct {
	Lot     lotView
	Max     events.Money
	Card    checkout.CardView
	Command string // makes the bid sent twice one bid
	Wrong   string // why it was refused
}

// reviewBid shows what a bid means before it is made. A visitor who is not signed in comes back here afterwards.
func (f *Front) reviewBid(w http.ResponseWriter, r *http.Request) error {
	l, max, wrong, err := f.bidIn(r)
	if err != nil {
		return err
	}
	if wrong != "" {
		return f.showLot(w, r, http.StatusUnprocessableEntity, l, bidForm{Max: r.FormValue("max"), Wrong: wrong})
	}
	who := f.viewer(r)
	if who.User == "" {
		return f.toSignIn(w, r, reviewPath(l.ID(), max.Decimal()))
	}
	if err := f.refuseOwn(r.Context(), who.User, l); err != nil {
		return err
	}
	card, err := f.Desk.Card(r.Context(), who.User)
	if err != nil {
		return fmt.Errorf("%w: %w", errProvider, err)
	}
	v := bidView{Lot: lotViewOf(words.Of(r.Context()), l, f.Clock.Now()), Max: max, Card: card, Command: events.NewID()}
	return f.render(w, r, http.StatusOK, bidPage(f.frame(r, say(r.Context(), "Confirm your bid")), v))
}

// bidIn reads the lot and the maximum of a request. wrong is what to tell about the amount, if it cannot be a bid.
func (f *Front) bidIn(r *http.Request) (l *catalogue.Lot, max events.Money, wrong string, err error) {
	if l, err = f.lotIn(r); err != nil {
		return nil, max, "", err
	}
	if !l.IsAuction() {
		return nil, max, "", fmt.Errorf("bid on %s: %w", l.ID(), events.NotForSale)
	}
	max, err = events.ParseMoney(r.FormValue("max"), l.Terms.Currency)
	if refusal, ok := events.AsRefusal(err); ok {
		return l, max, refused(r.Context(), refusal), nil
	}
	leads := l.Standing.Leader != "" && l.Standing.Leader == f.viewer(r).User
	if next := l.Standing.Next; !leads && next > 0 && max.Amount < next {
		return l, max, say(r.Context(), "The least bid is now %s. Raise your maximum to at least that.", l.Money(next)), nil
	}
	return l, max, "", err
}

// placeBid makes the bid that was confirmed. The form's id makes it one bid however often it is sent. Without a saved card
// nobody bids.
func (f *Front) placeBid(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r)
	l, max, wrong, err := f.bidIn(r)
	if err != nil {
		return err
	}
	if who.User == "" {
		return f.toSignIn(w, r, reviewPath(l.ID(), r.FormValue("max")))
	}
	id := r.FormValue("id")
	if id == "" || len(id) > 64 {
		return fmt.Errorf("bid on %s: %w", l.ID(), events.Malformed)
	}
	if err := f.limits.bid.allow(string(who.User)); err != nil {
		return err
	}
	card, err := f.Desk.Card(r.Context(), who.User)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", errProvider, err)
	case !card.Good:
		http.Redirect(w, r, reviewPath(l.ID(), r.FormValue("max")), http.StatusSeeOther)
		return nil
	case wrong == "":
		wrong, err = f.bidAtHouse(r, l, events.CommandID(string(who.User)+":"+id), events.PlaceBid{Bidder: who.User, Max: max.Amount})
	}
	if err != nil {
		return err
	}
	if wrong != "" {
		l, _ = f.market.Lot(l.ID())
		return f.showLot(w, r, http.StatusConflict, l, bidForm{Max: r.FormValue("max"), Wrong: wrong})
	}
	http.Redirect(w, r, "/lots/"+string(l.ID()), http.StatusSeeOther)
	return nil
}

// bidAtHouse places the bid, or returns why the house refused it, in words.
func (f *Front) bidAtHouse(r *http.Request, l *catalogue.Lot, id events.CommandID, bid events.PlaceBid) (wrong string, err error) {
	if bid.Sells, err = f.sells(r.Context(), bid.Bidder, l); err != nil {
		return "", err
	}
	var s events.Standing
	_, err = f.house.Do(r.Context(), string(l.ID()), id, bid, &s)
	if s.Lot == l.ID() {
		f.market.Stands(s)
	}
	refusal, no := events.AsRefusal(err)
	switch {
	case err == nil:
		f.sessions.Put(r.Context(), bidKey(l.ID()), true)
		f.flash(r, say(r.Context(), "Your bid of up to %s was accepted.", l.Money(bid.Max)))
		return "", nil
	case refusal == events.TooLow && s.Next > 0:
		return say(r.Context(), "Somebody was faster: the least bid is now %s. Raise your maximum to at least that.", l.Money(s.Next)), nil
	case no && refusal != events.Unavailable:
		return refused(r.Context(), refusal), nil
	}
	return "", err
}
