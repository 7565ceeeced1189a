package auction

import (
	"fmt"
	"strings"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
)

// A letter is a notice on its way to one person: a bidder, or the seller when To is empty.
type letter struct {
	To     events.UserID
	Notice events.Notice
}

// news is what the people around one lot have not been told yet.
type news struct {
	lot      *Lot
	outbid   map[events.UserID]struct{} // led, and did not at the end of a bid
	led      bool                       // somebody else leads now
	extended bool                       // for the first time
	changes  []journal.Change[Lot]      // everything but bids
}

// add merges a fact. l is its state.
func (n *news) add(c journal.Change[Lot], l *Lot) {
	n.lot = l
	placed, ok := c.Fact.(events.BidPlaced)
	if !ok {
		n.changes = append(n.changes, c)
		n.led = n.led || voidsBids(c.Fact) && c.State.Leader != c.Before.Leader && c.State.Leader != ""
		return
	}
	n.led = n.led || placed.Leader != c.Before.Leader
	n.extended = n.extended || l.Ends.After(l.FirstEnd) && !c.Before.Ends.After(c.Before.FirstEnd)
	if placed.Outbid != "" {
		if n.outbid == nil {
			n.outbid = make(map[events.UserID]struct{})
		}
		n.outbid[placed.Outbid] = struct{}{}
	}
}

func voidsBids(f events.Fact) bool {
	switch f.(type) {
	case events.BidsRetracted, events.BidderCancelled:
		return true
	}
	return false
}

// letters words the news.
func (n *news) letters() []letter {
	var all []letter
	if len(n.lot.Bids) > 0 && n.lot.Result == "" {
		all = n.aboutBids()
	}
	for _, c := range n.changes {
		all = append(all, lettersAbout(c)...)
	}
	return all
}

func (n *news) aboutBids() []letter {
	var all []letter
	l := n.lot
	stands := events.Money{Amount: l.Price, Currency: l.Listing.Terms.Currency}
	for who := range n.outbid {
		if who != l.Leader {
			all = append(all, l.letter(who, l.At, "outbid", &stands, "You were outbid on %s: it stands at %s.", l.Listing.Title, stands))
		}
	}
	if n.led {
		all = append(all, l.letter(l.Leader, l.At, "leading", &stands, "You lead on %s: it stands at %s.", l.Listing.Title, stands))
	}
	if n.extended {
		end := l.Ends.Format("15:04:05 MST")
		all = append(all, l.toBidders("", "extended", l.At, nil, "A late bid extended %s: it now ends at %s.", l.Listing.Title, end)...)
	}
	return all
}

// lettersAbout words a fact that is no bid.
func lettersAbout(c journal.Change[Lot]) []letter {
	l, at := &c.State, c.Record.At
	if l.Listing == nil {
		return nil
	}
	title := l.Listing.Title
	price := events.Money{Currency: l.Listing.Terms.Currency}
	switch f := c.Fact.(type) {
	case events.LotClosed:
		price.Amount = f.Price
		if f.Sold {
			return l.sold(f.Winner, at, price)
		}
		all := l.toBidders("", "unsold", at, nil, "%s ended without a sale. %s", title, f.Reason)
		return append(all, l.letter("", at, "unsold", nil, "%s ended without a sale. %s", title, f.Reason))
	case events.EndingAnnounced:
		return l.toBidders("", "ending", at, nil, "%s ends soon, at %s.", title, f.EndsAt.Format("15:04:05 MST"))
	case events.LotBought:
		price.Amount = f.Price
		return l.sold(f.Buyer, at, price)
	case events.CopySold:
		price.Amount = f.Price
		return []letter{l.letter("", at, "sold", &price, "A copy of %s was sold for %s.", title, price)}
	case events.CopyReturned:
		return []letter{l.letter("", at, "unsold", nil, "A sale of %s came to nothing. %s", title, f.Reason)}
	case events.WinnerUnpaid, events.ChanceOffered, events.ChanceTaken, events.ChancePassed:
		return l.aboutChance(c, at)
	case events.BidsRetracted:
		price.Amount = f.Price
		return []letter{l.letter("", at, "retracted", &price, "A bidder retracted on %s: it stands at %s.", title, price)}
	case events.BidderCancelled:
		return []letter{l.letter(f.Bidder, at, "cancelled", nil, "The seller of %s voided your bids on it and takes no more of them. %s", title, f.Reason)}
	case events.ListingChanged:
		if added := f.Listing.Additions; len(added) > len(c.Before.Listing.Additions) {
			text := strings.TrimSpace(added[len(added)-1].Text)
			return l.toBidders("", "added", at, nil, "The seller added to the description of %s: %.500s", title, text)
		}
	case events.ListingPaused:
		return l.toBidders("", "paused", at, nil, "%s is paused: %s", title, f.Reason)
	case events.ListingHeld:
		return l.toBidders("", "paused", at, nil, "%s is paused until a moderator has looked at it.", title)
	case events.ListingResumed:
		if l.Result != "" {
			return nil // shown again, but over
		}
		return l.toBidders("", "resumed", at, nil, "%s goes on.", title)
	case events.ListingRefused:
		return l.takenDown(c.Before, at, f.Verdict.Reason)
	}
	return nil
}

// aboutChance words what happens when a winner does not pay, and of second chances.
func (l *Lot) aboutChance(c journal.Change[Lot], at time.Time) []letter {
	title := l.Listing.Title
	money := func(amount int64) *events.Money {
		return &events.Money{Amount: amount, Currency: l.Listing.Terms.Currency}
	}
	switch f := c.Fact.(type) {
	case events.WinnerUnpaid:
		return []letter{
			l.letter(f.Winner, at, "strike", nil, "You won %s and did not pay in time. That counts on your record.", title),
			l.letter("", at, "unpaid", nil, "The winner of %s did not pay. %s", title, f.Reason),
		}
	case events.ChanceOffered:
		price, until := money(f.Price), f.Until.Format("2 January 2006, 15:04 MST")
		return []letter{
			l.letter(f.Bidder, at, "second_chance", price, "%s can be yours after all for %s, what you last bid yourself. You have until %s to say so, and are free to decline.", title, price, until),
			l.letter("", at, "second_chance", nil, "%s was offered to the next bidder. The answer comes by %s.", title, until),
		}
	case events.ChanceTaken:
		price := money(f.Price)
		won := l.letter(f.Bidder, at, "won", price, "You took the second chance: %s is yours for %s.", title, price)
		won.Notice.Order = f.Order
		return []letter{won, l.letter("", at, "sold", price, "%s was sold for %s to the next bidder.", title, price)}
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

// toBidders writes to everybody who bid, except one.
func (l *Lot) toBidders(except events.UserID, kind string, at time.Time, m *events.Money, text string, args ...any) []letter {
	var all []letter
	told := map[events.UserID]bool{except: true}
	for _, bid := range l.Bids {
		if !told[bid.Bidder] {
			told[bid.Bidder] = true
			all = append(all, l.letter(bid.Bidder, at, kind, m, text, args...))
		}
	}
	return all
}

func (l *Lot) letter(to events.UserID, at time.Time, kind string, m *events.Money, text string, args ...any) letter {
	return letter{to, events.Notice{
		Kind: kind, Lot: l.ID(), Title: l.Listing.Title, Text: fmt.Sprintf(text, args...), Money: m, At: at, Version: l.Version,
	}}
}
