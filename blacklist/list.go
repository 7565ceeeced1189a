package blacklist

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"lightshare/events"
)

// A List is the blacklist as it stands: the works on it, and how to find them in a listing. Works come and go while
// listings are screened. Safe for concurrent use.
type List struct {
	mu      sync.RWMutex
	index   index                    // guarded by mu, with all forms and works in it
	works   map[events.EntryID]*work // guarded by mu
	version uint64                   // guarded by mu; 1 at first, one more with every change
}

// NewList returns a list of the given works, as version 1. Of entries with the same id the last one counts.
func NewList(entries []events.Entry) *List {
	l := &List{index: newIndex(), works: make(map[events.EntryID]*work, len(entries)), version: 1}
	for _, e := range entries {
		l.put(e)
	}
	return l
}

// Version says how often the list has changed; what is judged carries it.
func (l *List) Version() uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.version
}

// Entry returns the entry of that id, if it is on the list.
func (l *List) Entry(id events.EntryID) (events.Entry, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	w, ok := l.works[id]
	if !ok {
		return events.Entry{}, false
	}
	return w.entry, true
}

// Add puts e on the list, in place of an entry of the same id.
func (l *List) Add(e events.Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.version++
	l.put(e)
}

// Remove takes the entry off the list, if it is there.
func (l *List) Remove(id events.EntryID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.version++
	l.take(id)
}

func (l *List) put(e events.Entry) {
	l.take(e.ID)
	w := &work{entry: e, change: l.version}
	for _, folded := range artistForms(e) {
		f := l.index.form(folded)
		f.artists = append(f.artists, w)
		w.artists = append(w.artists, f)
	}
	for _, folded := range titleForms(e) {
		f := l.index.form(folded)
		f.titles = append(f.titles, w)
		w.titles = append(w.titles, f)
	}
	title := newText(Fold(brackets.ReplaceAllString(featured.ReplaceAllString(e.Title, ""), " ")))
	for _, s := range title.words {
		w.words = append(w.words, title.word(s))
	}
	l.works[e.ID] = w
}

func (l *List) take(id events.EntryID) {
	w, ok := l.works[id]
	if !ok {
		return
	}
	delete(l.works, id)
	same := func(o *work) bool { return o == w }
	for _, f := range w.artists {
		f.artists = slices.DeleteFunc(f.artists, same)
		l.index.drop(f)
	}
	for _, f := range w.titles {
		f.titles = slices.DeleteFunc(f.titles, same)
		l.index.drop(f)
	}
}

// A Page is a part of the list.
type Page struct {
	Entries []events.Entry
	Total   int // entries that the query finds
	Number  int // of this page; 1 is the first
	Pages   int
}

// PageSize is how many entries a page has.
const PageSize = 50

// Find returns the given page of the entries whose artist, title or id contains query in any way of writing it; all of
// them for an empty query. What was added last comes first. A page beyond the last is the last.
func (l *List) Find(query string, page int) Page {
	found := l.find(newText(Fold(query)).letters)
	slices.SortFunc(found, func(a, b *work) int {
		return cmp.Or(cmp.Compare(b.change, a.change), cmp.Compare(a.entry.ID, b.entry.ID))
	})
	p := Page{Total: len(found), Pages: max(1, (len(found)+PageSize-1)/PageSize)}
	p.Number = min(max(1, page), p.Pages)
	from := (p.Number - 1) * PageSize
	for _, w := range found[from:min(from+PageSize, len(found))] {
		p.Entries = append(p.Entries, w.entry)
	}
	return p
}

func (l *List) find(letters string) []*work {
	l.mu.RLock()
	defer l.mu.RUnlock()
	contains := func(f *form) bool { return strings.Contains(f.letters, letters) }
	found := make([]*work, 0, len(l.works))
	for id, w := range l.works {
		if string(id) == letters || slices.ContainsFunc(w.artists, contains) || slices.ContainsFunc(w.titles, contains) {
			found = append(found, w)
		}
	}
	return found
}

// Same returns an entry on the list whose artist and title are written like those of e, if there is one.
func (l *List) Same(e events.Entry) (events.Entry, bool) {
	artist, title := newText(Fold(e.Artist)).letters, newText(Fold(e.Title)).letters
	l.mu.RLock()
	defer l.mu.RUnlock()
	f := l.index.forms[title]
	if f == nil {
		return events.Entry{}, false
	}
	for _, w := range f.titles {
		if w.titles[0] == f && w.artists[0].letters == artist {
			return w.entry, true
		}
	}
	return events.Entry{}, false
}
