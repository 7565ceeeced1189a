package auction

import (
	"fmt"
	"slices"
	"time"

	"lightshare/events"
)

// Rules decide about lots. They implement [journal.Rules] and [journal.Keeper] for [Lot].
type Rules struct{}

// Decide answers c with the fact that follows or with a refusal. Every refusal is one of package events.
func (Rules) Decide(l Lot, c events.Command, now time.Time) (events.Fact, error) {
	if offer, ok := c.(events.OfferListing); ok {
		return l.offer(offer, now)
	}
	if l.Listing == nil {
		return nil, events.NoSuchLot
	}
	switch c := c.(type) {
	case events.PlaceBid:
		return l.placeBid(c, now)
	case events.Buy:
		return l.buy(c, now)
	case events.ReturnCopy:
		return l.takeBack(c)
	case events.RetractBid:
		return l.retract(c, now)
	case events.CancelBidder:
		return l.cancel(c, now)
	case events.CloseLot:
		return l.close(now)
	case events.EndEarly:
		return l.endEarly(c, now)
	case events.AnnounceEnding:
		return l.announce(now)
	case events.RecordUnpaid:
		return l.unpaid(c)
	case events.LowerReserve:
		return l.lowerReserve(c, now)
	case events.AddText:
		return l.addText(c)
	case events.OfferChance:
		return l.offerChance(c, now)
	case events.AnswerChance:
		return l.answerChance(c, now)
	case events.MakeProposal:
		return l.propose(c, now)
	case events.AnswerProposal:
		return l.answerProposal(c, now)
	case events.ExpireProposal:
		return l.expireProposal(now)
	case events.AskCode:
		return nil, l.checkCode(c.Code, c.Buyer, now)
	case events.ExpireChance:
		return l.expireChance(now)
	case events.RuleListing:
		return l.rule(c, now)
	case events.WithdrawListing:
		return l.withdraw(c)
	case events.AskStanding:
		return nil, nil
	}
	return nil, fmt.Errorf("command %s to a lot: %w", c.CommandKind(), events.Malformed)
}

// Apply returns the lot after f.
func (Rules) Apply(l Lot, f events.Fact, at time.Time, seq uint64) Lot {
	l.Version, l.At, l.Outbid = seq, at, ""
	if placed, ok := f.(events.BidPlaced); ok {
		l.Outbid = placed.Outbid
		l.place(placed)
		l.Maxima = append(l.Maxima, Maximum{placed.Max, l.Reserve})
		l.Bids = append(l.Bids, events.Bid{Seq: seq, At: at, Bidder: placed.Bidder, Price: placed.Price, EndsAt: placed.EndsAt})
		return l
	}
	if _, ok := f.(events.EndingAnnounced); ok {
		l.Announced = true
		return l
	}
	state, ending, acts := l.OfferState(), l.Ending, l.Acts
	switch {
	case l.applyRetraction(f, at):
		l.Voided = seq
	case l.applyListing(f, at):
		l.Shown, l.ShownAt = seq, at
	case l.applyCounter(f, at), l.applyProposal(f), l.applySale(f, at):
	}
	if l.OfferState() != state || l.Ending != ending || !slices.Equal(l.Acts, acts) {
		l.Shown, l.ShownAt = seq, at
	}
	return l
}

// Deadline says when the lot must be closed, or its bidders told that it will be.
func (Rules) Deadline(l Lot) (time.Time, events.Command) {
	return l.deadline()
}

// Version is that of the states: see [journal.Keeper].
func (Rules) Version() int { return 3 }

// IsOver reports whether the lot is sold, unsold or withdrawn and nothing about it has a time.
func (Rules) IsOver(l Lot) bool {
	if at, _ := l.deadline(); l.Listing == nil || !at.IsZero() {
		return false
	}
	switch l.State() {
	case events.Sold, events.Unsold, events.Withdrawn:
		return true
	}
	return false
}

// View returns the lot's [events.Standing], or nil while nothing is known of it.
func (Rules) View(l Lot) any {
	if l.Listing == nil {
		return nil
	}
	return l.Standing()
}
