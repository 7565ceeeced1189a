package auction

import (
	"slices"
	"strings"
	"time"

	"lightshare/events"
)

// maxAdditions keeps a page readable; who has more to say ends the lot.
const maxAdditions = 20

// written returns the listing's description with its additions, as the seller wrote it beside the file.
func written(n events.Listing) string {
	text := n.Description
	for _, a := range n.Additions {
		if !a.Told {
			text += a.Text
		}
	}
	return text
}

// told returns the additions that are not written beside the file, and so outlive what is written there.
func told(n events.Listing) []events.Addition {
	var all []events.Addition
	for _, a := range n.Additions {
		if a.Told {
			all = append(all, a)
		}
	}
	return all
}

// shown returns the description as the public reads it: what was added later stands below it, dated.
func shown(n events.Listing) string {
	text := n.Description
	for _, a := range n.Additions {
		text += "\n\nAdded " + a.At.UTC().Format("2 January 2006") + ": " + strings.TrimSpace(a.Text)
	}
	return strings.TrimPrefix(text, "\n\n")
}

// extended returns old's additions with what text, a newer description, adds at the end. A text that changes anything
// before adds nothing.
func extended(old events.Listing, text string, now time.Time) []events.Addition {
	added, extends := strings.CutPrefix(text, written(old))
	if !extends || strings.TrimSpace(added) == "" || len(old.Additions) == maxAdditions {
		return old.Additions
	}
	return append(slices.Clip(old.Additions), events.Addition{At: now, Text: added})
}
