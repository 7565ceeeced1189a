package blacklist

import (
	"slices"

	"lightshare/events"
	"lightshare/events/content"
)

// contents are the prints of a segment's works.
type contents struct {
	exact    map[events.Print][]uint32 // works by those that must be equal
	pictures []picture
}

// A picture is one that a work is known by, as it is; listings show it turned as well.
type picture struct {
	looks content.Picture
	work  uint32
}

func (c *contents) add(prints []events.Print, work uint32) {
	for _, p := range prints {
		if looks, ok := content.ReadPicture(p); ok {
			c.pictures = append(c.pictures, picture{looks, work})
			continue
		}
		if c.exact == nil {
			c.exact = make(map[events.Print][]uint32)
		}
		c.exact[p] = append(c.exact[p], work)
	}
}

// judgeContent judges by what is in the file: the bytes, those of a file in an archive, or what a picture looks like.
func (s *snapshot) judgeContent(l *events.Listing, after uint64) (best finding) {
	for i := range s.parts {
		p := &s.parts[i]
		counts := func(work uint32) bool { return !p.isGone(work) && (after == 0 || p.changes[work] > after) }
		if len(p.contents.exact) > 0 {
			for _, print := range append([]events.Print{events.PrintOf(events.RootPrint, l.Root)}, l.Prints...) {
				works := p.contents.exact[print]
				if at := slices.IndexFunc(works, counts); at >= 0 {
					return finding{entry: p.entry(works[at]), ruling: events.Block, rule: ruleContent, score: 1, folded: string(print)}
				}
			}
		}
		if f := p.judgePictures(l, counts); f.ruling != "" && f.score > best.score {
			best = f
		}
	}
	return best
}

// judgePictures compares what the listing's pictures look like, in each of the ways in which they can lie.
func (p *part) judgePictures(l *events.Listing, counts func(uint32) bool) (best finding) {
	if len(p.contents.pictures) == 0 {
		return best
	}
	least := content.Alike + 1
	for _, print := range l.Prints {
		looks, ok := content.ReadPicture(print)
		if !ok {
			continue
		}
		for _, turned := range looks.Turned() {
			for _, known := range p.contents.pictures {
				if differs := turned.Differs(known.looks); differs < least && counts(known.work) {
					least = differs
					best = finding{entry: p.entry(known.work), ruling: events.Block, rule: rulePicture, score: 1 - float64(differs)/256, folded: string(print)}
				}
			}
		}
	}
	return best
}
