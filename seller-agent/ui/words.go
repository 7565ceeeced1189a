package ui

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/uplink"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

var say = words.Say // so that pages read as sentences

// heard says in the reader's language what was worded in English elsewhere: by the market, or by the agent.
func heard(ctx context.Context, text string) string { return words.Of(ctx).Heard(text) }

// sentence words an error for a person: with a capital letter, a full stop, and refusals in their own words.
func sentence(ctx context.Context, err error) string { return heard(ctx, inEnglish(err)) }

func inEnglish(err error) string {
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

// rate words bytes a second.
func rate(ctx context.Context, n int64) string { return say(ctx, "%s/s", words.Size(ctx, n)) }

// about words a time that is only an estimate.
func about(ctx context.Context, d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Minute:
		return say(ctx, "less than a minute left")
	case d < time.Hour:
		return say(ctx, "about %s left", say(ctx, "%d minutes", int(d.Round(time.Minute).Minutes())))
	}
	return say(ctx, "about %s left", say(ctx, "%d hours", int(d.Round(time.Hour).Hours())))
}

// A state is what a badge says.
type state struct {
	Tone view.Tone
	Text string
}

var offerStates = map[events.OfferState]state{
	"":                    {view.Plain, words.Key("On its way")},
	events.OfferListed:    {view.Good, words.Key("For sale")},
	events.OfferHeld:      {view.Warn, words.Key("Waits for a moderator")},
	events.OfferRefused:   {view.Bad, words.Key("Refused")},
	events.OfferPaused:    {view.Warn, words.Key("Paused")},
	events.OfferWithdrawn: {view.Plain, words.Key("Withdrawn")},
	events.OfferEnded:     {view.Plain, words.Key("Ended")},
}

func stateOf(s events.OfferState) state {
	if known, ok := offerStates[s]; ok {
		return known
	}
	return state{view.Plain, string(s)}
}

var transferStates = map[uplink.State]state{
	uplink.Waiting: {view.Warn, words.Key("Waits for a place")},
	uplink.Running: {view.Good, words.Key("Being sent")},
	uplink.Broken:  {view.Warn, words.Key("Waits for the buyer")},
	uplink.Sent:    {view.Good, words.Key("Sent")},
}

var saleStates = map[string]state{
	"paid":      {view.Warn, words.Key("Paid, to be delivered")},
	"delivered": {view.Good, words.Key("Delivered")},
	"captured":  {view.Good, words.Key("Charged")},
	"refund":    {view.Warn, words.Key("Money back")},
	"refunded":  {view.Warn, words.Key("Money went back")},
	"released":  {view.Bad, words.Key("Came to nothing")},
	"":          {view.Plain, words.Key("Being fetched")},
}

func saleState(kind string) state {
	if known, ok := saleStates[kind]; ok {
		return known
	}
	return state{view.Plain, kind}
}

// moment words a time on this computer's clock.
func moment(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return say(ctx, "never")
	}
	if words.Of(ctx) == words.Korean {
		return t.Local().Format("2006년 1월 2일 15:04:05")
	}
	return t.Local().Format("2 Jan 2006, 15:04:05")
}

// terms words what is asked for a file.
func terms(ctx context.Context, t events.Terms) string {
	if t.Format == events.Direct {
		text := words.Money(ctx, events.Money{Amount: t.Price, Currency: t.Currency})
		if t.Edition != events.OpenEdition {
			text += ", " + say(ctx, "%d copies", t.Edition)
		}
		return text
	}
	text := say(ctx, "Auction from %s", events.Money{Amount: t.Start, Currency: t.Currency})
	if t.Reserve > 0 {
		text += ", " + say(ctx, "reserve %s", events.Money{Amount: t.Reserve, Currency: t.Currency})
	}
	return text
}

// usual words what a file costs of which nothing is said.
func usual(ctx context.Context, s agent.Settings) string {
	if m, err := events.ParseMoney(s.Price, s.Currency); err == nil {
		return words.Money(ctx, m)
	}
	return s.Price + " " + string(s.Currency)
}
