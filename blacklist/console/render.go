package console

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/web/view"
)

// page returns the frame of a page for the moderator of that name, or for nobody.
func (s *console) page(r *http.Request, name, title string) view.Page {
	p := view.Page{Title: title, Product: "Lightshare moderation", Home: "/queue", Now: s.Now(), Flash: done[r.URL.Query().Get("done")]}
	if name == "" {
		return p
	}
	p.User, p.SignIn, p.SignOut, p.Wide = name, "/sign-in", "/sign-out", true
	for _, l := range sections {
		l.Current = l.Href == r.URL.Path || strings.HasPrefix(r.URL.Path, l.Href+"/")
		p.Nav = append(p.Nav, l)
	}
	return p
}

// sections are the console's parts.
var sections = []view.Link{
	{Href: "/queue", Text: "Queue"}, {Href: "/notices", Text: "Notices"}, {Href: "/objections", Text: "Objections"},
	{Href: "/entries", Text: "Entries"}, {Href: "/batches", Text: "Batches"}, {Href: "/holders", Text: "Rights holders"},
	{Href: "/statistics", Text: "Statistics"}, {Href: "/log", Text: "Log"}, {Href: "/staff", Text: "Staff"},
}

// done says what the moderator just did.
var done = map[string]string{
	"added":     "Entry added. Listings that it matches are being taken down.",
	"removed":   "Entry removed. Listings that it held back are being judged again.",
	"batch":     "Batch added. Listings that it matches are being taken down.",
	"undone":    "Batch taken back. Listings that it held back are being judged again.",
	"noticed":   "Notice taken in.",
	"completed": "Notice completed.",
	"upheld":    "Upheld. Its listings are being taken down, and their sellers told.",
	"rejected":  "Turned down.",
	"countered": "Counter-notice taken in; the clock runs.",
	"suit":      "Noted. The listings stay down.",
	"granted":   "Granted. The listing is being given back.",
	"refused":   "Turned down.",
	"forgotten": "Contact data erased.",
	"reopened":  "Reopened. The list alone judges it again.",
}

func (s *console) render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) {
	templ.Handler(page, templ.WithStatus(status), templ.WithErrorHandler(func(r *http.Request, err error) http.Handler {
		s.Log.ErrorContext(r.Context(), "page not drawn", "path", r.Pattern, "error", err)
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "The page could not be drawn.", http.StatusInternalServerError)
		})
	})).ServeHTTP(w, r)
}

var statuses = map[events.Refusal]int{
	events.NoSuchEntry: http.StatusNotFound,
	events.NoSuchLot:   http.StatusNotFound,
	events.Unchanged:   http.StatusConflict,
	events.WrongState:  http.StatusConflict,
	events.Claimed:     http.StatusConflict,
	events.Decided:     http.StatusConflict,
	events.FourEyes:    http.StatusConflict,

	events.NoSuchNotice: http.StatusNotFound,
	events.Incomplete:   http.StatusUnprocessableEntity,
	events.Malformed:    http.StatusUnprocessableEntity,
	events.Unavailable:  http.StatusServiceUnavailable,
}

// wording returns how an error is said to the moderator. What is no refusal is our fault: it is logged and shown as an id.
func (s *console) wording(r *http.Request, err error) (int, string) {
	if refusal, ok := events.AsRefusal(err); ok {
		if status, ok := statuses[refusal]; ok {
			return status, refusal.Words()
		}
		return http.StatusConflict, refusal.Words()
	}
	id := events.NewID()[:8]
	s.Log.ErrorContext(r.Context(), "request failed", "id", id, "path", r.Pattern, "error", err)
	return http.StatusInternalServerError, "Something went wrong on our side and nothing was changed for certain. The log has it as " + id + "."
}

// fail shows an error as a page of its own.
func (s *console) fail(w http.ResponseWriter, r *http.Request, name string, err error) {
	status, words := s.wording(r, err)
	s.render(w, r, status, errorPage(s.page(r, name, "Not done"), words))
}

func (s *console) showNothing(w http.ResponseWriter, r *http.Request, name string) {
	s.render(w, r, http.StatusNotFound, errorPage(s.page(r, name, "No such page"), "There is no page at this address."))
}

// actView is a line of the log, worded.
type actView struct {
	At, By, Did, What, Reason string
	Tone                      view.Tone
}

func newAct(a blacklist.Act) actView {
	v := actView{At: view.Moment(a.At), By: a.By, Did: a.Did, What: a.What, Reason: a.Reason, Tone: view.Plain}
	if v.By == "" {
		v.By = "the list"
	}
	if v.What == "" {
		v.What = a.Subject
	}
	if tone, ok := actTones[a.Did]; ok {
		v.Tone = tone
	}
	return v
}

var actTones = map[string]view.Tone{
	"allowed": view.Good, "granted an objection": view.Good, "reinstated": view.Good,
	"blocked": view.Bad, "upheld a notice": view.Bad,
	"held": view.Warn, "reopened": view.Warn, "objected": view.Warn, "took a counter-notice in": view.Warn, "wants back": view.Warn,
}
