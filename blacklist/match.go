package blacklist

import (
	"cmp"
	"sync"

	"lightshare/events"
)

// The rules by which a listing is found, as a verdict names them.
const (
	ruleArtistTitle = "artist and title"
	ruleWordOrder   = "artist and title, letters in another order"
	ruleSimilar     = "artist and title, written similarly"
	ruleHeard       = "artist and title, as they sound in another script"
	ruleComposition = "artist and title, not the recording"
	ruleTitle       = "distinctive title"
	ruleOtherArtist = "distinctive title, somebody else named"
	ruleTitleOnly   = "a title and nothing else"
	ruleBundle      = "works of an artist"
	ruleTooLong     = "too long to compare"
	ruleContent     = "the content itself"
	rulePicture     = "a picture that looks the same"
	ruleUnread      = "content that cannot be looked into"
	ruleModerator   = "moderator"
)

// A finding is one reason not to offer a document.
type finding struct {
	entry  events.Entry
	ruling events.Ruling
	rule   string
	score  float64 // 0 to 1: how sure the rule is that the work is meant
	length int     // letters that agree
	folded string
}

var gravity = map[events.Ruling]int{"": -1, events.Allow: 0, events.Review: 1, events.Block: 2}

// graver reports whether f outranks o: the gravest ruling first, then the surest, the longest, the first entry.
func (f *finding) graver(o *finding) bool {
	return cmp.Or(cmp.Compare(gravity[o.ruling], gravity[f.ruling]), cmp.Compare(o.score, f.score),
		cmp.Compare(o.length, f.length), cmp.Compare(f.entry.ID, o.entry.ID)) < 0
}

// mayGiveWay reports whether o might be graver than f once it is known what is offered: unpacking an entry costs more
// than to ask.
func (f *finding) mayGiveWay(o *finding) bool {
	return f.ruling != events.Block || o.score > f.score || o.score == f.score && o.length >= f.length
}

var searches = sync.Pool{New: func() any { return new(search) }}

// judge judges the listing by the works that came on the list after the given version; 0 means by all.
func (s *snapshot) judge(l *events.Listing, after uint64) events.Verdict {
	q := searches.Get().(*search)
	defer searches.Put(q)
	if q.best = s.judgeContent(l, after); q.best.ruling == events.Block {
		return q.best.verdict(s.version) // whatever is written beside it
	}
	q.doc.read(&q.reader, l)
	q.searchAll(&q.doc, s, after)
	if q.best.ruling != events.Block && q.doc.mayBeMusic() {
		q.decoder.each(&q.doc, &q.other, &q.reader, func() { q.searchAll(&q.other, s, after) })
	}
	if q.doc.cut && q.best.ruling == "" {
		q.best = finding{ruling: events.Review, rule: ruleTooLong, score: 0.1, folded: q.doc.folded()}
	}
	if l.Unread != "" && q.best.ruling == "" {
		q.best = finding{ruling: events.Review, rule: ruleUnread, score: 0.1, folded: l.Unread}
	}
	return q.best.verdict(s.version)
}

func (q *search) searchAll(d *document, s *snapshot, after uint64) {
	q.stream.read(d)
	q.spots.read(q.stream.sound)
	for i := range s.parts {
		q.searchPart(d, &s.parts[i], after)
	}
}

func (q *search) searchPart(d *document, p *part, after uint64) {
	q.artists.start(&p.artists)
	q.titles.start(&p.titles)
	q.lookUp(d)
	exactTitles := len(q.titles.found)
	if d.mayBeMusic() && (!d.guess || q.artists.hasCertain() || q.titles.hasCertain()) {
		q.gather(&q.artists, &p.artists.grams)
		q.gather(&q.titles, &p.titles.grams)
	}
	q.join(d, p, after)
	q.judgeTitles(d, p, after, exactTitles)
	q.judgeBundles(d, p, after)
	if q.best.ruling != events.Block && d.listens() && d.disguise != hangulReversed {
		q.hear(d, p, after)
	}
	if q.best.ruling != events.Block && d.mayBeMusic() && (d.disguise == "" || d.disguise == ofAlphabets) {
		q.judgeBones(d, p, after)
	}
	q.artists.finish()
	q.titles.finish()
}

// judgePair judges by artist and title of one entry: offered as a recording it is blocked, anything else about the
// work is for a person to look at.
func (q *search) judgePair(d *document, p *part, work uint32, artist, title *candidate, after uint64) {
	if p.isGone(work) || after > 0 && p.changes[work] <= after {
		return
	}
	f := finding{ruling: events.Block, rule: ruleArtistTitle, score: 1}
	switch {
	case artist.places != 0 && title.places != 0 && q.apart(artist, artist.places, title, title.places):
	case q.mixed(artist, title):
		f.rule, f.score = ruleWordOrder, 0.85
	default:
		score, ok := q.similar(artist, title)
		if !ok {
			return
		}
		f.rule, f.score = ruleSimilar, score
	}
	f.length = len(p.artists.sounds.get(artist.name)) + len(p.titles.sounds.get(title.name))
	q.find(d, p, work, f)
}

// find keeps a finding about a pair of names, if it may be the best.
func (q *search) find(d *document, p *part, work uint32, f finding) {
	if d.disguise != "" {
		f.score *= 0.95
	}
	if !q.best.mayGiveWay(&f) {
		return
	}
	f.entry = p.entry(work)
	q.offered(d, &f)
	q.take(d, f)
}

// offered turns a block into a review where the recording is not what is offered.
func (q *search) offered(d *document, f *finding) {
	says := d.saysBeside(f.entry)
	if d.disguise != "" {
		says |= q.doc.saysBeside(f.entry) // what is said plainly holds for what is not
	}
	asSound := d.media == soundFile || d.media == archiveFile || says&saysSound != 0 && says&saysText == 0
	if says&saysComposition != 0 || !asSound || d.media != soundFile && d.media != archiveFile && says&saysText != 0 {
		if f.rule != ruleArtistTitle && !asSound && says&(saysComposition|saysText) == 0 {
			f.ruling = events.Allow
			return
		}
		f.ruling, f.rule, f.score = events.Review, ruleComposition, f.score-0.3
	}
}

// take keeps the finding if it is the best so far.
func (q *search) take(d *document, f finding) {
	if f.ruling == events.Allow || !f.graver(&q.best) {
		return
	}
	f.folded = d.folded()
	if d.disguise != "" {
		f.rule += ", " + d.disguise
	}
	q.best = f
}

// apart reports whether artist and title stand in the document without sharing letters. What one field says again of
// another's counts once: "Express" as title and as file name is no artist "Express" with a song "Express".
func (q *search) apart(artist *candidate, as int32, title *candidate, ts int32) bool {
	for a := as; a != 0; a = q.places[a-1].next {
		for t := ts; t != 0; t = q.places[t-1].next {
			pa, pt := q.places[a-1], q.places[t-1]
			if pa.field == pt.field && !pa.overlaps(pt) {
				return true
			}
			if pa.field != pt.field && !q.inside(pa, title) && !q.inside(pt, artist) {
				return true
			}
		}
	}
	return false
}

// inside reports whether p lies within a place of the candidate.
func (q *search) inside(p place, c *candidate) bool {
	for _, list := range [...]int32{c.places, c.mixed} {
		for i := list; i != 0; i = q.places[i-1].next {
			if p.within(q.places[i-1]) {
				return true
			}
		}
	}
	return false
}

// mixed reports whether artist and title stand in the document, one of them or both with their letters in another order.
func (q *search) mixed(artist, title *candidate) bool {
	return artist.places != 0 && title.mixed != 0 && q.apart(artist, artist.places, title, title.mixed) ||
		artist.mixed != 0 && title.places != 0 && q.apart(artist, artist.mixed, title, title.places) ||
		artist.mixed != 0 && title.mixed != 0 && q.apart(artist, artist.mixed, title, title.mixed)
}
