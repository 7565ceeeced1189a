package storefront

import (
	"fmt"
	"net/http"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/web/view"
)

// A deletionView says what deleting the visitor's account would mean.
type deletionView struct {
	InTheWay []view.Link // what must end first
	Strikes  bool        // something counts against him, so that he is recognised
	Unsure   bool        // he did not tick the box
}

// everyLot is more lots than anybody bids on.
const everyLot = 100_000

// newDeletion looks at what deleting the visitor's account would mean: nobody leaves while a file or a payment is under way,
// or while his bid leads.
func (f *Front) newDeletion(r *http.Request, who events.UserID) (deletionView, error) {
	var v deletionView
	ctx := r.Context()
	for _, o := range f.Desk.OrdersOf(who) {
		if !o.State.Final() {
			v.InTheWay = append(v.InTheWay, view.Link{Href: "/orders/" + string(o.Order), Text: say(ctx, "An order is under way: %s", o.Title)})
		}
	}
	lots, err := f.book.LotsOf(ctx, who, everyLot)
	if err != nil {
		return v, err
	}
	for _, id := range lots {
		if l, ok := f.market.Lot(id); ok && l.Standing.Leader == who && (l.Standing.State == events.Open || l.Standing.State == events.Paused) {
			v.InTheWay = append(v.InTheWay, view.Link{Href: "/lots/" + string(id), Text: say(ctx, "You lead in an auction: %s", l.Offer.Title)})
		}
	}
	record, err := f.book.Record(ctx, who)
	v.Strikes = record.Strikes > 0
	return v, err
}

// reviewDeletion says what is deleted and what is kept, and asks once more.
func (f *Front) reviewDeletion(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r).User
	if who == "" {
		return f.toSignIn(w, r, "/account/delete")
	}
	v, err := f.newDeletion(r, who)
	if err != nil {
		return err
	}
	return f.render(w, r, http.StatusOK, deletionPage(f.frame(r, say(r.Context(), "Delete this account")), v))
}

// deleteAccount erases what the storefront knows of the visitor. The address goes first: what cannot be erased after that
// names nobody any more, and is erased by itself in time.
func (f *Front) deleteAccount(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r).User
	if who == "" {
		return f.toSignIn(w, r, "/account/delete")
	}
	v, err := f.newDeletion(r, who)
	if err != nil {
		return err
	}
	if v.Unsure = r.PostFormValue("sure") == ""; v.Unsure || len(v.InTheWay) > 0 {
		return f.render(w, r, http.StatusUnprocessableEntity, deletionPage(f.frame(r, say(r.Context(), "Delete this account")), v))
	}
	if err := f.accounts.Delete(r.Context(), who, v.Strikes); err != nil {
		return err
	}
	if err := f.devices.EndAll(r.Context(), who, sessionLife); err != nil {
		return err
	}
	notices, err := f.js.Stream(r.Context(), bus.Notices)
	if err == nil {
		err = notices.Purge(r.Context(), jetstream.WithPurgeSubject(events.NoticeSubject(who)))
	}
	if err != nil {
		f.Log.WarnContext(r.Context(), "notices of a deleted account are left until they are too old", "error", err)
	}
	if err := f.sessions.Destroy(r.Context()); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	f.flash(r, say(r.Context(), "Your account is deleted."))
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}
