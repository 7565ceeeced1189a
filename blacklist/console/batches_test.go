package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"lightshare/events"
)

// onMarket has the keeper see a listing.
func (s *site) onMarket(id, title, file string) events.Listing {
	s.t.Helper()
	l := events.Listing{ID: seller.Listing(id), Seller: seller, Rev: 1, Title: title, FileName: file, Root: strings.Repeat("0", 64)}
	s.keeper.Screen(l)
	return l
}

func TestPreviewOfAnEntryChangesNothing(t *testing.T) {
	s := newSite(t)
	s.signIn()
	song := s.onMarket("a", "Zed – Night Train", "1.mp3")
	s.onMarket("b", "Zed – Night Train (piano cover)", "2.mp3")

	answer, body := s.post("/entries/preview", "artist", "Zed", "title", "Night Train", "reason", "notice 7")
	s.want(answer, body, http.StatusOK, "Listings that would be refused: 1; held for a moderator: 1.", song.Title, "piano cover", `value="notice 7"`, `action="/entries"`)
	if strings.Index(body, "piano cover") > strings.Index(body, "1.mp3") {
		t.Error("the surer listing stands before the less sure one")
	}
	if v := s.keeper.Screen(song); v.Ruling != events.Allow || s.keeper.Entries("", 1).Total != 1 {
		t.Errorf("after the preview the song is judged %s by %d entries, want it allowed by the one that was there", v.Ruling, s.keeper.Entries("", 1).Total)
	}
	answer, body = s.post("/entries/preview", "artist", "Nobody", "title", "At All Anywhere", "reason", "x")
	s.want(answer, body, http.StatusOK, "No listing on the market would change")
	answer, body = s.post("/entries/preview", "artist", "…", "title", "Night Train", "reason", "")
	s.want(answer, body, http.StatusUnprocessableEntity, "Enter the artist’s name", "Say why", `value="Night Train"`)
}

var undoForm = regexp.MustCompile(`action="(/batches/[^"]+/undo)"`)

func TestBatchIsPreviewedAddedAndTakenBack(t *testing.T) {
	s := newSite(t)
	s.signIn()
	song := s.onMarket("a", "Zed – Night Train", "1.mp3")
	works := "Zed, Night Train\nno comma\nNova, Long Way Home\n"

	answer, body := s.post("/batches/preview", "works", works, "reason", "notice 9")
	s.want(answer, body, http.StatusOK, "2 works", "Line 2", "Listings that would be refused: 1; held for a moderator: 0.", song.Title)
	if n := s.keeper.Entries("", 1).Total; n != 1 {
		t.Fatalf("%d entries after a preview, want 1", n)
	}
	answer, _ = s.post("/batches", "works", works, "reason", "notice 9")
	s.wantDone(answer, "/batches?done=batch")
	if v := s.keeper.Screen(song); v.Ruling != events.Block {
		t.Errorf("once the batch is added the song is judged %s, want %s", v.Ruling, events.Block)
	}
	answer, body = s.post("/batches", "works", works, "reason", "again")
	s.want(answer, body, http.StatusConflict, "on the list already", "Nova, Long Way Home")

	answer, body = s.get("/batches?done=batch")
	s.want(answer, body, http.StatusOK, "Batch added", "2 works", "notice 9", "mina")
	undo := undoForm.FindStringSubmatch(body)
	if undo == nil {
		t.Fatalf("no form to take the batch back:\n%s", body)
	}
	path, err := url.PathUnescape(undo[1])
	if err != nil {
		t.Fatal(err)
	}
	answer, body = s.post(path, "reason", "")
	s.want(answer, body, http.StatusUnprocessableEntity, "Say why the batch is taken back")
	answer, _ = s.post(path, "reason", "sent by mistake")
	s.wantDone(answer, "/batches?done=undone")
	if v := s.keeper.Screen(song); v.Ruling != events.Allow || s.keeper.Entries("", 1).Total != 1 {
		t.Errorf("once the batch is taken back the song is judged %s, want %s", v.Ruling, events.Allow)
	}
	answer, body = s.post(path, "reason", "again")
	s.want(answer, body, http.StatusNotFound, "Nothing of this batch is on the list any more", "all taken back")
}

func TestBatchOfNothingSaysWhatToDo(t *testing.T) {
	s := newSite(t)
	s.signIn()
	answer, body := s.post("/batches/preview", "works", "just one name\n", "reason", "")
	s.want(answer, body, http.StatusUnprocessableEntity, "just one name", "Line 1", "Enter artist and title a line", "Say why")
	answer, body = s.post("/batches/preview", "works", strings.Repeat("A, B\n", 3)+manyWorks(1001), "reason", "x")
	s.want(answer, body, http.StatusUnprocessableEntity, "at most 1,000 go at once")
}

func manyWorks(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("artist, title " + strings.Repeat("i", i%30) + string(rune('가'+i)) + "\n")
	}
	return b.String()
}
