package ui

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/web/view/words"
)

// perPage is how many files one page of the list shows.
const perPage = 50

// filesView is a page of the list of files.
type filesView struct {
	Query   listQuery
	Rows    []rowView
	Total   int
	From    int // the first row's number, from 1
	Page    int
	Pages   int
	States  []choice
	Folders []choice
}

type choice struct{ Value, Text string }

// rowView is one file of the list.
type rowView struct {
	ID, Title, Path, Terms string
	Size                   int64
	State                  state
	Reason                 string
	Edited                 bool
}

// listQuery is which files are listed, as the address of the page says.
type listQuery struct {
	Text, State, Folder string
	Edited              bool
}

func listQueryOf(v url.Values) listQuery {
	return listQuery{v.Get("q"), v.Get("state"), v.Get("folder"), v.Get("edited") != ""}
}

// values is the query as part of an address.
func (q listQuery) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"q": q.Text, "state": q.State, "folder": q.Folder} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Edited {
		v.Set("edited", "yes")
	}
	return v
}

func (q listQuery) any() bool { return q != listQuery{} }

// at returns the address of a page of the list.
func (q listQuery) at(page int) string {
	v := q.values()
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	if len(v) == 0 {
		return "/files"
	}
	return "/files?" + v.Encode()
}

func (q listQuery) agent() agent.Query {
	return agent.Query{Text: q.Text, Folder: q.Folder, State: events.OfferState(q.State), Edited: q.Edited}
}

// states are what one can filter by.
var states = []choice{
	{"", words.Key("Any state")}, {string(events.OfferListed), words.Key("For sale")}, {string(events.OfferHeld), words.Key("Waits for a moderator")},
	{string(events.OfferRefused), words.Key("Refused")}, {string(events.OfferPaused), words.Key("Paused")}, {string(events.OfferEnded), words.Key("Ended")},
	{string(agent.Untold), words.Key("On its way")},
}

func (s *desk) showFiles(w http.ResponseWriter, r *http.Request) {
	q := listQueryOf(r.URL.Query())
	page, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || page < 1 {
		page = 1
	}
	if wantsJSON(r) {
		all := q.agent()
		all.From, _ = strconv.Atoi(r.URL.Query().Get("from"))
		all.Limit, _ = strconv.Atoi(r.URL.Query().Get("limit"))
		s.send(w, r, http.StatusOK, s.Find(all))
		return
	}
	ask := q.agent()
	ask.From, ask.Limit = (page-1)*perPage, perPage
	found := s.Find(ask)
	if pages := (found.Total + perPage - 1) / perPage; page > pages && pages > 0 { // there were more a moment ago
		http.Redirect(w, r, q.at(pages), http.StatusSeeOther)
		return
	}
	s.draw(w, r, http.StatusOK, filesPage(s.page(r, say(r.Context(), "Files")), s.newFiles(r.Context(), q, found, page)))
}

func (s *desk) newFiles(ctx context.Context, q listQuery, found agent.Found, page int) filesView {
	v := filesView{Query: q, Total: found.Total, Page: page, From: (page-1)*perPage + 1}
	for _, one := range states {
		v.States = append(v.States, choice{one.Value, say(ctx, one.Text)})
	}
	v.Pages = max(1, (found.Total+perPage-1)/perPage)
	v.Folders = []choice{{"", say(ctx, "Every folder")}}
	for _, dir := range s.Settings().Folders {
		v.Folders = append(v.Folders, choice{dir, dir})
	}
	for _, f := range found.Files {
		v.Rows = append(v.Rows, rowView{
			ID: string(f.Listing.ID), Title: f.Listing.Title, Path: f.Path, Terms: terms(ctx, f.Listing.Terms), Size: f.Listing.Size,
			State: stateOf(f.Fate.State), Reason: f.Fate.Reason, Edited: f.Edited,
		})
	}
	return v
}
