package blacklist

import (
	"cmp"
	"slices"

	"lightshare/events"
)

// The rules by which a listing is found, as a verdict names them.
const (
	ruleArtistTitle = "artist and title"
	ruleWordOrder   = "artist and the words of the title"
	ruleComposition = "artist and title, not the recording"
	ruleTitle       = "distinctive title"
	ruleOtherArtist = "distinctive title, somebody else named"
	ruleTitleOnly   = "a title and nothing else"
	ruleBundle      = "works of an artist"
	ruleModerator   = "moderator"
)

// A finding is one reason not to offer a document.
type finding struct {
	work   *work
	ruling events.Ruling
	rule   string
	score  float64 // 0 to 1: how sure the rule is that the work is meant
	length int     // letters that agree
}

// hits are the forms that stand in a document, and where.
type hits map[*form][]place

// search returns what speaks against d: the gravest finding first, then the surest, the longest, the first entry.
func (x index) search(d document) []finding {
	h := make(hits)
	for i, f := range d.fields {
		x.find(f, func(f *form, s span) { h[f] = append(h[f], place{i, s}) })
	}
	var found []finding
	for f := range h {
		for _, w := range f.artists {
			if one, ok := judgePair(d, h, w); ok {
				found = append(found, one)
			}
		}
		if one, ok := judgeTitle(d, h, f); ok {
			found = append(found, one)
		}
		if one, ok := judgeBundle(d, h, f); ok {
			found = append(found, one)
		}
	}
	slices.SortFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(gravity[b.ruling], gravity[a.ruling]), cmp.Compare(b.score, a.score),
			cmp.Compare(b.length, a.length), cmp.Compare(a.work.entry.ID, b.work.entry.ID))
	})
	return found
}

var gravity = map[events.Ruling]int{events.Allow: 0, events.Review: 1, events.Block: 2}

// judgePair judges by artist and title of one entry: offered as a recording it is blocked, anything else about the
// work is for a person to look at.
func judgePair(d document, h hits, w *work) (finding, bool) {
	found := finding{work: w, ruling: events.Block, rule: ruleArtistTitle, score: 1}
	found.length = h.pair(w)
	if found.length == 0 {
		if found.length = h.shuffled(d, w); found.length == 0 {
			return finding{}, false
		}
		found.rule, found.score = ruleWordOrder, 0.85
	}
	taken := h.of(w)
	if d.says(compositionWords, taken) || d.media == otherFile && (!d.says(soundWords, taken) || d.says(textWords, taken)) {
		found.ruling, found.rule, found.score = events.Review, ruleComposition, found.score-0.3
	}
	return found, true
}

// pair returns how many letters of w's artist and title stand in the document apart from each other, or 0.
func (h hits) pair(w *work) int {
	best := 0
	for _, artist := range w.artists {
		for _, title := range w.titles {
			if length := len(artist.letters) + len(title.letters); length > best && h.apart(artist, title) {
				best = length
			}
		}
	}
	return best
}

// apart reports whether both forms stand in the document without sharing letters. What one field says again of
// another's counts once: "Express" as title and as file name is no artist "Express" with a song "Express".
func (h hits) apart(artist, title *form) bool {
	for _, a := range h[artist] {
		for _, t := range h[title] {
			if a.field == t.field && !a.overlaps(t.span) {
				return true
			}
			if a.field != t.field && !h.inside(a, title) && !h.inside(t, artist) {
				return true
			}
		}
	}
	return false
}

// inside reports whether p lies within a place where f stands.
func (h hits) inside(p place, f *form) bool {
	return slices.ContainsFunc(h[f], func(o place) bool { return o.field == p.field && p.within(o.span) })
}

// shuffled returns how many letters of w stand in one field as the artist and, in any order, all of at least three
// words of the title; or 0.
func (h hits) shuffled(d document, w *work) int {
	if len(w.words) < 3 {
		return 0
	}
	for _, artist := range w.artists {
		for _, a := range h[artist] {
			if length := holds(d.fields[a.field], a.span, w.words); length > 0 {
				return length + len(artist.letters)
			}
		}
	}
	return 0
}

// holds returns how many letters the words have if all of them stand in t outside except, else 0.
func holds(t text, except span, words []string) int {
	used, length := make([]bool, len(t.words)), 0
	for _, word := range words {
		at := slices.IndexFunc(t.words, func(s span) bool {
			return t.word(s) == word && !s.overlaps(except) && !used[slices.Index(t.words, s)]
		})
		if at < 0 {
			return 0
		}
		used[at] = true
		length += len(word)
	}
	return length
}

// of returns every place where w is named.
func (h hits) of(w *work) []place {
	var all []place
	for _, f := range slices.Concat(w.artists, w.titles) {
		all = append(all, h[f]...)
	}
	return all
}

// judgeTitle judges by a title whose artist is not named. Only sound can be a recording, so nothing else is judged.
func judgeTitle(d document, h hits, f *form) (finding, bool) {
	if len(f.titles) == 0 || d.media == otherFile {
		return finding{}, false
	}
	found := finding{work: f.titles[0], ruling: events.Review, length: len(f.letters)}
	alone := d.alone(h[f])
	switch {
	case f.distinctive() && alone && f.belongsToOne():
		found.ruling, found.rule, found.score = events.Block, ruleTitle, 0.8
	case f.distinctive():
		found.rule, found.score = ruleOtherArtist, 0.5
	case d.media == soundFile && len(d.fields) == 1 && alone:
		found.rule, found.score = ruleTitleOnly, 0.3
	default:
		return finding{}, false
	}
	return found, true
}

// alone reports whether each field with one of the places says nothing else, and no other tag names somebody.
func (d document) alone(places []place) bool {
	for i, f := range d.fields {
		at := slices.IndexFunc(places, func(p place) bool { return p.field == i })
		if at < 0 && i >= len(d.fields)-d.tags || at >= 0 && places[at].to-places[at].from != len(f.letters) {
			return false
		}
	}
	return true
}

// judgeBundle judges by an artist whose works are offered together: "full discography flac".
func judgeBundle(d document, h hits, f *form) (finding, bool) {
	if len(f.artists) == 0 || len(f.letters) < 4 || !d.says(bundleWords, h[f]) || !d.says(soundWords, h[f]) {
		return finding{}, false
	}
	return finding{work: f.artists[0], ruling: events.Review, rule: ruleBundle, score: 0.4, length: len(f.letters)}, true
}
