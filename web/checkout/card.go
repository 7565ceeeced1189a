package checkout

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lightshare/events"
)

// cardPageLife is how long somebody may take to type in a card.
const cardPageLife = time.Hour

// A CardView is how somebody stands with his saved card.
type CardView struct {
	Good bool   // there is one that can be asked
	Card string // how its owner knows it, also if it has expired; empty for none
	URL  string // the page where he puts one down, if one is open
}

// Card returns how the user stands with his saved card. A page that he has just come back from is looked at, so that
// nobody waits for a webhook.
func (d *Desk) Card(ctx context.Context, u events.UserID) (CardView, error) {
	p, err := d.wallet.purse(ctx, u)
	if err != nil {
		return CardView{}, err
	}
	if p.Page.ID != "" && d.Clock.Now().Before(p.Ends) {
		if err := d.Hear(ctx, News{Session: p.Page.ID}); err != nil {
			return CardView{}, fmt.Errorf("card of %s: %w", u, err)
		}
		if p, err = d.wallet.purse(ctx, u); err != nil {
			return CardView{}, err
		}
	}
	return p.view(d.Clock.Now()), nil
}

func (p purse) view(now time.Time) CardView {
	v := CardView{Good: p.Card.Good(now)}
	if p.Card.Card.Method != "" {
		v.Card = p.Card.String()
	}
	if now.Before(p.Ends) {
		v.URL = p.Page.URL
	}
	return v
}

// SaveCard opens a page at the provider where the user puts a card down, to replace one that he has; it leads back to
// the given path afterwards. The attempt is kept before the provider is called, so that no key is ever used for two
// pages. A page whose answer is lost was shown to nobody and ends by itself.
func (d *Desk) SaveCard(ctx context.Context, u events.UserID, back string) (CardView, error) {
	intended, err := d.wallet.change(ctx, u, func(p *purse) { p.Attempt, p.Page = p.Attempt+1, Session{} })
	if err != nil {
		return CardView{}, err
	}
	page := CardPage{
		User: u, Attempt: intended.Attempt, Customer: intended.Card.Card.Customer, Ends: d.Clock.Now().Add(cardPageLife), Back: d.BaseURL + back,
	}
	s, err := d.Cashier.OpenCardPage(ctx, fmt.Sprintf("card:%s:%d", u, intended.Attempt), page)
	if err != nil {
		return CardView{}, fmt.Errorf("card page of %s: %w", u, err)
	}
	p, err := d.wallet.change(ctx, u, func(p *purse) {
		if p.Attempt == intended.Attempt {
			p.Page, p.Ends = s, page.Ends
		}
	})
	return p.view(d.Clock.Now()), err
}

// noCard is the code of a charge that the provider would not even try.
const noCard = "card_unusable"

// chargeCard holds the amount on the saved card. If the card does not, its payment is given up before the buyer is asked,
// so that an order never has two that could be paid.
func (d *Desk) chargeCard(ctx context.Context, o Order, e Effect) error {
	charge := Charge{Order: o.Order, Amount: o.Price, Title: o.Title, Card: o.Card}
	key, fresh := o.Key(e, d.Clock.Now())
	p, err := Payment{}, ErrNoPayment
	if fresh {
		p, err = d.Cashier.FindCharge(ctx, charge, e.Since)
	}
	if errors.Is(err, ErrNoPayment) {
		p, err = d.Cashier.ChargeCard(ctx, key, charge)
	}
	switch {
	case errors.Is(err, ErrRefused), errors.Is(err, ErrNoPayment):
		d.Log.WarnContext(ctx, "saved card not taken", "order", o.Order, "error", err)
		return d.command(ctx, o.Order, "no-card", events.RecordCardRefused{Code: noCard})
	case err != nil:
		return fmt.Errorf("charge card: %w", err)
	case p.State == PaymentHeld:
		return d.record(ctx, p)
	case p.State == PaymentDeclined:
		giveUp, _ := o.Key(Effect{Op: GiveUp, Since: e.Since}, d.Clock.Now())
		return d.giveUp(ctx, giveUp, o, p)
	case p.State == PaymentReleased: // given up before, unless somebody did it by hand
		return d.command(ctx, o.Order, "card-refused", events.RecordCardRefused{Payment: p.ID, Code: p.Decline})
	}
	return fmt.Errorf("charge card: payment %s is %s", p.ID, p.State)
}

// giveUp cancels a payment that the saved card declined, and tells the order.
func (d *Desk) giveUp(ctx context.Context, key string, o Order, p Payment) error {
	gone, err := d.Cashier.Release(ctx, key, p.ID)
	if errors.Is(err, ErrRefused) {
		gone, err = d.Cashier.Look(ctx, News{Payment: p.ID}) // given up before, or not declined any more
	}
	switch {
	case err != nil:
		return fmt.Errorf("give up payment: %w", err)
	case gone.State != PaymentReleased:
		return d.record(ctx, gone)
	}
	return d.command(ctx, o.Order, "card-refused", events.RecordCardRefused{Payment: p.ID, Code: p.Decline})
}
