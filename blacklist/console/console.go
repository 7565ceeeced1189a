package console

import (
	"context"
	"embed"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/web/view"
)

// A Keeper is the blacklist as moderators use it. Errors wrap an [events.Refusal] where the moderator can do something
// about them.
type Keeper interface {
	Entries(query string, page int) blacklist.Page
	Entry(id events.EntryID) (events.Entry, bool)
	// Add returns when e, under its new id, is judged by; or [events.Unchanged] with the entry that is on the list already.
	Add(ctx context.Context, e events.Entry, by, reason string) (events.Entry, error)
	// Remove returns when the entry is not judged by any more; [events.NoSuchEntry] if it was not on the list.
	Remove(ctx context.Context, id events.EntryID, by, reason string) error
	// Preview says what the entries would do to the market, and changes nothing.
	Preview(ctx context.Context, entries []events.Entry) blacklist.Effect
	Batches() []blacklist.Batch
	// AddBatch returns when the works that were not known are judged by; [events.Unchanged] if all were.
	AddBatch(ctx context.Context, entries []events.Entry, by, reason string) (batch string, known int, err error)
	// UndoBatch returns how many entries are not judged by any more; [events.NoSuchEntry] if none was left.
	UndoBatch(ctx context.Context, batch, by, reason string) (int, error)
	// Import takes a file of works over and begins to read it; what has become of it is told by ImportOf.
	Import(file *os.File, size int64, name, by string) (blacklist.Import, error)
	Imports() []blacklist.Import
	ImportOf(id string) (blacklist.Import, bool)
	WriteBroken(id string, w io.Writer) error
	// AddImport returns [events.FourEyes] while a second person must confirm it.
	AddImport(ctx context.Context, id, by, reason string) error
	// Queue returns a page of the cases that wait.
	Queue(q blacklist.Query) blacklist.QueuePage
	// Next claims the first case of the query that nobody else looks at; false when there is none.
	Next(ctx context.Context, q blacklist.Query) (events.ListingID, bool)
	// Case returns [events.NoSuchLot] for a listing that is not on the market.
	Case(ctx context.Context, id events.ListingID) (blacklist.Case, error)
	// Claim returns [events.Claimed] when somebody else looks at the case, Leave [events.Unchanged] when he does not.
	Claim(ctx context.Context, id events.ListingID, by string) error
	Leave(ctx context.Context, id events.ListingID, by string) error
	// Reopen takes a decision back; [events.Unchanged] when there is none.
	Reopen(ctx context.Context, id events.ListingID, by, reason string) error
	DecideAll(ctx context.Context, all []blacklist.Decision) blacklist.Bulk
	ReopenAll(ctx context.Context, batch, by, reason string) blacklist.Bulk
	// Decide returns [events.NoSuchLot] for a listing that is gone, [events.WrongState] for one that reads differently
	// now, [events.Claimed] for one that somebody else looks at, [events.Decided] for one that he has decided since,
	// [events.Unchanged] for one decided so already.
	Decide(ctx context.Context, d blacklist.Decision) error
	Log(n int) []blacklist.Act
	Now() time.Time
}

// Config says what the pages work with.
type Config struct {
	Keeper     Keeper
	Moderators map[string]string // a token by each moderator's name
	Secure     bool              // the pages are reached by https
	Log        *slog.Logger      // nil: the default
	Now        func() time.Time  // nil: the machine's time
}

// MinToken is the least length of a moderator's token, in bytes.
const MinToken = 12

type console struct {
	Config
	signIn *limiter
}

//go:embed assets
var files embed.FS

var assets = view.MustBundle("/console/", files, "assets")

// New returns the moderators' pages, to be served at the root of a host of their own. A token that is too short is an
// error.
func New(c Config) (http.Handler, error) {
	for name, token := range c.Moderators {
		if name == "" || len(token) < MinToken {
			return nil, fmt.Errorf("moderator %q: a token needs at least %d bytes", name, MinToken)
		}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &console{Config: c, signIn: newLimiter(c.Now)}
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", view.Assets())
	mux.Handle("GET /console/", assets)
	mux.HandleFunc("GET /sign-in", s.showSignIn)
	mux.HandleFunc("POST /sign-in", s.takeSignIn)
	mux.HandleFunc("POST /sign-out", s.takeSignOut)
	mux.Handle("GET /{$}", http.RedirectHandler("/queue", http.StatusSeeOther))
	mux.Handle("GET /entries", s.moderators(s.showEntries))
	mux.Handle("POST /entries", s.moderators(s.takeEntry))
	mux.Handle("POST /entries/preview", s.moderators(s.previewEntry))
	mux.Handle("GET /batches", s.moderators(s.showBatches))
	mux.Handle("POST /batches", s.moderators(s.takeBatch))
	mux.Handle("POST /batches/preview", s.moderators(s.previewBatch))
	mux.Handle("POST /batches/{batch}/undo", s.moderators(s.takeUndo))
	mux.Handle("POST /imports", s.moderators(s.takeUpload))
	mux.Handle("GET /imports/{import}", s.moderators(s.showImport))
	mux.Handle("POST /imports/{import}/add", s.moderators(s.takeImport))
	mux.Handle("GET /imports/{import}/broken.csv", s.moderators(s.showBroken))
	mux.Handle("GET /entries/{id}", s.moderators(s.showEntry))
	mux.Handle("POST /entries/{id}/remove", s.moderators(s.takeRemoval))
	mux.Handle("GET /queue", s.moderators(s.showQueue))
	mux.Handle("POST /queue/decide", s.moderators(s.takeBulk))
	mux.Handle("POST /queue/next", s.moderators(s.takeNext))
	mux.Handle("POST /queue/undo", s.moderators(s.takeUndoBulk))
	mux.Handle("GET /cases/{listing}", s.moderators(s.showCase))
	mux.Handle("POST /cases/{listing}/claim", s.moderators(s.takeClaim))
	mux.Handle("POST /cases/{listing}/skip", s.moderators(s.takeSkip))
	mux.Handle("POST /cases/{listing}/decide", s.moderators(s.takeDecision))
	mux.Handle("POST /cases/{listing}/reopen", s.moderators(s.takeReopen))
	mux.Handle("GET /log", s.moderators(s.showLog))
	mux.Handle("/", s.moderators(s.showNothing))
	return s.guard(http.NewCrossOriginProtection().Handler(limited(mux))), nil
}

// limited lets nobody send more than forms need, but for files, whose handler has a limit of its own.
func limited(next http.Handler) http.Handler {
	small := http.MaxBytesHandler(next, 64<<10)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/imports" {
			next.ServeHTTP(w, r)
			return
		}
		small.ServeHTTP(w, r)
	})
}

const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard sets what every answer says to the browser about safety.
func (s *console) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store") // the assets say otherwise
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
