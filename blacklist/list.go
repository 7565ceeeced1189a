package blacklist

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"lightshare/events"
)

// A List is the blacklist as it stands: the works on it, and how to find them in a listing. Works come and go while
// listings are screened, and no check waits for a change: it judges by the list as it was when it began. Safe for
// concurrent use.
type List struct {
	now     atomic.Pointer[snapshot]
	mu      sync.Mutex // held by whoever changes the list
	merging bool       // guarded by mu; a merge runs beside
	merges  sync.WaitGroup
}

// NewList returns a list of the given works, as version 1. Of entries with the same id the last one counts.
func NewList(entries []events.Entry) *List {
	base := make([]added, len(entries))
	for i, e := range entries {
		base[i].entry = e
	}
	l := new(List)
	l.now.Store(&snapshot{version: 1, parts: []part{{segment: newSegment(base)}}})
	return l
}

// Version says how often the list has changed; what is judged carries it.
func (l *List) Version() uint64 { return l.now.Load().version }

// Entry returns the entry of that id, if it is on the list.
func (l *List) Entry(id events.EntryID) (events.Entry, bool) {
	s := l.now.Load()
	if i, work, ok := s.find(id); ok {
		return s.parts[i].entry(work), true
	}
	return events.Entry{}, false
}

// Add puts e on the list, in place of an entry of the same id.
func (l *List) Add(e events.Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := l.now.Load().without(e.ID)
	next.version++
	next.parts = append(next.parts, part{segment: newSegment([]added{{e, next.version}})})
	next.mergeSmall()
	l.now.Store(next)
	l.mergeLarge()
}

// Remove takes the entry off the list, if it is there.
func (l *List) Remove(id events.EntryID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := l.now.Load().without(id)
	next.version++
	l.now.Store(next)
}

// mergeLarge has parts that have grown to the same size merged while the list goes on; mu is held.
func (l *List) mergeLarge() {
	from := l.now.Load().mergeable()
	if l.merging || from < 0 {
		return
	}
	l.merging = true
	old := l.now.Load().parts[from:]
	l.merges.Go(func() {
		merged := newSegment(live(old))
		l.mu.Lock()
		defer l.mu.Unlock()
		next := *l.now.Load()
		next.parts = slices.Concat(next.parts[:from], []part{replaced(merged, next.parts[from:from+len(old)], old)}, next.parts[from+len(old):])
		l.now.Store(&next)
		l.merging = false
	})
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
	found := l.now.Load().containing(strings.ReplaceAll(Fold(query), " ", ""))
	slices.SortFunc(found, func(a, b added) int {
		return cmp.Or(cmp.Compare(b.change, a.change), cmp.Compare(a.entry.ID, b.entry.ID))
	})
	p := Page{Total: len(found), Pages: max(1, (len(found)+PageSize-1)/PageSize)}
	p.Number = min(max(1, page), p.Pages)
	from := (p.Number - 1) * PageSize
	for _, a := range found[from:min(from+PageSize, len(found))] {
		p.Entries = append(p.Entries, a.entry)
	}
	return p
}

// Same returns an entry on the list whose artist and title are written like those of e, if there is one.
func (l *List) Same(e events.Entry) (events.Entry, bool) {
	for _, a := range l.now.Load().titled(e.Title) {
		if Fold(a.Artist) == Fold(e.Artist) && Fold(a.Title) == Fold(e.Title) {
			return a, true
		}
	}
	return events.Entry{}, false
}
