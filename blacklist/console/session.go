package console

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// sessionLength is how long a moderator stays signed in.
const sessionLength = 12 * time.Hour

// moderators lets only moderators through to page and says who it is.
func (s *console) moderators(page func(w http.ResponseWriter, r *http.Request, name string)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok := s.moderator(r)
		if !ok {
			http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
			return
		}
		page(w, r, name)
	})
}

// moderator returns who is signed in. The cookie says it itself, signed with what only that moderator's token gives: it
// is good in every replica, and void once the token is changed.
func (s *console) moderator(r *http.Request) (string, bool) {
	cookie, err := r.Cookie(s.cookieName())
	if err != nil {
		return "", false
	}
	said, signature, _ := strings.Cut(cookie.Value, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(said)
	if err != nil {
		return "", false
	}
	until, name, _ := strings.Cut(string(decoded), " ")
	token, known := s.Moderators[name]
	ends, err := strconv.ParseInt(until, 10, 64)
	if err != nil || !known || !s.Now().Before(time.Unix(ends, 0)) || !hmac.Equal([]byte(signature), []byte(sign(said, token))) {
		return "", false
	}
	return name, true
}

// session returns the cookie for a moderator.
func (s *console) session(name string) *http.Cookie {
	said := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", s.Now().Add(sessionLength).Unix(), name))
	return s.cookie(said+"."+sign(said, s.Moderators[name]), int(sessionLength.Seconds()))
}

func (s *console) cookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: s.cookieName(), Value: value, Path: "/", MaxAge: maxAge, Secure: s.Secure, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

func (s *console) cookieName() string {
	if s.Secure {
		return "__Host-moderator"
	}
	return "moderator"
}

// languageCookie is the cookie that keeps the language a moderator chose.
func (s *console) languageCookie() string {
	if s.Secure {
		return "__Host-lang"
	}
	return "moderator-lang"
}

func sign(said, token string) string {
	mac := hmac.New(sha256.New, []byte("lightshare console 1\n"+token))
	mac.Write([]byte(said))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// isModerator reports whether the token is that of the name. It takes as long for a name that does not exist.
func (s *console) isModerator(name, token string) bool {
	want, known := s.Moderators[name]
	a, b := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && known
}

const (
	signInBurst   = 5                // wrong tokens at once from one address
	signInEvery   = 10 * time.Second // one more afterwards
	mostAddresses = 10_000           // remembered at a time
)

// limiter slows down those who guess.
type limiter struct {
	now func() time.Time

	mu    sync.Mutex
	wrong map[string]*rate.Limiter // guarded by mu; by address
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, wrong: make(map[string]*rate.Limiter)}
}

// allows reports whether the sender may try; failed says that he was wrong.
func (l *limiter) allows(r *http.Request) bool { return l.of(r).TokensAt(l.now()) >= 1 }
func (l *limiter) failed(r *http.Request)      { l.of(r).AllowN(l.now(), 1) }

func (l *limiter) of(r *http.Request) *rate.Limiter {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wrong[address] == nil {
		if len(l.wrong) >= mostAddresses {
			clear(l.wrong)
		}
		l.wrong[address] = rate.NewLimiter(rate.Every(signInEvery), signInBurst)
	}
	return l.wrong[address]
}
