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
	exactly         []uint64 // the titles letter by letter
	pattern         pattern

	ear        ear
	consonants []byte
	bones      []byte

	titlesHeard, artistsHeard, costs []int // in each field of the listing that is looked at
}

// A glanced is a name as it sounds, and as it is spoken if it is English.
type glanced struct {
	sound       sound
	spoken      sound
	distinctive bool
	edits       int // of the sound, in the listing that is looked at
}

func newGlance(e events.Entry) *glance {
	g := &glance{artists: glancedOf(distinct(artistForms(nil, e))), titles: glancedOf(distinct(titleForms(nil, e)))}
	written, _, _ := sketchAll(titleForms(nil, e))
	for _, k := range written {
		g.exactly = append(g.exactly, k.exactly)
	}
	return g
}

func glancedOf(forms []string) []glanced {
	var all []glanced
	var r reader
	for _, form := range forms {
		var t text
		r.read(&t, form)
		n := glanced{sound: t.sound[:min(len(t.sound), maxSound)], distinctive: traitsOf(&t)&distinctive != 0}
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

// mayBeIn reports whether a rule may find the entry in a listing whose readings sound so, where it does not stand letter
// by letter.
func (g *glance) mayBeIn(it *item) bool {
	return it.exactly != 0 && slices.Contains(g.exactly, it.exactly) || g.titlesMayBeIn(it.said) && g.mayBePair(it.said) || g.alone() ||
		it.bundle && g.mayBeBundle(it.said) || it.heard && g.isHeard(it.said) || it.bare && g.areBones(it.said)
}

// titlesMayBeIn compares the titles, and reports whether one is near enough for any artist.
func (g *glance) titlesMayBeIn(said []byte) bool {
	may := false
	for i := range g.titles {
		n := &g.titles[i]
		n.edits = g.edits(n.sound, said)
		may = may || n.edits <= max(allowedEdits(len(n.sound)), (len(n.sound)+1)/3)
	}
	return may
}

// mayBePair compares the artists, and reports whether one is near enough for one of the titles.
func (g *glance) mayBePair(said []byte) bool {
	for i := range g.artists {
		artist := &g.artists[i]
		artist.edits = g.edits(artist.sound, said)
		for j := range g.titles {
			if title := &g.titles[j]; areSimilar(artist, title, said) || leaveRest(artist, title, said) {
				return true
			}
		}
	}
	return false
}

// mayBeBundle reports whether an artist is named, see search.judgeBundles.
func (g *glance) mayBeBundle(said []byte) bool {
	return slices.ContainsFunc(g.artists, func(n glanced) bool {
		edits := g.edits(n.sound, said)
		return edits == 0 || edits == 1 && len(n.sound) >= 8
	})
}

// alone reports whether a title may be what is offered although nobody is named.
func (g *glance) alone() bool {
	return slices.ContainsFunc(g.titles, func(n glanced) bool { return n.distinctive && n.edits <= len(n.sound)/certainOf })
}

// areSimilar reports whether there can be enough evidence for both names, see search.similar.
func areSimilar(artist, title *glanced, said []byte) bool {
	if artist.edits == 0 && title.edits == 0 {
		return true
	}
	as, ts := len(artist.sound), len(title.sound)
	if artist.edits > allowedEdits(as) || title.edits > allowedEdits(ts) {
		return false
	}
	evidence := perSymbol*(as+ts) - perEdit*(artist.edits+title.edits)
	return evidence >= enough || evidence+nothingElse >= enough && areAll(said, as, ts, 5)
}

// leaveRest reports whether one name may be certain and the other the rest of what is said, see search.joinRests.
func leaveRest(artist, title *glanced, said []byte) bool {
	as, ts := len(artist.sound), len(title.sound)
	return (ts >= shortestRest && artist.edits <= as/certainOf && title.edits <= wrongOfTitle(artist.sound, title.sound) ||
		as >= shortestName && title.edits <= ts/certainOf && artist.edits <= wrongOfArtist(artist.sound)) &&
		areAll(said, as, ts, (ts+1)/3+2)
}

// areAll reports whether names of those lengths may be all that one field says, or each all that one says, give or take
// some symbols.
func areAll(said []byte, a, b, some int) bool {
	hasA, hasB := false, false
	for len(said) > 0 {
		n := bytes.IndexByte(said, 0)
		if n < 0 {
			n = len(said) - 1
		}
		if isWithin(n, a+b, some) {
			return true
		}
		hasA, hasB = hasA || isWithin(n, a, some), hasB || isWithin(n, b, some)
		said = said[n+1:]
	}
	return hasA && hasB
}

func isWithin(a, b, some int) bool { return a-b <= some && b-a <= some }

var zero = []byte{0}

// isHeard reports whether the names may be heard in a field, or each in one, as long as these are: symbol by symbol,
// which is quick, and then by what the difference costs.
func (g *glance) isHeard(said []byte) bool {
	most := (perHeardSymbol+1)*(longestSpoken(g.titles)+longestSpoken(g.artists)) - (enoughHeard - 1)
	return g.mayHear(said, most, g.roughly) && g.mayHear(said, most, g.closely)
}

func longestSpoken(names []glanced) (most int) {
	for i := range names {
		most = max(most, len(names[i].spoken))
	}
	return most
}

// mayHear reports whether both names may be heard in fields no longer than that, by what a name costs in each of them.
func (g *glance) mayHear(said []byte, most int, hear func(costs []int, name sound, said []byte, most int) []int) bool {
	title, artist := &g.titlesHeard, &g.artistsHeard
	if *title = g.best(*title, g.titles, said, most, hear); slices.Max(*title) == unheard {
		return false
	}
	*artist = g.best(*artist, g.artists, said, most, hear)
	best, bestTitle, bestArtist, i := unheard, unheard, unheard, 0
	for field := range bytes.SplitSeq(said, zero) {
		best = max(best, (*title)[i]+(*artist)[i]-len(field))
		bestTitle, bestArtist = max(bestTitle, (*title)[i]-len(field)), max(bestArtist, (*artist)[i]-len(field))
		i++
	}
	return max(best, bestTitle+bestArtist) >= enoughHeard-1
}

// unheard is what speaks for a name that cannot be heard.
const unheard = -1 << 20

// best returns, for each field, the most that can speak for one of the names there, see search.mostCost.
func (g *glance) best(dst []int, some []glanced, said []byte, most int, hear func(costs []int, name sound, said []byte, most int) []int) []int {
	dst = dst[:0]
	for range bytes.SplitSeq(said, zero) {
		dst = append(dst, unheard)
	}
	for i := range some {
		if name := some[i].spoken; len(name) > 0 {
			g.costs = hear(g.costs[:0], name, said, most)
			for field, cost := range g.costs {
				if cost <= heardLimit(len(name)) {
					dst[field] = max(dst[field], (perHeardSymbol+1)*len(name)-perHeardCost*cost)
				}
			}
		}
	}
	return dst
}

// roughly appends what it costs at least to hear the name in each field: 1 for each symbol that differs.
func (g *glance) roughly(costs []int, name sound, said []byte, most int) []int {
	g.pattern.set(name)
	for field := range bytes.SplitSeq(said, zero) {
		cost := tooMuch
		if len(field) > 0 && len(field) <= most {
			if edits := g.pattern.least(len(name), field); isLoud(edits, len(name)) {
				cost = edits
			}
		}
		costs = append(costs, cost)
	}
	g.pattern.clear(name)
	return costs
}

const tooMuch = 1 << 20

// closely appends what it costs to hear the name in each field.
func (g *glance) closely(costs []int, name sound, said []byte, most int) []int {
	for field := range bytes.SplitSeq(said, zero) {
		cost := tooMuch
		if len(field) > 0 && len(field) <= most {
			cost, _, _ = g.ear.find(name, field)
		}
		costs = append(costs, cost)
	}
	return costs
}

// areBones reports whether a field has the consonants of both names and hardly more, see search.judgeBones.
func (g *glance) areBones(said []byte) bool {
	for field := range bytes.SplitSeq(said, zero) {
		g.consonants = appendConsonants(g.consonants[:0], field)
		for i := range g.artists {
			for j := range g.titles {
				if g.bonesAre(g.consonants, g.artists[i].sound, g.titles[j].sound) || g.bonesAre(g.consonants, g.titles[j].sound, g.artists[i].sound) {
					return true
				}
			}
		}
	}
	return false
}

func (g *glance) bonesAre(consonants []byte, first, second sound) bool {
	g.bones = appendConsonants(appendConsonants(g.bones[:0], first), second)
	n := len(g.bones)
	return n >= leastBones && n <= maxSound && isWithin(n, len(consonants), 2) && g.edits(g.bones, consonants) <= n/8
}

func (g *glance) edits(name, said []byte) int {
	if len(name) == 0 {
		return 0
	}
	g.pattern.set(name)
	defer g.pattern.clear(name)
	return g.pattern.least(len(name), said)
}
