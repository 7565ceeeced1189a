package ui

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/uplink"
	"lightshare/web/view"
)

// sentence words an error for a person: with a capital letter, a full stop, and refusals in their own words.
func sentence(err error) string {
	if refusal, ok := events.AsRefusal(err); ok && refusal != events.Malformed && refusal != events.BadAmount && refusal != events.BadCurrency {
		return refusal.Words()
	}
	text := err.Error()
	first, n := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[n:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// count words a number of things, of which one and many are the names.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// thousands writes a number with its thousands apart: 12,345.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// rate words bytes a second.
func rate(n int64) string { return view.Size(n) + "/s" }

// about words a time that is only an estimate.
func about(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Minute:
		return "less than a minute left"
	case d < time.Hour:
		return "about " + count(int(d.Round(time.Minute).Minutes()), "minute", "minutes") + " left"
	}
	return "about " + count(int(d.Round(time.Hour).Hours()), "hour", "hours") + " left"
}

// until words the end of a pause.
func until(t time.Time) string {
	if agent.Forever(t) {
		return "until you let it go on"
	}
	return "until " + t.Local().Format("15:04")
}

// A state is what a badge says.
type state struct {
	Tone view.Tone
	Text string
}

var offerStates = map[events.OfferState]state{
	"":                    {view.Plain, "On its way"},
	events.OfferListed:    {view.Good, "For sale"},
	events.OfferHeld:      {view.Warn, "Waits for a moderator"},
	events.OfferRefused:   {view.Bad, "Refused"},
	events.OfferPaused:    {view.Warn, "Paused"},
	events.OfferWithdrawn: {view.Plain, "Withdrawn"},
	events.OfferEnded:     {view.Plain, "Ended"},
}

func stateOf(s events.OfferState) state {
	if known, ok := offerStates[s]; ok {
		return known
	}
	return state{view.Plain, string(s)}
}

var transferStates = map[uplink.State]state{
	uplink.Waiting: {view.Warn, "Waits for a place"},
	uplink.Running: {view.Good, "Being sent"},
	uplink.Broken:  {view.Warn, "Waits for the buyer"},
	uplink.Sent:    {view.Good, "Sent"},
}

var saleStates = map[string]state{
	"paid":      {view.Warn, "Paid, to be delivered"},
	"delivered": {view.Good, "Delivered"},
	"captured":  {view.Good, "Charged"},
	"refund":    {view.Warn, "Money back"},
	"refunded":  {view.Warn, "Money went back"},
	"released":  {view.Bad, "Came to nothing"},
	"":          {view.Plain, "Being fetched"},
}

func saleState(kind string) state {
	if known, ok := saleStates[kind]; ok {
		return known
	}
	return state{view.Plain, kind}
}

// moment words a time on this computer's clock.
func moment(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Local().Format("2 Jan 2006, 15:04:05")
}

// terms words what is asked for a file.
func terms(t events.Terms) string {
	if t.Format == events.Direct {
		text := events.Money{Amount: t.Price, Currency: t.Currency}.String()
		if t.Edition != events.OpenEdition {
			text += ", " + count(int(t.Edition), "copy", "copies")
		}
		return text
	}
	text := "Auction from " + events.Money{Amount: t.Start, Currency: t.Currency}.String()
	if t.Reserve > 0 {
		text += ", reserve " + events.Money{Amount: t.Reserve, Currency: t.Currency}.String()
	}
	return text
}
