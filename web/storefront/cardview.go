package storefront

import (
	"time"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

// A cardView is a lot among others.
type cardView struct {
	ID        events.LotID
	Title     string
	Seed      string // of the cover
	FileName  string
	Type      string
	Seller    string
	Presence  events.Presence
	Label     string // what Price is
	Price     events.Money
	Side      string // beside the price: bids, copies
	EndsAt    time.Time
	Now       time.Time
	Size      string
	State     string
	Mine      string // how the visitor stands, empty if not at all
	MineTone  view.Tone
	MineOrder events.OrderID
}

func cardOf(in words.Language, l *catalogue.Lot, now time.Time) cardView {
	c := cardView{
		ID: l.ID(), Title: l.Title, Seed: l.Root, FileName: l.FileName, Type: l.Type, Seller: l.SellerName,
		Presence: l.Presence, Now: now, Size: in.Size(l.Size), State: string(stateOf(l, now)),
	}
	c.Label, c.Price = priceOf(in, l)
	if l.IsAuction() {
		c.Side, c.EndsAt = in.Say("%d bids", l.Standing.Bids), l.Standing.EndsAt
	} else {
		c.Side = editionOf(in, l)
	}
	return c
}

// priceOf returns what stands on the price tag, and the words above it.
func priceOf(in words.Language, l *catalogue.Lot) (string, events.Money) {
	s := l.Standing
	switch {
	case !l.IsAuction() && l.Terms.Least > 0:
		return in.Say("Name your price, from"), l.Money(l.Terms.Least)
	case !l.IsAuction():
		return in.Say("Price"), l.Money(l.Terms.Price)
	case s.State == events.Sold:
		return in.Say("Sold for"), l.Money(s.Price)
	case s.Bids == 0:
		return in.Say("Starts at"), l.Money(l.Terms.Start)
	case s.State == events.Unsold:
		return in.Say("Ended at"), l.Money(s.Price)
	default:
		return in.Say("Current bid"), l.Money(s.Price)
	}
}

func editionOf(in words.Language, l *catalogue.Lot) string {
	switch left := l.Standing.Edition - l.Standing.Copies; {
	case l.Standing.Edition == events.OpenEdition && l.Standing.Copies == 0:
		return in.Say("Open edition")
	case l.Standing.Edition == events.OpenEdition:
		return in.Say("%d copies sold", l.Standing.Copies)
	case left <= 0:
		return in.Say("Sold out")
	default:
		return in.Say("%d of %d left", left, l.Standing.Edition)
	}
}
