package console_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"lightshare/blacklist"
	"lightshare/events"
)

// upload sends a file of works in and returns where its import is shown.
func (s *site) upload(content string) string {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", "label.csv")
	if err == nil {
		_, err = file.Write([]byte(content))
	}
	if err != nil {
		s.t.Fatal(err)
	}
	form.Close()
	req, err := http.NewRequest("POST", s.url+"/imports", &body)
	if err == nil {
		req.Header.Set("Content-Type", form.FormDataContentType())
	}
	answer, said := s.do(req, err)
	if answer.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("POST /imports = %d, want 303:\n%s", answer.StatusCode, said)
	}
	return answer.Header.Get("Location")
}

// until waits until the page says the text.
func (s *site) until(path, text string) string {
	s.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		_, body := s.get(path)
		if strings.Contains(body, text) {
			return body
		}
		if time.Since(began) > 2*patience {
			s.t.Fatalf("%s does not say %q:\n%s", path, text, body)
		}
	}
}

func TestImport(t *testing.T) {
	s := newSite(t)
	s.signIn()
	song := s.onMarket("a", "Zed – Night Train", "1.mp3")
	path := s.upload("entry_id,artist,title,source\n" +
		"r1,Zed,Night Train,label\n" +
		"r2,Nova,\"Long, Way Home\",label\n" +
		"r3,,No artist,label\n" +
		"r4,Nova,broken \"quote,label\n" +
		",Zed,NIGHT TRAIN!,label\n" + // the same work
		"d1,Someone,Else,label\n" + // an id that is taken
		"x,Adele,Hello,label\n" + // on the list
		"r5,Mole,Under,label\n")
	body := s.until(path, "Waits for you to add it")
	for _, row := range []string{"<dt>Rows read</dt><dd>8</dd>", "<dt>New works</dt><dd>3</dd>", "<dt>On the list already</dt><dd>1</dd>", "<dt>Twice in the file</dt><dd>1</dd>", "<dt>Rows that cannot be used</dt><dd>3</dd>"} {
		if !strings.Contains(body, row) {
			t.Errorf("the import does not say %q:\n%s", row, body)
		}
	}
	if !strings.Contains(body, "Listings that would be refused: 1; held for a moderator: 0.") {
		t.Errorf("the dry run does not name the song:\n%s", body)
	}
	if v := s.keeper.Screen(song); v.Ruling != events.Allow {
		t.Fatalf("after a dry run the song is judged %s", v.Ruling)
	}
	_, broken := s.get(path + "/broken.csv")
	rows, err := csv.NewReader(strings.NewReader(broken)).ReadAll()
	if err != nil || len(rows) != 4 || rows[1][0] != "4" || rows[2][2] != `r4,Nova,broken "quote,label` || rows[3][0] != "7" || !strings.Contains(rows[3][1], "another entry") {
		t.Errorf("broken rows %q, %v, want those of the lines 4, 5 and 7 under a heading", rows, err)
	}
	answer, body := s.post(path+"/add", "reason", " ")
	s.want(answer, body, http.StatusUnprocessableEntity, "Say why")
	answer, _ = s.post(path+"/add", "reason", "the label’s list")
	s.wantDone(answer, path)
	s.until(path, ">Added<")
	if v := s.keeper.Screen(song); v.Ruling != events.Block || v.Entry != "r1" {
		t.Errorf("once the import is added the song is judged %s by %q, want %s by r1", v.Ruling, v.Entry, events.Block)
	}
	answer, body = s.post(path+"/add", "reason", "again")
	s.want(answer, body, http.StatusConflict)
	if e, _ := s.keeper.Entry("d1"); e.Artist != "Adele" || s.keeper.Entries("", 1).Total != 4 {
		t.Errorf("entry d1 is %+v of %d, want what was there, and three more", e, s.keeper.Entries("", 1).Total)
	}
	batch := strings.TrimPrefix(path, "/imports/")
	answer, _ = s.post("/batches/"+batch+"/undo", "reason", "wrong file")
	s.wantDone(answer, "/batches?done=undone")
	if v := s.keeper.Screen(song); v.Ruling != events.Allow || s.keeper.Entries("", 1).Total != 1 {
		t.Errorf("once the import is taken back the song is judged %s by %d entries", v.Ruling, s.keeper.Entries("", 1).Total)
	}
	_, body = s.get("/log")
	for _, line := range []string{"proposed", "3 works from label.csv", "took back", "wrong file"} {
		if !strings.Contains(body, line) {
			t.Errorf("the log does not say %q", line)
		}
	}
}

// A file that would take very much down needs a second person, and so does taking it back.
func TestMassImportNeedsFourEyes(t *testing.T) {
	mina := newSite(t)
	mina.signIn()
	jun := mina.colleague("jun", "a-token-of-jun")
	for i := range blacklist.MassLimit + 1 {
		mina.onMarket(fmt.Sprint("a", i), "Zed – Night Train", fmt.Sprint(i, ".mp3"))
	}
	var file strings.Builder
	file.WriteString("artist,title\nZed,Night Train\n")
	for i := range blacklist.MassLimit {
		fmt.Fprintf(&file, "Somebody %c,Else %d\n", '가'+i, i)
	}
	answer, body := mina.post("/entries", "artist", "Zed", "title", "Night Train", "reason", "r")
	mina.want(answer, body, http.StatusConflict, "More than 100 listings would be taken down")
	answer, body = mina.post("/batches", "works", "Zed, Night Train", "reason", "r")
	mina.want(answer, body, http.StatusConflict, "More than 100 listings would be taken down")
	path := mina.upload(file.String())
	mina.until(path, "Listings that would be refused: 101;")
	answer, _ = mina.post(path+"/add", "reason", "the label’s list")
	mina.wantDone(answer, path)
	mina.until(path, "Somebody else opens this page")
	answer, body = mina.post(path + "/add")
	mina.want(answer, body, http.StatusSeeOther)
	if n := mina.keeper.Entries("", 1).Total; n != 1 {
		t.Fatalf("%d entries after one person has asked, want 1", n)
	}
	answer, _ = jun.post(path + "/add")
	jun.wantDone(answer, path)
	jun.until(path, ">Added<")
	train := "/entries/" + string(mina.keeper.Entries("Night Train", 1).Entries[0].ID) + "/remove"
	for range 2 {
		answer, body = mina.post(train, "reason", "too much")
		mina.want(answer, body, http.StatusConflict, "somebody else must confirm")
	}
	answer, _ = jun.post(train, "reason", "indeed")
	jun.wantDone(answer, "/entries?done=removed")
	batch := strings.TrimPrefix(path, "/imports/")
	for range 2 {
		answer, body = mina.post("/batches/"+batch+"/undo", "reason", "too much")
		mina.want(answer, body, http.StatusConflict, "somebody else must confirm", "confirmed by jun")
	}
	answer, _ = jun.post("/batches/"+batch+"/undo", "reason", "indeed")
	jun.wantDone(answer, "/batches?done=undone")
	if n := mina.keeper.Entries("", 1).Total; n != 1 {
		t.Errorf("%d entries after it was taken back, want 1", n)
	}
}

// The progress of a long import is seen without script, too: the page comes anew by itself.
func TestImportIsFollowedWithoutScript(t *testing.T) {
	s := newSite(t)
	b := s.browse()
	b.enter(s)
	var file strings.Builder
	file.WriteString("artist,title\n")
	for i := range 60_000 {
		fmt.Fprintf(&file, "Somebody %x,Else %x\n", i*7919, i*104729)
	}
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	path := s.upload(file.String())
	b.open(path)
	b.reads("main", "Being read")
	b.reads("main", "Waits for you to add it")
	b.reads("main", "60000")
}
