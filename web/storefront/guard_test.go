package storefront

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Whatever is asked for, the answer carries what protects whoever sees it.
func TestHeadersOnEveryRoute(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer())
	w.open()
	w.house.tellsTrails()
	handler := w.front.Handler()
	for _, route := range w.front.routes() {
		method, path, ok := strings.Cut(route.pattern, " ")
		if !ok {
			method, path = "GET", "/nothing-here"
		}
		path = strings.NewReplacer("{$}", "", "{lot}", picture, "{order}", "order-1", "{token}", "t").Replace(path)
		if strings.HasSuffix(path, "/live") {
			continue // streams do not end by themselves; their headers are in TestLotStream
		}
		t.Run(method+" "+path, func(t *testing.T) {
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, httptest.NewRequest(method, path, nil))
			h := rec.Result().Header
			csp := h.Get("Content-Security-Policy")
			for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
				if !strings.Contains(csp, part) {
					t.Errorf("policy %q has no %q", csp, part)
				}
			}
			if strings.Contains(csp, "unsafe") {
				t.Errorf("policy %q allows something unsafe", csp)
			}
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "same-origin",
			} {
				if got := h.Get(name); got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
			if rec.Code >= 500 {
				t.Errorf("status = %d: %s", rec.Code, rec.Body)
			}
		})
	}
}

// Only the page of an order, and the Worker that it starts, may talk to the seller's computer.
func TestOnlyDownloadsLeaveTheSite(t *testing.T) {
	w := newWorld(t)
	v := w.open().visitor()
	w.desk.set(anOrder(v.signIn("ann@example.com"), "delivering"))
	for path, want := range map[string]bool{"/": false, "/orders": false, "/orders/order-1": true, client.Path("download-worker.js"): true} {
		if got := strings.Contains(v.get(path).header.Get("Content-Security-Policy"), "connect-src 'self' http: https:"); got != want {
			t.Errorf("GET %s may connect anywhere: %t, want %t", path, got, want)
		}
	}
}

func TestOtherSitesCannotAct(t *testing.T) {
	w := newWorld(t).open()
	for path, want := range map[string]int{
		"/sign-in": http.StatusForbidden, "/sign-out": http.StatusForbidden, "/lots/" + picture + "/bid/confirm": http.StatusForbidden,
		"/stripe/webhook": http.StatusNoContent, "/agents": http.StatusBadRequest,
	} {
		r, _ := http.NewRequest("POST", w.server.URL+path, strings.NewReader("{}"))
		r.Header.Set("Origin", "https://evil.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("POST %s from another site = %d, want %d", path, res.StatusCode, want)
		}
	}
}

func TestProblems(t *testing.T) {
	w := newWorld(t).open()
	v := w.visitor()
	if p := v.get("/nothing-here"); p.status != http.StatusNotFound || !strings.Contains(p.body, "Nothing here") {
		t.Errorf("GET of nothing = %d %s", p.status, p.body)
	}
	if p := v.postJSON("/agents", map[string]string{"name": strings.Repeat("x", maxBody)}); p.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a request beyond the limit = %d, want 413", p.status)
	}
	v.signIn("ann@example.com")
	w.redis.Close() // what is our fault has a number, and says nothing about the inside
	p := v.get("/sign-in/token")
	if p.status != http.StatusInternalServerError || strings.Contains(p.body, "redis") || strings.Contains(p.body, "connect") {
		t.Errorf("a fault of ours = %d %s, want 500 without its cause", p.status, p.body)
	}
	p.has(t, "Our fault", "give us this number", "data-problem=")
	if p := v.get("/"); p.status != http.StatusOK {
		t.Errorf("the first page without Redis = %d, want 200", p.status)
	}
}

func TestEnrol(t *testing.T) {
	v := newWorld(t).open().visitor()
	v.postJSON("/agents", map[string]any{"name": "Ina", "at": 1}).has(t, `"seller":"`+string(seller)+`"`)
	if p := v.postJSON("/agents", map[string]any{}); p.status != http.StatusBadRequest || !strings.Contains(p.body, `"refusal":"malformed"`) {
		t.Errorf("an enrolment that does not hold = %d %s, want 400 malformed", p.status, p.body)
	}
	if p := v.get("/healthz"); p.status != http.StatusOK {
		t.Errorf("GET /healthz = %d, want 200", p.status)
	}
}
