package storefront

import (
	"time"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

// A lotState is how a lot stands, as its page tells it.
type lotState string

const (
	stateOpen      lotState = "open"
	stateClosing   lotState = "closing" // its end has come, the house is about to say how it ended
	statePaused    lotState = "paused"
	stateHeld      lotState = "held"
	stateTakenDown lotState = "refused" // taken down, by a ruling
	stateWithdrawn lotState = "withdrawn"
	stateSold      lotState = "sold"
	stateSoldOut   lotState = "sold_out"
	stateUnsold    lotState = "unsold"
)

func stateOf(l *catalogue.Lot, now time.Time) lotState {
	switch l.State {
	case events.OfferHeld:
		return stateHeld
	case events.OfferRefused:
		return stateTakenDown
	case events.OfferWithdrawn:
		return stateWithdrawn
	}
	switch s := l.Standing; {
	case s.State == events.Withdrawn:
		return stateWithdrawn
	case s.State == events.Sold && l.IsAuction():
		return stateSold
	case s.State == events.Sold:
		return stateSoldOut
	case s.State == events.Unsold:
		return stateUnsold
	case s.State == events.Paused || l.State == events.OfferPaused:
		return statePaused
	case l.IsAuction() && !s.EndsAt.IsZero() && !now.Before(s.EndsAt):
		return stateClosing
	}
	return stateOpen
}

// stateWords says each state that keeps a visitor from buying: what it means and what comes next.
var stateWords = map[lotState]struct {
	tone          view.Tone
	heading, next string
}{
	stateClosing:   {view.Plain, words.Key("The time is up"), words.Key("The result is being worked out; it shows here in a moment.")},
	statePaused:    {view.Warn, words.Key("Paused"), words.Key("The file on the seller’s disk is not the one that was offered. Nobody can bid until the same file is back; if it never comes back, nobody pays.")},
	stateHeld:      {view.Warn, words.Key("Being reviewed"), words.Key("A moderator looks at this listing before it can be offered. Come back later: this page changes by itself.")},
	stateTakenDown: {view.Bad, words.Key("Taken down"), words.Key("This listing may not be offered here. Bids on it are void, and nobody is charged.")},
	stateWithdrawn: {view.Plain, words.Key("Withdrawn"), words.Key("The seller has taken this off the market. Nobody is charged.")},
	stateSold:      {view.Plain, words.Key("Sold"), words.Key("This auction is over. The highest bidder has won.")},
	stateSoldOut:   {view.Plain, words.Key("Sold out"), words.Key("Every copy of this edition has found its buyer. If a purchase comes to nothing, a copy shows up here again.")},
	stateUnsold:    {view.Plain, words.Key("Not sold"), words.Key("The auction ended without a sale. The seller may offer it again.")},
}
