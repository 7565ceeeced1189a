package blacklist

import (
	"fmt"

	"lightshare/events"
)

// Screen says whether the listing may be offered, by its title, file name and tags together.
func (l *List) Screen(listing events.Listing) events.Verdict {
	return l.judge(newDocument(listing), 0)
}

// judge judges d by the works that came on the list after the given version; 0 means by all.
func (l *List) judge(d document, after uint64) events.Verdict {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, f := range l.index.search(d) {
		if f.work.change > after {
			return f.verdict(d, l.version)
		}
	}
	return events.Verdict{Ruling: events.Allow, List: l.version}
}

func (f finding) verdict(d document, version uint64) events.Verdict {
	return events.Verdict{
		Ruling: f.ruling,
		Entry:  f.work.entry.ID,
		Work:   workName(f.work.entry),
		Rule:   f.rule,
		Score:  f.score,
		Folded: d.folded(),
		Reason: reason(f.rule, f.ruling, f.work.entry),
		List:   version,
	}
}

// workName is what an entry is called in front of people.
func workName(e events.Entry) string { return e.Artist + " – " + e.Title }

// reason says to the seller what was found and what happens now.
func reason(rule string, ruling events.Ruling, e events.Entry) string {
	what := map[string]string{
		ruleArtistTitle: "Title, file name and tags together name “%s” by %s, which is on the copyright blacklist.",
		ruleWordOrder:   "Title, file name and tags together name “%s” by %s, which is on the copyright blacklist, in another order.",
		ruleComposition: "This seems to be a version of, or a text about, “%s” by %s, which is on the copyright blacklist.",
		ruleTitle:       "This is the title “%s” of a song by %s that is on the copyright blacklist.",
		ruleOtherArtist: "The title “%s” is that of a song by %s that is on the copyright blacklist.",
		ruleTitleOnly:   "All that is said is “%s”, the title of a song by %s that is on the copyright blacklist.",
		ruleBundle:      "This seems to offer many works at once; “%s” by %s is one that is on the copyright blacklist.",
	}[rule]
	next := " It cannot be offered here."
	if ruling == events.Review {
		next = " A moderator looks at it before it is offered."
	}
	return fmt.Sprintf(what, e.Title, e.Artist) + next
}
