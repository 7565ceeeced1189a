package storefront

import (
	"net/http"
	"net/url"
	"strings"

	"lightshare/events"
)

// Keys of a session.
const (
	userKey  = "user"
	emailKey = "email"
	flashKey = "flash" // a sentence for the next page
)

// A viewer is who looks at a page: nobody known, or somebody signed in.
type viewer struct {
	User  events.UserID // empty for nobody
	Email string
}

func (f *Front) viewer(r *http.Request) viewer {
	return viewer{
		User:  events.UserID(f.sessions.GetString(r.Context(), userKey)),
		Email: f.sessions.GetString(r.Context(), emailKey),
	}
}

// toSignIn sends the visitor to sign in and from there to the given path.
func (f *Front) toSignIn(w http.ResponseWriter, r *http.Request, next string) error {
	http.Redirect(w, r, "/sign-in?next="+url.QueryEscape(next), http.StatusSeeOther)
	return nil
}

// signInPath leads to signing in and back to the page that is shown.
func signInPath(r *http.Request) string {
	if r.Method != http.MethodGet || strings.HasPrefix(r.URL.Path, "/sign-in") || r.URL.Path == "/" {
		return "/sign-in"
	}
	return "/sign-in?next=" + url.QueryEscape(r.URL.RequestURI())
}

// ownPath returns next if it is a path on this site, else "/": nobody is sent elsewhere by a link that looks like ours.
func ownPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

// flash leaves a sentence for the visitor's next page.
func (f *Front) flash(r *http.Request, sentence string) {
	f.sessions.Put(r.Context(), flashKey, sentence)
}
