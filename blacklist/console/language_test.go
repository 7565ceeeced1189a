package console_test

import (
	"net/http"
	"strings"
	"testing"

	"lightshare/web/view/words/wordstest"
)

// names is what people and works are called, and the ids of the law.
var names = []string{"works-batch", "DMCA", "DSA", "csv", "artist", "title", "entry_id", "artist_alt", "title_alt", "source", "JSON", "mina", "jun", "U\\.S\\.C", "audio/mpeg", "[0-9.]+[mµ]?s", "Hello", "Adele", "cover", "c[0-9]+",
	"h\\.e\\.l\\.l\\.o — ÀDÉLE", "karaoke", "label\\.csv", "Zed", "Night Train"}

// No page says anything in English to a moderator who reads Korean: in whatever state, and whatever was refused.
func TestNoEnglishInKorean(t *testing.T) {
	s := newSite(t)
	reads := func(what string, answer *http.Response, body string) {
		t.Helper()
		for _, said := range wordstest.English(t, body, names...) {
			t.Errorf("%s (%d) says %s", what, answer.StatusCode, said)
		}
		if !strings.Contains(body, `<html lang="ko">`) {
			t.Errorf("%s is not marked as Korean", what)
		}
	}
	get := func(path string) {
		t.Helper()
		answer, body := s.get(path)
		reads("GET "+path, answer, body)
	}
	post := func(path string, fields ...string) {
		t.Helper()
		answer, body := s.post(path, fields...)
		reads("POST "+path, answer, body)
	}
	s.signIn()
	screens := s.fill()
	s.client = newClient(t)
	get("/sign-in?lang=ko")
	post("/sign-in", "name", "mina", "token", "wrong")
	s.signIn()
	for _, screen := range screens {
		get(screen.at)
	}
	held := "/cases/" + string(cover("c07").ID)
	for _, done := range []string{"added", "removed", "batch", "undone", "noticed", "completed", "upheld", "rejected", "countered", "suit", "granted", "refused", "forgotten", "reopened", "allow"} {
		get("/queue?n=2&undo=b1&done=" + done)
	}
	get("/queue?order=weight&view=own")
	get("/entries?q=nothing")
	get("/log?q=nothing")
	get("/imports/none")
	get("/nowhere")
	post("/queue/decide", "decision", "allow")
	post("/queue/decide", "decision", "allow", "template", "1", "case", key(cover("c03")))
	post(held+"/decide", "decision", "allow")
	post(held+"/decide", "template", "1")
	post("/entries", "artist", "", "title", "", "reason", "")
	post("/entries", "artist", "Adele", "title", "Hello", "reason", "again")
	post("/entries/preview", "artist", "Adele", "title", "Skyfall", "reason", "more")
	post("/entries/d1/remove", "reason", "")
	post("/batches/preview", "works", "one name\n가, 나\n가, 나\n", "reason", "")
	post("/batches/preview", "works", "Adele, Skyfall", "reason", "r")
	post("/batches/none/undo", "reason", "")
	post("/batches/none/undo", "reason", "r")
	post("/notices/new", "listings", "x")
	post("/objections/none", "decision", "granted")
	post("/objections/none")
	post("/log")
	vera := s.colleague("vera", "a-token-of-vera")
	vera.get("/queue?lang=ko")
	answer, body := vera.post("/entries", "artist", "A", "title", "B", "reason", "r")
	reads("what is not for a viewer", answer, body)
}
