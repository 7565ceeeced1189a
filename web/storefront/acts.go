package storefront

import (
	"slices"
	"time"

	"lightshare/events"
	"lightshare/web/view/words"
)

// An actLine is something that the seller did to his lot, in words.
type actLine struct {
	At   time.Time
	Text string
}

// actLines words what the seller did, newest first. What a newer house knows and this program does not is left out.
func actLines(in words.Language, acts []events.Act) []actLine {
	var lines []actLine
	for _, a := range slices.Backward(acts) {
		if text := actWords(in, a); text != "" {
			lines = append(lines, actLine{a.At, text})
		}
	}
	return lines
}

func actWords(in words.Language, a events.Act) string {
	switch a.Kind {
	case events.ActCancelled:
		return in.Say("The seller voided the bids of %s and takes no more of them.", a.Who)
	case events.ActReserve:
		return in.Say("The seller lowered the reserve.")
	case events.ActAdded:
		return in.Say("The seller added to the description.")
	case events.ActEnded:
		return in.Say("The seller ended the auction early, without a sale.")
	case events.ActSold:
		return in.Say("The seller ended the auction early and sold to the highest bidder.")
	case events.ActChance:
		return in.Say("The seller offered it to the next bidder.")
	}
	return ""
}
