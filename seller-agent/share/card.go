package share

import (
	"strconv"
	"strings"
	"time"

	"lightshare/events"
)

// A Card is what a listing says of a file, as the seller wants it.
type Card struct {
	Title       string
	Description string
	Tags        []string
	Terms       events.Terms
}

// Defaults hold for what no sheet says.
type Defaults struct {
	Price    string          // a decimal, for direct sales
	Currency events.Currency // of every amount
}

// usualDuration is that of an auction whose sheet says nothing of its end.
const usualDuration = 7 * 24 * time.Hour

// CardFor returns the card of the file at path by its merged sheet. An error says which value of the sheet is wrong.
func CardFor(path string, s Sheet, d Defaults) (Card, error) {
	card := Card{Title: TitleOf(path), Description: s.Description.text()}
	if s.Title.text() != "" {
		card.Title = s.Title.text()
	}
	for _, tag := range s.Tags {
		card.Tags = append(card.Tags, tag.text())
	}
	var err error
	card.Terms, err = termsOf(s, d)
	return card, err
}

// check returns what the market would refuse in a listing with this card.
func (c Card) check(path string) error {
	return events.Listing{
		ID: "of this file", SellerName: "-", Title: c.Title, Description: c.Description, Tags: c.Tags, Terms: c.Terms,
		FileName: FileName(path), Type: "-", Root: strings.Repeat("0", 64), SealedRoot: strings.Repeat("0", 64),
	}.CheckContent()
}

func termsOf(s Sheet, d Defaults) (events.Terms, error) {
	t := events.Terms{Format: events.Direct, Currency: d.Currency, Edition: events.OpenEdition}
	if s.Currency != nil {
		t.Currency = events.Currency(strings.ToUpper(s.Currency.text()))
		if !t.Currency.Known() {
			return t, s.Currency.bad("currency", events.BadCurrency.Words())
		}
	}
	var err error
	if s.Auction != nil {
		t.Format, t.Edition = events.Auction, 1
		t, err = s.Auction.terms(t)
	} else {
		t, err = s.direct(t, d)
	}
	if err != nil {
		return t, err
	}
	if t.Edition, err = s.Edition.edition(t.Edition); err != nil {
		return t, err
	}
	return t, t.Check()
}

func (a *AuctionPart) terms(t events.Terms) (events.Terms, error) {
	var err error
	amount := func(to *int64, field string, w *Word) {
		if w != nil && err == nil {
			*to, err = w.amount(field, t.Currency)
		}
	}
	duration := func(to *time.Duration, field string, w *Word) {
		if w != nil && err == nil {
			*to, err = w.duration(field)
		}
	}
	amount(&t.Start, "start", a.Start)
	amount(&t.Reserve, "reserve", a.Reserve)
	amount(&t.BuyNow, "buy_now", a.BuyNow)
	duration(&t.Duration, "duration", a.Duration)
	duration(&t.SoftClose, "soft_close", a.SoftClose)
	duration(&t.MaxExtension, "max_extension", a.MaxExtension)
	if a.Ends != nil && err == nil {
		t.EndsAt, err = a.Ends.moment("ends")
	}
	if a.Ends == nil && a.Duration == nil {
		t.Duration = usualDuration
	}
	for _, band := range a.Increments {
		var in events.Increment
		if band.From.text() != "0" {
			amount(&in.From, "from", band.From)
		}
		amount(&in.Step, "step", band.Step)
		t.Increments = append(t.Increments, in)
	}
	return t, err
}

// amount reads a decimal as minor units of c.
func (w *Word) amount(field string, c events.Currency) (int64, error) {
	m, err := events.ParseMoney(w.Text, c)
	if err != nil {
		return 0, w.bad(field, "an amount of "+string(c)+" above zero is wanted, with no more than "+
			strconv.Itoa(c.Digits())+" decimals")
	}
	return m.Amount, nil
}

// edition reads a number of copies, or "open" for any number; none is the given default.
func (w *Word) edition(otherwise int64) (int64, error) {
	switch w.text() {
	case "":
		return otherwise, nil
	case "open":
		return events.OpenEdition, nil
	}
	n, err := strconv.ParseInt(w.text(), 10, 64)
	if err != nil || n < 1 {
		return 0, w.bad("edition", "the number of copies is wanted, or: open")
	}
	return n, nil
}

// duration reads what [time.ParseDuration] reads, with days (d) before it.
func (w *Word) duration(field string) (time.Duration, error) {
	rest, total := w.text(), time.Duration(0)
	if days, after, ok := strings.Cut(rest, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return 0, w.bad(field, "a time like 3d, 90m or 1d12h is wanted")
		}
		rest, total = after, time.Duration(n)*24*time.Hour
		if rest == "" {
			return total, nil
		}
	}
	d, err := time.ParseDuration(rest)
	if err != nil || d < 0 {
		return 0, w.bad(field, "a time like 3d, 90m or 1d12h is wanted")
	}
	return total + d, nil
}

// moment reads a time with a zone, or one on this computer's clock.
func (w *Word) moment(field string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, w.text()); err == nil {
		return t.UTC(), nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, w.text(), time.Local); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, w.bad(field, "a time like 2026-12-24 18:00 or 2026-12-24T18:00:00+09:00 is wanted")
}
