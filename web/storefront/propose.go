package storefront

import (
	"fmt"
	"net/http"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view/words"
)

// A proposeView is the page on which a buyer's offer is confirmed: if the seller says yes, he has bought.
type proposeView struct {
	Lot     lotView
	Price   events.Money
	Command string // makes an offer sent twice one offer
}

// reviewProposal shows what an offer means before it is made.
func (f *Front) reviewProposal(w http.ResponseWriter, r *http.Request) error {
	l, price, form, err := f.proposalIn(r)
	if err != nil {
		return err
	}
	if form.ProposeWrong != "" {
		return f.showLot(w, r, http.StatusUnprocessableEntity, l, form)
	}
	who := f.viewer(r).User
	if who == "" {
		return f.toSignIn(w, r, fmt.Sprintf("/lots/%s/propose?price=%s", l.ID(), escaped(price.Decimal())))
	}
	if err := f.refuseOwn(r.Context(), who, l); err != nil {
		return err
	}
	v := proposeView{lotViewOf(words.Of(r.Context()), l, f.Clock.Now()), price, events.NewID()}
	return f.render(w, r, http.StatusOK, proposePage(f.frame(r, say(r.Context(), "Confirm your offer")), v))
}

// proposalIn reads the lot and the price of a request. The form says what is wrong with the price, if it cannot be one.
func (f *Front) proposalIn(r *http.Request) (*catalogue.Lot, events.Money, bidForm, error) {
	var price events.Money
	form := bidForm{Propose: r.FormValue("price")}
	l, err := f.lotIn(r)
	if err != nil {
		return nil, price, form, err
	}
	if l.IsAuction() || !l.Terms.Proposals {
		return nil, price, form, fmt.Errorf("offer for %s: %w", l.ID(), events.NotForSale)
	}
	price, err = events.ParseMoney(form.Propose, l.Terms.Currency)
	if refusal, no := events.AsRefusal(err); no {
		form.ProposeWrong = refused(r.Context(), refusal)
	} else if price.Amount >= l.Terms.Price {
		form.ProposeWrong = refused(r.Context(), events.NotLess)
	}
	return l, price, form, nil
}

// propose makes the offer that was confirmed.
func (f *Front) propose(w http.ResponseWriter, r *http.Request) error {
	l, price, form, err := f.proposalIn(r)
	if err != nil {
		return err
	}
	who := f.viewer(r).User
	if who == "" {
		return f.toSignIn(w, r, fmt.Sprintf("/lots/%s/propose?price=%s", l.ID(), escaped(form.Propose)))
	}
	id := r.FormValue("id")
	if id == "" || len(id) > 64 {
		return fmt.Errorf("offer for %s: %w", l.ID(), events.Malformed)
	}
	if form.ProposeWrong == "" {
		c := events.MakeProposal{Buyer: who, Price: price.Amount}
		if c.Sells, err = f.sells(r.Context(), who, l); err != nil {
			return err
		}
		form.ProposeWrong, err = f.tellHouse(r, l, events.CommandID(string(who)+":propose:"+id), c)
	}
	if err != nil {
		return err
	}
	if form.ProposeWrong != "" {
		l, _ = f.market.Lot(l.ID())
		return f.showLot(w, r, http.StatusConflict, l, form)
	}
	f.flash(r, say(r.Context(), "Your offer of %s is with the seller, who has 48 hours to answer.", price))
	http.Redirect(w, r, "/lots/"+string(l.ID()), http.StatusSeeOther)
	return nil
}

// answerProposal takes or declines what the seller would take.
func (f *Front) answerProposal(w http.ResponseWriter, r *http.Request) error {
	l, err := f.lotIn(r)
	if err != nil {
		return err
	}
	who := f.viewer(r).User
	if who == "" {
		return f.toSignIn(w, r, "/lots/"+string(l.ID()))
	}
	price, err := events.ParseMoney(r.FormValue("price"), l.Terms.Currency)
	answer, id := events.ProposalAnswer(r.FormValue("answer")), r.FormValue("id")
	if err != nil || id == "" || len(id) > 64 || answer != events.ProposalAccept && answer != events.ProposalDecline {
		return fmt.Errorf("answer about %s: %w", l.ID(), events.Malformed)
	}
	c := events.AnswerProposal{Buyer: who, Answer: answer, Price: price.Amount}
	wrong, err := f.tellHouse(r, l, events.CommandID(string(who)+":answer:"+id), c)
	if err != nil {
		return err
	}
	l, _ = f.market.Lot(l.ID())
	if wrong != "" {
		return f.showLot(w, r, http.StatusConflict, l, bidForm{ProposeWrong: wrong})
	}
	if p := proposalOf(l, who); p != nil && p.Order != "" && f.orderComes(r.Context(), p.Order) {
		http.Redirect(w, r, "/orders/"+string(p.Order), http.StatusSeeOther)
		return nil
	}
	http.Redirect(w, r, "/lots/"+string(l.ID()), http.StatusSeeOther)
	return nil
}

// tellHouse sends a visitor's command about the lot, or returns why the house refused it, in words.
func (f *Front) tellHouse(r *http.Request, l *catalogue.Lot, id events.CommandID, c events.Command) (wrong string, err error) {
	if err := f.limits.bid.allow(string(f.viewer(r).User)); err != nil {
		return "", err
	}
	var s events.Standing
	_, err = f.house.Do(r.Context(), string(l.ID()), id, c, &s)
	if s.Lot == l.ID() {
		f.market.Stands(s)
	}
	if refusal, no := events.AsRefusal(err); no && refusal != events.Unavailable {
		return refused(r.Context(), refusal), nil
	}
	return "", err
}

// proposalOf returns the user's proposal, waiting or agreed on; nil without one.
func proposalOf(l *catalogue.Lot, user events.UserID) *events.Proposal {
	for i, p := range l.Standing.Proposals {
		if user != "" && p.Buyer == user {
			return &l.Standing.Proposals[i]
		}
	}
	return nil
}
