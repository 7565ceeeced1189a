package auction

import (
	"strings"
	"testing"

	"lightshare/events"
	"lightshare/events/journal"
)

func TestRetractionsThatAreEvidence(t *testing.T) {
	pause := events.WithdrawListing{Rev: 2, Reason: "deleted"}
	tests := map[string]struct {
		before []events.Command
		do     events.Command
		want   []string // what the moderators are told
	}{
		"a mistake":                     {[]events.Command{bid("ann", 2000)}, mistyped("ann"), nil},
		"by somebody who did not lead":  {[]events.Command{bid("ann", 2000), bid("bob", 1500)}, mistyped("bob"), nil},
		"after it showed a maximum":     {[]events.Command{bid("ann", 2000), bid("bob", 9000)}, mistyped("bob"), []string{"outbid ann on A song up to $20.50"}},
		"for the second time":           {[]events.Command{bid("bob", 9000), mistyped("bob"), bid("bob", 8000)}, mistyped("bob"), []string{"retracted 2 times"}},
		"because the file changed":      {[]events.Command{bid("ann", 2000), bid("bob", 9000), pause}, changed("bob"), nil},
		"again, after it showed anyone": {[]events.Command{bid("ann", 2000), bid("bob", 9000), mistyped("bob"), bid("bob", 9000)}, mistyped("bob"), []string{"retracted 2 times", "outbid ann"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, append([]events.Command{offer(days(1), allowed)}, tc.before...)...)
			before := b.lot.State
			f := b.do(tc.do)
			var told []string
			for _, l := range lettersAbout(journal.Change[Lot]{Fact: f, Before: before, State: b.lot.State}) {
				if l.To == events.Moderators && l.Notice.Kind == "signal" {
					told = append(told, l.Notice.Text)
				}
			}
			if len(told) != len(tc.want) {
				t.Fatalf("the moderators are told %q, want %q", told, tc.want)
			}
			for i, want := range tc.want {
				if !strings.Contains(told[i], want) {
					t.Errorf("the moderators are told %q, want a word about %q", told[i], want)
				}
			}
		})
	}
}
