package deliver

import (
	"net/http"
	"slices"
	"strings"
)

// admit answers a web page's browser as to whether the page may ask (Fetch, section "CORS protocol"), and reports
// whether it may. A request without an Origin comes from no page.
func admit(w http.ResponseWriter, r *http.Request, origins []string) bool {
	w.Header().Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	if !slices.Contains(origins, origin) {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Set("Access-Control-Expose-Headers", "Accept-Ranges, Content-Length, Content-Range, ETag")
	return true
}

// preflight answers the question that a browser asks ahead of a request. Browsers that guard the way from a public page
// into a private network ask in a header of their own, which has had two names.
func preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "GET, HEAD")
	h.Set("Access-Control-Allow-Headers", "Authorization, Range, If-Range")
	h.Set("Access-Control-Max-Age", "600")
	for _, network := range []string{"Private", "Local"} {
		asked := "Access-Control-Request-" + network + "-Network"
		h.Add("Vary", asked)
		if strings.EqualFold(r.Header.Get(asked), "true") {
			h.Set("Access-Control-Allow-"+network+"-Network", "true")
		}
	}
	w.WriteHeader(http.StatusNoContent)
}
