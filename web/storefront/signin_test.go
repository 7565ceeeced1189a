package storefront

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// mailed asks for a link and returns its path.
func (v *visitor) mailed(email, next string) string {
	v.Helper()
	v.post("/sign-in", url.Values{"email": {email}, "next": {next}})
	link, err := url.Parse(v.front.caught.Letters()[0].Link)
	if err != nil {
		v.Fatal(err)
	}
	return link.Path
}

func TestSignIn(t *testing.T) {
	v := newWorld(t).open().visitor()
	sent := v.post("/sign-in", url.Values{"email": {" Ann@Example.com "}, "next": {"/bids"}})
	sent.has(t, "A link is on its way", "ann@example.com", "/dev/mail")
	v.get("/dev/mail").has(t, "Sign in to Lightshare", `data-mail-to="ann@example.com"`)

	link := v.mailed("ann@example.com", "/bids")
	v.get(link).has(t, "You are about to sign in as", "ann@example.com")
	v.get(link) // a program that opens links in mail beforehand does not use them up
	in := v.post(link, nil)
	if in.at.Path != "/bids" {
		t.Errorf("signing in leads to %s, want /bids", in.at.Path)
	}
	in.has(t, "You are signed in.", "ann@example.com", "Sign out")
	if p := v.visitor().post(link, nil); p.status != http.StatusGone {
		t.Errorf("a link used twice = %d, want 410", p.status)
	}
	v.post("/sign-out", nil)
	if p := v.get("/bids"); p.at.Path != "/sign-in" {
		t.Errorf("after signing out /bids leads to %s, want /sign-in", p.at.Path)
	}
}

func TestSignInKeepsTheAccount(t *testing.T) {
	v := newWorld(t).open().visitor()
	first := v.signIn("ann@example.com")
	if again := v.visitor().signIn("ann@example.com"); again != first {
		t.Errorf("the same address signs in as %s and %s", first, again)
	}
	if other := v.visitor().signIn("ben@example.com"); other == first {
		t.Errorf("two addresses sign in as %s", other)
	}
}

func TestSignInLinkGrowsOld(t *testing.T) {
	v := newWorld(t).open().visitor()
	link := v.mailed("ann@example.com", "/")
	v.clock.Advance(linkLife)
	if p := v.post(link, nil); p.status != http.StatusGone {
		t.Errorf("a link of a quarter of an hour = %d, want 410", p.status)
	}
	if p := v.post("/sign-in/"+strings.Repeat("a", 26), nil); p.status != http.StatusGone {
		t.Errorf("a made-up link = %d, want 410", p.status)
	}
}

// A session that somebody planted in a browser is worth nothing once its owner has signed in.
func TestSignInRenewsTheSession(t *testing.T) {
	w := newWorld(t)
	w.publish(w.saleOffer())
	v := w.open().visitor()
	v.post("/lots/"+song+"/buy", nil) // leaves a word for the sign-in page, and so a session
	home, _ := url.Parse(w.server.URL)
	before := v.Jar.Cookies(home)
	v.signIn("ann@example.com")
	after := v.Jar.Cookies(home)
	if len(before) != 1 || len(after) != 1 || before[0].Value == after[0].Value {
		t.Errorf("session before and after signing in: %v and %v, want another", before, after)
	}
}

func TestOwnPath(t *testing.T) {
	for next, want := range map[string]string{
		"/bids": "/bids", "/lots/x/bid?max=1.50": "/lots/x/bid?max=1.50", "": "/", "bids": "/", "//evil.example": "/",
		"https://evil.example/": "/", "/\\evil.example": "/", "javascript:alert(1)": "/", "/a\nb": "/", "http:///x": "/",
	} {
		if got := ownPath(next); got != want {
			t.Errorf("ownPath(%q) = %q, want %q", next, got, want)
		}
	}
}

func TestSignInRefused(t *testing.T) {
	v := newWorld(t).open().visitor()
	for _, bad := range []string{"", "ann", "ann@", "Ann <ann@example.com>", "a@b.c\r\nBcc: x@y.z", strings.Repeat("a", 250) + "@b.cc"} {
		p := v.post("/sign-in", url.Values{"email": {bad}})
		if p.status != http.StatusUnprocessableEntity {
			t.Errorf("sign-in as %q = %d, want 422", bad, p.status)
		}
		p.has(t, "That is not an e-mail address", `aria-invalid="true"`)
	}
	if n := len(v.front.caught.Letters()); n != 0 {
		t.Errorf("%d letters were sent to addresses that are none", n)
	}
	var last page
	for range v.front.limits.signInTo.limit.burst + 1 {
		last = v.post("/sign-in", url.Values{"email": {"ann@example.com"}})
	}
	if last.status != http.StatusTooManyRequests {
		t.Errorf("one letter more than allowed = %d, want 429", last.status)
	}
}
