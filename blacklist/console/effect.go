package console

import (
	"context"
	"fmt"
	"net/http"

	"lightshare/blacklist"
	"lightshare/events"
)

// effectView is what entries would do to the market, worded.
type effectView struct {
	Summary string // which listings
	Costs   string // bids and paid orders; empty where there are none
	Hits    []hitView
	More    int // hits that are not shown
}

type hitView struct {
	Title, FileName    string
	Would, Sure, Costs string
	Work, Rule         string
}

// shownHits is how many listings a preview shows; those that are least sure go first.
const shownHits = 100

func newEffect(ctx context.Context, e blacklist.Effect) effectView {
	v := effectView{Summary: say(ctx, "No listing on the market would change.")}
	if len(e.Hits) > 0 {
		v.Summary = say(ctx, "Listings that would be refused: %d; held for a moderator: %d.", e.Refused, e.Held)
	}
	if e.Bids+e.Orders > 0 {
		v.Costs = say(ctx, "Among them lots with bids: %d, bids on them: %d, paid orders that would be released: %d.", e.Lots, e.Bids, e.Orders)
	}
	if e.Unknown > 0 {
		v.Costs += " " + say(ctx, "Listings of which the auction did not say in time how they stand: %d; the last that is known is counted.", e.Unknown)
	}
	for _, h := range e.Hits[:min(len(e.Hits), shownHits)] {
		one := hitView{
			Title: h.Listing.Title, FileName: h.Listing.FileName, Would: say(ctx, "refused"),
			Sure: fmt.Sprintf("%.0f %%", 100*h.Verdict.Score), Work: h.Verdict.Work, Rule: heard(ctx, h.Verdict.Rule),
		}
		if h.Verdict.Ruling != events.Block {
			one.Would = say(ctx, "held")
		}
		one.Costs = stakes(ctx, h.Bids, h.Orders)
		v.Hits = append(v.Hits, one)
	}
	v.More = len(e.Hits) - len(v.Hits)
	return v
}

// previewEntry shows what one more entry would do, with the button that adds it.
func (s *console) previewEntry(w http.ResponseWriter, r *http.Request, name string) {
	form := entryForm{Artist: typed(r, "artist"), Title: typed(r, "title"), Reason: typed(r, "reason"), Open: true}
	if !form.check(r.Context()) {
		s.renderEntries(w, r, http.StatusUnprocessableEntity, name, form)
		return
	}
	e := events.Entry{Artist: form.Artist, Title: form.Title}
	s.render(w, r, http.StatusOK, previewPage(s.page(r, name, say(r.Context(), "What it would do")), form, newEffect(r.Context(), s.Keeper.Preview(r.Context(), []events.Entry{e}))))
}
