package blacklist

import (
	"slices"
	"strings"

	"lightshare/events"
)

// A snapshot is the list at one version. It never changes.
type snapshot struct {
	version uint64
	parts   []part // in the order in which their entries came
}

// A part is a segment with what has gone since it was made.
type part struct {
	*segment
	gone    []uint64 // a bit for each work that is off the list; nil while none is
	missing int      // how many
}

func (p *part) isGone(work uint32) bool {
	return p.gone != nil && p.gone[work/64]>>(work%64)&1 != 0
}

// find returns where the work with that id is: the part and its number there.
func (s *snapshot) find(id events.EntryID) (int, uint32, bool) {
	for i := len(s.parts) - 1; i >= 0; i-- {
		if work, ok := s.parts[i].find(id); ok && !s.parts[i].isGone(work) {
			return i, work, true
		}
	}
	return 0, 0, false
}

// without returns a copy in which the entry of that id is gone.
func (s *snapshot) without(id events.EntryID) *snapshot {
	next := &snapshot{version: s.version, parts: slices.Clone(s.parts)}
	if i, work, ok := s.find(id); ok {
		next.parts[i].drop(work)
	}
	return next
}

func (p *part) drop(work uint32) {
	gone := make([]uint64, (p.size()+63)/64)
	copy(gone, p.gone)
	gone[work/64] |= 1 << (work % 64)
	p.gone = gone
	p.missing++
}

// changes are those of the list from the first to the last.
type changes struct{ first, last uint64 }

func anyHas(came []changes, change uint64) bool {
	return slices.ContainsFunc(came, func(c changes) bool { return c.first <= change && change <= c.last })
}

// dropAll drops what came by those changes, and returns how many works that were.
func (p *part) dropAll(came []changes) int {
	gone := make([]uint64, (p.size()+63)/64)
	copy(gone, p.gone)
	dropped := 0
	for work, change := range p.changes {
		if gone[work/64]>>(work%64)&1 == 0 && anyHas(came, change) {
			gone[work/64] |= 1 << (work % 64)
			dropped++
		}
	}
	if dropped > 0 {
		p.gone, p.missing = gone, p.missing+dropped
	}
	return dropped
}

// smallMerge is how many works are indexed anew while a change of the list waits: a few milliseconds' work.
const smallMerge = 128

// mergeSmall merges the newest parts while they are small and as large as those before, so that there are few.
func (s *snapshot) mergeSmall() {
	for n := len(s.parts); n >= 2; n = len(s.parts) {
		a, b := s.parts[n-2], s.parts[n-1]
		if a.size() > b.size() || a.size()+b.size() > smallMerge {
			return
		}
		s.parts = append(s.parts[:n-2], part{segment: newSegment(live(s.parts[n-2:]))})
	}
}

// mergeable returns the first of two neighbouring parts of which the older is not much larger; -1 where there is none, or
// where the newer may still grow.
func (s *snapshot) mergeable() int {
	for i := len(s.parts) - 2; i >= 0; i-- {
		if a, b := s.parts[i], s.parts[i+1]; b.size() > smallMerge/4 && a.size() <= 2*b.size() {
			return i
		}
	}
	return -1
}

// live returns what is on the list of the works in parts.
func live(parts []part) []added {
	var all []added
	for _, p := range parts {
		for work := range uint32(p.size()) {
			if !p.isGone(work) {
				all = append(all, added{p.entry(work), p.changes[work]})
			}
		}
	}
	return all
}

// replaced returns the merger of old parts as it stands after what went from them meanwhile.
func replaced(merged *segment, now, old []part) part {
	p := part{segment: merged}
	for i := range now {
		if now[i].missing == old[i].missing {
			continue
		}
		for work := range uint32(now[i].size()) {
			if now[i].isGone(work) && !old[i].isGone(work) {
				if at, ok := merged.find(now[i].entry(work).ID); ok {
					p.drop(at)
				}
			}
		}
	}
	return p
}

// containing returns the works whose artist, title or id contains the letters.
func (s *snapshot) containing(letters string) []added {
	var found []added
	for _, a := range live(s.parts) {
		if letters == "" || string(a.entry.ID) == letters || hasName(a.entry, letters) {
			found = append(found, a)
		}
	}
	return found
}

// hasName reports whether one of the names of e contains the letters.
func hasName(e events.Entry, letters string) bool {
	for _, name := range slices.Concat([]string{e.Artist, e.Title}, e.ArtistAlt, e.TitleAlt) {
		if strings.Contains(strings.ReplaceAll(Fold(name), " ", ""), letters) {
			return true
		}
	}
	return false
}

// titled returns the works with a title that is written so.
func (s *snapshot) titled(title string) []events.Entry {
	var (
		r     reader
		t     text
		found []events.Entry
	)
	r.read(&t, title)
	if len(t.letters) == 0 || len(t.letters) > maxSpan {
		return nil
	}
	for i := range s.parts {
		p := &s.parts[i]
		for _, name := range p.titles.byOrder.find(nil, p.titles.ordered, t.between(0, len(t.letters)).ordered) {
			for _, work := range p.titles.works.of(name) {
				if !p.isGone(work) {
					found = append(found, p.entry(work))
				}
			}
		}
	}
	return found
}
