package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/share"
	"lightshare/seller-agent/uplink"
)

// A stand is an agent that has nothing behind it. It edits listings as the real one does.
type stand struct {
	mu       sync.Mutex
	overview agent.Overview
	files    map[events.ListingID]agent.Draft
	sales    []agent.Sale
	moves    []uplink.Transfer
	events   []agent.Event
	findings []agent.Finding
	settings agent.Settings
	did      []string
	fault    error // of Overview
}

func newStand() *stand {
	return &stand{
		files:    make(map[events.ListingID]agent.Draft),
		settings: agent.Settings{Market: "http://market.example", Price: "1.00", Currency: events.USD},
		overview: agent.Overview{Seller: "abcdefghijklmnop", Name: "Ann", Market: "http://market.example", Online: true, Since: noon},
	}
}

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// add puts a file up for sale as its name alone has it.
func (s *stand) add(folder, path string, state events.OfferState, reason string) events.ListingID {
	id := events.SellerID("abcdefghijklmnop").Listing(fmt.Sprintf("f%d", len(s.files)))
	card, err := share.CardFor(path, share.Sheet{}, share.Defaults{Price: "1.00", Currency: events.USD})
	if err != nil {
		panic(err)
	}
	s.files[id] = agent.Draft{File: agent.File{Folder: folder, Path: path, Fate: share.Fate{State: state, Reason: reason}, Listing: events.Listing{
		ID: id, Title: card.Title, Terms: card.Terms, Size: 12_345_678, Type: "image/jpeg", FileName: path, Root: strings.Repeat("0a", 32),
	}}}
	return id
}

func (s *stand) Overview(context.Context) (agent.Overview, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.overview, s.fault
}

func (s *stand) Find(q agent.Query) agent.Found {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found agent.Found
	var all []agent.File
	for _, d := range s.files {
		if strings.Contains(d.Path, q.Text) && (q.State == "" || q.State == d.Fate.State) && (!q.Edited || d.Edited) {
			all = append(all, d.File)
		}
	}
	slices.SortFunc(all, func(a, b agent.File) int { return cmp.Compare(a.Path, b.Path) })
	found.Total = len(all)
	all = all[min(q.From, len(all)):]
	if q.Limit > 0 {
		all = all[:min(q.Limit, len(all))]
	}
	found.Files = all
	return found
}

func (s *stand) Draft(id events.ListingID) (agent.Draft, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.files[id]
	if !ok {
		return d, agent.ErrUnknown
	}
	return d, nil
}

func (s *stand) CheckEdit(id events.ListingID, edit share.Sheet) (share.Card, error) {
	d, err := s.Draft(id)
	if err != nil {
		return share.Card{}, err
	}
	return share.CardFor(d.Path, edit, share.Defaults{Price: "1.00", Currency: events.USD})
}

func (s *stand) Edit(_ context.Context, edits map[events.ListingID]share.Sheet) error {
	for id, edit := range edits {
		card, err := s.CheckEdit(id, edit)
		if err != nil {
			return err
		}
		s.mu.Lock()
		d := s.files[id]
		d.Edit, d.Edited = edit, edit.Title != nil || edit.Price != nil || edit.Auction != nil || edit.Tags != nil || edit.Description != nil
		d.Listing.Title, d.Listing.Description, d.Listing.Tags, d.Listing.Terms = card.Title, card.Description, card.Tags, card.Terms
		s.files[id] = d
		s.mu.Unlock()
	}
	return nil
}

func (s *stand) Transfers() []uplink.Transfer           { return s.moves }
func (s *stand) Sales() []agent.Sale                    { return s.sales }
func (s *stand) Lately(int) []agent.Event               { return s.events }
func (s *stand) Doctor(context.Context) []agent.Finding { return s.findings }
func (s *stand) Settings() agent.Settings               { return s.settings }

func (s *stand) SetLimits(l uplink.Limits) error {
	s.settings.Limits = l
	return l.Check()
}

func (s *stand) Share(dir string) error {
	if dir == "/none" {
		return errors.New("/none: there is no such folder")
	}
	s.note("share " + dir)
	return nil
}

func (s *stand) Unshare(_ context.Context, dir string) error { s.note("unshare " + dir); return nil }
func (s *stand) Pause(what string, d time.Duration) error {
	s.note(fmt.Sprint("pause ", what, " ", d))
	return nil
}
func (s *stand) Resume(what string) error { s.note("resume " + what); return nil }

func (s *stand) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.did = append(s.did, what)
}

func (s *stand) done() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.did)
}

const token = "a token of more than forty characters, which nobody guesses"

// A visit is a page that is being served, and who asks.
type visit struct {
	t     *testing.T
	stand *stand
	desk  *desk
	http  *httptest.Server
}

func newVisit(t *testing.T, s *stand) *visit {
	t.Helper()
	v := &visit{t: t, stand: s}
	v.http = httptest.NewUnstartedServer(nil)
	host := v.http.Listener.Addr().String()
	v.desk = newDesk(s, token, []string{host, strings.Replace(host, "127.0.0.1", "localhost", 1)}, slog.New(slog.DiscardHandler))
	v.http.Config.Handler = v.desk.handler()
	v.http.Start()
	t.Cleanup(func() { v.desk.stop(); v.http.Close() })
	return v
}

// ask sends a request with the cookie, as the page itself does unless the headers say otherwise. An empty header is left out.
func (v *visit) ask(method, path string, form url.Values, headers ...string) (*http.Response, string) {
	v.t.Helper()
	r, err := http.NewRequest(method, v.http.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Cookie", cookieName+"="+v.desk.gate.pass())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		switch {
		case name == "Host":
			r.Host = value
		case value == "":
			r.Header.Del(name)
		default:
			r.Header.Set(name, value)
		}
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer, string(text)
}

// follow sends a form and gets the page to which it leads.
func (v *visit) follow(path string, form url.Values) string {
	v.t.Helper()
	answer, text := v.ask("POST", path, form)
	if answer.StatusCode != http.StatusSeeOther {
		v.t.Fatalf("POST %s = %d\n%s", path, answer.StatusCode, text)
	}
	_, text = v.ask("GET", answer.Header.Get("Location"), nil)
	return text
}
