package storefront

import (
	"strings"
	"time"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view/words"
)

// A lotView is a lot's page as everybody sees it, worded.
type lotView struct {
	cardView
	Version     uint64
	State       lotState
	Reason      string // why it is not simply on offer
	IsAuction   bool
	Paragraphs  []string
	Tags        []string
	Acts        []actLine
	Root        string
	Next        events.Money // least bid of somebody who does not lead
	CanBid      bool
	CanBuy      bool
	BuyPrice    events.Money // what buying costs now
	Least       events.Money // from which on buyers name their own price; zero where they do not
	HasCodes    bool         // of discounts
	TakesOffers bool
	Reserve     string // whether it is met; empty without one
	ReserveMet  bool
	Extended    bool
	SoftClose   string // the rule, in a sentence
	Edition     string
	SellerWords string // what the seller's presence means for a buyer
	Sign        string // of the currency, before a field
}

func lotViewOf(in words.Language, l *catalogue.Lot, now time.Time) lotView {
	s := l.Standing
	v := lotView{
		cardView: cardOf(in, l, now), Version: max(l.Version, s.Version), State: stateOf(l, now), Reason: in.Heard(l.Reason),
		IsAuction: l.IsAuction(), Paragraphs: paragraphs(l.Description), Tags: l.Tags, Acts: actLines(in, l.Acts), Root: l.Root,
		Next: l.Money(s.Next), Extended: s.Extended, Edition: editionWords(in, l), SellerWords: sellerWords(in, l.Presence),
		Sign: signOf(l.Terms.Currency),
	}
	open := v.State == stateOpen
	v.CanBid = open && v.IsAuction
	v.CanBuy = open && (!v.IsAuction || s.BuyNow > 0)
	if v.BuyPrice = l.Money(l.Terms.Price); v.IsAuction {
		v.BuyPrice = l.Money(s.BuyNow)
	}
	v.Least, v.HasCodes, v.TakesOffers = l.Money(l.Terms.Least), len(l.Terms.Codes) > 0, l.Terms.Proposals
	if s.ReserveMet != nil {
		v.ReserveMet = *s.ReserveMet
		v.Reserve = in.Say("Reserve not met yet")
		if v.ReserveMet {
			v.Reserve = in.Say("Reserve met")
		}
	}
	if v.IsAuction && s.SoftClose > 0 {
		v.SoftClose = softCloseWords(in, time.Duration(s.SoftClose)*time.Millisecond, s.LatestEnd)
	}
	return v
}

func softCloseWords(in words.Language, soft time.Duration, latest time.Time) string {
	rule := in.Say("A bid in the last %s that changes the price moves the end to %[1]s after that bid.", lasting(in, soft))
	if !latest.IsZero() {
		rule += " " + in.Say("It never ends later than %s.", in.Moment(latest))
	}
	return rule
}

func lasting(in words.Language, d time.Duration) string {
	if d%time.Minute == 0 {
		return in.Say("%d minutes", int(d/time.Minute))
	}
	return in.Say("%d seconds", int(d/time.Second))
}

func editionWords(in words.Language, l *catalogue.Lot) string {
	switch l.Standing.Edition {
	case events.OpenEdition:
		return in.Say("Open: any number of copies may be sold")
	case 1:
		return in.Say("1: no other copy will ever be sold here")
	}
	return in.Say("%d copies, %d sold so far", l.Standing.Edition, l.Standing.Copies)
}

func sellerWords(in words.Language, p events.Presence) string {
	if p.Online {
		return in.Say("The seller’s computer is connected: delivery can start at once.")
	}
	return in.Say("The seller’s computer is not connected. You can bid and buy; delivery starts when it is back, and nobody is charged before.")
}

// paragraphs splits a description at its blank lines.
func paragraphs(text string) []string {
	var found []string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			found = append(found, p)
		}
	}
	return found
}

func signOf(c events.Currency) string {
	return strings.TrimRight(events.Money{Amount: 0, Currency: c}.String(), "0.")
}

// A bidLine is one line of a lot's public history.
type bidLine struct {
	Who   string
	Price events.Money
	At    time.Time
}

func bidLines(bids []events.Bid, currency events.Currency) []bidLine {
	lines := make([]bidLine, len(bids))
	for i, b := range bids {
		lines[i] = bidLine{Who: b.Bidder.Masked(), Price: events.Money{Amount: b.Price, Currency: currency}, At: b.At}
	}
	return lines
}
