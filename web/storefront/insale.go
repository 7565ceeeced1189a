package storefront

import (
	"strconv"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view"
)

// partInSale says how the user's talk with the seller about the price of a direct sale stands.
func partInSale(l *catalogue.Lot, user events.UserID) part {
	switch p := proposalOf(l, user); {
	case p == nil:
		return partNone
	case p.Order != "":
		return partAgreed
	case p.BySeller:
		return partCounter
	}
	return partOffered
}

// inSale words it.
func (v *youView) inSale(l *catalogue.Lot, p *events.Proposal) {
	price, until := l.Money(p.Price), view.Moment(p.Until)
	switch v.Part {
	case partOffered:
		v.Tone, v.Heading = view.Plain, "Your offer is with the seller"
		v.Text = "You offered " + price.String() + ". The seller has until " + until + " to answer."
	case partCounter:
		v.Tone, v.Heading = view.Good, "The seller would take "+price.String()
		v.Text = "Say so by " + until + ", and you have bought it."
		v.Counter, v.CounterPrice = "/lots/"+string(l.ID())+"/propose/answer", price
		v.Command = strconv.FormatInt(p.Until.UnixMilli(), 36) // one answer to each
	case partAgreed:
		v.Tone, v.Heading, v.Order = view.Good, "You and the seller agree", p.Order
		v.Text = "It is yours for " + price.String() + ". Pay to receive the file; you are charged once every byte has arrived."
	}
}
