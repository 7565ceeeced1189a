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
		f := ruled(digest, r, e, by)
		return events.Rule{Digest: f.Digest, Verdict: f.Verdict, By: f.By, Reason: f.Reason}
	}
	based := func(c events.Rule, seq uint64) events.Rule {
		c.Based = &seq
		return c
	}
	claimed := func(until time.Time) events.CaseClaimed { return events.CaseClaimed{By: "jun", Until: until} }
	part := func(n int, by string) events.AddEntries {
		return events.AddEntries{Part: n, By: by, Entries: []events.Entry{{ID: "e1", Artist: "a", Title: "b"}}}
	}
	added := func(n, works int) events.EntriesAdded {
		return events.EntriesAdded{Part: n, Entries: make([]events.Entry, works)}
	}
	small, large := events.BatchProposed{By: "mina"}, events.BatchProposed{By: "mina", Second: true}
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
		"a case that is free":                   {nil, events.ClaimCase{By: "mina"}, nil},
		"a case by nobody":                      {nil, events.ClaimCase{}, events.Malformed},
		"a case that somebody else looks at":    {[]events.Fact{claimed(noon.Add(time.Second))}, events.ClaimCase{By: "mina"}, events.Claimed},
		"his own case again":                    {[]events.Fact{claimed(noon.Add(time.Second))}, events.ClaimCase{By: "jun"}, nil},
		"a case whose claim has run out":        {[]events.Fact{claimed(noon)}, events.ClaimCase{By: "mina"}, nil},
		"deciding a case of somebody else":      {[]events.Fact{claimed(noon.Add(time.Second))}, rule(digest, events.Allow, "e1", "mina"), events.Claimed},
		"the list decides a case of somebody":   {[]events.Fact{claimed(noon.Add(time.Second))}, rule(digest, events.Block, "e1", ""), nil},
		"deciding his own case":                 {[]events.Fact{claimed(noon.Add(time.Second))}, rule(digest, events.Allow, "e1", "jun"), nil},
		"deciding after another, unseen":        {[]events.Fact{ruled(digest, events.Allow, "e1", "mina")}, based(rule(digest, events.Block, "e1", "jun"), 0), events.Decided},
		"deciding after another, seen":          {[]events.Fact{ruled(digest, events.Allow, "e1", "mina")}, based(rule(digest, events.Block, "e1", "jun"), 1), nil},
		"deciding frees the case":               {[]events.Fact{claimed(noon.Add(time.Second)), ruled(digest, events.Allow, "e1", "jun")}, events.ClaimCase{By: "mina"}, nil},
		"leaving a case":                        {[]events.Fact{claimed(noon.Add(time.Second))}, events.LeaveCase{By: "jun"}, nil},
		"leaving a case of somebody else":       {[]events.Fact{claimed(noon.Add(time.Second))}, events.LeaveCase{By: "mina"}, events.Unchanged},
		"reopening":                             {[]events.Fact{ruled(digest, events.Allow, "e1", "mina")}, events.ReopenCase{Digest: digest, By: "jun", Reason: "r"}, nil},
		"reopening what nobody decided":         {[]events.Fact{ruled(digest, events.Allow, "e1", "")}, events.ReopenCase{Digest: digest, By: "jun", Reason: "r"}, events.Unchanged},
		"reopening without a reason":            {[]events.Fact{ruled(digest, events.Allow, "e1", "mina")}, events.ReopenCase{Digest: digest, By: "jun"}, events.Malformed},
		"the list after a reopened case":        {[]events.Fact{ruled(digest, events.Allow, "e1", "mina"), events.CaseReopened{Digest: digest}}, rule(digest, events.Review, "e1", ""), nil},
		"a moderator holds":                     {nil, rule(digest, events.Review, "e1", "mina"), events.Malformed},
		"a consequence he has decided about":    {[]events.Fact{ruled(digest, events.Allow, "e1", "mina")}, rule(digest, events.Review, "e1", ""), events.Unchanged},
		"a consequence against his refusal":     {[]events.Fact{ruled(digest, events.Block, "e1", "mina")}, rule(digest, events.Allow, "", ""), events.Unchanged},
		"a consequence of another entry":        {[]events.Fact{ruled(digest, events.Allow, "e1", "mina")}, rule(digest, events.Block, "e2", ""), nil},
		"a consequence for another text":        {[]events.Fact{ruled(digest, events.Allow, "e1", "mina")}, rule(otherDigest, events.Block, "e1", ""), nil},
		"a batch without a proposal":            {nil, part(1, "jun"), events.WrongState},
		"a large batch by its proposer":         {[]events.Fact{large}, part(1, "mina"), events.FourEyes},
		"a large batch by a second person":      {[]events.Fact{large}, part(1, "jun"), nil},
		"a small batch by its proposer":         {[]events.Fact{small}, part(1, "mina"), nil},
		"a part again":                          {[]events.Fact{small, added(1, 1)}, part(1, "mina"), events.Unchanged},
		"a part too early":                      {[]events.Fact{small, added(1, 1)}, part(3, "mina"), events.WrongState},
		"a broken work in a part":               {[]events.Fact{small}, events.AddEntries{Part: 1, By: "mina", Entries: []events.Entry{{ID: "e"}}}, events.Malformed},
		"taking a small batch back":             {[]events.Fact{small, added(1, 1)}, events.RemoveBatch{By: "mina", Reason: "r"}, nil},
		"taking a large batch back alone":       {[]events.Fact{small, added(1, MassLimit+1)}, events.RemoveBatch{By: "mina", Reason: "r"}, events.FourEyes},
		"confirming what one asked for":         {[]events.Fact{small, added(1, MassLimit+1), events.RemovalProposed{By: "mina"}}, events.RemoveBatch{By: "mina", Reason: "r"}, events.FourEyes},
		"confirming what another asked for":     {[]events.Fact{small, added(1, MassLimit+1), events.RemovalProposed{By: "jun"}}, events.RemoveBatch{By: "mina", Reason: "r"}, nil},
		"a batch that is back already":          {[]events.Fact{small, added(1, 1), events.BatchRemoved{}}, events.RemoveBatch{By: "mina", Reason: "r"}, events.NoSuchEntry},
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
