package console

import (
	"net/http"

	"lightshare/events"
)

type signInView struct {
	Name  string
	Error string
}

func (s *console) showSignIn(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.moderator(r); ok {
		http.Redirect(w, r, "/queue", http.StatusSeeOther)
		return
	}
	s.render(w, r, http.StatusOK, signInPage(s.page(r, "", say(r.Context(), "Sign in")), signInView{}))
}

func (s *console) takeSignIn(w http.ResponseWriter, r *http.Request) {
	name, token := r.PostFormValue("name"), r.PostFormValue("token")
	again := func(status int, words string) {
		s.render(w, r, status, signInPage(s.page(r, "", say(r.Context(), "Sign in")), signInView{Name: name, Error: words}))
	}
	switch {
	case !s.signIn.allows(r):
		w.Header().Set("Retry-After", "10")
		again(http.StatusTooManyRequests, heard(r.Context(), events.RateLimited.Words()))
	case !s.isModerator(name, token):
		s.signIn.failed(r)
		s.Log.WarnContext(r.Context(), "sign-in refused")
		again(http.StatusUnprocessableEntity, say(r.Context(), "Name and token do not belong together. Check both and try again."))
	default:
		http.SetCookie(w, s.session(name))
		http.Redirect(w, r, "/queue", http.StatusSeeOther)
	}
}

func (s *console) takeSignOut(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, s.cookie("", -1))
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}
