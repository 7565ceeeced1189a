package storefront

import (
	"strconv"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view"
	"lightshare/web/view/words"
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
func (v *youView) inSale(in words.Language, l *catalogue.Lot, p *events.Proposal) {
	price, until := l.Money(p.Price), in.Moment(p.Until)
	switch v.Part {
	case partOffered:
		v.Tone, v.Heading = view.Plain, in.Say("Your offer is with the seller")
		v.Text = in.Say("You offered %s. The seller has until %s to answer.", price, until)
	case partCounter:
		v.Tone, v.Heading = view.Good, in.Say("The seller would take %s", price)
		v.Text = in.Say("Say so by %s, and you have bought it.", until)
		v.Counter, v.CounterPrice = "/lots/"+string(l.ID())+"/propose/answer", price
		v.Command = strconv.FormatInt(p.Until.UnixMilli(), 36) // one answer to each
	case partAgreed:
		v.Tone, v.Heading, v.Order = view.Good, in.Say("You and the seller agree"), p.Order
		v.Text = in.Say("It is yours for %s. Pay to receive the file; you are charged once every byte has arrived.", price)
	}
}
