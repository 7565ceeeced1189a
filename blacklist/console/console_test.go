package console_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightshare/blacklist"
	"lightshare/blacklist/console"
	"lightshare/events"
	"lightshare/events/bus/embedded"
	"lightshare/events/journal"
)

const seller = events.SellerID("abcdefghijklmnop")

// A site is a console with a keeper behind it, as one browser sees it.
type site struct {
	t      *testing.T
	keeper *blacklist.Keeper
	url    string
	client *http.Client
	now    time.Time
	clock  *journal.Clock // of the keeper
}

func newSite(t *testing.T) *site {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	clock := journal.NewClock()
	keeper, err := blacklist.Open(t.Context(), blacklist.Config{NC: embedded.Test(t), Log: quiet, Clock: clock,
		Entries: []events.Entry{{ID: "d1", Artist: "Adele", Title: "Hello", Source: "chart"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keeper.Close() })
	s := &site{t: t, keeper: keeper, clock: clock, now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	handler, err := console.New(console.Config{Keeper: keeper, Log: quiet, Now: func() time.Time { return s.now },
		Moderators: map[string]string{"mina": "a-token-of-mina", "jun": "a-token-of-jun", "vera": "a-token-of-vera", "moe": "a-token-of-moe"},
		Roles:      map[string]console.Role{"vera": console.Viewer, "moe": console.Moderator}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s.url = server.URL
	s.client = newClient(t)
	return s
}

func newClient(t *testing.T) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// colleague is the same console in the browser of another moderator, who has signed in.
func (s *site) colleague(name, token string) *site {
	s.t.Helper()
	other := *s
	other.client = newClient(s.t)
	answer, _ := other.post("/sign-in", "name", name, "token", token)
	other.wantDone(answer, "/queue")
	return &other
}

func (s *site) home() *url.URL {
	home, err := url.Parse(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	return home
}

func (s *site) do(req *http.Request, err error) (*http.Response, string) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer, string(body)
}

func (s *site) get(path string) (*http.Response, string) {
	s.t.Helper()
	return s.do(http.NewRequest("GET", s.url+path, nil))
}

func (s *site) post(path string, fields ...string) (*http.Response, string) {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return s.send(path, form)
}

func (s *site) send(path string, form url.Values) (*http.Response, string) {
	s.t.Helper()
	req, err := http.NewRequest("POST", s.url+path, strings.NewReader(form.Encode()))
	if err == nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return s.do(req, err)
}

func (s *site) signIn() {
	s.t.Helper()
	answer, _ := s.post("/sign-in", "name", "mina", "token", "a-token-of-mina")
	s.wantDone(answer, "/queue")
}

func (s *site) wantDone(answer *http.Response, at string) {
	s.t.Helper()
	if got := answer.Header.Get("Location"); answer.StatusCode != http.StatusSeeOther || got != at {
		s.t.Fatalf("%s %s = %d to %q, want 303 to %q", answer.Request.Method, answer.Request.URL.Path, answer.StatusCode, got, at)
	}
}

func (s *site) want(answer *http.Response, body string, status int, texts ...string) {
	s.t.Helper()
	where := answer.Request.Method + " " + answer.Request.URL.Path
	if answer.StatusCode != status {
		s.t.Errorf("%s = %d, want %d", where, answer.StatusCode, status)
	}
	for _, text := range texts {
		if !strings.Contains(body, text) {
			s.t.Errorf("%s does not say %q:\n%s", where, text, body)
		}
	}
}

func TestSignIn(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/queue", "/entries", "/entries/d1", "/log", "/nothing"} {
		answer, _ := s.get(path)
		s.wantDone(answer, "/sign-in")
	}
	answer, _ := s.post("/entries", "artist", "a", "title", "b", "reason", "c")
	s.wantDone(answer, "/sign-in")
	if n := s.keeper.Entries("", 1).Total; n != 1 {
		t.Fatalf("%d entries after a stranger's form, want 1", n)
	}

	answer, body := s.post("/sign-in", "name", "mina", "token", "a-token-of-jun")
	s.want(answer, body, http.StatusUnprocessableEntity, "do not belong together", `value="mina"`)
	answer, _ = s.post("/sign-in", "name", "mina", "token", "a-token-of-mina")
	s.wantDone(answer, "/queue")
	cookie := answer.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" {
		t.Errorf("session cookie %+v, want HttpOnly, SameSite=Strict, for all paths", cookie)
	}
	answer, body = s.get("/queue")
	s.want(answer, body, http.StatusOK, "mina", "Nothing waits for you here")

	s.now = s.now.Add(13 * time.Hour)
	answer, _ = s.get("/queue")
	s.wantDone(answer, "/sign-in")
}

func TestForgedSession(t *testing.T) {
	s := newSite(t)
	s.signIn()
	home := s.home()
	good := s.client.Jar.Cookies(home)[0]
	for name, value := range map[string]string{
		"another signature": good.Value[:len(good.Value)-4] + "AAAA",
		"no signature":      strings.SplitAfter(good.Value, ".")[0],
		"somebody else":     "MTg5MzQ1NjAwMCBqdW4" + good.Value[strings.Index(good.Value, "."):],
		"not readable":      "%%%.%%%",
		"nobody":            "",
	} {
		s.client.Jar.SetCookies(home, []*http.Cookie{{Name: good.Name, Value: value, Path: "/"}})
		if answer, _ := s.get("/queue"); answer.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: GET /held = %d, want 303 to the sign-in page", name, answer.StatusCode)
		}
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	s := newSite(t)
	for range 5 {
		answer, body := s.post("/sign-in", "name", "mina", "token", "guess")
		s.want(answer, body, http.StatusUnprocessableEntity)
	}
	answer, body := s.post("/sign-in", "name", "mina", "token", "a-token-of-mina")
	s.want(answer, body, http.StatusTooManyRequests, "too fast")
	s.now = s.now.Add(10 * time.Second)
	s.signIn()
}

func TestEntries(t *testing.T) {
	s := newSite(t)
	s.signIn()
	answer, body := s.post("/entries", "artist", "  ", "title", "Night <Train>", "reason", "")
	s.want(answer, body, http.StatusUnprocessableEntity, "Enter the artist", "Say why", `value="Night &lt;Train&gt;"`, `aria-describedby="artist-error"`)
	answer, body = s.post("/entries", "artist", "ADELE", "title", "hello", "reason", "r")
	s.want(answer, body, http.StatusConflict, "on the list already, as entry d1", `value="ADELE"`)

	answer, _ = s.post("/entries", "artist", "Zed", "title", "Night Train", "reason", "notice 7")
	s.wantDone(answer, "/entries?done=added")
	answer, body = s.get("/entries?done=added")
	s.want(answer, body, http.StatusOK, "Entry added", "2 entries", "Night Train")
	answer, body = s.get("/entries?q=ade")
	s.want(answer, body, http.StatusOK, "1 entry", "Adele", `value="ade"`)
	answer, body = s.get("/entries?q=nobody")
	s.want(answer, body, http.StatusOK, "No entry found")
	answer, body = s.get("/entries/d1")
	s.want(answer, body, http.StatusOK, "Adele – Hello", `action="/entries/d1/remove"`)

	answer, body = s.post("/entries/d1/remove", "reason", " ")
	s.want(answer, body, http.StatusUnprocessableEntity, "Say why", "Adele – Hello")
	answer, _ = s.post("/entries/d1/remove", "reason", "licensed")
	s.wantDone(answer, "/entries?done=removed")
	for _, gone := range []string{"d1", "zz"} {
		answer, body = s.post("/entries/"+gone+"/remove", "reason", "licensed")
		s.want(answer, body, http.StatusNotFound, "There is no such entry.")
	}
	answer, body = s.get("/log")
	s.want(answer, body, http.StatusOK, "mina", "added", "Zed – Night Train", "notice 7", "removed", "Adele – Hello", "licensed")
}

func TestPagesAreGuarded(t *testing.T) {
	s := newSite(t)
	s.signIn()
	for _, path := range []string{"/sign-in", "/queue", "/entries", "/log", "/nothing"} {
		answer, body := s.get(path)
		for header, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
			"Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "same-origin",
		} {
			if got := answer.Header.Get(header); !strings.HasPrefix(got, want) {
				t.Errorf("GET %s: %s: %q, want %q", path, header, got, want)
			}
		}
		if answer.StatusCode != http.StatusSeeOther && strings.Count(body, "<h1") != 1 {
			t.Errorf("GET %s has %d first headings, want 1", path, strings.Count(body, "<h1"))
		}
		if strings.Count(body, "<script") != strings.Count(body, `<script type="module" src="`) || strings.Contains(body, " style=") {
			t.Errorf("GET %s carries script or inline style", path)
		}
	}
	req, err := http.NewRequest("POST", s.url+"/entries/d1/remove", strings.NewReader("reason=r"))
	if err == nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	if answer, _ := s.do(req, err); answer.StatusCode != http.StatusForbidden {
		t.Errorf("a form from another site = %d, want 403", answer.StatusCode)
	}
	if _, ok := s.keeper.Entry("d1"); !ok {
		t.Error("a form from another site removed an entry")
	}
}

func TestStyleIsServed(t *testing.T) {
	s := newSite(t)
	_, body := s.get("/sign-in")
	for part := range strings.SplitSeq(body, `<link rel="stylesheet" href="`) {
		if path, _, ok := strings.Cut(part, `"`); ok && strings.HasSuffix(path, ".css") {
			answer, _ := s.get(path)
			if got := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || !strings.HasPrefix(got, "text/css") {
				t.Errorf("GET %s = %d %q, want a style sheet", path, answer.StatusCode, got)
			}
		}
	}
}

func TestShortTokenIsRefused(t *testing.T) {
	if _, err := console.New(console.Config{Moderators: map[string]string{"mina": "short"}}); err == nil {
		t.Error("New with a token of 5 bytes succeeded")
	}
}
