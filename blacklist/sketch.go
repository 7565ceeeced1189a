package blacklist

import (
	"slices"

	"lightshare/events"
)

// A sketch is what a print has of a name that stands in the listing.
type sketch struct {
	words   []uint64 // its words, the letters of each in any order
	whole   uint64   // and all of it so
	pieces  []uint64 // of its sound; none of a shorter one than three symbols
	weak    int      // so many stand there, at least, beside the other name of the work
	certain int      // so many where the other name may be written in any way that its length allows
	rough   int      // so many where the other name is certain
	alone   int      // so many where it is a title that names a song by itself; 0 if it does not
	exactly uint64   // of a title: that nothing else is said
}

// sketches are those of the ways in which one entry's names are written, and in which they are heard.
type sketches struct {
	artists, titles           []sketch
	heardArtists, heardTitles []heardSketch
	artistBones, titleBones   []heardSketch
}

// A heardSketch is the same of a name by its consonants.
type heardSketch struct {
	pieces []uint64
	least  int  // so many stand there; 0 for a name with so few consonants that it is taken to stand anywhere
	faint  bool // it has so few that the other name must be heard first
}

func sketchesOf(e events.Entry) (all sketches) {
	all.artists, all.heardArtists, all.artistBones = sketchAll(artistForms(nil, e))
	all.titles, all.heardTitles, all.titleBones = sketchAll(titleForms(nil, e))
	for i := range all.artists {
		all.artists[i].rough = roughArtist(len(all.artists[i].pieces) + 2)
	}
	return all
}

func sketchAll(forms []string) (written []sketch, heard, bones []heardSketch) {
	var r reader
	var t text
	for _, form := range distinct(forms) {
		r.read(&t, form)
		if len(t.letters) == 0 || len(t.letters) > maxSpan {
			continue
		}
		k := sketchOf(&t)
		if slices.ContainsFunc(written, func(o sketch) bool { return o.exactly == k.exactly }) {
			continue
		}
		written = append(written, k)
		bones = append(bones, heardSketchOf(t.sound))
		if isLatin(t.folded) {
			heard = append(heard, heardSketchOf(appendSpoken(nil, string(t.folded))))
		}
	}
	return written, heard, bones
}

// roughArtist is how many pieces of an artist's name of n symbols stand there beside a title that is certain: he may be
// named with a symbol or two wrong.
func roughArtist(n int) int {
	switch {
	case n < shortestName:
		return never
	case n < 10:
		return max(0, n-2-3)
	}
	return max(0, n-2-2*3)
}

// never is how many pieces are in no print.
const never = 1 << 20

func sketchOf(t *text) sketch {
	all := t.between(0, len(t.letters))
	k := sketch{whole: all.bag, certain: never, rough: never, alone: never, exactly: nothingBut(t)}
	end := 0
	for _, from := range t.starts {
		for t.ends[end] <= from {
			end++
		}
		k.words = append(k.words, t.between(from, t.ends[end]).bag)
	}
	sound := t.sound[:min(len(t.sound), maxSound)]
	n := len(sound)
	k.pieces = piecesOf(sound)
	switch {
	case n < 3:
		return k
	case n <= shortSound:
		k.weak = enoughPieces(n)
	default:
		k.weak = (2*len(k.pieces) + 4) / 5
	}
	if n >= shortestRest {
		k.certain = len(k.pieces)
		k.rough = 0 // a third of a title may be wrong, and that may be its middle
	}
	if n >= 9 {
		k.certain = max(leastPieces(n), n-2-3*(n/certainOf))
	}
	if traitsOf(t)&distinctive != 0 {
		k.alone = len(k.pieces) / 2
	}
	return k
}

func heardSketchOf(spoken []byte) heardSketch {
	consonants := appendConsonants(nil, spoken[:min(len(spoken), maxSound)])
	k := heardSketch{pieces: piecesOf(consonants), faint: len(consonants) < 3}
	for i := range k.pieces {
		k.pieces[i] = heardPiece(k.pieces[i])
	}
	if len(consonants) == 2 {
		k.pieces = append(k.pieces, pairAt(consonants, 0))
	}
	k.least = (len(k.pieces) + 1) / 2
	return k
}

func piecesOf(sound []byte) (pieces []uint64) {
	for i := 0; i+3 <= len(sound); i++ {
		pieces = append(pieces, uint64(pieceAt(sound, i, 3)))
	}
	return pieces
}

// in returns which items of a chunk have what the names leave there: both letter by letter, for sure, or something like it.
func (all *sketches) in(of chunk) (sure, likely row) {
	titles, artists := tracesOf(of, all.titles), tracesOf(of, all.artists)
	titlesHeard, artistsHeard := heardIn(of, all.heardTitles), heardIn(of, all.heardArtists)
	titleBones, artistBones := heardIn(of, all.titleBones), heardIn(of, all.artistBones)
	music, bundle, hears, bare := of.having(musicMark), of.having(bundleMark), of.having(heardMark), of.having(bareMark)
	for i := range likely {
		sure[i] = titles.words[i] & artists.words[i]
		likely[i] = music[i] &^ sure[i] & (titles.weak[i]&artists.weak[i] | titles.certain[i]&artists.rough[i] | artists.certain[i]&titles.rough[i] |
			titles.exactly[i] | titles.alone[i] | bundle[i]&(artists.certain[i]|artists.words[i]) | hears[i]&(titlesHeard.clear[i]&artistsHeard.any[i]|titlesHeard.any[i]&artistsHeard.clear[i]) |
			bare[i]&titleBones.any[i]&artistBones.any[i])
	}
	return sure, likely
}

// traces say which items of a chunk have one of the names: all its words, everything that is said, or at least so much of
// its sound.
type traces struct{ words, exactly, weak, certain, rough, alone row }

func tracesOf(of chunk, some []sketch) (t traces) {
	var n counted
	for i := range some {
		k := &some[i]
		words := of.having(k.words[0])
		for _, word := range k.words[1:] {
			has := of.having(word)
			words.and(&has)
		}
		whole, exactly := of.having(k.whole), of.having(k.exactly)
		for i := range words {
			words[i] |= whole[i]
			t.words[i] |= words[i]
			t.exactly[i] |= exactly[i]
		}
		if len(k.pieces) == 0 {
			for i := range words {
				t.weak[i] |= words[i]
			}
			continue
		}
		n.count(of, k.pieces)
		n.atLeast(k.weak, &t.weak)
		n.atLeast(k.certain, &t.certain)
		n.atLeast(k.rough, &t.rough)
		n.atLeast(k.alone, &t.alone)
	}
	return t
}

// heardTraces say which items of a chunk have half the consonants of one of the names: of any, and of one that has enough.
type heardTraces struct{ any, clear row }

func heardIn(of chunk, some []heardSketch) (t heardTraces) {
	var n counted
	for i := range some {
		n.count(of, some[i].pieces)
		n.atLeast(some[i].least, &t.any)
		if !some[i].faint {
			n.atLeast(some[i].least, &t.clear)
		}
	}
	return t
}
