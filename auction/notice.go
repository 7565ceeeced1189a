package auction

import (
	"fmt"
	"slices"
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
	lot      Lot
	outbid   []events.UserID       // led, and did not at the end of a bid
	led      bool                  // somebody else leads now
	extended bool                  // for the first time
	changes  []journal.Change[Lot] // everything but bids
}

// add merges a fact.
func (n *news) add(c journal.Change[Lot]) {
	placed, ok := c.Fact.(events.BidPlaced)
	if !ok {
		n.changes = append(n.changes, c)
		n.led = n.led || voidsBids(c.Fact) && c.State.Leader != c.Before.Leader && c.State.Leader != ""
		return
	}
	n.led = n.led || placed.Leader != c.Before.Leader
	n.extended = n.extended || c.State.Ends.After(c.State.FirstEnd) && !c.Before.Ends.After(c.Before.FirstEnd)
	if placed.Outbid != "" {
		n.outbid = gather(n.outbid, placed.Outbid)
	}
}

// gather adds who. Those who are there twice go before the slice grows.
func gather(all []events.UserID, who events.UserID) []events.UserID {
	if len(all) == cap(all) {
		all = distinct(all)
		all = slices.Grow(all, len(all)+1)
	}
	return append(all, who)
}

func distinct(all []events.UserID) []events.UserID {
	slices.Sort(all)
	return slices.Compact(all)
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
	l := &n.lot
	stands := l.money(l.Price)
	for _, who := range distinct(n.outbid) {
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
