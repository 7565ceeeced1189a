package storefront

import (
	"net/http"
	"strings"
)

// maxBody is the longest request that any form or client of ours sends, in bytes. The payment provider's events have a
// limit of their own.
const maxBody = 64 << 10

// maxProof is the longest proof that a file is another one, in bytes: that its leaves are, for a file of up to 48 GiB.
const maxProof = 32 << 20

// policy allows what our own files do and nothing else. Extra is where scripts may connect to beside us.
func policy(extra string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; worker-src 'self'; connect-src 'self'" + extra +
		"; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// anywhere lets the page of an order fetch the file from the seller's own computer, whose address nobody knows before.
const anywhere = " http: https:"

// guard holds for every request and every response, whatever the path.
func (f *Front) guard(next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	origins.AddInsecureBypassPattern("POST /stripe/webhook") // none of them comes from a browser with a session
	origins.AddInsecureBypassPattern("POST /agents")
	origins.AddInsecureBypassPattern("POST /agents/pair")
	origins.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.fail(w, r, errForbidden) }))
	inner := f.sessions.LoadAndSave(f.recover(origins.Handler(next)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.headers(w.Header())
		r = f.inLanguage(w, r)
		switch {
		case strings.HasPrefix(r.URL.Path, "/orders/") && strings.HasSuffix(r.URL.Path, "/mismatch"):
			r.Body = http.MaxBytesReader(w, r.Body, maxProof)
		case r.URL.Path != "/stripe/webhook":
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		}
		inner.ServeHTTP(w, r)
	})
}

func (f *Front) headers(h http.Header) {
	h.Set("Content-Security-Policy", policy(""))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
	h.Set("Cache-Control", "no-store")
	if strings.HasPrefix(f.BaseURL, "https:") {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// recover turns a panic of ours into a page with an id, so that one request cannot end the program unexplained.
func (f *Front) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if fault := recover(); fault == http.ErrAbortHandler {
				panic(fault)
			} else if fault != nil {
				f.fail(w, r, panicked{fault})
			}
		}()
		next.ServeHTTP(w, r)
	})
}
