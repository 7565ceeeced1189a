package auction

import (
	"fmt"
	"slices"
	"time"

	"lightshare/events"
)

const (
	proposalLasts = 48 * time.Hour // for it to be answered
	maxTries      = 3              // of one buyer on one lot
	maxProposals  = 50             // that wait on one lot
	maxAgreed     = 20             // that are still shown, the newest
)

// A Talk is what was said between the seller and one buyer about the price of a copy.
type Talk struct {
	events.Proposal
	Waits bool // for an answer
}

// talk returns where the talk with the buyer stands.
func (l *Lot) talk(who events.UserID) Talk {
	for _, t := range l.Talks {
		if t.Buyer == who {
			return t
		}
	}
	return Talk{Proposal: events.Proposal{Buyer: who}}
}

// proposals returns the proposals that wait for an answer.
func (l *Lot) proposals() []events.Proposal {
	var waiting []events.Proposal
	for _, t := range l.Talks {
		if t.Waits {
			waiting = append(waiting, t.Proposal)
		}
	}
	return waiting
}

// shownProposals returns what the pages of buyers need: the proposals that wait, and the newest that led to a sale.
func (l *Lot) shownProposals() []events.Proposal {
	all := l.proposals()
	for i, agreed := len(l.Talks)-1, 0; i >= 0 && agreed < maxAgreed; i-- {
		if t := l.Talks[i]; !t.Waits && t.Order != "" && l.hasSold(t.Order) {
			all = append(all, t.Proposal)
			agreed++
		}
	}
	return all
}

// propose takes what a buyer offers for a copy.
func (l *Lot) propose(c events.MakeProposal, now time.Time) (events.Fact, error) {
	t := l.talk(c.Buyer)
	switch terms := l.Listing.Terms; {
	case c.Buyer == "":
		return nil, fmt.Errorf("buyer: %w", events.Malformed)
	case l.IsAuction() || l.Status != events.OfferListed || !terms.Proposals:
		return nil, events.NotForSale
	case l.IsSoldOut():
		return nil, events.SoldOut
	case string(c.Buyer) == string(l.Listing.Seller), c.Sells == l.Listing.Seller:
		return nil, events.OwnLot
	case c.Price <= 0 || c.Price >= terms.Price:
		return nil, events.NotLess
	case t.Waits && !t.BySeller:
		return nil, events.Waiting
	case t.Tries >= maxTries:
		return nil, events.NoMoreTries
	case !t.Waits && len(l.proposals()) >= maxProposals:
		return nil, events.RateLimited
	}
	return events.ProposalMade{Buyer: c.Buyer, Price: c.Price, Until: now.Add(proposalLasts)}, nil
}

// answerProposal takes the seller's answer to a buyer's proposal, or a buyer's to the seller's. The first yes has the
// copy. An answer at exactly the end is late, and one to a price that does not stand any more is void.
func (l *Lot) answerProposal(c events.AnswerProposal, now time.Time) (events.Fact, error) {
	bySeller := c.Seller != ""
	if bySeller && c.Seller != l.Listing.Seller {
		return nil, events.NotSeller
	}
	buyer, err := l.buyerNamed(c)
	if err != nil {
		return nil, err
	}
	t := l.talk(buyer)
	switch {
	case !t.Waits || t.BySeller == bySeller || !now.Before(t.Until):
		return nil, events.NoProposal
	case c.Answer == events.ProposalDecline:
		return events.ProposalPassed{Buyer: buyer, Declined: true, BySeller: bySeller}, nil
	case l.Status != events.OfferListed:
		return nil, events.NotForSale
	case l.IsSoldOut():
		return nil, events.SoldOut
	}
	switch c.Answer {
	case events.ProposalAccept:
		if c.Price != 0 && c.Price != t.Price {
			return nil, events.NoProposal
		}
		return events.ProposalAccepted{Buyer: buyer, Price: t.Price, Order: events.ChanceOrder(l.ID(), l.Version+1), BySeller: bySeller}, nil
	case events.ProposalCounter:
		if !bySeller || c.Price <= t.Price || c.Price >= l.Listing.Terms.Price {
			return nil, events.NotBetween
		}
		return events.ProposalCountered{Buyer: buyer, Price: c.Price, Until: now.Add(proposalLasts)}, nil
	}
	return nil, fmt.Errorf("answer %q: %w", c.Answer, events.Malformed)
}

// buyerNamed returns whose proposal the command means.
func (l *Lot) buyerNamed(c events.AnswerProposal) (events.UserID, error) {
	if c.Name == "" {
		return c.Buyer, nil
	}
	var found events.UserID
	for _, p := range l.proposals() {
		if !p.Buyer.IsCalled(c.Name) || p.BySeller {
			continue
		}
		if found != "" {
			return "", events.Ambiguous
		}
		found = p.Buyer
	}
	if found == "" {
		return "", events.NoProposal
	}
	return found, nil
}

// expireProposal ends the first proposal whose time has passed.
func (l *Lot) expireProposal(now time.Time) (events.Fact, error) {
	for _, p := range l.proposals() {
		if !now.Before(p.Until) {
			return events.ProposalPassed{Buyer: p.Buyer, BySeller: !p.BySeller}, nil
		}
	}
	return nil, events.NoProposal
}

// applyProposal applies a fact about proposals, and reports whether f is one.
func (l *Lot) applyProposal(f events.Fact) bool {
	switch f := f.(type) {
	case events.ProposalMade:
		t := l.talk(f.Buyer)
		l.say(Talk{events.Proposal{Buyer: f.Buyer, Price: f.Price, Until: f.Until, Tries: t.Tries + 1}, true})
	case events.ProposalCountered:
		t := l.talk(f.Buyer)
		t.Price, t.Until, t.BySeller = f.Price, f.Until, true
		l.say(t)
	case events.ProposalAccepted:
		t := l.talk(f.Buyer)
		t.Waits, t.Tries, t.Order = false, 0, f.Order // whoever has bought may come again
		l.say(t)
		l.Sales = append(l.Sales, Sale{Order: f.Order, Buyer: f.Buyer, Price: f.Price, Agreed: true})
	case events.ProposalPassed:
		t := l.talk(f.Buyer)
		t.Waits = false
		l.say(t)
	default:
		return false
	}
	return true
}

// say replaces the talk with a buyer.
func (l *Lot) say(t Talk) {
	others := slices.DeleteFunc(slices.Clone(l.Talks), func(o Talk) bool { return o.Buyer == t.Buyer })
	l.Talks = append(others, t)
}

// proposalEnds returns when the first proposal that waits ends; zero without any.
func (l *Lot) proposalEnds() time.Time {
	var first time.Time
	for _, p := range l.proposals() {
		if first.IsZero() || p.Until.Before(first) {
			first = p.Until
		}
	}
	return first
}
