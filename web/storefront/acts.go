package storefront

import (
	"slices"
	"time"

	"lightshare/events"
)

// An actLine is something that the seller did to his lot, in words.
type actLine struct {
	At   time.Time
	Text string
}

// actLines words what the seller did, newest first. What a newer house knows and this program does not is left out.
func actLines(acts []events.Act) []actLine {
	var lines []actLine
	for _, a := range slices.Backward(acts) {
		if text := actWords(a); text != "" {
			lines = append(lines, actLine{a.At, text})
		}
	}
	return lines
}

func actWords(a events.Act) string {
	switch a.Kind {
	case events.ActCancelled:
		return "The seller voided the bids of " + a.Who + " and takes no more of them."
	case events.ActReserve:
		return "The seller lowered the reserve."
	case events.ActAdded:
		return "The seller added to the description."
	case events.ActEnded:
		return "The seller ended the auction early, without a sale."
	case events.ActSold:
		return "The seller ended the auction early and sold to the highest bidder."
	case events.ActChance:
		return "The seller offered it to the next bidder."
	}
	return ""
}
