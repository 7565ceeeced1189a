package console_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"lightshare/events"
)

// Every page, in every dress, is without a fault that axe-core finds and fits a narrow phone.
func TestScreens(t *testing.T) {
	s := newSite(t)
	b := s.browse()
	b.open("/sign-in")
	b.check("sign-in")
	b.enter(s)
	b.open("/queue")
	b.check("queue-empty")
	all := s.fill()
	for _, p := range all {
		b.open(p.at)
		b.check(p.name)
	}
	b.open("/log")
	b.types("\t")
	b.do(chromedp.Click(chromedp.CSS(`form[action="/log"][method=post] button`)))
	b.reads("main", "The chain holds")
	b.check("log-checked")
	b.open("/queue?lang=ko")
	for _, p := range all {
		b.open(p.at)
		b.fits(p.name + "-ko")
	}
}

// A screen is a page with its name.
type screen struct{ name, at string }

// fill brings the console into every state that its pages show, and returns them.
func (s *site) fill() []screen {
	t := s.t
	t.Helper()
	for i := range 70 {
		s.keeper.Screen(cover(fmt.Sprintf("c%02d", i)))
	}
	hidden := events.Listing{ID: seller.Listing("h"), Seller: seller, SellerName: "Ilse", Rev: 1, Title: "h.e.l.l.o — ÀDÉLE (karaoke)", FileName: "Hello.mp3",
		Tags: []string{"adele", "karaoke"}, Description: "Sung by me.\nRecorded at home.", Type: "audio/mpeg", Size: 4_200_000}
	s.keeper.Screen(hidden)
	jun := s.colleague("jun", "a-token-of-jun")
	jun.post("/cases/" + string(cover("c03").ID) + "/claim")
	s.post("/cases/" + string(cover("c04").ID) + "/claim")
	s.post("/cases/"+string(cover("c05").ID)+"/decide", "decision", "block", "template", "1", "case", key(cover("c05")))
	s.onMarket("n", "Zed – Night Train", "1.mp3")
	imported := s.upload("artist,title\nZed,Night Train\n,Nobody\n")
	s.until(imported, "Waits for you to add it")
	half := s.notice("law", "dsa", "name", "Ann Label", "artist", "Zed", "title", "Night Train")
	complete := []string{"law", "dmca", "name", "Ann Label", "for", "Zed Records", "email", "ann@label.example", "address", "1 Main St", "phone", "+1 555 0100",
		"artist", "Zed", "title", "Night Train", "listings", string(cover("c06").ID), "why", "It is our recording.", "good_faith", "yes", "accurate", "yes", "signed", "yes"}
	upheld, countered := s.notice(complete...), s.notice(complete...)
	for _, path := range []string{upheld, countered} {
		answer, _ := s.post(path+"/decide", "decision", "upheld", "reason", "The fingerprint agrees.")
		s.wantDone(answer, path+"?done=upheld")
	}
	answer, _ := s.post(countered+"/counter", "statement", "I recorded it myself.", "good_faith", "yes", "jurisdiction", "yes", "signed", "yes",
		"name", "Ilse", "email", "ilse@example.org", "address", "Lindau", "phone", "+49 8382 1")
	s.wantDone(answer, countered+"?done=countered")
	if err := s.keeper.Object(t.Context(), cover("c06").ID, "o1", "I have a licence.\nSee the link.", "https://example.org/licence.pdf"); err != nil {
		t.Fatal(err)
	}
	return []screen{
		{"queue", "/queue"},
		{"queue-undo", "/queue?done=block&case=" + string(cover("c05").ID)},
		{"queue-late", "/queue?view=late"},
		{"case", "/cases/" + string(hidden.ID)},
		{"case-claimed", "/cases/" + string(cover("c03").ID)},
		{"case-own", "/cases/" + string(cover("c04").ID)},
		{"case-decided", "/cases/" + string(cover("c05").ID)},
		{"case-gone", "/cases/none"},
		{"entries", "/entries"},
		{"entry", "/entries/d1"},
		{"batches", "/batches"},
		{"import", imported},
		{"log", "/log"},
		{"notices", "/notices"},
		{"notice-new", "/notices/new"},
		{"notice-incomplete", half},
		{"notice-upheld", upheld},
		{"notice-countered", countered},
		{"objections", "/objections"},
		{"holders", "/holders"},
		{"statistics", "/statistics"},
		{"staff", "/staff"},
	}
}
