package blacklist

import "lightshare/events"

// gathered is a list that nobody asks yet, while the past is read: its works are kept, and indexed once in the end. What
// a change of it comes to, and its version, are those of the list itself.
type gathered struct {
	version uint64
	works   arena    // packed
	changes []uint64 // by work, as in a segment; hasLeft for one that has left
	numbers map[events.EntryID]uint32
}

const hasLeft = ^uint64(0)

func gather(base []events.Entry) *gathered {
	g := &gathered{version: 1, numbers: make(map[events.EntryID]uint32, len(base))}
	for _, e := range base {
		g.put(e, 0)
	}
	return g
}

func (g *gathered) put(e events.Entry, change uint64) {
	g.drop(e.ID)
	g.numbers[e.ID] = uint32(len(g.changes))
	g.works.add(packEntry(nil, e))
	g.changes = append(g.changes, change)
}

func (g *gathered) drop(id events.EntryID) {
	if work, ok := g.numbers[id]; ok {
		g.changes[work] = hasLeft
		delete(g.numbers, id)
	}
}

func (g *gathered) entry(id events.EntryID) (events.Entry, bool) {
	work, ok := g.numbers[id]
	if !ok {
		return events.Entry{}, false
	}
	return unpackEntry(g.works.get(work)), true
}

func (g *gathered) addAll(entries []events.Entry) changes {
	came := changes{g.version + 1, g.version + uint64(len(entries))}
	for i, e := range entries {
		g.put(e, came.first+uint64(i))
	}
	g.version = came.last
	return came
}

func (g *gathered) remove(id events.EntryID) {
	g.drop(id)
	g.version++
}

func (g *gathered) removeAll(came []changes) (removed int) {
	for work, change := range g.changes {
		if change != hasLeft && anyHas(came, change) {
			g.drop(unpackEntry(g.works.get(uint32(work))).ID)
			removed++
		}
	}
	g.version++
	return removed
}

// snapshot returns the list with its index.
func (g *gathered) snapshot() *snapshot {
	works := make([]added, 0, len(g.numbers))
	for work, change := range g.changes {
		if change != hasLeft {
			works = append(works, added{unpackEntry(g.works.get(uint32(work))), change})
		}
	}
	return &snapshot{version: g.version, parts: []part{{segment: newSegment(works)}}}
}
