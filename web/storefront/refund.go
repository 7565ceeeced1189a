package storefront

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"lightshare/events"
	"lightshare/web/checkout"
)

// A refundAsk is the page on which a buyer asks for money back.
type refundAsk struct {
	Order   checkout.View
	Amount  string // as typed; empty: all that is left
	Reason  events.RefundReason
	Command string // makes sending it twice one question
	Wrong   string // why it was refused
}

// reviewRefund shows what asking for money back means.
func (f *Front) reviewRefund(w http.ResponseWriter, r *http.Request) error {
	if f.viewer(r).User == "" {
		return f.toSignIn(w, r, r.URL.Path)
	}
	o, err := f.orderIn(r)
	if err != nil {
		return err
	}
	return f.showRefund(w, r, http.StatusOK, refundAsk{Order: o})
}

func (f *Front) showRefund(w http.ResponseWriter, r *http.Request, status int, v refundAsk) error {
	v.Command = events.NewID()
	return f.render(w, r, status, refundPage(f.frame(r, say(r.Context(), "Ask for money back")), v))
}

// askRefund asks the seller.
func (f *Front) askRefund(w http.ResponseWriter, r *http.Request) error {
	o, err := f.orderIn(r)
	if err != nil {
		return err
	}
	if err := f.limits.refund.allow(string(o.Order)); err != nil {
		return err
	}
	v := refundAsk{Order: o, Amount: strings.TrimSpace(r.FormValue("amount")), Reason: events.RefundReason(r.FormValue("reason"))}
	id := r.FormValue("id")
	if id == "" || len(id) > 64 {
		return fmt.Errorf("ask for money back: %w", events.Malformed)
	}
	ask := events.AskRefund{Reason: v.Reason}
	if v.Amount != "" {
		ask.Amount, err = events.ParseMoney(v.Amount, o.Price.Currency)
	}
	if err == nil {
		err = f.Desk.AskRefund(r.Context(), events.CommandID(id), o.Order, ask)
	}
	switch {
	case errors.Is(err, events.BadAmount):
		v.Wrong = say(r.Context(), "Enter an amount of at most %s, or leave it empty.", o.Refund.Left)
		return f.showRefund(w, r, http.StatusUnprocessableEntity, v)
	case err != nil:
		return err
	}
	f.flash(r, say(r.Context(), "The seller is asked. You are told what he answers."))
	http.Redirect(w, r, "/orders/"+string(o.Order), http.StatusSeeOther)
	return nil
}
