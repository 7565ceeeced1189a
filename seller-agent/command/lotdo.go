package command

import (
	"lightshare/events"
)

type lotShow struct{ lotPlace }

// Run shows how the lot stands.
func (c lotShow) Run(t terminal) error {
	return c.visit(t, func(v *visit) (events.Standing, string, error) {
		s, err := v.do(events.AskStanding{})
		return s, "", err
	})
}

type lotCancel struct {
	lotPlace
	Bidder  string `arg:"" help:"As the lot's page shows him, like 'k***3' or k3."`
	Reason  string `required:"" help:"What the bidder is told."`
	StoodAt string `placeholder:"AMOUNT" help:"What one of his bids led to, if two bidders are shown under the same name."`
	Yes     bool   `help:"Do it without asking."`
}

// Run voids the bidder's bids.
func (c lotCancel) Run(t terminal) error {
	return c.visit(t, func(v *visit) (s events.Standing, done string, err error) {
		cancel := events.CancelBidder{Name: c.Bidder, Reason: c.Reason}
		if c.StoodAt != "" {
			if cancel.Stood, err = v.amount("--stood-at", c.StoodAt); err != nil {
				return s, "", err
			}
		}
		if err := v.consent(c.Yes, "This voids all bids of "+c.Bidder+" and shuts him out of the lot."); err != nil {
			return s, "", err
		}
		s, err = v.do(cancel)
		return s, "The bids of " + c.Bidder + " are void, and no more are taken from him.", err
	})
}

type lotEnd struct {
	lotPlace
	Sell bool `help:"To the leader, at the price it stands at. The only way once a bid stands and 12 hours or less are left."`
	Yes  bool `help:"Do it without asking."`
}

// Run ends the auction.
func (c lotEnd) Run(t terminal) error {
	return c.visit(t, func(v *visit) (s events.Standing, done string, err error) {
		what, done := "This ends the auction now, without a sale.", "The auction has ended without a sale."
		if c.Sell {
			what, done = "This ends the auction now and sells to the leader.", "The auction has ended; it is sold to the leader."
		}
		if err := v.consent(c.Yes, what); err != nil {
			return s, "", err
		}
		s, err = v.do(events.EndEarly{Sell: c.Sell})
		return s, done, err
	})
}

type lotReserve struct {
	lotPlace
	Amount string `arg:"" help:"The new reserve, or: none."`
}

// Run lowers the reserve.
func (c lotReserve) Run(t terminal) error {
	return c.visit(t, func(v *visit) (s events.Standing, done string, err error) {
		var lower events.LowerReserve
		if c.Amount != "none" {
			if lower.Reserve, err = v.amount("AMOUNT", c.Amount); err != nil {
				return s, "", err
			}
		}
		s, err = v.do(lower)
		return s, "The reserve is lower now. Change it in the file's listing.yaml as well, if it says one.", err
	})
}

type lotAdd struct {
	lotPlace
	Text string `arg:"" help:"What is to stand below the description, in quotes."`
}

// Run adds to the description.
func (c lotAdd) Run(t terminal) error {
	return c.visit(t, func(v *visit) (events.Standing, string, error) {
		s, err := v.do(events.AddText{Text: c.Text})
		return s, "It stands below the description now, dated.", err
	})
}

type lotOffer struct{ lotPlace }

// Run offers a second chance.
func (c lotOffer) Run(t terminal) error {
	return c.visit(t, func(v *visit) (events.Standing, string, error) {
		s, err := v.do(events.OfferChance{})
		return s, "It was offered to the next bidder.", err
	})
}
