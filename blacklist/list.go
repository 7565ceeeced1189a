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

	past atomic.Pointer[gathered] // changed with mu held; nil once the list has an index
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

// gatherList returns a list of the given works that is changed quickly, but must settle before a listing is screened.
func gatherList(entries []events.Entry) *List {
	l := new(List)
	l.past.Store(gather(entries))
	l.now.Store(&snapshot{version: 1})
	return l
}

// settle indexes the works of a list that has been gathered.
func (l *List) settle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if past := l.past.Load(); past != nil {
		l.now.Store(past.snapshot())
		l.past.Store(nil)
	}
}

// ofPast calls f with the list as it is gathered, and reports whether it still is.
func (l *List) ofPast(f func(*gathered)) bool {
	if l.past.Load() == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	past := l.past.Load()
	if past != nil {
		f(past)
	}
	return past != nil
}

// Version says how often the list has changed; what is judged carries it.
func (l *List) Version() (version uint64) {
	if l.ofPast(func(g *gathered) { version = g.version }) {
		return version
	}
	return l.now.Load().version
}

// Entry returns the entry of that id, if it is on the list.
func (l *List) Entry(id events.EntryID) (e events.Entry, ok bool) {
	if l.ofPast(func(g *gathered) { e, ok = g.entry(id) }) {
		return e, ok
	}
	s := l.now.Load()
	if i, work, ok := s.find(id); ok {
		return s.parts[i].entry(work), true
	}
	return events.Entry{}, false
}

// Add puts e on the list, in place of an entry of the same id.
func (l *List) Add(e events.Entry) {
	if l.ofPast(func(g *gathered) { g.addAll([]events.Entry{e}) }) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	next := l.now.Load().without(e.ID)
	next.version++
	next.parts = append(next.parts, part{segment: newSegment([]added{{e, next.version}})})
	next.mergeSmall()
	l.now.Store(next)
	l.mergeLarge()
}

// AddAll puts entries on the list at once, in place of those of the same ids, and returns the changes by which they came:
// the first and the last.
func (l *List) AddAll(entries []events.Entry) (came changes) {
	if l.ofPast(func(g *gathered) { came = g.addAll(entries) }) {
		return came
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	next := l.now.Load()
	works := make([]added, len(entries))
	came = changes{next.version + 1, next.version + uint64(len(entries))}
	for i, e := range entries {
		next = next.without(e.ID)
		works[i] = added{e, came.first + uint64(i)}
	}
	next = &snapshot{version: came.last, parts: append(slices.Clone(next.parts), part{segment: newSegment(works)})}
	next.mergeSmall()
	l.now.Store(next)
	l.mergeLarge()
	return came
}

// RemoveAll takes off the list what came by those changes, and returns how many works that were.
func (l *List) RemoveAll(came []changes) (removed int) {
	if l.ofPast(func(g *gathered) { removed = g.removeAll(came) }) {
		return removed
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now.Load()
	next := &snapshot{version: now.version + 1, parts: slices.Clone(now.parts)}
	for i := range next.parts {
		removed += next.parts[i].dropAll(came)
	}
	l.now.Store(next)
	return removed
}

// changeOf returns the change by which the entry came on the list, if it is there.
func (l *List) changeOf(id events.EntryID) (change uint64, ok bool) {
	if l.ofPast(func(g *gathered) {
		var work uint32
		if work, ok = g.numbers[id]; ok {
			change = g.changes[work]
		}
	}) {
		return change, ok
	}
	s := l.now.Load()
	if i, work, ok := s.find(id); ok {
		return s.parts[i].changes[work], true
	}
	return 0, false
}

// Remove takes the entry off the list, if it is there.
func (l *List) Remove(id events.EntryID) {
	if l.ofPast(func(g *gathered) { g.remove(id) }) {
		return
	}
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
