package storefront

import (
	"net/http"
	"strings"

	"lightshare/web/view"
)

// languageCookie is the cookie that keeps the language a visitor chose.
func (f *Front) languageCookie() string {
	if f.SessionsSecure {
		return "__Host-lang"
	}
	return "lang"
}

// inLanguage returns the request with the language that its answer is drawn in.
func (f *Front) inLanguage(w http.ResponseWriter, r *http.Request) *http.Request {
	return view.InLanguage(w, r, f.languageCookie(), f.SessionsSecure)
}

// here is the address under which the page can be read in another language: its own, or, of an answer to a form, that of
// the thing it is about.
func here(r *http.Request) string {
	if at := view.Here(r); at != "" {
		return at
	}
	if lot := r.PathValue("lot"); lot != "" {
		return "/lots/" + lot
	}
	if path := "/" + strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 2)[0]; path == "/sign-in" || path == "/account" {
		return path
	}
	return "/"
}
