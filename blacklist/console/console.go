package console

import (
	"context"
	"embed"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
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
	FindLog(q blacklist.LogQuery) blacklist.LogPage
	// Check follows the chain of every fact on disk.
	Check(ctx context.Context) (blacklist.Checked, error)
	// Export calls f with everything that was decided, in the journal's order.
	Export(ctx context.Context, f func(blacklist.Ruled) error) error
	Statistics(days int) []blacklist.Day
	Notices
	Now() time.Time
}

// Notices are what rights holders and sellers say, as moderators see it.
type Notices interface {
	Notices() []blacklist.NoticeStanding
	Notice(id string) (blacklist.NoticeStanding, bool)
	FileNotice(ctx context.Context, n events.TakedownNotice, by string) (id string, err error)
	CompleteNotice(ctx context.Context, id string, n events.TakedownNotice, by string) error
	// DecideNotice returns [events.Incomplete] when a notice is to be upheld that lacks something.
	DecideNotice(ctx context.Context, id string, uphold, list bool, by, reason string) error
	FileCounter(ctx context.Context, id string, c events.FileCounter) error
	NoteSuit(ctx context.Context, id, by, reason string) error
	Objections() []blacklist.Objected
	// DecideObjection returns [events.Decided] when none waits.
	DecideObjection(ctx context.Context, id events.ListingID, grant bool, by, reason string) error
	Holders() []blacklist.Holder
	Strikes(seller events.SellerID) []blacklist.Strike
	KeepParty(ctx context.Context, p blacklist.Party) (id string, err error)
	Party(ctx context.Context, id string) (blacklist.Party, error)
	ForgetParty(ctx context.Context, id string) error
}

// Config says what the pages work with.
type Config struct {
	Keeper     Keeper
	Moderators map[string]string // a token by each moderator's name
	Roles      map[string]Role   // of those who are no leads
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
	for name, role := range c.Roles {
		if _, known := c.Moderators[name]; !known || !slices.Contains(roles, role) {
			return nil, fmt.Errorf("role %q of %q: the roles are viewer, moderator and lead, of those who have a token", role, name)
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
	mux.Handle("POST /entries", s.may(Lead, s.takeEntry))
	mux.Handle("POST /entries/preview", s.moderators(s.previewEntry))
	mux.Handle("GET /batches", s.moderators(s.showBatches))
	mux.Handle("POST /batches", s.may(Lead, s.takeBatch))
	mux.Handle("POST /batches/preview", s.moderators(s.previewBatch))
	mux.Handle("POST /batches/{batch}/undo", s.may(Lead, s.takeUndo))
	mux.Handle("POST /imports", s.may(Lead, s.takeUpload))
	mux.Handle("GET /imports/{import}", s.moderators(s.showImport))
	mux.Handle("POST /imports/{import}/add", s.may(Lead, s.takeImport))
	mux.Handle("GET /imports/{import}/broken.csv", s.moderators(s.showBroken))
	mux.Handle("GET /entries/{id}", s.moderators(s.showEntry))
	mux.Handle("POST /entries/{id}/remove", s.may(Lead, s.takeRemoval))
	mux.Handle("GET /queue", s.moderators(s.showQueue))
	mux.Handle("POST /queue/decide", s.may(Moderator, s.takeBulk))
	mux.Handle("POST /queue/next", s.may(Moderator, s.takeNext))
	mux.Handle("POST /queue/undo", s.may(Moderator, s.takeUndoBulk))
	mux.Handle("GET /cases/{listing}", s.moderators(s.showCase))
	mux.Handle("POST /cases/{listing}/claim", s.may(Moderator, s.takeClaim))
	mux.Handle("POST /cases/{listing}/skip", s.may(Moderator, s.takeSkip))
	mux.Handle("POST /cases/{listing}/decide", s.may(Moderator, s.takeDecision))
	mux.Handle("POST /cases/{listing}/reopen", s.may(Moderator, s.takeReopen))
	mux.Handle("GET /notices", s.moderators(s.showNotices))
	mux.Handle("GET /notices/new", s.moderators(s.showNewNotice))
	mux.Handle("POST /notices/new", s.may(Moderator, s.takeNotice))
	mux.Handle("GET /notices/{notice}", s.moderators(s.showNotice))
	mux.Handle("POST /notices/{notice}/complete", s.may(Moderator, s.takeCompletion))
	mux.Handle("POST /notices/{notice}/decide", s.may(Moderator, s.takeNoticeDecision))
	mux.Handle("POST /notices/{notice}/counter", s.may(Moderator, s.takeCounter))
	mux.Handle("POST /notices/{notice}/suit", s.may(Moderator, s.takeSuit))
	mux.Handle("POST /notices/{notice}/forget", s.may(Lead, s.takeForgetting))
	mux.Handle("GET /objections", s.moderators(s.showObjections))
	mux.Handle("POST /objections/{listing}", s.may(Moderator, s.takeObjection))
	mux.Handle("GET /holders", s.moderators(s.showHolders))
	mux.Handle("GET /statistics", s.moderators(s.showStatistics))
	mux.Handle("GET /staff", s.moderators(s.showStaff))
	mux.Handle("GET /log", s.moderators(s.showLog))
	mux.Handle("POST /log", s.moderators(s.checkLog))
	mux.Handle("GET /log/{format}", s.moderators(s.exportLog))
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
		next.ServeHTTP(w, view.InLanguage(w, r, s.languageCookie(), s.Secure))
	})
}
