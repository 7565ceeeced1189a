package storefront

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"lightshare/web/storefront/redis"
)

var sessionField = regexp.MustCompile(`name="session" value="([^"]+)"`)

// Somebody sees every browser in which he is signed in, and signs out each, or all; nobody ends a session of another's.
func TestSessionsAreListedAndEnded(t *testing.T) {
	w := newWorld(t)
	w.open()
	phone, desk, other := w.visitor(), w.visitor(), w.visitor()
	me := phone.signIn("ann@example.com")
	desk.signIn("ann@example.com")
	ben := other.signIn("ben@example.com")
	p := desk.get("/account")
	p.has(t, "Where you are signed in", "this browser")
	fields := sessionField.FindAllStringSubmatch(p.body, -1)
	if len(fields) != 1 {
		t.Fatalf("the desk can end %d other sessions, want that of the phone:\n%s", len(fields), p.body)
	}
	session := fields[0][1]

	other.post("/account/sessions", url.Values{"session": {session}})
	phone.get("/account").has(t, "ann@example.com")
	if body := other.get("/account").body; strings.Contains(body, session) {
		t.Error("ben sees a session of ann's")
	}

	desk.post("/account/sessions", url.Values{"session": {session}}).has(t, "That browser is signed out.")
	if body := phone.get("/account").body; strings.Contains(body, "ann@example.com") {
		t.Errorf("the phone is still signed in:\n%s", body)
	}
	if body := desk.get("/account").body; strings.Contains(body, session) {
		t.Error("a session that has ended is still listed")
	}

	// A request that was under way when its session was ended keeps nothing.
	store := redis.NewSessions(w.front.Redis, w.front.Log)
	if err := store.CommitCtx(context.Background(), session, []byte("kept late"), w.clock.Now().AddDate(1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	if _, found, err := store.FindCtx(context.Background(), session); err != nil || found {
		t.Errorf("a session that was ended is found: %v, %v", found, err)
	}

	phone.signIn("ann@example.com")
	phone.post("/account/sessions", url.Values{"all": {"yes"}}).has(t, "You are signed out everywhere.")
	for _, v := range []*visitor{phone, desk} {
		if body := v.get("/account").body; strings.Contains(body, "ann@example.com") {
			t.Error("somebody who signed out everywhere is signed in")
		}
	}
	if all, err := w.front.devices.Of(context.Background(), me); err != nil || len(all) != 0 {
		t.Errorf("sessions left: %v, %v", all, err)
	}
	other.get("/account").has(t, "ben@example.com")
	other.post("/sign-out", nil)
	if all, err := w.front.devices.Of(context.Background(), ben); err != nil || len(all) != 0 {
		t.Errorf("sessions after a sign-out: %v, %v", all, err)
	}
}

func TestDeviceOf(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0":                "Edge on Windows",
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                               "Firefox on Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile Safari/604.1":     "Safari on iPhone",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36":         "Samsung Internet on Android",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Whale/4.33 Safari/537.36":               "Whale on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 <script>x</script>": "Chrome on macOS",
		"curl/8.9": "A browser that is not known", "": "A browser that is not known",
	} {
		if got := deviceName(context.Background(), deviceOf(agent)); got != want {
			t.Errorf("deviceOf(%q) = %s, want %s", agent, got, want)
		}
	}
}
