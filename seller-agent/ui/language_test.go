package ui

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/web/view/words/wordstest"
)

// inKorea is an agent in the middle of everything, with what the market and the agent really say.
func inKorea() *stand {
	s := busy()
	s.findings = []agent.Finding{
		{What: "Market", Grade: agent.Ill, Says: "https://market.example cannot be reached: the market cannot be reached.", Do: "Look whether this computer is on the Internet, and whether the address is right. The agent goes on trying."},
		{What: "Clock", Grade: agent.Well, Says: "This computer's clock goes with the market's."},
		{What: "Watching", Grade: agent.Strain, Says: "9 folders are watched, and the system allows 10."},
	}
	s.sales[0].Steps = append(s.sales[0].Steps, agent.Step{Kind: "refund", Text: "$12.50 went back to the buyer.", At: noon})
	s.sales[1].Text = "The buyer's card was charged."
	fate := func(path string, state events.OfferState, reason string) {
		s.add("/home/ann/Pictures/for sale", path, state, reason)
	}
	fate("1.jpg", events.OfferPaused, "The file on the seller's computer changed.")
	fate("2.jpg", events.OfferEnded, "")
	fate("3.jpg", events.OfferWithdrawn, "")
	s.overview.Troubles = []agent.Trouble{
		{Folder: "/media/disk/Masters", Path: ".", Text: "the shared folder is away; what it offered is off the market until it is back"},
		{Folder: "/home/ann", Path: "a.jpg.listing.yaml", Text: `line 3: "값" is not known here; known are 1, and under auction 2`},
	}
	s.overview.Folders[0].Blind = "the system's limit of watched folders is reached (fs.inotify.max_user_watches); changes are found by looking every few seconds instead"
	for _, kind := range []string{agent.Started, agent.Ready, agent.Listed, agent.Withdrawn, agent.Fate, agent.Notice, agent.Online, agent.OffLine, agent.Page, agent.Problem, agent.Solved} {
		s.events = append(s.events, agent.Event{Event: kind, At: noon, Path: "하나.jpg", Title: "하나", URLs: []string{"http://10.0.0.1:80/"}, State: events.OfferListed})
	}
	return s
}

// typed is what is a name, or typed as it stands in any language.
var typed = []string{"Salt", "Velvet Causeway", "Harbour at dawn", "held", "path", "open", "auction", "none", "soon", "now", "many", "max_user_watches", "fs.inotify"}

// No page says anything in English to a seller who reads Korean: with much on it or nothing, and whatever was refused.
func TestNoEnglishInKorean(t *testing.T) {
	full, empty := newVisit(t, inKorea()), newVisit(t, off())
	reads := func(v *visit, method, at string, form url.Values) {
		t.Helper()
		answer, text := v.ask(method, at, form, "Accept-Language: ko-KR,ko;q=0.9")
		for answer.StatusCode == http.StatusSeeOther {
			at = answer.Header.Get("Location")
			answer, text = v.ask("GET", at, nil, "Accept-Language: ko")
		}
		for _, said := range wordstest.English(t, text, typed...) {
			t.Errorf("%s %s (%d) says %s", method, at, answer.StatusCode, said)
		}
		if !strings.Contains(text, `<html lang="ko">`) {
			t.Errorf("%s is not marked as Korean", at)
		}
	}
	file := "/files/abcdefghijklmnop-f121"
	for _, at := range []string{"/", "/files", "/files?page=3", "/files?q=nothing", file, "/transfers", "/sales", "/sales/order-run", "/sales/none", "/settings", "/doctor", "/nowhere", "/open?once=x"} {
		reads(full, "GET", at, nil)
	}
	for _, at := range []string{"/", "/files", "/transfers", "/sales", "/settings", "/doctor"} {
		reads(empty, "GET", at, nil)
	}
	reads(full, "POST", "/files/bulk", url.Values{"scope": {"all"}, "q": {"harbour"}, "price": {"7.50"}})
	reads(full, "POST", "/files/bulk", url.Values{"scope": {"all"}, "q": {"harbour"}, "price": {"0"}})
	reads(full, "POST", "/files/bulk", url.Values{"price": {"7.50"}})
	reads(full, "POST", "/files/bulk", url.Values{"scope": {"all"}})
	for field, wrong := range map[string]string{"price": "x", "start": "-1", "duration": "soon", "ends": "now", "edition": "many"} {
		reads(full, "POST", file, url.Values{"format": {"auction"}, "start": {"1"}, "duration": {"1d"}, field: {wrong}})
	}
	reads(full, "POST", file, url.Values{"title": {"하나"}})
	reads(full, "POST", file, url.Values{"reset": {"yes"}})
	reads(full, "POST", "/settings/limits", url.Values{"rate": {"x"}})
	reads(full, "POST", "/settings/limits", url.Values{"buyers": {"x"}})
	reads(full, "POST", "/settings/limits", url.Values{"from": {"x"}})
	for _, done := range []string{"limits", "shared", "unshared", "paused", "resumed", "cancelled"} {
		reads(full, "GET", "/settings?done="+done, nil)
	}
	reads(full, "GET", "/plans/none", nil)
	_, locked := empty.ask("GET", "/", nil, "Accept-Language: ko", "Cookie: ")
	for _, said := range wordstest.English(t, locked) {
		t.Errorf("a locked page says %s", said)
	}
}

// The language is the one that the seller asked for, else the one he asked for before, else his browser's; an open page
// is kept in its own.
func TestLanguage(t *testing.T) {
	v := newVisit(t, busy())
	in := func(at, accept, want string) *http.Response {
		t.Helper()
		answer, text := v.ask("GET", at, nil, "Accept-Language: "+accept)
		if !strings.Contains(text, fmt.Sprintf(`<html lang="%s">`, want)) || !strings.Contains(text, `data-live="/live?in=`+want+`#shared"`) {
			t.Errorf("%s for %q is not in %q", at, accept, want)
		}
		return answer
	}
	in("/sales", "de", "en")
	in("/sales", "ko", "ko")
	kept := in("/sales?lang=en", "ko", "en").Cookies()
	if len(kept) != 1 || kept[0].Value != "en" || kept[0].SameSite != http.SameSiteLaxMode || !kept[0].HttpOnly || kept[0].MaxAge < int((24*time.Hour).Seconds()) {
		t.Errorf("the choice is kept as %v", kept)
	}
}
