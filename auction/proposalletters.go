package auction

import (
	"time"

	"lightshare/events"
	"lightshare/events/journal"
)

// aboutProposal words what is said about the price of a direct sale.
func (l *Lot) aboutProposal(c journal.Change[Lot], at time.Time) []letter {
	title := l.Listing.Title
	switch f := c.Fact.(type) {
	case events.ProposalMade:
		price, name := l.money(f.Price), f.Buyer.Masked()
		return []letter{l.letter("", at, "proposal", &price, "%s offers %s for %s. Answer by %s: seller-agent lot show %s",
			name, price, title, f.Until.Format("2 January 2006, 15:04 MST"), l.ID())}
	case events.ProposalCountered:
		price := l.money(f.Price)
		return []letter{l.letter(f.Buyer, at, "countered", &price, "The seller of %s would take %s. You have until %s to say so.",
			title, price, f.Until.Format("2 January 2006, 15:04 MST"))}
	case events.ProposalAccepted:
		return l.agreed(f, at)
	case events.ProposalPassed:
		return l.passed(f, at)
	}
	return nil
}

// agreed tells both, and if that was the last copy whoever still waits for an answer.
func (l *Lot) agreed(f events.ProposalAccepted, at time.Time) []letter {
	title, price := l.Listing.Title, l.money(f.Price)
	yours := l.letter(f.Buyer, at, "agreed", &price, "You and the seller agree: %s is yours for %s.", title, price)
	yours.Notice.Order = f.Order
	all := []letter{yours, l.letter("", at, "sold", &price, "You and %s agree: %s is sold for %s.", f.Buyer.Masked(), title, price)}
	if l.IsSoldOut() {
		for _, p := range l.proposals() {
			all = append(all, l.letter(p.Buyer, at, "lost", nil, "The last copy of %s went to somebody else.", title))
		}
	}
	return all
}

func (l *Lot) passed(f events.ProposalPassed, at time.Time) []letter {
	title := l.Listing.Title
	switch {
	case f.Declined && f.BySeller:
		return []letter{l.letter(f.Buyer, at, "declined", nil, "The seller of %s did not take your offer.", title)}
	case f.Declined:
		return []letter{l.letter("", at, "declined", nil, "%s did not take your counter-offer for %s.", f.Buyer.Masked(), title)}
	case f.BySeller:
		return []letter{l.letter(f.Buyer, at, "declined", nil, "The seller of %s did not answer your offer in time.", title)}
	}
	return []letter{l.letter("", at, "declined", nil, "%s did not answer your counter-offer for %s in time.", f.Buyer.Masked(), title)}
}
