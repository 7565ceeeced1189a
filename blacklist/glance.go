package blacklist

import (
	"bytes"
	"slices"

	"lightshare/events"
)

// A glance is a second look at a listing whose print may have a work: the names of one entry, held against all that the
// listing's readings sound like. It costs a hundredth of a verdict, and leaves out what no rule can find.
type glance struct {
	artists, titles []glanced
	pattern         pattern
}

// A glanced is a name as it sounds, by itself and word by word, and as it is spoken if it is English.
type glanced struct {
	sound       sound
	words       []sound
	spoken      sound
	distinctive bool
	edits       int // of the sound, in the listing that is looked at
}

func newGlance(e events.Entry) *glance {
	return &glance{artists: glancedOf(distinct(artistForms(nil, e))), titles: glancedOf(distinct(titleForms(nil, e)))}
}

func glancedOf(forms []string) []glanced {
	var all []glanced
	var r reader
	for _, form := range forms {
		var t text
		r.read(&t, form)
		n := glanced{sound: t.sound[:min(len(t.sound), maxSound)], distinctive: traitsOf(&t)&distinctive != 0}
		for i, beat := range t.beats {
			n.words = append(n.words, t.sound[beat:append(t.beats, len(t.sound))[i+1]])
		}
		if isLatin(t.folded) {
			n.spoken = appendSpoken(nil, string(t.folded))
			n.spoken = n.spoken[:min(len(n.spoken), maxSound)]
		}
		if !slices.ContainsFunc(all, func(o glanced) bool { return bytes.Equal(o.sound, n.sound) && bytes.Equal(o.spoken, n.spoken) }) {
			all = append(all, n)
		}
	}
	return all
}

// mayBeIn reports whether a rule may find the entry in a listing whose readings sound so. What is no music is compared
// letter by letter, which its print has told already.
func (g *glance) mayBeIn(it *item) bool {
	if it.said == nil || it.bare {
		return true
	}
	g.compare(g.titles, it.said)
	if g.alone(it.said) {
		return true
	}
	g.compare(g.artists, it.said)
	if it.bundle && slices.ContainsFunc(g.artists, func(n glanced) bool { return n.edits <= 1 }) {
		return true
	}
	for i := range g.titles {
		for j := range g.artists {
			if mayBePair(&g.artists[j], &g.titles[i]) {
				return true
			}
		}
	}
	return it.heard && g.isHeard(it.said)
}

func (g *glance) compare(names []glanced, said []byte) {
	for i := range names {
		n := &names[i]
		n.edits = g.edits(n.sound, said)
		if n.edits > len(n.sound)/certainOf && len(n.words) > 1 && !slices.ContainsFunc(n.words, func(w sound) bool { return !bytes.Contains(said, w) }) {
			n.edits = 0 // in another order
		}
	}
}

// alone reports whether a title may be what is offered although nobody is named: a distinctive one, or one that is all
// that a field says.
func (g *glance) alone(said []byte) bool {
	return slices.ContainsFunc(g.titles, func(n glanced) bool {
		return n.distinctive && n.edits <= len(n.sound)/certainOf || n.edits <= 1 && isAField(said, len(n.sound))
	})
}

// mayBePair reports whether there can be enough evidence for both names, or one is certain and the other the rest.
func mayBePair(artist, title *glanced) bool {
	as, ts := len(artist.sound), len(title.sound)
	return perSymbol*(as+ts)-perEdit*(artist.edits+title.edits)+nothingElse >= enough ||
		artist.edits <= as/certainOf && title.edits <= (ts+1)/3 ||
		title.edits <= ts/certainOf && artist.edits <= wrongOfArtist(artist.sound)
}

// isAField reports whether a field has about so many sounds.
func isAField(said []byte, length int) bool {
	for field := range bytes.SplitSeq(said, zero) {
		if len(field) > 0 && max(len(field)-length, length-len(field)) <= 2 {
			return true
		}
	}
	return false
}

var zero = []byte{0}

// isHeard reports whether the names may be heard in a field, or each in one, for as long as these are.
func (g *glance) isHeard(said []byte) bool {
	best, bestTitle, bestArtist := -len(said), -len(said), -len(said)
	for field := range bytes.SplitSeq(said, zero) {
		title, ok := g.hear(g.titles, field)
		artist, too := g.hear(g.artists, field)
		if ok && too {
			best = max(best, title+artist-len(field))
		}
		if ok {
			bestTitle = max(bestTitle, title-len(field))
		}
		if too {
			bestArtist = max(bestArtist, artist-len(field))
		}
	}
	return max(best, bestTitle+bestArtist) >= enoughHeard-1
}

// hear returns the most that can speak for one of the names in a field, see search.mostCost.
func (g *glance) hear(some []glanced, field []byte) (best int, ok bool) {
	for i := range some {
		n := &some[i]
		if len(n.spoken) == 0 {
			continue
		}
		edits := g.edits(n.spoken, field)
		if isLoud(edits, len(n.spoken)) {
			best, ok = max(best, (perHeardSymbol+1)*len(n.spoken)-perHeardCost*edits), true
		}
	}
	return best, ok
}

func (g *glance) edits(name, said []byte) int {
	if len(name) == 0 {
		return 0
	}
	g.pattern.set(name)
	defer g.pattern.clear(name)
	return g.pattern.least(len(name), said)
}
