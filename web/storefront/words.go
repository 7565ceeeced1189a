package storefront

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"lightshare/events"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

var say = words.Say // so that pages read as sentences

// amount is minor units for a data attribute.
func amount(n int64) string { return strconv.FormatInt(n, 10) }

// endOf is the lot's end for a data attribute; empty without one.
func endOf(v lotView) string {
	if v.EndsAt.IsZero() {
		return ""
	}
	return v.EndsAt.UTC().Format(time.RFC3339Nano)
}

// prefix is as much of a hash as people compare.
func prefix(hash string) string { return hash[:min(len(hash), 16)] + "…" }

func escaped(s string) string { return url.QueryEscape(s) }

func invalid(wrong string) string { return strconv.FormatBool(wrong != "") }

// kindName returns the words for a family of files.
func kindName(ctx context.Context, kind view.Kind) string {
	for _, k := range kinds {
		if k.kind == kind {
			return say(ctx, k.name)
		}
	}
	return ""
}

// cardName returns how the owner of a payment card knows it.
func cardName(ctx context.Context, card string) string { return words.Of(ctx).Heard(card) }

// refused says a refusal in the reader's language.
func refused(ctx context.Context, r events.Refusal) string { return words.Of(ctx).Heard(r.Words()) }
