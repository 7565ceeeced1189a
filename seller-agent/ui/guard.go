package ui

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"lightshare/web/view"
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'"

const (
	cookieName = "lightshare-desk"
	cookieLife = 30 * 24 * time.Hour
	linkLife   = time.Hour
	maxBody    = 16 << 20 // a list of a hundred thousand files is sent back
)

// A gate lets nobody in but the seller. Safe for concurrent use.
type gate struct {
	hosts []string // exactly as browsers send them
	token string
	now   func() time.Time

	mu    sync.Mutex
	codes map[string]time.Time // guarded by mu; each works once, until then
}

// secret returns 256 random bits as text.
func secret() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// code returns a new code that lets a browser in, once.
func (g *gate) code() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c, until := range g.codes {
		if g.now().After(until) {
			delete(g.codes, c)
		}
	}
	c := secret()
	g.codes[c] = g.now().Add(linkLife)
	return c
}

// redeem reports whether the code lets in, which it will not do again.
func (g *gate) redeem(c string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	until, ok := g.codes[c]
	delete(g.codes, c)
	return ok && g.now().Before(until)
}

// pass is the value of the cookie. It follows from the token, so that it is good after a restart.
func (g *gate) pass() string {
	mac := hmac.New(sha256.New, []byte(g.token))
	mac.Write([]byte("lightshare desk cookie 1"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// knows reports whether the request shows the token, or the cookie.
func (g *gate) knows(r *http.Request) (byToken, byCookie bool) {
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return equal(bearer, g.token), false
	}
	cookie, err := r.Cookie(cookieName)
	return false, err == nil && equal(cookie.Value, g.pass())
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// fromPage reports whether a browser says that the request comes from this very page. One that is too old to say so, or a
// page elsewhere, is not believed.
func (g *gate) fromPage(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	return r.Header.Get("Origin") == "http://"+r.Host
}

// guard holds for every request, whatever the path. next is for the seller alone; public is for whoever has the host right.
func (s *desk) guard(public, next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	origins.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, http.StatusForbidden, say(r.Context(), "This was asked for by another site, and was not done."))
	}))
	next = origins.Handler(http.MaxBytesHandler(next, maxBody))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
		h.Set("Cache-Control", "no-store") // the assets say otherwise
		if !slices.Contains(s.gate.hosts, r.Host) {
			http.Error(w, "There is nothing here under this name.", http.StatusMisdirectedRequest)
			return
		}
		if strings.HasPrefix(r.URL.Path, "/assets/") || strings.HasPrefix(r.URL.Path, "/desk/") {
			public.ServeHTTP(w, r)
			return
		}
		r = view.InLanguage(w, r, "lightshare-desk-lang", false)
		byToken, byCookie := s.gate.knows(r)
		if r.URL.Path == "/open" {
			public.ServeHTTP(w, r)
			return
		}
		safe := r.Method == http.MethodGet || r.Method == http.MethodHead
		switch {
		case byToken || byCookie && safe && r.Header.Get("Sec-Fetch-Site") != "cross-site":
		case byCookie && !safe && s.gate.fromPage(r):
		case byCookie:
			s.refuse(w, r, http.StatusForbidden, say(r.Context(), "This was asked for by another site, and was not done."))
			return
		default:
			s.stranger(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// takeCode lets a browser in that comes with a code.
func (s *desk) takeCode(w http.ResponseWriter, r *http.Request) {
	if !s.gate.redeem(r.URL.Query().Get("once")) {
		s.stranger(w, r)
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: s.gate.pass(), Path: "/", MaxAge: int(cookieLife.Seconds()), HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	w.Header().Set("Refresh", "0; url=/") // a redirect would be part of the navigation from elsewhere, and lack the cookie
	s.draw(w, r, http.StatusOK, welcomePage(s.page(r, say(r.Context(), "Welcome"))))
}

// stranger says how one gets in.
func (s *desk) stranger(w http.ResponseWriter, r *http.Request) {
	if wantsJSON(r) {
		s.refuse(w, r, http.StatusUnauthorized, say(r.Context(), "The token is missing or wrong."))
		return
	}
	p := s.page(r, say(r.Context(), "Your page is locked"))
	p.Nav, p.Live, p.Scripts = nil, "", nil
	s.draw(w, r, http.StatusUnauthorized, lockedPage(p))
}
