package auction

import (
	"strings"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
)

// lettersAbout words a fact that is no bid.
func lettersAbout(c journal.Change[Lot]) []letter {
	l := &c.State
	if l.Listing == nil {
		return nil
	}
	for _, about := range []func(*Lot, journal.Change[Lot], time.Time) []letter{(*Lot).aboutSale, (*Lot).aboutBidders, (*Lot).aboutListing, (*Lot).aboutChance, (*Lot).aboutProposal} {
		if all := about(l, c, c.Record.At); len(all) > 0 {
			return all
		}
	}
	return nil
}

// aboutSale words how a lot ends, and what becomes of its copies.
func (l *Lot) aboutSale(c journal.Change[Lot], at time.Time) []letter {
	title := l.Listing.Title
	switch f := c.Fact.(type) {
	case events.EndingAnnounced:
		return l.toBidders("", "ending", at, nil, "%s ends soon, at %s.", title, f.EndsAt.Format("15:04:05 MST"))
	case events.LotClosed:
		if f.Sold {
			return l.sold(f.Winner, at, l.money(f.Price))
		}
		all := l.toBidders("", "unsold", at, nil, "%s ended without a sale. %s", title, f.Reason)
		return append(all, l.letter("", at, "unsold", nil, "%s ended without a sale. %s", title, f.Reason))
	case events.LotBought:
		return l.sold(f.Buyer, at, l.money(f.Price))
	case events.CopySold:
		price := l.money(f.Price)
		return []letter{l.letter("", at, "sold", &price, "A copy of %s was sold for %s.", title, price)}
	case events.CopyReturned:
		return []letter{l.letter("", at, "unsold", nil, "A sale of %s came to nothing. %s", title, f.Reason)}
	}
	return nil
}

// aboutBidders words bids that count no more. Who leads now is told with the bids.
func (l *Lot) aboutBidders(c journal.Change[Lot], at time.Time) []letter {
	title := l.Listing.Title
	switch f := c.Fact.(type) {
	case events.BidsRetracted:
		price := l.money(f.Price)
		all := l.signals(f, &c.Before, at)
		return append(all, l.letter("", at, "retracted", &price, "A bidder took bids on %s back: it stands at %s.", title, price))
	case events.BidderCancelled:
		return []letter{l.letter(f.Bidder, at, "cancelled", nil, "The seller of %s voided your bids on it and takes no more of them. %s", title, f.Reason)}
	}
	return nil
}

// aboutListing words what becomes of the listing, for those who bid on it.
func (l *Lot) aboutListing(c journal.Change[Lot], at time.Time) []letter {
	title := l.Listing.Title
	switch f := c.Fact.(type) {
	case events.ListingChanged:
		if added := f.Listing.Additions; len(added) > len(c.Before.Listing.Additions) {
			return l.added(at, added[len(added)-1].Text)
		}
	case events.TextAdded:
		return l.added(at, f.Text)
	case events.ReserveLowered:
		words := "The seller lowered the reserve of %s. It is not met yet."
		if l.ReserveMet() {
			words = "The seller lowered the reserve of %s. It is met: as it stands, the highest bid gets it."
		}
		return l.toBidders("", "reserve", at, nil, words, title)
	case events.ListingPaused:
		return l.toBidders("", "paused", at, nil, "%s is paused: %s Until the same file is back you may take your bids back, free.", title, f.Reason)
	case events.ListingHeld:
		return l.toBidders("", "paused", at, nil, "%s is paused until a moderator has looked at it.", title)
	case events.ListingResumed:
		if l.Result == "" { // else it is shown again, but over
			return l.toBidders("", "resumed", at, nil, "%s goes on.", title)
		}
	case events.ListingRefused:
		return l.takenDown(c.Before, at, f.Verdict.Reason)
	}
	return nil
}

// added tells the bidders what else the description says now.
func (l *Lot) added(at time.Time, text string) []letter {
	return l.toBidders("", "added", at, nil, "The seller added to the description of %s: %.500s", l.Listing.Title, strings.TrimSpace(text))
}

// aboutChance words what happens when a winner does not pay, and of second chances.
func (l *Lot) aboutChance(c journal.Change[Lot], at time.Time) []letter {
	title := l.Listing.Title
	switch f := c.Fact.(type) {
	case events.WinnerUnpaid:
		did, who := "You won %s and did not pay in time. That counts on your record.", "The winner of %s did not pay. %s"
		if !l.IsAuction() {
			did, who = "You agreed to buy %s and did not pay in time. That counts on your record.", "The buyer of %s, with whom you agreed on a price, did not pay. %s"
		}
		return []letter{l.letter(f.Winner, at, "strike", nil, did, title), l.letter("", at, "unpaid", nil, who, title, f.Reason)}
	case events.ChanceOffered:
		price, until := l.money(f.Price), f.Until.Format("2 January 2006, 15:04 MST")
		return []letter{
			l.letter(f.Bidder, at, "second_chance", &price, "%s can be yours after all for %s, what you last bid yourself. You have until %s to say so, and are free to decline.", title, price, until),
			l.letter("", at, "second_chance", nil, "%s was offered to the next bidder. The answer comes by %s.", title, until),
		}
	case events.ChanceTaken:
		price := l.money(f.Price)
		won := l.letter(f.Bidder, at, "won", &price, "You took the second chance: %s is yours for %s.", title, price)
		won.Notice.Order = f.Order
		return []letter{won, l.letter("", at, "sold", &price, "%s was sold for %s to the next bidder.", title, price)}
	case events.ChancePassed:
		return []letter{l.letter("", at, "unsold", nil, "The next bidder did not take the second chance on %s.", title)}
	}
	return nil
}

// sold tells winner, losers and seller.
func (l *Lot) sold(winner events.UserID, at time.Time, price events.Money) []letter {
	title := l.Listing.Title
	won := l.letter(winner, at, "won", &price, "You won %s for %s.", title, price)
	won.Notice.Order = l.Sales[len(l.Sales)-1].Order
	all := append([]letter{won}, l.toBidders(winner, "lost", at, &price, "%s was sold for %s to somebody else.", title, price)...)
	return append(all, l.letter("", at, "sold", &price, "%s was sold for %s.", title, price))
}

// takenDown tells the bidders, whose bids are void, or once it is over the buyers, and the seller.
func (l *Lot) takenDown(before Lot, at time.Time, reason string) []letter {
	title := l.Listing.Title
	var all []letter
	if before.Result == "" {
		all = before.toBidders("", "taken_down", at, nil, "%s was taken down. Your bids on it are void.", title)
	}
	for _, sale := range before.Sales {
		gone := l.letter(sale.Buyer, at, "taken_down", nil, "%s was taken down.", title)
		gone.Notice.Order = sale.Order
		all = append(all, gone)
	}
	return append(all, l.letter("", at, "taken_down", nil, "%s was taken down. %s", title, reason))
}

func (l *Lot) money(amount int64) events.Money {
	return events.Money{Amount: amount, Currency: l.Listing.Terms.Currency}
}
