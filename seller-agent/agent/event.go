package agent

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"lightshare/events"
)

// The kinds of an [Event].
const (
	Started   = "started"   // listening for buyers; not signed in yet
	Ready     = "ready"     // signed in, and everything in the folder is on the market
	Listed    = "listed"    // the market has the listing as it is on disk now
	Withdrawn = "withdrawn" // the market knows that it is not offered any more
	Fate      = "fate"      // what the market made of a listing
	Notice    = "notice"    // something that concerns the seller
	Online    = "online"
	OffLine   = "offline"
	Page      = "page"    // where the seller's own page is
	Problem   = "problem" // something the seller can put right
	Solved    = "solved"  // it is right again
)

// An Event is something that happened, for the seller to read or for a program that waits for it: one JSON line each.
type Event struct {
	Event   string            `json:"event"`
	At      time.Time         `json:"at"`
	Listing events.ListingID  `json:"listing,omitempty"`
	Folder  string            `json:"folder,omitempty"` // the shared folder, when the event is about one
	Path    string            `json:"path,omitempty"`   // relative to the shared folder
	Title   string            `json:"title,omitempty"`
	Rev     int64             `json:"rev,omitempty"`
	Root    string            `json:"root,omitempty"`
	State   events.OfferState `json:"state,omitempty"` // of a fate
	Kind    string            `json:"kind,omitempty"`  // of a notice
	Text    string            `json:"text,omitempty"`  // the reason, or what is wrong, in words
	Seller  events.SellerID   `json:"seller,omitempty"`
	URLs    []string          `json:"urls,omitempty"` // where buyers reach this agent
	Files   int               `json:"files,omitempty"`
}

// String returns the event as a line for people.
func (e Event) String() string {
	switch e.Event {
	case Started:
		return fmt.Sprintf("seller %s delivers at %s", e.Seller, strings.Join(e.URLs, ", "))
	case Ready:
		return fmt.Sprintf("ready: %d files are for sale", e.Files)
	case Listed:
		return fmt.Sprintf("offered    %s as %q", printable(e.Path), e.Title)
	case Withdrawn:
		return fmt.Sprintf("withdrawn  %s: %s", printable(e.Path), e.Text)
	case Fate:
		return fmt.Sprintf("%-10s %q%s", e.State, e.Title, after(": ", e.Text))
	case Notice:
		return fmt.Sprintf("notice     %q: %s", e.Title, e.Text)
	case Page:
		return "your page: " + e.Text + " (works once; later: seller-agent open)"
	case Problem:
		return fmt.Sprintf("problem    %s: %s", printable(e.Path), e.Text)
	case Solved:
		return fmt.Sprintf("solved     %s", printable(e.Path))
	}
	return e.Event + after(": ", e.Text)
}

// printable returns a path as a terminal may show it: a file's name can hold anything, also what moves the cursor.
func printable(path string) string {
	if quoted := strconv.Quote(path); quoted != `"`+path+`"` {
		return quoted
	}
	return path
}

func after(separator, text string) string {
	if text == "" {
		return ""
	}
	return separator + text
}
