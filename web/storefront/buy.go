package storefront

import (
	"fmt"
	"net/http"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view/words"
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
		f.flash(r, say(r.Context(), "Sign in to buy. You come back to the same page."))
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
	deal, form, err := f.dealIn(r, l)
	if err != nil {
		return err
	}
	if form.AmountWrong != "" || form.CodeWrong != "" {
		return f.showLot(w, r, http.StatusUnprocessableEntity, l, form)
	}
	order, err := f.Desk.Start(r.Context(), events.CommandID(id), who.User, kind, l.Offer, deal)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/orders/"+string(order), http.StatusSeeOther)
	return nil
}

// dealIn reads what the request says about the price of a direct sale. The form says what is wrong with it, if the lot
// is not sold so.
func (f *Front) dealIn(r *http.Request, l *catalogue.Lot) (checkout.Deal, bidForm, error) {
	deal := checkout.Deal{Code: events.TypedCode(r.FormValue("code"))}
	form := bidForm{Code: deal.Code, Amount: r.FormValue("amount")}
	if deal.Code != "" {
		ask := events.AskCode{Buyer: f.viewer(r).User, Code: deal.Code}
		wrong, err := f.tellHouse(r, l, "", ask)
		form.CodeWrong = wrong
		return deal, form, err
	}
	if l.Terms.Least == 0 {
		return deal, form, nil
	}
	amount, err := events.ParseMoney(form.Amount, l.Terms.Currency)
	if refusal, no := events.AsRefusal(err); no {
		form.AmountWrong = refused(r.Context(), refusal)
	} else if amount.Amount < l.Terms.Least {
		form.AmountWrong = say(r.Context(), "The least is %s.", l.Money(l.Terms.Least))
	}
	deal.Amount = amount.Amount
	return deal, form, nil
}

// reduced reads a discount code in the address of a lot's page, and says what the price is with it.
func (f *Front) reduced(r *http.Request, l *catalogue.Lot) bidForm {
	form := bidForm{Code: events.TypedCode(r.URL.Query().Get("code"))}
	if form.Code == "" {
		return form
	}
	code, ok := l.Terms.Code(events.CodeName(l.ID(), form.Code))
	switch {
	case !ok:
		form.CodeWrong = refused(r.Context(), events.NoSuchCode)
	case !code.Until.IsZero() && !f.Clock.Now().Before(code.Until):
		form.CodeWrong = refused(r.Context(), events.CodeSpent)
	default:
		form.Reduced = words.Money(r.Context(), l.Money(code.Reduced(l.Terms.Price)))
	}
	return form
}
