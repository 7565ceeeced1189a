package command

import (
	"lightshare/events"
)

// An offerPlace is a lot and a buyer who made an offer for it.
type offerPlace struct {
	lotPlace
	Buyer string `arg:"" help:"As 'lot show' names him, like 'k***3' or k3."`
}

// answer sends an answer to the buyer's offer.
func (c offerPlace) answer(v *visit, a events.ProposalAnswer, price int64, done string) (events.Standing, string, error) {
	s, err := v.do(events.AnswerProposal{Name: c.Buyer, Answer: a, Price: price})
	return s, done, err
}

type lotAccept struct {
	offerPlace
	Price string `arg:"" help:"What he offers, so that nothing else is accepted."`
}

// Run accepts the offer.
func (c lotAccept) Run(t terminal) error {
	return c.visit(t, func(v *visit) (events.Standing, string, error) {
		price, err := v.amount("PRICE", c.Price)
		if err != nil {
			return events.Standing{}, "", err
		}
		return c.answer(v, events.ProposalAccept, price, "It is sold to "+c.Buyer+", who has 48 hours to pay.")
	})
}

type lotCounter struct {
	offerPlace
	Price string `arg:"" help:"What you would take: more than he offers, less than the price."`
}

// Run names another price.
func (c lotCounter) Run(t terminal) error {
	return c.visit(t, func(v *visit) (events.Standing, string, error) {
		price, err := v.amount("PRICE", c.Price)
		if err != nil {
			return events.Standing{}, "", err
		}
		return c.answer(v, events.ProposalCounter, price, c.Buyer+" has 48 hours to answer.")
	})
}

type lotDecline struct{ offerPlace }

// Run declines the offer.
func (c lotDecline) Run(t terminal) error {
	return c.visit(t, func(v *visit) (events.Standing, string, error) {
		return c.answer(v, events.ProposalDecline, 0, "The offer of "+c.Buyer+" is declined.")
	})
}
