package blacklist

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

func TestRules(t *testing.T) {
	noon := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	digest, otherDigest := strings.Repeat("a", 64), strings.Repeat("b", 64)
	ruled := func(digest string, r events.Ruling, e events.EntryID, by string) events.ListingRuled {
		return events.ListingRuled{Digest: digest, Verdict: events.Verdict{Ruling: r, Entry: e}, By: by, Reason: "r"}
	}
	rule := func(digest string, r events.Ruling, e events.EntryID, by string) events.Rule {
		return events.Rule(ruled(digest, r, e, by))
	}
	work := events.Entry{ID: "e1", Artist: "a", Title: "b"}
	for name, tc := range map[string]struct {
		facts []events.Fact
		c     events.Command
		want  error
	}{
		"add":                                   {nil, events.AddEntry{Entry: work, By: "mina", Reason: "r"}, nil},
		"add by nobody":                         {nil, events.AddEntry{Entry: work, Reason: "r"}, events.Malformed},
		"add without a title":                   {nil, events.AddEntry{Entry: events.Entry{ID: "e1", Artist: "a"}, By: "mina", Reason: "r"}, events.Malformed},
		"remove what a file listed":             {nil, events.RemoveEntry{By: "mina", Reason: "r"}, nil},
		"remove what was added":                 {[]events.Fact{events.EntryAdded{Entry: work}}, events.RemoveEntry{By: "mina", Reason: "r"}, nil},
		"remove twice":                          {[]events.Fact{events.EntryRemoved{}}, events.RemoveEntry{By: "mina", Reason: "r"}, events.NoSuchEntry},
		"add again":                             {[]events.Fact{events.EntryRemoved{}}, events.AddEntry{Entry: work, By: "mina", Reason: "r"}, nil},
		"a consequence":                         {nil, rule(digest, events.Block, "e1", ""), nil},
		"a consequence again, for a new reason": {[]events.Fact{ruled(digest, events.Block, "e1", "")}, rule(digest, events.Block, "e1", ""), nil},
		"a moderator decides":                   {[]events.Fact{ruled(digest, events.Review, "e1", "")}, rule(digest, events.Allow, "e1", "mina"), nil},
		"a moderator decides the same":          {[]events.Fact{ruled(digest, events.Allow, "e1", "mina")}, rule(digest, events.Allow, "e1", "jun"), events.Unchanged},
		"a moderator thinks better of it":       {[]events.Fact{ruled(digest, events.Allow, "e1", "mina")}, rule(digest, events.Block, "e1", "mina"), nil},
		"a moderator holds":                     {nil, rule(digest, events.Review, "e1", "mina"), events.Malformed},
		"a consequence he has decided about":    {[]events.Fact{ruled(digest, events.Allow, "e1", "mina")}, rule(digest, events.Review, "e1", ""), events.Unchanged},
		"a consequence against his refusal":     {[]events.Fact{ruled(digest, events.Block, "e1", "mina")}, rule(digest, events.Allow, "", ""), events.Unchanged},
		"a consequence of another entry":        {[]events.Fact{ruled(digest, events.Allow, "e1", "mina")}, rule(digest, events.Block, "e2", ""), nil},
		"a consequence for another text":        {[]events.Fact{ruled(digest, events.Allow, "e1", "mina")}, rule(otherDigest, events.Block, "e1", ""), nil},
		"no digest":                             {nil, rule("", events.Block, "e1", ""), events.Malformed},
		"no such ruling":                        {nil, rule(digest, "perhaps", "e1", ""), events.Malformed},
		"a command for somebody else":           {nil, events.PlaceBid{}, events.Malformed},
	} {
		var s Standing
		for i, f := range tc.facts {
			s = rules{}.Apply(s, f, noon, uint64(i+1))
		}
		f, err := rules{}.Decide(s, tc.c, noon)
		if !errors.Is(err, tc.want) || (f != nil) != (tc.want == nil) {
			t.Errorf("%s: Decide(%+v) = %+v, %v, want %v", name, tc.c, f, err, tc.want)
		}
	}
}
