package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lightshare/events"
	"lightshare/seller-agent/share"
)

// ErrUnknown says that there is nothing of this name.
var ErrUnknown = errors.New("this is not known here any more")

// A File is one file for sale.
type File struct {
	Folder  string         `json:"folder"`
	Path    string         `json:"path"` // relative to the folder
	Listing events.Listing `json:"listing"`
	Fate    share.Fate     `json:"fate"` // what the market made of it
	Edited  bool           `json:"edited"`
}

// A Query asks for some of the files.
type Query struct {
	Text   string            // in path, title or tags, whatever the case; every word counts
	Folder string            // empty: all
	State  events.OfferState // empty: all; [Untold] for those the market has not spoken of
	Edited bool              // only those edited by hand
	From   int               // how many to pass over
	Limit  int               // at most so many; 0: all
}

// Untold is the state of a listing that the market has not spoken of.
const Untold events.OfferState = "untold"

// Found is the answer to a Query.
type Found struct {
	Files []File `json:"files"` // by folder and path
	Total int    `json:"total"` // how many there are in all, beyond the limit too
}

// Find returns the files that are asked for.
func (a *Agent) Find(q Query) Found {
	words := strings.Fields(strings.ToLower(q.Text))
	var found Found
	for _, f := range a.shelves.all() {
		if q.Folder != "" && f.Dir != q.Folder {
			continue
		}
		items := f.Find(func(i *share.Item) bool { return q.wants(i, words) })
		for _, i := range items {
			edited := f.Edited(i.Listing.ID)
			if q.Edited && !edited {
				continue
			}
			if found.Total++; found.Total > q.From && (q.Limit == 0 || len(found.Files) < q.Limit) {
				found.Files = append(found.Files, File{f.Dir, i.Path, i.Listing, i.Fate, edited})
			}
		}
	}
	return found
}

// wants reports whether the item is asked for. words are in lower case.
func (q Query) wants(i *share.Item, words []string) bool {
	if q.State == Untold && i.Fate.State != "" || q.State != "" && q.State != Untold && i.Fate.State != q.State {
		return false
	}
	for _, word := range words {
		if !contains(i.Path, word) && !contains(i.Listing.Title, word) && !slices.ContainsFunc(i.Listing.Tags, func(t string) bool { return contains(t, word) }) {
			return false
		}
	}
	return true
}

func contains(s, lower string) bool { return strings.Contains(strings.ToLower(s), lower) }

// A Draft is a file's listing, ready to be edited.
type Draft struct {
	File
	Sheets share.Sheet `json:"sheets"` // what the sheets around the file say
	Edit   share.Sheet `json:"edit"`   // what was changed by hand, which counts over them
}

// Draft returns the listing of a file to be edited, or [ErrUnknown].
func (a *Agent) Draft(id events.ListingID) (Draft, error) {
	f, item, ok := a.shelves.of(id)
	if !ok {
		return Draft{}, ErrUnknown
	}
	sheets, edit, err := f.Sheets(id)
	if err != nil {
		return Draft{}, ErrUnknown
	}
	return Draft{File{f.Dir, item.Path, item.Listing, item.Fate, f.Edited(id)}, sheets, edit}, nil
}

// CheckEdit returns what a listing would say with an edit, or what is wrong with it in words.
func (a *Agent) CheckEdit(id events.ListingID, edit share.Sheet) (share.Card, error) {
	f, _, ok := a.shelves.of(id)
	if !ok {
		return share.Card{}, ErrUnknown
	}
	return f.CheckEdit(id, edit)
}

// Edit keeps what the seller wants to say of listings. An empty edit gives the say back to the sheets. Nothing is kept if
// one of them is wrong.
func (a *Agent) Edit(ctx context.Context, edits map[events.ListingID]share.Sheet) error {
	for id, edit := range edits {
		if _, err := a.CheckEdit(id, edit); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
	}
	byFolder := make(map[*share.Folder]map[events.ListingID]share.Sheet)
	for id, edit := range edits {
		f, _, ok := a.shelves.of(id)
		if !ok {
			return ErrUnknown
		}
		if byFolder[f] == nil {
			byFolder[f] = make(map[events.ListingID]share.Sheet)
		}
		byFolder[f][id] = edit
	}
	for f, some := range byFolder {
		if err := f.Edit(ctx, some); err != nil {
			return err
		}
	}
	return nil
}
