package ui

import (
	"net/http"
	"strings"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/share"
)

// draftView is the form in which one listing is edited.
type draftView struct {
	ID, Path, Folder string
	State            state
	Reason           string
	Form             form
	Base             form // what the sheets alone would say
	Edited           bool
	Wrong            string
	Field            string // the field that is wrong, if that can be told
	Listing          events.Listing
}

func (s *desk) showDraft(w http.ResponseWriter, r *http.Request) {
	d, err := s.Draft(listingOf(r))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if wantsJSON(r) {
		s.send(w, r, http.StatusOK, d)
		return
	}
	s.draw(w, r, http.StatusOK, draftPage(s.page(r, d.Listing.Title), s.newDraft(d, formOf(cardOf(d.Listing)))))
}

func cardOf(l events.Listing) share.Card {
	return share.Card{Title: l.Title, Description: l.Description, Tags: l.Tags, Terms: l.Terms}
}

func (s *desk) newDraft(d agent.Draft, f form) draftView {
	v := draftView{
		ID: string(d.Listing.ID), Path: d.Path, Folder: d.Folder, State: stateOf(d.Fate.State), Reason: d.Fate.Reason,
		Form: f, Base: f, Edited: d.Edited, Listing: d.Listing,
	}
	if base, err := s.CheckEdit(d.Listing.ID, share.Sheet{}); err == nil {
		v.Base = formOf(base)
	}
	return v
}

// takeDraft keeps what was typed, or shows it again with what is wrong.
func (s *desk) takeDraft(w http.ResponseWriter, r *http.Request) {
	id := listingOf(r)
	d, err := s.Draft(id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if r.FormValue("reset") != "" {
		if err := s.Edit(r.Context(), map[events.ListingID]share.Sheet{id: {}}); err != nil {
			s.fail(w, r, err)
			return
		}
		s.after(w, r, "/files/"+string(id), "reset")
		return
	}
	f := formOf(cardOf(d.Listing))
	for _, c := range columns {
		if r.Form.Has(c.name) {
			*c.of(&f) = r.FormValue(c.name)
		}
	}
	edit, err := s.editOf(id, d, f)
	if err == nil {
		err = s.Edit(r.Context(), map[events.ListingID]share.Sheet{id: edit})
	}
	if err != nil && !wantsJSON(r) {
		v := s.newDraft(d, f)
		v.Wrong, v.Field = sentence(r.Context(), withoutID(err, id)), fieldOf(err)
		s.draw(w, r, http.StatusUnprocessableEntity, draftPage(s.page(r, d.Listing.Title), v))
		return
	}
	if err != nil {
		s.fail(w, r, withoutID(err, id))
		return
	}
	s.after(w, r, "/files/"+string(id), "saved")
}

// editOf returns the edit that makes the listing say what the form does, checked.
func (s *desk) editOf(id events.ListingID, d agent.Draft, f form) (share.Sheet, error) {
	base, err := s.CheckEdit(id, share.Sheet{})
	if err != nil {
		return share.Sheet{}, err
	}
	edit, err := f.edit(formOf(base), d.Sheets)
	if err == nil {
		_, err = s.CheckEdit(id, edit)
	}
	return edit, err
}

// withoutID words an error that names a listing, which the page shows already.
func withoutID(err error, id events.ListingID) error { return trimmed{err, string(id)} }

type trimmed struct {
	error
	id string
}

func (t trimmed) Unwrap() error { return t.error }

func (t trimmed) Error() string {
	text := strings.TrimPrefix(t.error.Error(), t.id+": ")
	return strings.ReplaceAll(text, " of listing of this file", "")
}

// fieldOf returns the name of the field that an error is about, or "".
func fieldOf(err error) string {
	text := err.Error()
	for _, c := range columns {
		if strings.Contains(text, c.name) {
			return c.name
		}
	}
	return ""
}

// wrong returns what is wrong with a field.
func (v draftView) wrong(field string) string {
	if v.Field == field {
		return v.Wrong
	}
	return ""
}
