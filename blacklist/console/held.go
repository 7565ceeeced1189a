package console

import (
	"fmt"
	"net/http"
	"strings"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/web/view"
)

// caseView is a held listing with everything that a moderator decides by, worded.
type caseView struct {
	Listing, Digest       string
	Title, FileName, Tags string
	File                  string // what kind and how large
	Seller                string
	Since                 string
	Work, Entry, Rule     string
	Sure                  string
	Folded                string
	Told                  string // what the seller was told
	Reason, Error         string // what was typed, and what is wrong with it
}

// Field returns the id of a part of this case's form.
func (c caseView) Field(part string) string { return part + "-" + c.Listing }

func newCase(h blacklist.Held) caseView {
	l, v := h.Listing, h.Verdict
	kind := l.Type
	if kind == "" {
		kind = "unknown type"
	}
	seller := string(l.Seller)
	if l.SellerName != "" {
		seller = l.SellerName + " (" + seller + ")"
	}
	return caseView{
		Listing: string(l.ID), Digest: h.Digest, Title: l.Title, FileName: l.FileName, Tags: strings.Join(l.Tags, ", "),
		File: kind + ", " + view.Size(l.Size), Seller: seller, Since: view.Moment(h.Since),
		Work: v.Work, Entry: string(v.Entry), Rule: v.Rule, Sure: fmt.Sprintf("%.0f %%", 100*v.Score), Folded: v.Folded, Told: v.Reason,
	}
}

func (s *console) showHeld(w http.ResponseWriter, r *http.Request, name string) {
	s.renderHeld(w, r, http.StatusOK, name, caseView{})
}

// renderHeld shows what waits; mistaken is the case whose form came back with an error, if any.
func (s *console) renderHeld(w http.ResponseWriter, r *http.Request, status int, name string, mistaken caseView) {
	var cases []caseView
	for _, h := range s.Keeper.Held() {
		c := newCase(h)
		if c.Listing == mistaken.Listing {
			c.Reason, c.Error = mistaken.Reason, mistaken.Error
		}
		cases = append(cases, c)
	}
	s.render(w, r, status, heldPage(s.page(r, name, "Held listings"), cases))
}

func (s *console) takeDecision(w http.ResponseWriter, r *http.Request, name string) {
	d := blacklist.Decision{
		Listing: events.ListingID(r.PathValue("listing")),
		Digest:  typed(r, "digest"),
		Ruling:  events.Ruling(typed(r, "decision")),
		By:      name,
		Reason:  typed(r, "reason"),
	}
	mistaken := caseView{Listing: string(d.Listing), Reason: d.Reason}
	switch {
	case d.Ruling != events.Allow && d.Ruling != events.Block:
		mistaken.Error = "Choose to allow or to refuse."
	case d.Reason == "":
		mistaken.Error = "Say why; the seller reads it too."
	}
	if mistaken.Error != "" {
		s.renderHeld(w, r, http.StatusUnprocessableEntity, name, mistaken)
		return
	}
	if err := s.Keeper.Decide(r.Context(), d); err != nil {
		refusal, _ := events.AsRefusal(err)
		if refusal == events.NoSuchLot {
			s.fail(w, r, name, err)
			return
		}
		status, words := s.wording(r, err)
		if refusal == events.WrongState {
			words = "The seller has changed this listing since you saw it. Look again, then decide."
		}
		mistaken.Error = words
		s.renderHeld(w, r, status, name, mistaken)
		return
	}
	http.Redirect(w, r, "/held?done="+string(d.Ruling), http.StatusSeeOther)
}
