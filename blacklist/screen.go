package blacklist

import (
	"fmt"
	"strings"

	"lightshare/events"
)

// Screen says whether the listing may be offered, by its title, file name, tags and kind together.
func (l *List) Screen(listing events.Listing) events.Verdict { return l.judge(&listing, 0) }

// judge judges the listing by the works that came on the list after the given version; 0 means by all.
func (l *List) judge(listing *events.Listing, after uint64) events.Verdict {
	return l.now.Load().judge(listing, after)
}

func (f *finding) verdict(version uint64) events.Verdict {
	if f.ruling == "" {
		return events.Verdict{Ruling: events.Allow, List: version}
	}
	work := ""
	if f.entry.ID != "" {
		work = workName(f.entry)
	}
	return events.Verdict{
		Ruling: f.ruling,
		Entry:  f.entry.ID,
		Work:   work,
		Rule:   f.rule,
		Score:  f.score,
		Folded: f.folded,
		Reason: reason(f.rule, f.ruling, f.entry),
		List:   version,
	}
}

// workName is what an entry is called in front of people.
func workName(e events.Entry) string { return e.Artist + " – " + e.Title }

// reasons say to the seller what was found, by the rule's name up to what it says of disguises.
var reasons = []struct{ rule, words string }{
	{ruleContent, "The file has the content of “%s” by %s, which is on the copyright blacklist."},
	{rulePicture, "The picture looks like “%s” by %s, which is on the copyright blacklist."},
	{ruleComposition, "This seems to be a version of, or a text about, “%s” by %s, which is on the copyright blacklist."},
	{ruleArtistTitle, "Title, file name and tags together name “%s” by %s, which is on the copyright blacklist."},
	{ruleOtherArtist, "The title “%s” is that of a song by %s that is on the copyright blacklist."},
	{ruleTitle, "This is the title “%s” of a song by %s that is on the copyright blacklist."},
	{ruleTitleOnly, "All that is said is “%s”, the title of a song by %s that is on the copyright blacklist."},
	{ruleBundle, "This seems to offer many works at once; “%s” by %s is one that is on the copyright blacklist."},
}

// reason says to the seller what was found and what happens now.
func reason(rule string, ruling events.Ruling, e events.Entry) string {
	next := " It cannot be offered here."
	if ruling == events.Review {
		next = " A moderator looks at it before it is offered."
	}
	for _, r := range reasons {
		if strings.HasPrefix(rule, r.rule) {
			return fmt.Sprintf(r.words, e.Title, e.Artist) + how(rule[len(r.rule):]) + next
		}
	}
	if rule == ruleUnread {
		return "What is in the file cannot be looked into." + next
	}
	return "It says more than can be compared." + next
}

// how words the rest of a rule's name, which says how the names are written.
func how(rest string) string {
	if rest = strings.TrimPrefix(rest, ", "); rest == "" {
		return ""
	}
	return " They are disguised: " + rest + "."
}
