package command

import (
	"encoding/json"
	"fmt"

	"lightshare/seller-agent/agent"
)

type pairCommand struct {
	place
	Code string `arg:"" help:"As the account page of the market shows it."`
}

// Run says whose account this computer sells for.
func (c pairCommand) Run(t terminal) error {
	if err := c.fill(); err != nil {
		return err
	}
	paired, err := agent.Pair(t.ctx, c.State, c.Market, c.Code)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(t.stdout).Encode(paired)
	}
	fmt.Fprintf(t.stdout, "Seller %s is paired with the account of %s.\n", paired.Seller, paired.Account)
	return nil
}
