package ui

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"

	"lightshare/events"
	"lightshare/seller-agent/agent"
)

// bulkFields are the fields that can be set for many files at once.
var bulkFields = []string{"description", "tags", "format", "price", "start", "reserve", "duration", "currency", "edition"}

var errNothingChosen = errors.New("choose at least one file, or all that were found")

// takeBulk plans the same change for many files.
func (s *desk) takeBulk(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, errors.New("the form could not be read"))
		return
	}
	chosen := s.chosen(r)
	if len(chosen) == 0 {
		s.fail(w, r, errNothingChosen)
		return
	}
	set := make(map[string]string)
	for _, name := range bulkFields {
		if value := strings.TrimSpace(r.PostForm.Get(name)); value != "" {
			set[name] = value
		}
	}
	reset := r.PostForm.Get("reset") != ""
	if len(set) == 0 && !reset {
		s.fail(w, r, errors.New("fill in at least one field; those left empty stay as they are"))
		return
	}
	made := &plan{What: say(r.Context(), "Change %s", say(r.Context(), "%d files", len(chosen)))}
	for _, f := range chosen {
		path := filepath.Join(f.Folder, f.Path)
		if reset {
			s.plannedReset(r.Context(), made, f, path)
			continue
		}
		s.plannedFor(r.Context(), made, f.Listing.ID, 0, path, func(form *form) { fill(form, set) })
	}
	s.propose(w, r, made)
}

// fill sets fields of a form. A price makes it a direct sale and a start an auction, unless it is said which.
func fill(f *form, set map[string]string) {
	for _, c := range columns {
		if value, ok := set[c.name]; ok {
			*c.of(f) = value
		}
	}
	if _, said := set["format"]; said {
		return
	}
	if _, ok := set["price"]; ok {
		f.Format = string(events.Direct)
	}
	if _, ok := set["start"]; ok {
		f.Format = string(events.Auction)
	}
	if f.Format == string(events.Auction) && f.Edition == "open" {
		f.Edition = "1"
	}
}

// chosen returns the files that were ticked, or all that the list had found.
func (s *desk) chosen(r *http.Request) []agent.File {
	if r.PostForm.Get("scope") == "all" {
		return s.Find(listQueryOf(r.PostForm).agent()).Files
	}
	var files []agent.File
	for _, id := range r.PostForm["id"] {
		if d, err := s.Draft(events.ListingID(id)); err == nil {
			files = append(files, d.File)
		}
	}
	return files
}

// plannedReset plans to forget what was edited by hand.
func (s *desk) plannedReset(ctx context.Context, made *plan, f agent.File, path string) {
	if !f.Edited {
		made.Unchanged++
		return
	}
	c := change{Listing: f.Listing.ID, Path: path, Was: inALine(ctx, cardOf(f.Listing))}
	card, err := s.CheckEdit(c.Listing, c.edit)
	if err != nil {
		made.Wrong = append(made.Wrong, mistake{0, path, sentence(ctx, err)})
		return
	}
	c.Becomes = inALine(ctx, card)
	made.Changes = append(made.Changes, c)
}
