package ui

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

//go:embed assets
var files embed.FS

var assets = view.MustBundle("/desk/", files, "assets")

// desk is the page.
type desk struct {
	Desk
	gate    *gate
	plans   plans
	log     *slog.Logger
	closing context.Context // done when streams are to end
	stop    func()
}

func newDesk(d Desk, token string, hosts []string, log *slog.Logger) *desk {
	s := &desk{Desk: d, log: log, gate: &gate{hosts: hosts, token: token, now: time.Now, codes: make(map[string]time.Time)}}
	s.closing, s.stop = context.WithCancel(context.Background())
	return s
}

// routes are everything that the seller can ask for.
func (s *desk) routes() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /{$}":              s.showOverview,
		"GET /live":             s.live,
		"GET /files":            s.showFiles,
		"GET /files.csv":        s.sendList,
		"GET /files/{id}":       s.showDraft,
		"POST /files/{id}":      s.takeDraft,
		"POST /files/bulk":      s.takeBulk,
		"POST /files/list":      s.takeList,
		"GET /plans/{plan}":     s.showPlan,
		"POST /plans/{plan}":    s.takePlan,
		"GET /transfers":        s.showTransfers,
		"GET /sales":            s.showSales,
		"GET /sales/{order}":    s.showSale,
		"GET /settings":         s.showSettings,
		"POST /settings/limits": s.takeLimits,
		"POST /folders":         s.takeFolder,
		"POST /folders/remove":  s.takeFolderAway,
		"POST /pause":           s.takePause,
		"POST /resume":          s.takeResume,
		"GET /doctor":           s.showDoctor,
		"POST /link":            s.takeLink,
		"/":                     s.showNothing,
	}
}

func (s *desk) handler() http.Handler {
	public, mux := http.NewServeMux(), http.NewServeMux()
	public.Handle("GET /assets/", view.Assets())
	public.Handle("GET /desk/", assets)
	public.HandleFunc("GET /open", s.takeCode)
	for pattern, handle := range s.routes() {
		mux.HandleFunc(pattern, handle)
	}
	return s.guard(public, mux)
}

var nav = []view.Link{
	{Href: "/", Text: words.Key("Overview")}, {Href: "/files", Text: words.Key("Files")}, {Href: "/transfers", Text: words.Key("Transfers")},
	{Href: "/sales", Text: words.Key("Sales")}, {Href: "/settings", Text: words.Key("Settings")}, {Href: "/doctor", Text: words.Key("Doctor")},
}

// page returns the frame of a page.
func (s *desk) page(r *http.Request, title string) view.Page {
	ctx := r.Context()
	p := view.Page{
		Title: title, Product: say(ctx, "Lightshare desk"), Purpose: say(ctx, "your files, sold straight from this computer. Buyers pay once every byte has arrived."),
		Now: time.Now(), Wide: true, Flash: say(ctx, done[r.URL.Query().Get("done")]), Here: view.Here(r),
		Live: "/live?in=" + words.Of(ctx).Tag() + "#shared", Scripts: []string{view.Asset("clock.js"), view.Asset("live.js"), assets.Path("desk.js")},
	}
	for _, l := range nav {
		l.Current = l.Href == r.URL.Path || l.Href != "/" && strings.HasPrefix(r.URL.Path, l.Href+"/")
		l.Text = say(ctx, l.Text)
		p.Nav = append(p.Nav, l)
	}
	return p
}

// done says what the seller just did.
var done = map[string]string{
	"saved":     words.Key("Saved. The market is told within a moment."),
	"reset":     words.Key("What was edited by hand is forgotten. The sheets around the file have the say again."),
	"limits":    words.Key("The limits hold from now on."),
	"shared":    words.Key("The folder is shared. Its files are read now, and listed one by one."),
	"unshared":  words.Key("The folder is not shared any more. What it offered is taken off the market."),
	"paused":    words.Key("Paused."),
	"resumed":   words.Key("It goes on."),
	"cancelled": words.Key("Nothing was changed."),
}

func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// answer shows a page, or the value to programs.
func (s *desk) answer(w http.ResponseWriter, r *http.Request, value any, page templ.Component) {
	if wantsJSON(r) {
		s.send(w, r, http.StatusOK, value)
		return
	}
	s.draw(w, r, http.StatusOK, page)
}

func (s *desk) send(w http.ResponseWriter, r *http.Request, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(value); err != nil {
		s.log.DebugContext(r.Context(), "answer not sent", "path", r.Pattern, "err", err)
	}
}

func (s *desk) draw(w http.ResponseWriter, r *http.Request, status int, page templ.Component) {
	templ.Handler(page, templ.WithStatus(status), templ.WithErrorHandler(func(r *http.Request, err error) http.Handler {
		s.log.ErrorContext(r.Context(), "page not drawn", "path", r.Pattern, "err", err)
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "The page could not be drawn.", http.StatusInternalServerError)
		})
	})).ServeHTTP(w, r)
}

// after sends a browser on to a page that says what was done, and tells programs that it was.
func (s *desk) after(w http.ResponseWriter, r *http.Request, where, what string) {
	if wantsJSON(r) {
		s.send(w, r, http.StatusOK, map[string]string{"done": say(r.Context(), done[what])})
		return
	}
	http.Redirect(w, r, where+"?done="+what, http.StatusSeeOther)
}

// refuse says why something was not done.
func (s *desk) refuse(w http.ResponseWriter, r *http.Request, status int, words string) {
	if wantsJSON(r) {
		s.send(w, r, status, map[string]string{"error": words})
		return
	}
	s.draw(w, r, status, errorPage(s.page(r, say(r.Context(), "Not done")), words))
}

// fail words an error and shows it.
func (s *desk) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusUnprocessableEntity
	if errors.Is(err, agent.ErrUnknown) {
		status = http.StatusNotFound
	}
	s.refuse(w, r, status, sentence(r.Context(), err))
}

func (s *desk) showNothing(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, http.StatusNotFound, say(r.Context(), "There is no page at this address."))
}

func listingOf(r *http.Request) events.ListingID { return events.ListingID(r.PathValue("id")) }
