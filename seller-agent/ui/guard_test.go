package ui

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"log/slog"
)

func TestOnlyTheSellerIsAnswered(t *testing.T) {
	v := newVisit(t, newStand())
	_, port, _ := net.SplitHostPort(v.http.Listener.Addr().String())
	bearer := "Authorization: Bearer " + token
	for name, tc := range map[string]struct {
		headers []string
		get     int
		post    int
	}{
		"the page itself":                   {nil, 200, 303},
		"under localhost":                   {[]string{"Host: localhost:" + port}, 200, 303},
		"a program with the token":          {[]string{"Cookie: ", "Sec-Fetch-Site: ", bearer}, 200, 303},
		"an old browser that says Origin":   {[]string{"Sec-Fetch-Site: ", "Origin: " + v.http.URL}, 200, 303},
		"an old browser that says nothing":  {[]string{"Sec-Fetch-Site: "}, 200, 403},
		"nobody":                            {[]string{"Cookie: "}, 401, 401},
		"a wrong cookie":                    {[]string{"Cookie: " + cookieName + "=x"}, 401, 401},
		"the token as a cookie":             {[]string{"Cookie: " + cookieName + "=" + token}, 401, 401},
		"a wrong token":                     {[]string{"Authorization: Bearer x"}, 401, 401},
		"another site":                      {[]string{"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"}, 403, 403},
		"another port of this computer":     {[]string{"Sec-Fetch-Site: same-site", "Origin: http://127.0.0.1:1"}, 200, 403},
		"another origin, old browser":       {[]string{"Sec-Fetch-Site: ", "Origin: http://evil.example"}, 200, 403},
		"a rebound name":                    {[]string{"Host: evil.example:" + port}, 421, 421},
		"a name under localhost":            {[]string{"Host: evil.localhost:" + port}, 421, 421},
		"a name that holds the address":     {[]string{"Host: 127.0.0.1.nip.io:" + port}, 421, 421},
		"another port in the host":          {[]string{"Host: 127.0.0.1:1"}, 421, 421},
		"no port in the host":               {[]string{"Host: 127.0.0.1"}, 421, 421},
		"the address for IPv6":              {[]string{"Host: [::1]:" + port}, 421, 421},
		"a rebound name with the token":     {[]string{"Host: evil.example:" + port, bearer}, 421, 421},
		"a capital letter in the host":      {[]string{"Host: LOCALHOST:" + port}, 421, 421},
		"a web socket of another site":      {[]string{"Sec-Fetch-Site: cross-site", "Connection: Upgrade", "Upgrade: websocket"}, 403, 403},
		"a program with token from nowhere": {[]string{"Cookie: ", "Sec-Fetch-Site: none", bearer}, 200, 303},
	} {
		before := len(v.stand.done())
		if answer, text := v.ask("GET", "/files", nil, tc.headers...); answer.StatusCode != tc.get {
			t.Errorf("%s: GET = %d, want %d\n%.200s", name, answer.StatusCode, tc.get, text)
		}
		answer, _ := v.ask("POST", "/pause", url.Values{"what": {"reading"}}, tc.headers...)
		if did := len(v.stand.done()) - before; answer.StatusCode != tc.post || (did == 1) != (tc.post == 303) {
			t.Errorf("%s: POST = %d and was done %d times, want %d", name, answer.StatusCode, did, tc.post)
		}
	}
}

// Whatever is asked for, by whomever: the headers that keep a browser from being led astray are there, and no other origin
// is let in.
func TestEveryRouteIsGuarded(t *testing.T) {
	v := newVisit(t, newStand())
	for pattern := range v.desk.routes() {
		method, path, ok := strings.Cut(pattern, " ")
		if !ok {
			method, path = "GET", pattern
		}
		path = strings.NewReplacer("{$}", "", "{id}", "x", "{plan}", "x", "{order}", "x").Replace(path)
		if path == "/live" {
			continue // it does not end; TestStream looks at it
		}
		for who, headers := range map[string][]string{"seller": nil, "stranger": {"Cookie: "}, "other site": {"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"}} {
			answer, text := v.ask(method, path, url.Values{}, headers...)
			h := answer.Header
			if h.Get("Content-Security-Policy") != policy || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" ||
				h.Get("Cross-Origin-Resource-Policy") != "same-origin" || h.Get("Access-Control-Allow-Origin") != "" || h.Get("Cache-Control") != "no-store" {
				t.Errorf("%s asks %s: headers %v", who, pattern, h)
			}
			if who != "seller" && answer.StatusCode != 401 && answer.StatusCode != 403 {
				t.Errorf("%s asks %s: %d, want 401 or 403", who, pattern, answer.StatusCode)
			}
			if strings.Contains(text, token) || strings.Contains(text, v.desk.gate.pass()) {
				t.Errorf("%s asks %s: the answer gives a secret away", who, pattern)
			}
			if strings.Contains(text, "style=") || strings.Contains(text, "onclick") || strings.Contains(text, "<script>") {
				t.Errorf("%s asks %s: inline style or script", who, pattern)
			}
		}
	}
}

func TestLinkLetsInOnce(t *testing.T) {
	v := newVisit(t, newStand())
	code := v.desk.gate.code()
	answer, _ := v.ask("GET", "/open?once="+code, nil, "Cookie: ", "Sec-Fetch-Site: none")
	cookies := answer.Cookies()
	if answer.StatusCode != 200 || len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode || cookies[0].Value != v.desk.gate.pass() {
		t.Fatalf("GET /open = %d, cookies %v", answer.StatusCode, cookies)
	}
	if answer, text := v.ask("GET", "/open?once="+code, nil, "Cookie: "); answer.StatusCode != 401 || len(answer.Cookies()) > 0 || !strings.Contains(text, "seller-agent open") {
		t.Errorf("the same link again = %d, %v", answer.StatusCode, answer.Cookies())
	}
	late := v.desk.gate.code()
	v.desk.gate.now = func() time.Time { return time.Now().Add(linkLife + time.Second) }
	if answer, _ := v.ask("GET", "/open?once="+late, nil, "Cookie: "); answer.StatusCode != 401 {
		t.Errorf("a link after an hour = %d, want 401", answer.StatusCode)
	}
	for _, wrong := range []string{"", "?once=", "?once=x"} {
		if answer, _ := v.ask("GET", "/open"+wrong, nil, "Cookie: "); answer.StatusCode != 401 {
			t.Errorf("GET /open%s = %d, want 401", wrong, answer.StatusCode)
		}
	}
}

func TestListenIsForThisComputer(t *testing.T) {
	state := t.TempDir()
	log := slog.New(slog.DiscardHandler)
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "localhost:0", "127.0.0.2:0", "nonsense"} {
		if s, err := Listen(address, state, newStand(), log); err == nil {
			s.Close()
			t.Errorf("Listen(%s) was done", address)
		}
	}
	s, err := Listen("127.0.0.1:0", state, newStand(), log)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(state, fileName))
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v, want mode 0600", info, err)
	}
	k, err := ReadKey(state)
	if err != nil || k.URL != s.URL() || len(k.Token) < 40 || !strings.HasPrefix(s.Link(), s.URL()+"/open?once=") {
		t.Errorf("ReadKey = %+v, %v; link %s", k, err, s.Link())
	}
	r, _ := http.NewRequest("GET", k.URL+"/", nil)
	r.Header.Set("Authorization", "Bearer "+k.Token)
	r.Header.Set("Accept", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var o struct{ Name string }
	if err := json.NewDecoder(answer.Body).Decode(&o); err != nil || o.Name != "Ann" {
		t.Errorf("GET / as JSON = %+v, %v", o, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	again, err := Listen("127.0.0.1:0", state, newStand(), log)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if next, err := ReadKey(state); err != nil || next.Token != k.Token {
		t.Error("a browser that was let in is a stranger after a restart")
	}
}
