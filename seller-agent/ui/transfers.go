package ui

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/uplink"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

// transferView is one order's file on its way.
type transferView struct {
	Order, Title, Text string
	State              state
	Percent            int
	Running            bool
}

func newTransfer(ctx context.Context, t uplink.Transfer) transferView {
	v := transferView{Order: string(t.Order), Title: t.Title, State: transferStates[t.State], Running: t.State == uplink.Running}
	sent := min(t.Sent, t.Size)
	v.Percent = int(100 * sent / max(1, t.Size))
	v.Text = say(ctx, "%s of %s", words.Size(ctx, sent), words.Size(ctx, t.Size))
	switch {
	case v.Running && t.Left() > 0:
		v.Text += ", " + rate(ctx, t.Rate) + ", " + about(ctx, t.Left())
	case v.Running:
		v.Text += ", " + rate(ctx, t.Rate)
	case t.State != uplink.Waiting:
		v.Text += ", " + say(ctx, "last at %s", moment(ctx, t.Touched))
	}
	return v
}

// transfersView is all transfers: under way, waiting for a place or for the buyer, done.
type transfersView struct {
	Running, Waiting, Done []transferView
	Limits                 string
}

func newTransfers(ctx context.Context, all []uplink.Transfer, limits uplink.Limits) transfersView {
	v := transfersView{Limits: limitsWords(ctx, limits)}
	for _, t := range all {
		switch t.State {
		case uplink.Running:
			v.Running = append(v.Running, newTransfer(ctx, t))
		case uplink.Sent:
			v.Done = append(v.Done, newTransfer(ctx, t))
		default:
			v.Waiting = append(v.Waiting, newTransfer(ctx, t))
		}
	}
	v.Done = v.Done[:min(len(v.Done), 50)]
	return v
}

func (v transfersView) empty() bool { return len(v.Running)+len(v.Waiting)+len(v.Done) == 0 }

func (s *desk) showTransfers(w http.ResponseWriter, r *http.Request) {
	all := s.Transfers()
	s.answer(w, r, all, transfersPage(s.page(r, say(r.Context(), "Transfers")), newTransfers(r.Context(), all, s.Settings().Limits)))
}

// saleView is one order.
type saleView struct {
	Order, Title, Money, At string
	Text                    string
	State                   state
	Sent                    string
	Listing                 string
	Steps                   []stepView
}

type stepView struct{ At, Text string }

func newSale(ctx context.Context, o agent.Sale) saleView {
	v := saleView{
		Order: string(o.Order), Title: o.Title, At: moment(ctx, o.At), Text: heard(ctx, o.Text), State: saleState(o.Kind), Listing: string(o.Listing),
		Sent: say(ctx, "nothing yet"),
	}
	if o.Money != nil {
		v.Money = words.Money(ctx, *o.Money)
	}
	if o.Sent > 0 {
		v.Sent = say(ctx, "%s of %s", words.Size(ctx, min(o.Sent, o.Size)), words.Size(ctx, o.Size)) + ", " + say(ctx, "last at %s", moment(ctx, o.SentAt))
	}
	for _, step := range o.Steps {
		v.Steps = append(v.Steps, stepView{moment(ctx, step.At), heard(ctx, step.Text)})
	}
	return v
}

// salesShown is how many orders one page lists.
const salesShown = 100

func newSales(ctx context.Context, all []agent.Sale) []saleView {
	views := make([]saleView, 0, min(len(all), salesShown))
	for _, o := range all[:min(len(all), salesShown)] {
		views = append(views, newSale(ctx, o))
	}
	return views
}

func (s *desk) showSales(w http.ResponseWriter, r *http.Request) {
	all := s.Sales()
	s.answer(w, r, all, salesPage(s.page(r, say(r.Context(), "Sales")), newSales(r.Context(), all), len(all)))
}

func (s *desk) showSale(w http.ResponseWriter, r *http.Request) {
	for _, o := range s.Sales() {
		if o.Order == events.OrderID(r.PathValue("order")) {
			s.answer(w, r, o, salePage(s.page(r, say(r.Context(), "Receipt for %s", o.Title)), newSale(r.Context(), o)))
			return
		}
	}
	s.fail(w, r, fmt.Errorf("order %.60q: %w", r.PathValue("order"), agent.ErrUnknown))
}

// logShown is how many events the page lists.
const logShown = 100

// findingView is one of the doctor's findings.
type findingView struct {
	What, Says, Do string
	State          state
}

var grades = map[agent.Grade]state{
	agent.Well: {view.Good, words.Key("Well")}, agent.Strain: {view.Warn, words.Key("To know")}, agent.Ill: {view.Bad, words.Key("To do")},
}

type eventView struct {
	At   time.Time
	Text string
}

func (s *desk) showDoctor(w http.ResponseWriter, r *http.Request) {
	found := s.Doctor(r.Context())
	if wantsJSON(r) {
		s.send(w, r, http.StatusOK, found)
		return
	}
	var findings []findingView
	for _, f := range found {
		findings = append(findings, findingView{heard(r.Context(), f.What), heard(r.Context(), f.Says), heard(r.Context(), f.Do), grades[f.Grade]})
	}
	var log []eventView
	for _, e := range s.Lately(logShown) {
		log = append(log, eventView{e.At, happened(r.Context(), e)})
	}
	s.draw(w, r, http.StatusOK, doctorPage(s.page(r, say(r.Context(), "Doctor")), findings, log))
}
