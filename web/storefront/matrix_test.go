package storefront

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightshare/events"
	"lightshare/web/checkout"
)

// A verdict is what the door says to somebody.
type verdict string

const (
	enters    verdict = "enters" // what comes then is up to what he sends
	signsIn   verdict = "is sent to sign in"
	forbidden verdict = "is told no"   // 403
	unseen    verdict = "sees nothing" // 404: whether there is such a thing is not his business
)

// A row says who may use a route: somebody who is not signed in, who is but whose order it is not, and its owner. Foreign
// routes take requests from other sites' pages; all others that change something turn those down whoever's browser it is.
type row struct {
	stranger, other, owner verdict
	foreign                bool
	link                   bool // who holds the order's link counts as its owner
}

var (
	everybody = row{stranger: enters, other: enters, owner: enters}
	members   = row{stranger: signsIn, other: enters, owner: enters}
	owners    = row{stranger: signsIn, other: unseen, owner: enters}
	clients   = row{stranger: forbidden, other: unseen, owner: enters, link: true}
	streams   = row{stranger: forbidden, other: enters, owner: enters}
	machines  = row{stranger: enters, other: enters, owner: enters, foreign: true}
)

// matrix has a row for every route, and a route without one fails the test.
var matrix = map[string]row{
	"GET /{$}": everybody, "GET /browse": everybody, "GET /search": everybody, "GET /suggest": everybody, "GET /live": everybody,
	"GET /lots/{lot}": everybody, "GET /lots/{lot}/live": everybody, "GET /lots/{lot}/record": everybody,
	"GET /lots/{lot}/bid": members, "POST /lots/{lot}/bid": members, "POST /lots/{lot}/bid/confirm": members, "POST /lots/{lot}/buy": members,
	"GET /lots/{lot}/propose": members, "POST /lots/{lot}/propose": members, "POST /lots/{lot}/propose/confirm": members, "POST /lots/{lot}/propose/answer": members,
	"GET /lots/{lot}/retract": members, "POST /lots/{lot}/retract": members, "POST /lots/{lot}/chance": members,
	"GET /card": members, "POST /card": members, "GET /watching": members, "POST /watching": members, "GET /library": members,
	"GET /bids": members, "GET /bids/live": streams, "GET /notices": members, "GET /notices/live": streams, "GET /orders": members,
	"GET /orders/{order}": owners, "GET /orders/{order}/live": {stranger: forbidden, other: unseen, owner: enters, link: true},
	"POST /orders/{order}/ticket": clients, "POST /orders/{order}/peer": clients, "POST /orders/{order}/receipt": clients,
	"POST /orders/{order}/key": clients, "POST /orders/{order}/mismatch": clients,
	"GET /orders/{order}/refund": owners, "POST /orders/{order}/refund": {stranger: forbidden, other: unseen, owner: enters, link: true},
	"GET /account": members, "POST /account/pair": members, "GET /account/export": members, "POST /account/sessions": members, "GET /account/delete": members, "POST /account/delete": members,
	"GET /sign-in": everybody, "POST /sign-in": everybody, "GET /sign-in/{token}": everybody, "POST /sign-in/{token}": everybody, "POST /sign-out": everybody,
	"GET /dev/mail": everybody, "POST /agents": machines, "POST /agents/pair": machines, "POST /stripe/webhook": machines,
	"GET /healthz": everybody, "GET /house-key": {stranger: unseen, other: unseen, owner: unseen}, "GET /assets/": {stranger: unseen, other: unseen, owner: unseen}, "GET /client/": {stranger: unseen, other: unseen, owner: unseen},
	"/": {stranger: unseen, other: unseen, owner: unseen},
}

// request makes one of a route, about the order of somebody and a lot, as a form without anything in it.
func (v *visitor) request(pattern string, lot string) *http.Request {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = "GET", "/nothing-here"
	}
	path = strings.NewReplacer("{$}", "", "{lot}", lot, "{order}", "order-1", "{token}", "t").Replace(path)
	values := url.Values{"max": {"20"}, "price": {"50"}, "lot": {lot}, "id": {"1"}}
	if strings.Contains(path, "live") {
		path += "?lot=" + lot
	} else if strings.HasPrefix(path, "/lots/") && method == "GET" {
		path += "?" + values.Encode()
	}
	r, err := http.NewRequest(method, v.server.URL+path, strings.NewReader(values.Encode()))
	if err != nil {
		v.Fatal(err)
	}
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

// knocks returns what the door says to a request.
func (v *visitor) knocks(r *http.Request) (verdict, int) {
	v.Helper()
	ctx, leave := context.WithCancel(context.Background())
	defer leave() // a stream does not end by itself
	client := http.Client{Jar: v.Jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r.WithContext(ctx))
	if err != nil {
		v.Fatal(err)
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusForbidden:
		return forbidden, res.StatusCode
	case res.StatusCode == http.StatusNotFound:
		return unseen, res.StatusCode
	case res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/sign-in"):
		return signsIn, res.StatusCode
	}
	return enters, res.StatusCode
}

// Who may do what is the table above: every cell of it is tried, and every route has its row.
func TestMatrix(t *testing.T) {
	w := newWorld(t)
	auction, sale := w.auctionOffer(), w.saleOffer()
	sale.Terms.Proposals = true
	w.publish(auction, sale)
	w.stand(auction.Standing)
	w.stand(sale.Standing)
	w.open()
	w.house.answers(events.Answer{Refusal: events.Closed})
	stranger, other, owner := w.visitor(), w.visitor(), w.visitor()
	other.signIn("ben@example.com")
	o := anOrder(owner.signIn("ann@example.com"), checkout.Delivering)
	o.Refund.Left, o.Refund.AskUntil = o.Price, w.clock.Now().AddDate(0, 0, 1)
	w.desk.set(o)

	routes := make(map[string]bool)
	for _, route := range w.front.routes() {
		routes[route.pattern] = true
		if _, ok := matrix[route.pattern]; !ok {
			t.Errorf("nobody has said who may use %q", route.pattern)
		}
	}
	for _, pattern := range slices.Sorted(maps.Keys(matrix)) {
		if !routes[pattern] {
			t.Errorf("%q is in the table, but is no route", pattern)
			continue
		}
		row, lot := matrix[pattern], picture
		if strings.Contains(pattern, "propose") {
			lot = song
		}
		for who, want := range map[*visitor]verdict{stranger: row.stranger, other: row.other, owner: row.owner} {
			if pattern == "POST /sign-out" && who != stranger {
				continue // it ends the sessions that the other cells need; tried by TestSignOut
			}
			w.desk.set(o) // who bought last had it else
			if got, status := who.knocks(who.request(pattern, lot)); got != want {
				t.Errorf("%s by %s: %s (%d), want: %s", pattern, map[*visitor]string{stranger: "a stranger", other: "another member", owner: "the owner"}[who], got, status, want)
			}
		}
		if !strings.HasPrefix(pattern, "GET ") && pattern != "/" {
			r := owner.request(pattern, lot)
			r.Header.Set("Origin", "https://evil.example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			if got, status := owner.knocks(r); (got == forbidden) == row.foreign {
				t.Errorf("%s from another site's page, in the owner's browser: %s (%d)", pattern, got, status)
			}
		}
		if strings.Contains(pattern, "{order}") {
			w.tryLinks(t, stranger, pattern, row)
		}
	}
}

// tryLinks asks with the order's link instead of a session, and with that of another order.
func (w *world) tryLinks(t *testing.T, v *visitor, pattern string, row row) {
	for secret, want := range map[string]verdict{w.desk.Link("order-1"): enters, w.desk.Link("order-2"): forbidden} {
		r := v.request(pattern, picture)
		r.Header.Set("Authorization", "Bearer "+secret)
		if !row.link {
			want = signsIn
		}
		if got, status := v.knocks(r); got != want {
			t.Errorf("%s with the link %s: %s (%d), want: %s", pattern, secret, got, status, want)
		}
	}
}

var inline = regexp.MustCompile(`(?i)<[^>]* (on[a-z]+|style)=|<script(?: type="module")?>|javascript:`)

// Behind HTTPS every cookie is bound to this host and out of scripts' reach, every answer asks for HTTPS, and no page
// holds script or style of its own.
func TestCookiesAndPagesOfEveryRoute(t *testing.T) {
	w := newWorld(t)
	w.secure = true
	auction := w.auctionOffer()
	w.publish(auction, w.saleOffer())
	w.stand(auction.Standing)
	w.open()
	w.desk.set(anOrder("ann", checkout.Delivering))
	cookies := make(map[string]bool)
	for pattern := range matrix {
		v := w.visitor()
		r := v.request(pattern, picture)
		if strings.HasSuffix(r.URL.Path, "live") {
			continue // no page
		}
		q := r.URL.Query()
		q.Set("lang", "ko")
		r.URL.RawQuery = q.Encode()
		client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		res, err := client.Do(r)
		p := v.read(res, err)
		for _, c := range res.Cookies() {
			cookies[c.Name] = true
			if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("%s sets the cookie %s, want Secure, HttpOnly, SameSite=Lax, Path=/ and no Domain", pattern, c)
			}
		}
		if got := p.header.Get("Strict-Transport-Security"); !strings.Contains(got, "max-age=31536000") {
			t.Errorf("%s: Strict-Transport-Security = %q", pattern, got)
		}
		if p.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s lets other origins read", pattern)
		}
		if found := inline.FindString(p.body); found != "" && strings.HasPrefix(p.header.Get("Content-Type"), "text/html") {
			t.Errorf("%s holds %q", pattern, found)
		}
	}
	if !cookies["__Host-session"] || !cookies["__Host-lang"] || len(cookies) != 2 {
		t.Errorf("cookies %v, want __Host-session and __Host-lang alone", slices.Collect(maps.Keys(cookies)))
	}
}
