package storefront

import (
	"fmt"
	"time"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view"
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

func cardOf(l *catalogue.Lot, now time.Time) cardView {
	c := cardView{
		ID: l.ID(), Title: l.Title, Seed: l.Root, FileName: l.FileName, Type: l.Type, Seller: l.SellerName,
		Presence: l.Presence, Now: now, Size: view.Size(l.Size), State: string(stateOf(l, now)),
	}
	c.Label, c.Price = priceOf(l)
	if l.IsAuction() {
		c.Side, c.EndsAt = counted(int64(l.Standing.Bids), "bid", "bids"), l.Standing.EndsAt
	} else {
		c.Side = editionOf(l)
	}
	return c
}

// priceOf returns what stands on the price tag, and the words above it.
func priceOf(l *catalogue.Lot) (string, events.Money) {
	s := l.Standing
	switch {
	case !l.IsAuction() && l.Terms.Least > 0:
		return "Name your price, from", l.Money(l.Terms.Least)
	case !l.IsAuction():
		return "Price", l.Money(l.Terms.Price)
	case s.State == events.Sold:
		return "Sold for", l.Money(s.Price)
	case s.Bids == 0:
		return "Starts at", l.Money(l.Terms.Start)
	case s.State == events.Unsold:
		return "Ended at", l.Money(s.Price)
	default:
		return "Current bid", l.Money(s.Price)
	}
}

func editionOf(l *catalogue.Lot) string {
	switch left := l.Standing.Edition - l.Standing.Copies; {
	case l.Standing.Edition == events.OpenEdition && l.Standing.Copies == 0:
		return "Open edition"
	case l.Standing.Edition == events.OpenEdition:
		return counted(l.Standing.Copies, "copy sold", "copies sold")
	case left <= 0:
		return "Sold out"
	default:
		return fmt.Sprintf("%d of %d left", left, l.Standing.Edition)
	}
}

func counted(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
