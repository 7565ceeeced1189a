package console

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"lightshare/events"
	"lightshare/web/view/words"
)

// objectionView is a seller's objection, worded.
type objectionView struct {
	Listing, Title, Text string
	Evidence             string // as it was typed
	Link                 templ.SafeURL
	At                   string
	Case, Action         templ.SafeURL
	Waits                bool
	Answer, By           string
	Granted              bool
	Error                string
}

// Field returns the id of a part of this objection's form.
func (v objectionView) Field(part string) string { return part + "-" + v.Listing }

func (s *console) showObjections(w http.ResponseWriter, r *http.Request, name string) {
	s.renderObjections(w, r, http.StatusOK, name, "", "")
}

// renderObjections shows them all; wrong is about the listing's.
func (s *console) renderObjections(w http.ResponseWriter, r *http.Request, status int, name, listing, wrong string) {
	var all []objectionView
	for _, o := range s.Keeper.Objections() {
		v := objectionView{
			Listing: string(o.Listing), Title: o.Title, Text: o.Text, Evidence: o.Evidence, At: words.Moment(r.Context(), o.At), Case: casePath(o.Listing, ""),
			Action: templ.SafeURL("/objections/" + url.PathEscape(string(o.Listing))), Waits: o.By == "", Answer: o.Answer, By: o.By, Granted: o.Granted,
		}
		if u, err := url.Parse(o.Evidence); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
			v.Link = templ.SafeURL(u.String())
		}
		if v.Waits && v.Listing == listing {
			v.Error = wrong
		}
		all = append(all, v)
	}
	s.render(w, r, status, objectionsPage(s.page(r, name, say(r.Context(), "Objections")), all))
}

func (s *console) takeObjection(w http.ResponseWriter, r *http.Request, name string) {
	id, did, reason := r.PathValue("listing"), typed(r, "decision"), typed(r, "reason")
	switch {
	case did != "granted" && did != "refused":
		s.renderObjections(w, r, http.StatusUnprocessableEntity, name, id, say(r.Context(), "Choose to grant it or to turn it down."))
		return
	case reason == "":
		s.renderObjections(w, r, http.StatusUnprocessableEntity, name, id, say(r.Context(), "Say why; the seller reads it too."))
		return
	}
	if err := s.Keeper.DecideObjection(r.Context(), events.ListingID(id), did == "granted", name, reason); err != nil {
		s.fail(w, r, name, err)
		return
	}
	http.Redirect(w, r, "/objections?done="+did, http.StatusSeeOther)
}

// holderView is a claimant, worded.
type holderView struct {
	Name, Filed, Decided, Failed, Rate string
	Doubted                            bool
	Entries                            templ.SafeURL
}

func (s *console) showHolders(w http.ResponseWriter, r *http.Request, name string) {
	var all []holderView
	for _, h := range s.Keeper.Holders() {
		v := holderView{Name: s.partyName(r, h.Claimant), Filed: itoa(h.Filed), Decided: itoa(h.Decided), Failed: itoa(h.Failed), Rate: share(h.Failed, h.Decided), Doubted: h.Doubted}
		all = append(all, v)
	}
	s.render(w, r, http.StatusOK, holdersPage(s.page(r, name, say(r.Context(), "Rights holders")), all))
}

// share words a part of a whole; a dash where there is no whole.
func share(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return itoa(100*part/whole) + " %"
}
