package command

import (
	"fmt"

	"lightshare/events"
)

type lotObject struct {
	lotPlace
	Reason   string `required:"" help:"Why it was refused wrongly."`
	Evidence string `placeholder:"URL" help:"Where a licence or the like can be seen."`
	Yes      bool   `help:"Do it without asking."`
}

// Run objects to a refusal. What a moderator says to it comes as the lot's new state.
func (c lotObject) Run(t terminal) error {
	return c.visit(t, func(v *visit) (s events.Standing, done string, err error) {
		if !c.Yes {
			return s, "", usage("You can object once to this text and this file, so nothing was sent yet.\nTo do it, add --yes.")
		}
		if err := v.Object(v.term.ctx, v.lot.Listing(), events.FileObjection{Text: c.Reason, Evidence: c.Evidence}); err != nil {
			return s, "", fmt.Errorf("object: %w", err)
		}
		s, err = v.do(events.AskStanding{})
		return s, "A moderator reads it. If it is granted, the lot is offered again.", err
	})
}
