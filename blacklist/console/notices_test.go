package console_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"lightshare/blacklist"
	"lightshare/blacklist/console"
	"lightshare/events"
)

// notice takes a notice in and returns where it is shown.
func (s *site) notice(fields ...string) string {
	s.t.Helper()
	answer, body := s.post("/notices/new", fields...)
	path, done, _ := strings.Cut(answer.Header.Get("Location"), "?")
	if answer.StatusCode != http.StatusSeeOther || done != "done=noticed" {
		s.t.Fatalf("POST /notices/new = %d:\n%s", answer.StatusCode, body)
	}
	return path
}

func TestNoticeIsCheckedCompletedAndUpheld(t *testing.T) {
	s := newSite(t)
	s.signIn()
	song := s.onMarket("a", "My train song", "1.mp3")
	answer, body := s.post("/notices/new", "law", "dmca", "name", "Ann", "listings", "not-a-listing!")
	s.want(answer, body, http.StatusUnprocessableEntity, "neither a listing", `value="Ann"`)
	answer, body = s.post("/notices/new", "law", "dmca", "artist", "Zed")
	s.want(answer, body, http.StatusUnprocessableEntity, "Say who sent it.", `value="Zed"`)

	path := s.notice("law", "dmca", "name", "Ann", "artist", "Zed", "title", "Night Train", "listings", "https://market.example/lots/"+string(song.ID))
	answer, body = s.get(path)
	s.want(answer, body, http.StatusOK, "incomplete", "a signature", "statement of good faith", "telephone number", "to be decided within", string(song.ID))
	answer, body = s.post(path+"/decide", "decision", "upheld", "reason", "theirs")
	s.want(answer, body, http.StatusUnprocessableEntity, "Something is missing that the law asks for.")
	if v := s.keeper.Screen(song); v.Ruling != events.Allow {
		t.Fatalf("an incomplete notice has the listing judged %s", v.Ruling)
	}
	answer, _ = s.post(path+"/complete", "law", "dmca", "name", "Ann", "email", "ann@label.example", "address", "1 Main St", "phone", "555", "artist", "Zed", "title", "Night Train",
		"listings", string(song.ID), "good_faith", "yes", "accurate", "yes", "signed", "yes")
	s.wantDone(answer, path+"?done=completed")
	answer, body = s.post(path+"/decide", "decision", "upheld", "reason", "")
	s.want(answer, body, http.StatusUnprocessableEntity, "Say why")
	answer, _ = s.post(path+"/decide", "decision", "upheld", "reason", "theirs", "list", "yes")
	s.wantDone(answer, path+"?done=upheld")
	if v := s.keeper.Screen(song); v.Ruling != events.Block || !strings.Contains(v.Reason, "theirs") || !strings.Contains(v.Reason, "object once") {
		t.Errorf("after the notice: %+v, want a block with the reason and what the seller can do", v)
	}
	if v := s.keeper.Screen(events.Listing{ID: seller.Listing("z"), Seller: seller, Rev: 1, Title: "Zed - Night Train", FileName: "z.mp3"}); v.Ruling != events.Block {
		t.Errorf("the notice's work is judged %s, want %s", v.Ruling, events.Block)
	}
	answer, body = s.get("/cases/" + string(song.ID))
	s.want(answer, body, http.StatusOK, "Taken down on a notice.", "strikes: 1 of 3")

	answer, body = s.post(path+"/counter", "statement", "mine", "good_faith", "yes", "jurisdiction", "yes", "signed", "yes", "name", "Ilse")
	s.want(answer, body, http.StatusUnprocessableEntity, "Something is missing that the law asks for.")
	answer, _ = s.post(path+"/counter", "statement", "mine", "good_faith", "yes", "jurisdiction", "yes", "signed", "yes", "name", "Ilse", "email", "i@example.org", "address", "Lindau", "phone", "1")
	s.wantDone(answer, path+"?done=countered")
	answer, body = s.get(path)
	s.want(answer, body, http.StatusOK, "counter-notice runs", "given back in", "Ilse", "mine")
	answer, _ = s.post(path+"/suit", "reason", "N.D. Cal. 26-1")
	s.wantDone(answer, path+"?done=suit")
	answer, _ = s.post(path + "/forget")
	s.wantDone(answer, path+"?done=forgotten")
	answer, body = s.get(path)
	s.want(answer, body, http.StatusOK, "in court", "erased (")
	if strings.Contains(body, "ann@label.example") || strings.Contains(body, "Ilse") {
		t.Error("erased contact data are still shown")
	}
	answer, body = s.get("/holders")
	s.want(answer, body, http.StatusOK, "erased (", "block by themselves")
}

func TestObjectionIsDecidedOnItsPage(t *testing.T) {
	s := newSite(t)
	s.signIn()
	song := s.onMarket("a", "Adele - Hello", "1.mp3")
	if err := s.keeper.Object(t.Context(), song.ID, "o1", "I have a licence.", "javascript:alert(1)"); err != nil {
		t.Fatal(err)
	}
	answer, body := s.get("/objections")
	s.want(answer, body, http.StatusOK, "I have a licence.", "Adele - Hello")
	if strings.Contains(body, `href="javascript`) {
		t.Error("evidence that is script is a link")
	}
	path := "/objections/" + string(song.ID)
	answer, body = s.post(path, "decision", "granted")
	s.want(answer, body, http.StatusUnprocessableEntity, "Say why; the seller reads it too.")
	answer, _ = s.post(path, "decision", "granted", "reason", "It is good.")
	s.wantDone(answer, "/objections?done=granted")
	began := time.Now()
	for s.keeper.Screen(song).Ruling != events.Allow {
		if time.Since(began) > patience {
			t.Fatal("a granted objection does not give the listing back")
		}
	}
	answer, body = s.post(path, "decision", "refused", "reason", "r")
	s.want(answer, body, http.StatusConflict, "decided this case meanwhile")
}

// Who may not do something is told so, and nothing changes.
func TestRoles(t *testing.T) {
	s := newSite(t)
	viewer, moderator := s.colleague("vera", "a-token-of-vera"), s.colleague("moe", "a-token-of-moe")
	song := s.onMarket("a", "Hello (Adele cover)", "1.mp3")
	s.onMarket("b", "Hello (another Adele cover)", "2.mp3")
	path := "/cases/" + string(song.ID)
	for _, tc := range []struct {
		who    *site
		path   string
		fields []string
		want   int
	}{
		{viewer, path + "/claim", nil, 403},
		{viewer, path + "/decide", []string{"decision", "allow", "reason", "r"}, 403},
		{viewer, "/queue/decide", []string{"decision", "allow", "reason", "r"}, 403},
		{viewer, "/notices/new", []string{"name", "Ann"}, 403},
		{viewer, "/log", nil, 200},
		{moderator, "/entries", []string{"artist", "Zed", "title", "Train", "reason", "r"}, 403},
		{moderator, "/entries/d1/remove", []string{"reason", "r"}, 403},
		{moderator, "/imports", nil, 403},
		{moderator, "/batches/b/undo", []string{"reason", "r"}, 403},
		{moderator, path + "/decide", []string{"decision", "allow", "reason", "r"}, 303},
	} {
		if answer, _ := tc.who.post(tc.path, tc.fields...); answer.StatusCode != tc.want {
			t.Errorf("POST %s = %d, want %d", tc.path, answer.StatusCode, tc.want)
		}
	}
	for _, at := range []string{"/queue", path, "/cases/" + string(seller.Listing("b"))} {
		if _, body := viewer.get(at); strings.Contains(body, `name="decision"`) || strings.Contains(body, "/claim") {
			t.Errorf("%s offers a viewer to decide:\n%s", at, body)
		}
	}
	answer, body := viewer.get("/staff")
	viewer.want(answer, body, http.StatusOK, "vera", "viewer", "moe", "moderator", "mina", "lead")
	if n := s.keeper.Entries("", 1).Total; n != 1 {
		t.Errorf("%d entries, want 1", n)
	}
	if _, err := console.New(console.Config{Moderators: map[string]string{"moe": "a-token-of-moe"}, Roles: map[string]console.Role{"moe": "king"}}); err == nil {
		t.Error("New with a role that does not exist succeeded")
	}
}

func TestLogIsCheckedFilteredAndExported(t *testing.T) {
	s := newSite(t)
	s.signIn()
	song := s.onMarket("a", "Hello (Adele cover)", "1.mp3")
	if err := s.keeper.Decide(t.Context(), blacklist.Decision{Listing: song.ID, Ruling: events.Allow, By: "mina", Reason: "=licence, shown"}); err != nil {
		t.Fatal(err)
	}
	answer, _ := s.post("/entries/d1/remove", "reason", "licensed")
	s.wantDone(answer, "/entries?done=removed")
	answer, body := s.get("/log?did=removed")
	s.want(answer, body, http.StatusOK, "1 line", "licensed")
	answer, body = s.post("/log")
	s.want(answer, body, http.StatusOK, "The chain holds", "Facts: 2; subjects that they are about: 2.")

	answer, body = s.get("/log/decisions.csv")
	s.want(answer, body, http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("exported rows %q, %v, want a heading and two", rows, err)
	}
	_, body = s.get("/log/decisions.jsonl")
	allowed := false
	for line := range strings.Lines(body) {
		var d struct{ By, Did, Reason, Subject, Hash string }
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		allowed = allowed || d.By == "mina" && d.Did == "allowed" && d.Reason == "=licence, shown" && d.Subject == string(song.ID) && len(d.Hash) == 64
	}
	if !allowed {
		t.Errorf("the decision is not exported with its author and reason:\n%s", body)
	}
	for _, row := range rows {
		if row[1] == "mina" && row[2] == "allowed" && row[6] != "'=licence, shown" {
			t.Errorf("a reason that looks like a formula is exported as %q", row[6])
		}
	}
	answer, _ = s.get("/log/decisions.exe")
	if answer.StatusCode != http.StatusNotFound {
		t.Errorf("an export that does not exist = %d, want 404", answer.StatusCode)
	}
}

func TestStatistics(t *testing.T) {
	s := newSite(t)
	s.signIn()
	for _, name := range []string{"a", "b", "c"} {
		s.keeper.Screen(cover(name))
	}
	s.clock.Advance(2 * time.Hour)
	for _, name := range []string{"a", "b"} {
		answer, _ := s.post("/cases/"+string(cover(name).ID)+"/decide", "decision", "allow", "reason", "r", "case", key(cover(name)))
		s.wantDone(answer, "/queue?case="+string(cover(name).ID)+"&done=allow")
	}
	s.clock.Advance(2 * time.Minute)
	if answer, _ := s.post("/cases/" + string(cover("a").ID) + "/reopen"); answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("reopen = %d", answer.StatusCode)
	}
	decided, overturned, waiting := 0, 0, 0
	for _, d := range s.keeper.Statistics(3) {
		decided, overturned, waiting = decided+d.Decided, overturned+d.Overturned, d.Waiting
		if d.Decided > 0 && (d.MedianWait < 2*time.Hour || d.MedianWait > 3*time.Hour) {
			t.Errorf("median wait %v, want the two hours", d.MedianWait)
		}
	}
	if decided != 2 || overturned != 1 || waiting != 2 {
		t.Errorf("%d decided, %d overturned, %d waiting, want 2, 1 and 2", decided, overturned, waiting)
	}
	answer, body := s.get("/statistics")
	s.want(answer, body, http.StatusOK, "<svg", "Backlog", "Median wait", "Overturn rate", "50 %", "<table")
}
