package storefront

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/cases"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view/words"
)

// watching is what the visitor keeps an eye on, the newest first. What is over stays until he takes it off.
func (f *Front) watching(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r).User
	if who == "" {
		return f.toSignIn(w, r, "/watching")
	}
	ids, err := f.accounts.Watched(r.Context(), who)
	if err != nil {
		return err
	}
	var lots []*catalogue.Lot
	for _, id := range ids {
		if l, ok := f.market.Lot(id); ok {
			lots = append(lots, l)
		}
	}
	p := f.frame(r, say(r.Context(), "Watching"))
	p.Live = livePath(lots)
	return f.render(w, r, http.StatusOK, watchingPage(p, f.cards(r.Context(), lots)))
}

// watch puts a lot on the visitor's list or takes it off.
func (f *Front) watch(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r).User
	l, ok := f.market.Lot(events.LotID(r.FormValue("lot")))
	if !ok {
		return errNotFound
	}
	at := "/lots/" + string(l.ID())
	if who == "" {
		f.flash(r, say(r.Context(), "Sign in to watch this. You come back to the same page."))
		return f.toSignIn(w, r, at)
	}
	if err := f.limits.bid.allow(string(who)); err != nil {
		return err
	}
	on := r.FormValue("watch") != "off"
	if err := f.accounts.Watch(r.Context(), who, l.ID(), on); err != nil {
		return err
	}
	f.flash(r, say(r.Context(), map[bool]string{true: words.Key("You are watching this."), false: words.Key("You are not watching this any more.")}[on]))
	http.Redirect(w, r, at, http.StatusSeeOther)
	return nil
}

// isWatched reports whether the user watches the lot. Without the accounts the page says that he does not.
func (f *Front) isWatched(r *http.Request, user events.UserID, lot events.LotID) bool {
	if user == "" {
		return false
	}
	ids, err := f.accounts.Watched(r.Context(), user)
	if err != nil {
		f.Log.WarnContext(r.Context(), "a list of watched lots could not be read", "error", err)
	}
	return slices.Contains(ids, lot)
}

// A libraryView is what the visitor may download.
type libraryView struct {
	Query  string
	Orders []orderView
	All    int // without regard to the query
}

// library is everything that the visitor has bought and may download, again and again, the newest first.
func (f *Front) library(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r).User
	if who == "" {
		return f.toSignIn(w, r, "/library")
	}
	v := libraryView{Query: strings.TrimSpace(r.FormValue("name"))}
	wanted := cases.Fold().String(v.Query)
	for _, o := range f.Desk.OrdersOf(who) {
		if !o.CanFetch {
			continue
		}
		v.All++
		if strings.Contains(cases.Fold().String(o.Title+"\n"+o.FileName), wanted) {
			v.Orders = append(v.Orders, f.orderViewOf(r.Context(), o))
		}
	}
	return f.render(w, r, http.StatusOK, libraryPage(f.frame(r, say(r.Context(), "Library")), v))
}
