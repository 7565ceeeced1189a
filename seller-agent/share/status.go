package share

import (
	"cmp"
	"slices"
	"time"

	"lightshare/events"
)

// A Status is how a folder stands.
type Status struct {
	Dir      string    `json:"dir"`
	Away     bool      `json:"away"`            // it is not there
	Blind    string    `json:"blind,omitempty"` // why changes are found by looking every few seconds only
	Watched  int       `json:"watched"`         // folders that the system tells of changes in
	Files    int       `json:"files"`           // found at the last look
	Offered  int       `json:"offered"`         // for sale, as far as this computer is concerned
	Bytes    int64     `json:"bytes"`           // of what is offered
	Looked   time.Time `json:"looked,omitzero"` // when everything had been looked at for the first time
	Progress Progress  `json:"progress"`        // of the reading
	States   States    `json:"states"`          // how many of the offered are in which state on the market
	Version  uint64    `json:"version"`         // grows with every change of what is offered
	Edited   int       `json:"edited"`          // how many listings were edited by hand
}

// States counts listings by what the market made of them; those it has not spoken of are under the empty state.
type States map[events.OfferState]int

// Status returns how the folder stands now.
func (f *Folder) Status() Status {
	f.mu.RLock()
	defer f.mu.RUnlock()
	s := Status{
		Dir: f.Dir, Away: f.root == nil, Blind: f.blind, Watched: f.watched, Files: int(f.count.Load()), Progress: f.tally.progress(),
		States: make(States), Edited: len(f.catalogue.Edits), Version: f.version,
	}
	if at := f.looked.Load(); at > 0 {
		s.Looked = time.UnixMilli(at).UTC()
	}
	for _, item := range f.catalogue.byPath {
		if item.Offered() {
			s.Offered++
			s.Bytes += item.Stat.Size
			s.States[item.Fate.State]++
		}
	}
	return s
}

// Find returns the items that are for sale and for which want says yes, by path. want must not call the folder.
func (f *Folder) Find(want func(*Item) bool) []Item {
	f.mu.RLock()
	defer f.mu.RUnlock()
	var some []*Item
	for _, item := range f.catalogue.byPath {
		if item.Offered() && want(item) {
			some = append(some, item)
		}
	}
	slices.SortFunc(some, func(a, b *Item) int { return cmp.Compare(a.Path, b.Path) })
	items := make([]Item, len(some))
	for i, item := range some {
		items[i] = *item
	}
	return items
}

// Edited reports whether a listing was edited by hand.
func (f *Folder) Edited(id events.ListingID) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	_, yes := f.catalogue.Edits[id]
	return yes
}

// Item returns what is known of a listing.
func (f *Folder) Item(id events.ListingID) (Item, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.catalogue.ByID(id)
}

// Reading reports whether files are waiting to be looked at or being read.
func (f *Folder) Reading() bool { return f.tally.progress().Busy }
