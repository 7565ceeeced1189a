package storefront

import (
	"net/http"
	"strings"

	"lightshare/web/view/words"
)

// languageCookie is the cookie that keeps the language a visitor chose.
func (f *Front) languageCookie() string {
	if f.SessionsSecure {
		return "__Host-lang"
	}
	return "lang"
}

// languageLife is how long that is kept, in seconds.
const languageLife = 365 * 24 * 60 * 60

// inLanguage returns the request with the language that its answer is drawn in: the one that its address asks for, which
// is then kept; the one that was kept; the one that the browser prefers.
func (f *Front) inLanguage(w http.ResponseWriter, r *http.Request) *http.Request {
	w.Header().Add("Vary", "Accept-Language, Cookie")
	if l, ok := words.Tagged(r.URL.Query().Get("lang")); ok {
		http.SetCookie(w, &http.Cookie{
			Name: f.languageCookie(), Value: l.Tag(), Path: "/", MaxAge: languageLife, HttpOnly: true,
			Secure: f.SessionsSecure, SameSite: http.SameSiteLaxMode,
		})
		return r.WithContext(words.With(r.Context(), l))
	}
	if c, err := r.Cookie(f.languageCookie()); err == nil {
		if l, ok := words.Tagged(c.Value); ok {
			return r.WithContext(words.With(r.Context(), l))
		}
	}
	return r.WithContext(words.With(r.Context(), words.Preferred(r.Header.Get("Accept-Language"))))
}

// here is the address under which the page can be read in another language: its own, or, of an answer to a form, that of
// the thing it is about.
func here(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return r.URL.RequestURI()
	}
	if lot := r.PathValue("lot"); lot != "" {
		return "/lots/" + lot
	}
	if path := "/" + strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 2)[0]; path == "/sign-in" || path == "/account" {
		return path
	}
	return "/"
}
