package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"lightshare/blacklist"
	"lightshare/events"
)

// entriesView is the list with the form for one more.
type entriesView struct {
	Query   string
	Found   blacklist.Page
	Form    entryForm
	Earlier string // path of the page before; empty on the first
	Later   string // path of the page after; empty on the last
}

// entryForm is what was typed, with what is wrong beside it.
type entryForm struct {
	Artist, Title, Reason                string
	ArtistError, TitleError, ReasonError string
	Error                                string // of the whole
	Open                                 bool
}

func (f *entryForm) check(ctx context.Context) bool {
	if blacklist.Fold(f.Artist) == "" {
		f.ArtistError = say(ctx, "Enter the artist’s name, with at least one letter or digit.")
	}
	if blacklist.Fold(f.Title) == "" {
		f.TitleError = say(ctx, "Enter the title of the work, with at least one letter or digit.")
	}
	if f.Reason == "" {
		f.ReasonError = say(ctx, "Say why, for the log: the notice or the rights owner.")
	}
	return f.ArtistError+f.TitleError+f.ReasonError == ""
}

func (s *console) showEntries(w http.ResponseWriter, r *http.Request, name string) {
	s.renderEntries(w, r, http.StatusOK, name, entryForm{Open: r.FormValue("q") == ""})
}

func (s *console) renderEntries(w http.ResponseWriter, r *http.Request, status int, name string, form entryForm) {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	number, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil {
		number = 1
	}
	v := entriesView{Query: query, Found: s.Keeper.Entries(query, number), Form: form}
	if v.Found.Number > 1 {
		v.Earlier = entriesPath(query, v.Found.Number-1)
	}
	if v.Found.Number < v.Found.Pages {
		v.Later = entriesPath(query, v.Found.Number+1)
	}
	s.render(w, r, status, entriesPage(s.page(r, name, say(r.Context(), "Entries")), v))
}

func entriesPath(query string, page int) string {
	return "/entries?" + url.Values{"q": {query}, "page": {strconv.Itoa(page)}}.Encode()
}

func (s *console) takeEntry(w http.ResponseWriter, r *http.Request, name string) {
	form := entryForm{Artist: typed(r, "artist"), Title: typed(r, "title"), Reason: typed(r, "reason"), Open: true}
	if !form.check(r.Context()) {
		s.renderEntries(w, r, http.StatusUnprocessableEntity, name, form)
		return
	}
	e := events.Entry{Artist: form.Artist, Title: form.Title, Source: "moderator"}
	known, err := s.Keeper.Add(r.Context(), e, name, form.Reason)
	if errors.Is(err, events.Unchanged) {
		form.TitleError = say(r.Context(), "This work is on the list already, as entry %s.", string(known.ID))
		s.renderEntries(w, r, http.StatusConflict, name, form)
		return
	}
	if errors.Is(err, events.FourEyes) {
		form.Error = say(r.Context(), "More than %d listings would be taken down. Send it as a file under Batches: there a second person can confirm it.", blacklist.MassLimit)
		s.renderEntries(w, r, http.StatusConflict, name, form)
		return
	}
	if err != nil {
		status, words := s.wording(r, err)
		form.Error = words
		s.renderEntries(w, r, status, name, form)
		return
	}
	http.Redirect(w, r, "/entries?done=added", http.StatusSeeOther)
}

// entryView is one entry with the form that takes it off the list.
type entryView struct {
	Entry       events.Entry
	Reason      string
	ReasonError string
}

func (s *console) showEntry(w http.ResponseWriter, r *http.Request, name string) {
	if id := r.PathValue("id"); strings.HasPrefix(id, "notice-") { // verdicts name what they follow from
		http.Redirect(w, r, string(noticePath(id, "")), http.StatusSeeOther)
		return
	}
	s.renderEntry(w, r, http.StatusOK, name, entryView{})
}

func (s *console) renderEntry(w http.ResponseWriter, r *http.Request, status int, name string, v entryView) {
	e, ok := s.Keeper.Entry(events.EntryID(r.PathValue("id")))
	if !ok {
		s.fail(w, r, name, events.NoSuchEntry)
		return
	}
	v.Entry = e
	s.render(w, r, status, entryPage(s.page(r, name, e.Artist+" – "+e.Title), v))
}

func (s *console) takeRemoval(w http.ResponseWriter, r *http.Request, name string) {
	reason := typed(r, "reason")
	if reason == "" {
		s.renderEntry(w, r, http.StatusUnprocessableEntity, name, entryView{ReasonError: say(r.Context(), "Say why, for the log.")})
		return
	}
	err := s.Keeper.Remove(r.Context(), events.EntryID(r.PathValue("id")), name, reason)
	if errors.Is(err, events.NoSuchEntry) {
		s.fail(w, r, name, err)
		return
	}
	if errors.Is(err, events.FourEyes) {
		words := say(r.Context(), "More than %d listings are held back by it. It is noted that you want it removed; somebody else must confirm that here.", blacklist.MassLimit)
		s.renderEntry(w, r, http.StatusConflict, name, entryView{Reason: reason, ReasonError: words})
		return
	}
	if err != nil {
		status, words := s.wording(r, err)
		s.renderEntry(w, r, status, name, entryView{Reason: reason, ReasonError: words})
		return
	}
	http.Redirect(w, r, "/entries?done=removed", http.StatusSeeOther)
}

// typed returns what was entered in a field, without the spaces around it.
func typed(r *http.Request, field string) string { return strings.TrimSpace(r.PostFormValue(field)) }

// entryPath is where an entry is shown; ids come from lists of strangers.
func entryPath(id string) templ.SafeURL { return templ.SafeURL("/entries/" + url.PathEscape(id)) }
