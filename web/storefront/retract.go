package storefront

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view/words"
)

// A retractView is the page on which a bidder takes bids back.
type retractView struct {
	Lot     lotView
	Paused  bool   // the file is not the one that was bid on
	What    string // which bids go
	Record  string // what counts on the bidder's record so far
	Reason  events.Retraction
	Command string // makes sending it twice one retraction
	Wrong   string // why it was refused
}

// freeHours is how long before the end all bids of a bidder can be taken back; later only the newest, and soon.
const freeHours = 12 * time.Hour

// askRetract shows what taking bids back means, before it is done.
func (f *Front) askRetract(w http.ResponseWriter, r *http.Request) error {
	l, err := f.lotIn(r)
	if err != nil {
		return err
	}
	if f.viewer(r).User == "" {
		return f.toSignIn(w, r, retractPath(l.ID()))
	}
	return f.showRetract(w, r, http.StatusOK, l, "", "")
}

func (f *Front) showRetract(w http.ResponseWriter, r *http.Request, status int, l *catalogue.Lot, reason events.Retraction, wrong string) error {
	v := retractView{
		Lot: lotViewOf(words.Of(r.Context()), l, f.Clock.Now()), Paused: l.State == events.OfferPaused, Reason: reason, Command: events.NewID(), Wrong: wrong,
		What: say(r.Context(), "Only your newest bid goes, and only within an hour of placing it, since the auction ends in less than 12 hours."),
	}
	if l.Standing.EndsAt.Sub(v.Lot.Now) > freeHours {
		v.What = say(r.Context(), "All your bids on this lot go. You can bid again at once.")
	}
	record, err := f.book.Record(r.Context(), f.viewer(r).User)
	if err != nil {
		f.Log.WarnContext(r.Context(), "a bidder's record could not be read", "error", err)
	} else {
		v.Record = say(r.Context(), "So far it has %d retractions.", record.Retractions)
	}
	return f.render(w, r, status, retractPage(f.frame(r, say(r.Context(), "Take a bid back")), v))
}

// retract takes the bids back.
func (f *Front) retract(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r)
	l, err := f.lotIn(r)
	if err != nil {
		return err
	}
	if who.User == "" {
		return f.toSignIn(w, r, retractPath(l.ID()))
	}
	id, reason := r.FormValue("id"), events.Retraction(r.FormValue("reason"))
	if id == "" || len(id) > 64 {
		return fmt.Errorf("retract on %s: %w", l.ID(), events.Malformed)
	}
	if err := f.limits.bid.allow(string(who.User)); err != nil {
		return err
	}
	var s events.Standing
	command := events.RetractBid{Bidder: who.User, Reason: reason}
	_, err = f.house.Do(r.Context(), string(l.ID()), events.CommandID(string(who.User)+":retract:"+id), command, &s)
	if s.Lot == l.ID() {
		f.market.Stands(s)
	}
	if refusal, no := events.AsRefusal(err); no && refusal != events.Unavailable {
		return f.showRetract(w, r, statusOf(refusal), l, reason, refused(r.Context(), refusal))
	}
	if err != nil {
		return err
	}
	f.sessions.Remove(r.Context(), bidKey(l.ID()))
	f.awaitBook(r.Context(), l.ID(), s.Version)
	f.flash(r, say(r.Context(), "Your bid was taken back. If you mistyped it, enter the right amount now."))
	http.Redirect(w, r, "/lots/"+string(l.ID()), http.StatusSeeOther)
	return nil
}

func retractPath(l events.LotID) string { return "/lots/" + string(l) + "/retract" }

const (
	bookPatience = time.Second // for a book that is written behind
	bookLook     = 20 * time.Millisecond
)

// awaitBook waits until the book knows the lot at that version, so that the next page does not show what has just been
// undone; not longer than a page may take.
func (f *Front) awaitBook(ctx context.Context, lot events.LotID, version uint64) {
	ctx, cancel := context.WithTimeout(ctx, bookPatience)
	defer cancel()
	look := time.NewTicker(bookLook)
	defer look.Stop()
	for {
		standings, err := f.book.Standings(ctx, []events.LotID{lot})
		if err != nil || len(standings) == 1 && standings[0].Version >= version {
			return
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		}
	}
}
