package ui

import (
	"context"
	"strings"

	"lightshare/seller-agent/agent"
)

// happened words an event of the agent. The command line words it too, for one who reads it in a terminal.
func happened(ctx context.Context, e agent.Event) string {
	text := heard(ctx, e.Text)
	switch e.Event {
	case agent.Started:
		return say(ctx, "Buyers come to %s.", strings.Join(e.URLs, ", "))
	case agent.Ready:
		return say(ctx, "Everything is on the market: %s.", say(ctx, "%d files", e.Files))
	case agent.Listed:
		return say(ctx, "%s is offered as “%s”.", e.Path, e.Title)
	case agent.Withdrawn:
		return say(ctx, "%s is offered no more: %s", e.Path, text)
	case agent.Fate:
		return strings.TrimSpace(say(ctx, "“%s”: %s.", e.Title, say(ctx, stateOf(e.State).Text)) + " " + text)
	case agent.Notice:
		return say(ctx, "“%s”: %s", e.Title, text)
	case agent.Page:
		return say(ctx, "This page was opened.")
	case agent.Problem:
		return say(ctx, "Problem with %s: %s", e.Path, text)
	case agent.Solved:
		return say(ctx, "%s is in order again.", e.Path)
	case agent.Online:
		return say(ctx, "Connected to the market")
	case agent.OffLine:
		return strings.TrimSpace(say(ctx, "Not connected to the market") + ". " + text)
	}
	return e.Event + " " + text
}
