package view

import (
	"net/http"

	"lightshare/web/view/words"
)

// languageLife is how long the choice of a language is kept, in seconds.
const languageLife = 365 * 24 * 60 * 60

// InLanguage returns the request with the language that its answer is drawn in: the one that its address asks for, which
// is then kept in the cookie; the one that was kept; the one that the browser prefers.
func InLanguage(w http.ResponseWriter, r *http.Request, cookie string, secure bool) *http.Request {
	w.Header().Add("Vary", "Accept-Language, Cookie")
	in := func(l words.Language) *http.Request { return r.WithContext(words.With(r.Context(), l)) }
	if l, ok := words.Tagged(r.URL.Query().Get("lang")); ok {
		http.SetCookie(w, &http.Cookie{
			Name: cookie, Value: l.Tag(), Path: "/", MaxAge: languageLife, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
		})
		return in(l)
	}
	if c, err := r.Cookie(cookie); err == nil {
		if l, ok := words.Tagged(c.Value); ok {
			return in(l)
		}
	}
	return in(words.Preferred(r.Header.Get("Accept-Language")))
}

// Here is the address under which a page can be read in another language; empty for the answer to a form.
func Here(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return r.URL.RequestURI()
	}
	return ""
}
