package console

import (
	"fmt"
	"net/http"
	"strings"

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

func newEffect(e blacklist.Effect) effectView {
	v := effectView{Summary: "No listing on the market would change."}
	if len(e.Hits) > 0 {
		v.Summary = fmt.Sprintf("%s would be refused and %s held for a moderator.", some(e.Refused, "listing"), some(e.Held, "listing"))
	}
	if e.Bids+e.Orders > 0 {
		v.Costs = fmt.Sprintf("Among them: %s with %s, and %s that would be released.", some(e.Lots, "lot"), some(e.Bids, "bid"), some(e.Orders, "paid order"))
	}
	if e.Unknown > 0 {
		v.Costs += fmt.Sprintf(" The auction did not say in time how %s stand now; the last that is known is counted.", some(e.Unknown, "listing"))
	}
	for _, h := range e.Hits[:min(len(e.Hits), shownHits)] {
		one := hitView{
			Title: h.Listing.Title, FileName: h.Listing.FileName, Would: "refused",
			Sure: fmt.Sprintf("%.0f %%", 100*h.Verdict.Score), Work: h.Verdict.Work, Rule: h.Verdict.Rule,
		}
		if h.Verdict.Ruling != events.Block {
			one.Would = "held"
		}
		var costs []string
		if h.Bids > 0 {
			costs = append(costs, some(h.Bids, "bid"))
		}
		if h.Orders > 0 {
			costs = append(costs, some(h.Orders, "paid order"))
		}
		one.Costs = strings.Join(costs, ", ")
		v.Hits = append(v.Hits, one)
	}
	v.More = len(e.Hits) - len(v.Hits)
	return v
}

func some(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// previewEntry shows what one more entry would do, with the button that adds it.
func (s *console) previewEntry(w http.ResponseWriter, r *http.Request, name string) {
	form := entryForm{Artist: typed(r, "artist"), Title: typed(r, "title"), Reason: typed(r, "reason"), Open: true}
	if !form.check() {
		s.renderEntries(w, r, http.StatusUnprocessableEntity, name, form)
		return
	}
	e := events.Entry{Artist: form.Artist, Title: form.Title}
	s.render(w, r, http.StatusOK, previewPage(s.page(r, name, "What it would do"), form, newEffect(s.Keeper.Preview(r.Context(), []events.Entry{e}))))
}
