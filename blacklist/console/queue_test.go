package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/web/view/words"
)

// cover is a listing that waits for a person.
func cover(name string) events.Listing {
	return events.Listing{ID: seller.Listing(name), Seller: seller, SellerName: "Ilse", Rev: 1, Title: "Hello (Adele cover) " + name, FileName: name + ".mp3", Type: "audio/mpeg", Size: 2048}
}

// key is what a decision about the listing is sent under, by somebody who saw nobody decide about it.
func key(l events.Listing) string { return fmt.Sprintf("%s %s 0", l.ID, blacklist.Digest(l)) }

func TestQueue(t *testing.T) {
	s := newSite(t)
	s.signIn()
	a, b := cover("a"), cover("b")
	s.keeper.Screen(a)
	s.keeper.Screen(b)
	answer, body := s.get("/queue")
	s.want(answer, body, http.StatusOK, "Cases waiting: 2", a.Title, b.Title, "Adele – Hello", "Ilse", "artist and title, not the recording")
	answer, body = s.get("/queue?q=" + url.QueryEscape("cover B"))
	s.want(answer, body, http.StatusOK, "shown: 1", b.Title)
	if strings.Contains(body, a.Title) {
		t.Error("a search for b shows a")
	}
	answer, body = s.get("/queue?view=late")
	s.want(answer, body, http.StatusOK, "Nothing waits for you here")

	for name, tc := range map[string]struct {
		path   string
		fields []string
		status int
		says   string
	}{
		"no case":       {"/queue/decide", []string{"decision", "allow", "reason", "r"}, 422, "Choose at least one case"},
		"no reason":     {"/queue/decide", []string{"decision", "allow", "case", key(a)}, 422, "Choose a reason or type one"},
		"no decision":   {"/queue/decide", []string{"decision", "perhaps", "reason", "r", "case", key(a)}, 422, "Choose to allow or to refuse"},
		"another text":  {"/cases/" + string(a.ID) + "/decide", []string{"decision", "allow", "reason", "r", "digest", "of another text"}, 409, "has changed this listing"},
		"nothing there": {"/cases/nothing/decide", []string{"decision", "allow", "reason", "r"}, 404, "There is no such lot."},
		"no such case":  {"/cases/nothing/claim", nil, 404, "There is no such lot."},
	} {
		answer, body := s.post(tc.path, tc.fields...)
		if answer.StatusCode != tc.status || !strings.Contains(body, tc.says) {
			t.Errorf("%s: POST %s = %d, want %d saying %q:\n%s", name, tc.path, answer.StatusCode, tc.status, tc.says, body)
		}
	}
	answer, _ = s.post("/cases/"+string(a.ID)+"/decide", "decision", "block", "template", "1", "case", key(a))
	s.wantDone(answer, "/queue?case="+string(a.ID)+"&done=block")
	if got := s.keeper.Screen(a); got.Ruling != events.Block || !strings.HasPrefix(got.Reason, "The recording belongs to somebody else") {
		t.Errorf("refused listing screened again: %+v, want the first template as its reason", got)
	}
	answer, body = s.get("/cases/" + string(a.ID))
	s.want(answer, body, http.StatusOK, "Refused by mina.", "Reopen the case", `<mark>Hello</mark> (<mark>Adele</mark> cover) a`, `<dt>Artist</dt><dd dir="auto"><mark>Adele</mark></dd>`)
	answer, _ = s.post("/cases/" + string(a.ID) + "/reopen")
	s.wantDone(answer, "/cases/"+string(a.ID)+"?done=reopened")
	if got := s.keeper.Screen(a).Ruling; got != events.Review {
		t.Errorf("reopened listing screened again: %s, want %s", got, events.Review)
	}
	answer, body = s.get("/log")
	s.want(answer, body, http.StatusOK, "reopened", "Taken back by the moderator.")
}

func TestNobodyWorksTwiceOnOneCase(t *testing.T) {
	mina := newSite(t)
	mina.signIn()
	jun := mina.colleague("jun", "a-token-of-jun")
	a, b := cover("a"), cover("b")
	mina.keeper.Screen(a)
	mina.keeper.Screen(b)
	path := "/cases/" + string(a.ID)
	answer, _ := mina.post(path + "/claim")
	mina.wantDone(answer, path)
	answer, body := jun.get("/queue")
	jun.want(answer, body, http.StatusOK, "mina looks at it")
	answer, body = jun.post(path + "/claim")
	jun.want(answer, body, http.StatusConflict, "Somebody else is looking at this case.")
	answer, body = jun.post(path+"/decide", "decision", "allow", "reason", "r", "case", key(a))
	jun.want(answer, body, http.StatusConflict, "Somebody else is looking at this case.")
	if strings.Contains(body, "Allow</button>") {
		t.Error("a case that somebody else looks at offers to decide it")
	}
	answer, _ = jun.post("/queue/next")
	jun.wantDone(answer, "/cases/"+string(b.ID))
	answer, _ = jun.post("/cases/" + string(b.ID) + "/skip")
	jun.wantDone(answer, "/queue") // a is mina's, and b he has left himself
	answer, _ = mina.post("/queue/next")
	mina.wantDone(answer, "/cases/"+string(b.ID))

	answer, _ = mina.post(path+"/decide", "decision", "allow", "reason", "licence shown", "case", key(a))
	mina.wantDone(answer, "/queue?case="+string(a.ID)+"&done=allow")
	answer, body = jun.post(path+"/decide", "decision", "block", "reason", "no licence", "case", key(a))
	jun.want(answer, body, http.StatusConflict, "Somebody else has decided this case meanwhile.")
	if got := mina.keeper.Screen(a).Ruling; got != events.Allow {
		t.Errorf("listing after two decisions: %s, want what came first", got)
	}
	mina.clock.Advance(blacklist.ClaimLength)
	answer, _ = jun.post("/queue/next") // mina's claim has run out
	jun.wantDone(answer, "/cases/"+string(b.ID))
}

func TestManyAtOnce(t *testing.T) {
	mina := newSite(t)
	mina.signIn()
	jun := mina.colleague("jun", "a-token-of-jun")
	var all []events.Listing
	form := url.Values{"decision": {"block"}, "reason": {"no licence"}}
	for i := range 8 {
		l := cover(fmt.Sprintf("n%d", i))
		mina.keeper.Screen(l)
		all = append(all, l)
		form.Add("case", key(l))
	}
	answer, _ := jun.post("/cases/" + string(all[3].ID) + "/claim")
	jun.wantDone(answer, "/cases/"+string(all[3].ID))
	answer, body := mina.send("/queue/decide", form)
	mina.want(answer, body, http.StatusConflict, "Cases done: 7, left: 1. 1× Somebody else is looking at this case.")
	answer, _ = jun.post("/cases/" + string(all[3].ID) + "/skip")
	jun.wantDone(answer, "/queue")
	form["case"] = []string{key(all[3])}
	answer, _ = mina.send("/queue/decide", form)
	if answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("one case in bulk = %d, want 303", answer.StatusCode)
	}
	answer, body = mina.get(answer.Header.Get("Location"))
	mina.want(answer, body, http.StatusOK, "Cases refused: 1.", `action="/queue/undo?batch=`)
	_, after, _ := strings.Cut(body, `action="/queue/undo`)
	answer, _ = mina.post("/queue/undo" + after[:strings.IndexByte(after, '"')])
	if answer.StatusCode != http.StatusSeeOther {
		t.Errorf("undo = %d, want 303", answer.StatusCode)
	}
	for i, l := range all {
		want := events.Block
		if i == 3 {
			want = events.Review
		}
		if got := mina.keeper.Screen(l).Ruling; got != want {
			t.Errorf("%s after the undo of the second batch: %s, want %s", l.FileName, got, want)
		}
	}
}

// 200 cases are worked through without the mouse, of 10,000 that wait.
func TestTwoHundredCasesByKeyboard(t *testing.T) {
	const waiting, worked = 10_000, 200
	s := newSite(t)
	b := s.browse()
	b.enter(s)
	for i := range waiting {
		s.keeper.Screen(cover(fmt.Sprintf("c%05d", i)))
	}
	began := time.Now()
	b.open("/queue")
	b.reads("#waiting", "Cases waiting: 10,000")
	t.Logf("the queue of %d cases shows %v after it is asked for", waiting, time.Since(began))
	b.types("jjkxjx") // down, down, up, chosen; down, chosen
	b.reads("#chosen", "2 chosen")
	b.types("4a") // the fourth reason; allow
	b.reads(".undo", "Cases allowed: 2.")
	b.types("u")
	b.reads(".flash", "Reopened")
	b.reads("#waiting", "Cases waiting: 10,000")

	b.types("j\r")
	b.sees("a case", `location.pathname.startsWith("/cases/") && document.readyState === "complete" && document.querySelector("[data-key=a]")`)
	began = time.Now()
	for i := range worked {
		was := value[string](b, `location.pathname`)
		b.types(map[bool]string{true: "2a", false: "1r"}[i%2 == 0])
		b.sees("the next case", fmt.Sprintf(`location.pathname !== %q && document.readyState === "complete" && document.querySelector(".undo") && document.querySelector("[data-key=s]")`, was))
	}
	took := time.Since(began)
	t.Logf("%d cases by keyboard in %v, %v each", worked, took, took/worked)
	if each := took / worked; each > time.Second {
		t.Errorf("a case takes %v by keyboard, want less than a second", each)
	}
	b.types("q")
	b.reads("#waiting", words.English.Say("Cases waiting: %d", waiting-worked))
	allowed, refused := 0, 0
	for _, act := range s.keeper.Log(1000) {
		if act.By == "mina" && act.Batch == "" {
			switch act.Did {
			case "allowed":
				allowed++
			case "blocked":
				refused++
			}
		}
	}
	if allowed != worked/2 || refused != worked/2 {
		t.Errorf("%d allowed and %d refused, want %d of each", allowed, refused, worked/2)
	}
	b.open("/queue")
	b.sees("the keys' switch", `document.getElementById("keys-on")`)
	b.types("?")
	b.sees("the list of keys", `document.getElementById("keys").open`)
	value[bool](b, `document.getElementById("keys-on").click() ?? true`)
	b.types("n")
	b.types("?")
	b.sees("that keys do nothing once they are switched off", `document.getElementById("keys").open && location.pathname === "/queue"`)
}
