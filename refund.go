package main

import (
	"context"
	"fmt"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/web/checkout"
)

// refundCommand decides about a buyer's money in a moderator's place.
type refundCommand struct {
	busPlace
	Order   string `arg:"" help:"The order's id."`
	Amount  string `placeholder:"AMOUNT" help:"Only so much. Otherwise what the buyer asks for, or all that is left."`
	Reason  string `enum:"not_as_described,does_not_open,bought_twice,bought_in_error,withdrawal,goodwill,taken_down,other" default:"other" help:"Why: ${enum}."`
	Decline bool   `help:"Do not give back what the buyer asks for."`
}

// Run decides, and prints how the order stands then.
func (c refundCommand) Run(ctx context.Context) error {
	nc, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	sender := journal.NewSender(nc, events.CheckoutService)
	var v checkout.View
	if _, err := sender.Do(ctx, c.Order, "", events.AskOrder{}, &v); err != nil {
		return err
	}
	var decision events.Command = events.DeclineRefund{By: events.ByModerator}
	if !c.Decline {
		grant := events.GrantRefund{By: events.ByModerator, Reason: events.RefundReason(c.Reason)}
		if c.Amount != "" {
			if grant.Amount, err = events.ParseMoney(c.Amount, v.Price.Currency); err != nil {
				return err
			}
		}
		decision = grant
	}
	if _, err := sender.Do(ctx, c.Order, events.CommandID("moderator:"+events.NewID()), decision, &v); err != nil {
		return err
	}
	fmt.Printf("%s: %s. %s\n", v.Order, v.Headline, v.Text)
	return nil
}
