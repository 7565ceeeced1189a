package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lightshare/events"
	"lightshare/seller-agent/share"
)

// A form is what a listing says, as text that people type. It is the fields of the page's form, and the columns of the
// list that goes out and comes back.
type form struct {
	Title, Description, Tags string
	Format                   string // direct or auction
	Price                    string
	Start, Reserve, BuyNow   string
	Duration, Ends           string
	Currency, Edition        string
}

// column is one column of the list: its name, which is the name in the page's form too, and where it lies.
type column struct {
	name string
	of   func(*form) *string
}

var columns = []column{
	{"title", func(f *form) *string { return &f.Title }},
	{"description", func(f *form) *string { return &f.Description }},
	{"tags", func(f *form) *string { return &f.Tags }},
	{"format", func(f *form) *string { return &f.Format }},
	{"price", func(f *form) *string { return &f.Price }},
	{"start", func(f *form) *string { return &f.Start }},
	{"reserve", func(f *form) *string { return &f.Reserve }},
	{"buy_now", func(f *form) *string { return &f.BuyNow }},
	{"duration", func(f *form) *string { return &f.Duration }},
	{"ends", func(f *form) *string { return &f.Ends }},
	{"currency", func(f *form) *string { return &f.Currency }},
	{"edition", func(f *form) *string { return &f.Edition }},
}

// formOf returns a card as people would type it.
func formOf(c share.Card) form {
	t := c.Terms
	amount := func(n int64) string {
		if n == 0 {
			return ""
		}
		return events.Money{Amount: n, Currency: t.Currency}.Decimal()
	}
	f := form{
		Title: c.Title, Description: c.Description, Tags: strings.Join(c.Tags, ", "), Format: string(t.Format), Price: amount(t.Price),
		Start: amount(t.Start), Reserve: amount(t.Reserve), BuyNow: amount(t.BuyNow), Duration: span(t.Duration),
		Currency: string(t.Currency), Edition: "open",
	}
	if t.Edition != events.OpenEdition {
		f.Edition = strconv.FormatInt(t.Edition, 10)
	}
	if !t.EndsAt.IsZero() {
		f.Ends = t.EndsAt.Local().Format("2006-01-02 15:04:05")
	}
	return f
}

// span writes a time as sheets do: 3d12h.
func span(d time.Duration) string {
	text := ""
	for _, unit := range []struct {
		name string
		of   time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond}} {
		if n := d / unit.of; n > 0 {
			text += strconv.FormatInt(int64(n), 10) + unit.name
			d -= n * unit.of
		}
	}
	return text
}

// clean takes the spaces off the ends of everything.
func (f form) clean() form {
	for _, c := range columns {
		at := c.of(&f)
		*at = strings.TrimSpace(strings.ReplaceAll(*at, "\r\n", "\n"))
	}
	return f
}

// edit returns what f changes of a listing that says base without any edit. sheets are those around its file.
func (f form) edit(base form, sheets share.Sheet) (share.Sheet, error) {
	var s share.Sheet
	f = f.clean()
	if f == base {
		return s, nil
	}
	text := func(s string) *share.Word { return &share.Word{Text: s} }
	if f.Title != base.Title {
		s.Title = text(f.Title)
	}
	if f.Description != strings.TrimSpace(base.Description) {
		s.Description = text(f.Description)
	}
	if f.Tags != base.Tags {
		s.Tags = []share.Word{}
		for tag := range strings.SplitSeq(f.Tags, ",") {
			if tag = strings.TrimSpace(tag); tag != "" {
				s.Tags = append(s.Tags, share.Word{Text: tag})
			}
		}
	}
	if f.Currency != base.Currency {
		s.Currency = text(f.Currency)
	}
	if f.Edition != base.Edition {
		s.Edition = text(f.Edition)
	}
	switch events.Format(f.Format) {
	case events.Direct:
		if f.Price != base.Price || f.Format != base.Format {
			s.Price = text(f.Price)
		}
	case events.Auction:
		if f.Format != base.Format || !slices.Equal(f.auction(), base.auction()) {
			s.Auction = f.auctionPart(sheets.Auction)
		}
	default:
		return s, fmt.Errorf("how it is sold: %s or %s is wanted", events.Direct, events.Auction)
	}
	return s, nil
}

func (f form) auction() []string { return []string{f.Start, f.Reserve, f.BuyNow, f.Duration, f.Ends} }

// auctionPart returns the auction that is asked for. What the form has no field for stays as the sheets say.
func (f form) auctionPart(by *share.AuctionPart) *share.AuctionPart {
	var a share.AuctionPart
	if by != nil {
		a = *by
	}
	word := func(s string) *share.Word {
		if s == "" {
			return nil
		}
		return &share.Word{Text: s}
	}
	a.Start, a.Reserve, a.BuyNow = &share.Word{Text: f.Start}, word(f.Reserve), word(f.BuyNow)
	a.Duration, a.Ends = word(f.Duration), word(f.Ends)
	return &a
}
