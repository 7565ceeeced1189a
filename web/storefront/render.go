package storefront

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"lightshare/web/view"
)

// render draws a page whole before anything is sent, so that a fault cannot leave half a page.
func (f *Front) render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var page bytes.Buffer
	if err := c.Render(r.Context(), &page); err != nil {
		return fmt.Errorf("draw %s: %w", r.URL.Path, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding")
	// The page of an order holds a secret beside words of a stranger; squeezing the two together could tell it.
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && !strings.HasPrefix(r.URL.Path, "/orders/") {
		var squeezed bytes.Buffer
		z := gzip.NewWriter(&squeezed)
		z.Write(page.Bytes()) // a bytes.Buffer takes everything
		z.Close()
		h.Set("Content-Encoding", "gzip")
		page = squeezed
	}
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // the visitor may have gone
	return nil
}

// draw returns a component's HTML as a string, for a stream.
func draw(r *http.Request, c templ.Component) (string, error) {
	var b strings.Builder
	if err := c.Render(r.Context(), &b); err != nil {
		return "", fmt.Errorf("draw piece of %s: %w", r.URL.Path, err)
	}
	return b.String(), nil
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		return nil // the other side has gone: what we send can always be encoded
	}
	return nil
}

// frame is what the layout needs of a page with that title.
func (f *Front) frame(r *http.Request, title string) view.Page {
	v := f.viewer(r)
	p := view.Page{
		Title: title, Search: "/search", Suggest: "/suggest", Query: r.URL.Query().Get("q"), User: v.Email,
		SignIn: signInPath(r), SignOut: "/sign-out", Account: "/account", Now: f.Clock.Now(), Flash: f.sessions.PopString(r.Context(), flashKey),
		Scripts: []string{view.Asset("clock.js"), view.Asset("live.js"), view.Asset("suggest.js")},
		Nav:     []view.Link{{Href: "/browse", Text: say(r.Context(), "Browse")}}, Here: here(r),
	}
	if v.User != "" {
		p.Nav = append(p.Nav, view.Link{Href: "/watching", Text: say(r.Context(), "Watching")}, view.Link{Href: "/bids", Text: say(r.Context(), "My bids")},
			view.Link{Href: "/orders", Text: say(r.Context(), "Orders")}, view.Link{Href: "/library", Text: say(r.Context(), "Library")}, view.Link{Href: "/notices", Text: say(r.Context(), "Notices")})
	}
	for i := range p.Nav {
		p.Nav[i].Current = p.Nav[i].Href == r.URL.Path
	}
	if f.caught != nil {
		p.Footer = append(p.Footer, view.Link{Href: "/dev/mail", Text: say(r.Context(), "Development mail")})
	}
	return p
}
