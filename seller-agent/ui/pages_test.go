package ui

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/share"
)

func TestListIsPagedSearchedAndFiltered(t *testing.T) {
	s := newStand()
	for i := range 5000 {
		s.add("/pics", fmt.Sprintf("IMG_%04d.jpg", i), events.OfferListed, "")
	}
	s.add("/pics", "bad.jpg", events.OfferRefused, "It is on the copyright list.")
	v := newVisit(t, s)
	_, text := v.ask("GET", "/files", nil)
	if n := strings.Count(text, `name="id"`); n != perPage || !strings.Contains(text, "1 to 50 of 5,001 files") || !strings.Contains(text, "Page 1 of 101") {
		t.Errorf("%d rows on the first page\n%.300s", n, text)
	}
	if _, text = v.ask("GET", "/files?page=101", nil); !strings.Contains(text, "5,001 to 5,001 of") || !strings.Contains(text, "bad.jpg") {
		t.Errorf("the last page:\n%s", text)
	}
	if answer, _ := v.ask("GET", "/files?page=900&q=IMG_00", nil); answer.StatusCode != 303 || answer.Header.Get("Location") != "/files?page=2&q=IMG_00" {
		t.Errorf("a page beyond the last leads to %s", answer.Header.Get("Location"))
	}
	if _, text = v.ask("GET", "/files?state=refused", nil); strings.Count(text, `name="id"`) != 1 || !strings.Contains(text, "It is on the copyright list.") {
		t.Errorf("refused files:\n%s", text)
	}
	if _, text = v.ask("GET", "/files?q=nothing", nil); !strings.Contains(text, "No file is like that") {
		t.Errorf("no files:\n%s", text)
	}
}

func TestDraftIsSavedOrShownAgain(t *testing.T) {
	s := newStand()
	id := s.add("/pics", "a.jpg", events.OfferListed, "")
	v := newVisit(t, s)
	at := "/files/" + string(id)
	text := v.follow(at, url.Values{"title": {" Dawn "}, "tags": {"sea, dawn"}, "format": {"auction"}, "start": {"5"}, "duration": {"2d"}, "edition": {"1"}})
	if !strings.Contains(text, "Saved.") || !strings.Contains(text, ">Dawn</h1>") {
		t.Errorf("after saving:\n%s", text)
	}
	d := s.files[id]
	if d.Edit.Description != nil || d.Edit.Title.Text != "Dawn" || len(d.Edit.Tags) != 2 || d.Listing.Terms.Start != 500 || d.Listing.Terms.Duration != 48*time.Hour {
		t.Errorf("edit = %+v, terms %+v", d.Edit, d.Listing.Terms)
	}
	answer, text := v.ask("POST", at, url.Values{"title": {"Kept"}, "start": {"much"}, "format": {"auction"}})
	if answer.StatusCode != 422 || !strings.Contains(text, `value="Kept"`) || !strings.Contains(text, `value="much"`) || !strings.Contains(text, `id="start-wrong"`) {
		t.Errorf("a wrong start price = %d:\n%s", answer.StatusCode, text)
	}
	if s.files[id].Listing.Title != "Dawn" {
		t.Error("half of a wrong form was kept")
	}
	if text := v.follow(at, url.Values{"reset": {"yes"}}); !strings.Contains(text, ">a</h1>") || s.files[id].Edited {
		t.Errorf("after a reset:\n%s", text)
	}
	if answer, _ := v.ask("GET", "/files/gone", nil); answer.StatusCode != 404 {
		t.Errorf("a file that is gone = %d", answer.StatusCode)
	}
}

// What people can name a file must not become part of the page.
func TestNamesAreText(t *testing.T) {
	s := newStand()
	nasty := `"><script>alert(1)</script><img src=x onerror=alert(1)>.jpg`
	id := s.add("/pics", nasty, events.OfferHeld, "<b>reason</b>")
	s.sales = []agent.Sale{{Order: `"><b>`, Title: nasty, Text: nasty, Steps: []agent.Step{{Text: nasty}}}}
	s.overview.Troubles = []agent.Trouble{{Folder: "/pics", Path: nasty, Text: nasty}}
	v := newVisit(t, s)
	for _, path := range []string{"/", "/files", "/files/" + string(id), "/sales", "/sales/" + url.PathEscape(`"><b>`)} {
		if answer, text := v.ask("GET", path, nil); answer.StatusCode != 200 || strings.Contains(text, "<script>") || strings.Contains(text, "<img") || strings.Contains(text, "<b>") {
			t.Errorf("GET %s = %d:\n%s", path, answer.StatusCode, text)
		}
	}
}

func TestSeveralFilesAreChangedAfterALook(t *testing.T) {
	s := newStand()
	a, b := s.add("/pics", "a.jpg", "", ""), s.add("/pics", "b.jpg", "", "")
	s.add("/pics", "c.jpg", "", "")
	v := newVisit(t, s)
	answer, _ := v.ask("POST", "/files/bulk", url.Values{"scope": {"chosen"}, "id": {string(a), string(b)}, "price": {"7.50"}})
	plan := answer.Header.Get("Location")
	_, text := v.ask("GET", plan, nil)
	if !strings.Contains(text, "Files that change: 2;") || !strings.Contains(text, "$7.50") || s.files[a].Listing.Terms.Price != 100 {
		t.Errorf("preview:\n%s", text)
	}
	if answer, text := v.ask("POST", plan, url.Values{}); answer.StatusCode != 303 {
		t.Errorf("apply = %d %s", answer.StatusCode, text)
	}
	if s.files[a].Listing.Terms.Price != 750 || s.files[b].Listing.Terms.Price != 750 {
		t.Errorf("a costs %d, b %d, want 750", s.files[a].Listing.Terms.Price, s.files[b].Listing.Terms.Price)
	}
	if answer, _ := v.ask("POST", plan, url.Values{}); answer.StatusCode != 410 {
		t.Errorf("applied twice = %d, want 410", answer.StatusCode)
	}
	text = v.follow("/files/bulk", url.Values{"scope": {"all"}, "start": {"3"}, "duration": {"1d"}})
	if !strings.Contains(text, "Files that change: 3;") || !strings.Contains(text, "Auction from $3.00") {
		t.Errorf("preview of auctions:\n%s", text)
	}
	text = v.follow("/files/bulk", url.Values{"scope": {"all"}, "price": {"0"}})
	if !strings.Contains(text, "rows that are wrong: 3.") || !strings.Contains(text, "There is nothing to change") {
		t.Errorf("preview of a wrong price:\n%s", text)
	}
	for name, form := range map[string]url.Values{"nothing chosen": {"price": {"1"}}, "nothing filled in": {"scope": {"all"}}} {
		if answer, _ := v.ask("POST", "/files/bulk", form); answer.StatusCode != 422 {
			t.Errorf("%s = %d, want 422", name, answer.StatusCode)
		}
	}
}

func TestTableGoesOutAndComesBack(t *testing.T) {
	s := newStand()
	a := s.add("/pics", "a.jpg", "", "")
	b := s.add("/pics", "=b.jpg", "", "")
	s.add("/pics", "사진.jpg", "", "")
	s.Edit(t.Context(), map[events.ListingID]share.Sheet{a: {Title: &share.Word{Text: "=HYPERLINK(1)"}}})
	v := newVisit(t, s)
	answer, table := v.ask("GET", "/files.csv", nil)
	if !strings.HasPrefix(table, mark) || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/csv") {
		t.Fatalf("table begins %q", table[:10])
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, mark))).ReadAll()
	if err != nil || len(rows) != 4 || rows[2][1] != "'=HYPERLINK(1)" {
		t.Fatalf("rows = %q, %v", rows, err)
	}
	send := func(text string) (*http.Response, string) {
		t.Helper()
		return v.post("/files/list", text)
	}
	if answer, text := send(table); answer.StatusCode != 200 || !strings.Contains(text, "that stay as they are: 3;") || strings.Contains(text, "<table") {
		t.Errorf("the table as it went out = %d:\n%s", answer.StatusCode, text)
	}
	rows[1][5], rows[1][1] = "9", "New title"
	rows[2][5] = "not a price"
	rows = append(rows, []string{"/pics/none.jpg", "x"}, []string{"/pics/=b.jpg", "twice"})
	var changed bytes.Buffer
	out := csv.NewWriter(&changed)
	out.Comma = ';'
	out.WriteAll(rows)
	answer, text := send(changed.String())
	for _, want := range []string{"Files that change: 1;", "that stay as they are: 1;", "rows that are wrong: 3.", "Line 3:", "Line 5:", "Line 6:", "No file for sale has this path", "has a row already, line 2", "New title"} {
		if !strings.Contains(text, want) {
			t.Errorf("the preview of a changed table = %d lacks %q:\n%s", answer.StatusCode, want, text)
		}
	}
	plan := regexp.MustCompile(`/plans/[^"]+`).FindString(text)
	if answer, _ := v.ask("POST", plan, url.Values{}); answer.StatusCode != 303 || s.files[b].Listing.Title != "New title" || s.files[b].Listing.Terms.Price != 900 {
		t.Errorf("apply = %d, %+v", answer.StatusCode, s.files[b].Listing)
	}
	for name, bad := range map[string]string{"empty": "", "an unknown column": "path,colour\n", "no path": "title\n", "a picture": "\x89PNG\r\n\x1a\n\x00\x00"} {
		if answer, _ := send(bad); answer.StatusCode != 422 {
			t.Errorf("%s = %d, want 422", name, answer.StatusCode)
		}
	}
	if _, text := send("path,title\n/pics/a.jpg,\"never closed\n"); !strings.Contains(text, "cannot be read") {
		t.Errorf("a torn table:\n%s", text)
	}
}

// post sends a table as the form's file does, and gets the preview.
func (v *visit) post(path, table string) (*http.Response, string) {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("list", "files.csv")
	if err != nil {
		v.t.Fatal(err)
	}
	part.Write([]byte(table))
	form.Close()
	r, err := http.NewRequest("POST", v.http.URL+path, &body)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Cookie", cookieName+"="+v.desk.gate.pass())
	r.Header.Set("Origin", v.http.URL)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		return answer, ""
	}
	return v.ask("GET", answer.Header.Get("Location"), nil)
}

func TestSettings(t *testing.T) {
	s := newStand()
	v := newVisit(t, s)
	text := v.follow("/settings/limits", url.Values{"rate": {"1.5"}, "buyers": {"3"}, "from": {"22:00"}, "to": {"06:30"}, "quiet_rate": {"0,2"}})
	l := s.settings.Limits
	if l.Rate != 1_500_000 || l.Buyers != 3 || l.Quiet.To != 390 || l.Quiet.Rate != 200_000 || !strings.Contains(text, `value="1.5"`) {
		t.Errorf("limits = %+v\n%s", l, text)
	}
	for name, form := range map[string]url.Values{
		"words": {"rate": {"fast"}}, "hours": {"from": {"25:00"}, "to": {"06:00"}}, "half": {"from": {"22:00"}}, "buyers": {"buyers": {"many"}}, "minus": {"rate": {"-1"}},
	} {
		answer, text := v.ask("POST", "/settings/limits", form)
		if typed := form.Get("rate"); answer.StatusCode != 422 || typed != "" && !strings.Contains(text, `value="`+typed+`"`) || !strings.Contains(text, `role="alert"`) {
			t.Errorf("%s = %d:\n%s", name, answer.StatusCode, text)
		}
	}
	if answer, text := v.ask("POST", "/folders", url.Values{"dir": {"/none"}}); answer.StatusCode != 422 || !strings.Contains(text, `value="/none"`) || !strings.Contains(text, "no such folder") {
		t.Errorf("a folder that is not there = %d:\n%s", answer.StatusCode, text)
	}
	v.follow("/folders", url.Values{"dir": {" /pics "}})
	v.follow("/folders/remove", url.Values{"dir": {"/pics"}})
	v.follow("/pause", url.Values{"what": {"reading"}, "for": {"1h"}})
	v.follow("/resume", nil)
	if got, want := fmt.Sprint(s.done()), "[share /pics unshare /pics pause reading 1h0m0s resume reading resume delivery]"; got != want {
		t.Errorf("done = %s, want %s", got, want)
	}
	if answer, _ := v.ask("POST", "/pause", url.Values{"for": {"soon"}}); answer.StatusCode != 422 {
		t.Errorf("a pause for soon = %d", answer.StatusCode)
	}
}

func TestOfflineIsSaidWithWhatItMeans(t *testing.T) {
	s := newStand()
	s.overview.Online, s.overview.Why, s.overview.Waiting = false, "enrol: the market cannot be reached", 3
	v := newVisit(t, s)
	if _, text := v.ask("GET", "/", nil); !strings.Contains(text, "Not connected to the market") || !strings.Contains(text, "when the connection is back: 3.") || !strings.Contains(text, "/doctor") {
		t.Errorf("offline:\n%s", text)
	}
	s.fault = errors.New("count what waits: disk I/O error")
	if answer, text := v.ask("GET", "/", nil); answer.StatusCode != 422 || !strings.Contains(text, "disk I/O error") {
		t.Errorf("a memory that fails = %d:\n%s", answer.StatusCode, text)
	}
}

// The stream begins with everything, then sends what changed and nothing else.
func TestStream(t *testing.T) {
	s := newStand()
	v := newVisit(t, s)
	r, err := http.NewRequest("GET", v.http.URL+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", cookieName+"="+v.desk.gate.pass())
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	next := func() (f frame) {
		t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				if err := json.Unmarshal([]byte(data), &f); err != nil {
					t.Fatal(err)
				}
				return f
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return f
	}
	if f := next(); len(f.HTML) != 9 || f.Files == "" || !strings.Contains(f.HTML["connection"], "Connected") {
		t.Errorf("first frame = %+v", f)
	}
	s.mu.Lock()
	s.overview.Online, s.overview.Why = false, "gone"
	s.mu.Unlock()
	if f := next(); len(f.HTML) != 1 || f.Files != "" || !strings.Contains(f.HTML["connection"], "Not connected") {
		t.Errorf("second frame = %+v, want the connection alone", f)
	}
	v.desk.stop()
	if lines.Scan() && lines.Text() != "" {
		t.Errorf("after the end came %q", lines.Text())
	}
}

func TestSpan(t *testing.T) {
	for want, d := range map[string]time.Duration{"3d": 72 * time.Hour, "1d12h": 36 * time.Hour, "1h30m": 90 * time.Minute, "": 0, "10s": 10 * time.Second, "30m": 30 * time.Minute, "10h": 10 * time.Hour} {
		if got := span(d); got != want {
			t.Errorf("span(%v) = %q, want %q", d, got, want)
		}
	}
}
