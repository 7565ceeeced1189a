package storefront

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"lightshare/events"
	"lightshare/web/checkout"
)

// orderPatience is how long somebody who takes a second chance waits for his order before he is shown the lot instead.
const orderPatience = 3 * time.Second

// answerChance takes or declines a second chance. The answer is one for each chance, however often it is sent.
func (f *Front) answerChance(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r)
	l, err := f.lotIn(r)
	if err != nil {
		return err
	}
	if who.User == "" {
		return f.toSignIn(w, r, "/lots/"+string(l.ID()))
	}
	answer := r.FormValue("answer")
	if answer != "accept" && answer != "decline" {
		return fmt.Errorf("answer to a second chance on %s: %w", l.ID(), events.Malformed)
	}
	if err := f.limits.bid.allow(string(who.User)); err != nil {
		return err
	}
	if err := f.refuseOwn(r.Context(), who.User, l); err != nil {
		return err
	}
	var s events.Standing
	command := events.AnswerChance{Bidder: who.User, Accept: answer == "accept"}
	id := events.CommandID(fmt.Sprintf("%s:chance:%s", who.User, answer)) // nobody is asked twice on a lot
	_, err = f.house.Do(r.Context(), string(l.ID()), id, command, &s)
	if s.Lot == l.ID() {
		f.market.Stands(s)
	}
	if err != nil {
		return err
	}
	if command.Accept && s.Chance != nil && s.Chance.Bidder == who.User && f.orderComes(r.Context(), s.Chance.Order) {
		http.Redirect(w, r, "/orders/"+string(s.Chance.Order), http.StatusSeeOther)
		return nil
	}
	if !command.Accept {
		f.flash(r, say(r.Context(), "You declined. Nothing is held against you."))
	}
	http.Redirect(w, r, "/lots/"+string(l.ID()), http.StatusSeeOther)
	return nil
}

// orderComes reports whether checkout has made the order.
func (f *Front) orderComes(ctx context.Context, order events.OrderID) bool {
	ctx, cancel := context.WithTimeout(ctx, orderPatience)
	defer cancel()
	_, err := f.Desk.Await(ctx, order, func(v checkout.View) bool { return v.Order == order })
	return err == nil
}
