package words

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"lightshare/events"
)

// Money writes an amount: $12.50 and ₩12,500 in English, US$12.50 and 12,500원 in Korean.
func (l Language) Money(m events.Money) string {
	text := m.String()
	if l == English {
		return text
	}
	switch m.Currency {
	case events.KRW:
		return strings.Replace(text, "₩", "", 1) + "원"
	case events.USD:
		return strings.Replace(text, "$", "US$", 1)
	case events.JPY:
		return strings.Replace(text, "¥", "JP¥", 1)
	}
	return text
}

// Money writes an amount in the context's language.
func Money(ctx context.Context, m events.Money) string { return Of(ctx).Money(m) }

// Size words a number of bytes in decimal units, as file managers do: 67.1 MB.
func (l Language) Size(bytes int64) string {
	if bytes < 1000 {
		return l.Say("%d bytes", bytes)
	}
	units := []string{"kB", "MB", "GB", "TB", "PB"}
	n, unit := float64(bytes)/1000, 0
	for math.Round(n*10)/10 >= 1000 && unit < len(units)-1 {
		n, unit = n/1000, unit+1
	}
	if n >= 100 {
		return fmt.Sprintf("%.0f %s", n, units[unit])
	}
	return strings.Replace(fmt.Sprintf("%.1f %s", n, units[unit]), ".0 ", " ", 1)
}

// Size words a number of bytes in the context's language.
func Size(ctx context.Context, bytes int64) string { return Of(ctx).Size(bytes) }

// Left words the time until a moment in its two largest units; clock.js says it in the same way.
func (l Language) Left(d time.Duration) string {
	s := int64(d / time.Second)
	switch {
	case d <= 0:
		return l.Say("ended")
	case s >= 2*86400:
		return l.Say("%d d %d h", s/86400, s%86400/3600)
	case s >= 3600:
		return l.Say("%d h %d min", s/3600, s%3600/60)
	case s >= 60:
		return l.Say("%d min %s s", s/60, fmt.Sprintf("%02d", s%60))
	default:
		return l.Say("%d s", s)
	}
}

// Left words the time until a moment in the context's language.
func Left(ctx context.Context, d time.Duration) string { return Of(ctx).Left(d) }

var weekdays = []string{"일", "월", "화", "수", "목", "금", "토"}

// Moment words a point in time in full, with its zone.
func (l Language) Moment(t time.Time) string {
	t = t.UTC()
	if l == Korean {
		return t.Format("2006년 1월 2일 ") + "(" + weekdays[t.Weekday()] + ") " + t.Format("15:04:05 MST")
	}
	return t.Format("Mon 2 Jan 2006, 15:04:05 MST")
}

// Moment words a point in time in the context's language.
func Moment(ctx context.Context, t time.Time) string { return Of(ctx).Moment(t) }

// Short words a point in time without year and zone, for a column of a table.
func (l Language) Short(t time.Time) string {
	if l == Korean {
		return t.UTC().Format("1월 2일 15:04:05")
	}
	return t.UTC().Format("2 Jan 15:04:05")
}

// Short words a point in time for a table, in the context's language.
func Short(ctx context.Context, t time.Time) string { return Of(ctx).Short(t) }

// around is put where a sentence's argument will be.
const around = "\x00"

// Around says a sentence with one argument that the page draws itself: what comes before it, and what after.
func Around(ctx context.Context, sentence string) (before, after string) {
	before, after, _ = strings.Cut(Say(ctx, sentence, around), around)
	return before, after
}
