package console

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

var say = words.Say // so that pages read as sentences

// heard says in the reader's language what was worded in English elsewhere.
func heard(ctx context.Context, text string) string { return words.Of(ctx).Heard(text) }

// page returns the frame of a page for the moderator of that name, or for nobody.
func (s *console) page(r *http.Request, name, title string) view.Page {
	ctx := r.Context()
	p := view.Page{
		Title: title, Product: say(ctx, "Lightshare moderation"), Purpose: say(ctx, "what people decided here stands in the log, with their reason."),
		Home: "/queue", Now: s.Now(), Flash: say(ctx, done[r.URL.Query().Get("done")]), Here: view.Here(r),
	}
	if name == "" {
		return p
	}
	p.User, p.SignIn, p.SignOut, p.Wide = name, "/sign-in", "/sign-out", true
	for _, l := range sections {
		l.Current = l.Href == r.URL.Path || strings.HasPrefix(r.URL.Path, l.Href+"/")
		l.Text = say(ctx, l.Text)
		p.Nav = append(p.Nav, l)
	}
	return p
}

// sections are the console's parts.
var sections = []view.Link{
	{Href: "/queue", Text: words.Key("Queue")}, {Href: "/notices", Text: words.Key("Takedown notices")}, {Href: "/objections", Text: words.Key("Objections")},
	{Href: "/entries", Text: words.Key("Entries")}, {Href: "/batches", Text: words.Key("Batches")}, {Href: "/holders", Text: words.Key("Rights holders")},
	{Href: "/statistics", Text: words.Key("Statistics")}, {Href: "/log", Text: words.Key("Log")}, {Href: "/staff", Text: words.Key("Staff")},
}

// done says what the moderator just did.
var done = map[string]string{
	"added":     words.Key("Entry added. Listings that it matches are being taken down."),
	"removed":   words.Key("Entry removed. Listings that it held back are being judged again."),
	"batch":     words.Key("Batch added. Listings that it matches are being taken down."),
	"undone":    words.Key("Batch taken back. Listings that it held back are being judged again."),
	"noticed":   words.Key("Notice taken in."),
	"completed": words.Key("Notice completed."),
	"upheld":    words.Key("Upheld. Its listings are being taken down, and their sellers told."),
	"rejected":  words.Key("Turned down."),
	"countered": words.Key("Counter-notice taken in; the clock runs."),
	"suit":      words.Key("Noted. The listings stay down."),
	"granted":   words.Key("Granted. The listing is being given back."),
	"refused":   words.Key("Turned down."),
	"forgotten": words.Key("Contact data erased."),
	"reopened":  words.Key("Reopened. The list alone judges it again."),
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
			return status, heard(r.Context(), refusal.Words())
		}
		return http.StatusConflict, heard(r.Context(), refusal.Words())
	}
	id := events.NewID()[:8]
	s.Log.ErrorContext(r.Context(), "request failed", "id", id, "path", r.Pattern, "error", err)
	return http.StatusInternalServerError, say(r.Context(), "Something went wrong on our side and nothing was changed for certain. The log has it as %s.", id)
}

// fail shows an error as a page of its own.
func (s *console) fail(w http.ResponseWriter, r *http.Request, name string, err error) {
	status, said := s.wording(r, err)
	s.render(w, r, status, errorPage(s.page(r, name, say(r.Context(), "Not done")), said))
}

func (s *console) showNothing(w http.ResponseWriter, r *http.Request, name string) {
	s.render(w, r, http.StatusNotFound, errorPage(s.page(r, name, say(r.Context(), "No such page")), say(r.Context(), "There is no page at this address.")))
}

// actView is a line of the log, worded.
type actView struct {
	At, By, Did, What, Reason string
	Tone                      view.Tone
}

func newAct(ctx context.Context, a blacklist.Act) actView {
	v := actView{At: words.Moment(ctx, a.At), By: heard(ctx, a.By), Did: heard(ctx, a.Did), What: a.What, Reason: a.Reason, Tone: view.Plain}
	if a.By == "" {
		v.Reason = heard(ctx, a.Reason) // the list's own words, not a person's
		v.By = say(ctx, "the list")
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
