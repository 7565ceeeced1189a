package auction

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"lightshare/events"
)

// described returns revision rev of a listing with that description.
func described(rev int64, text string) events.Listing {
	return with(days(rev), func(n *events.Listing) { n.Description = text })
}

func TestAdditionsToADescription(t *testing.T) {
	bidden := []events.Command{offer(described(1, "A song."), allowed), bid("ann", 2000)}
	tests := map[string]struct {
		before []events.Command
		text   string
		want   events.Refusal
		shown  string
	}{
		"more at the end":             {bidden, "A song.\nIn C.", "", "A song.\n\nAdded 1 March 2026: In C."},
		"the same":                    {bidden, "A song.", events.Unchanged, "A song."},
		"nothing but space":           {bidden, "A song. \n", events.Frozen, "A song."},
		"another beginning":           {bidden, "My song.\nIn C.", events.Frozen, "A song."},
		"less":                        {bidden, "A", events.Frozen, "A song."},
		"more, then the same":         {append(bidden, offer(described(2, "A song. In C."), allowed)), "A song. In C.", events.Unchanged, "A song.\n\nAdded 1 March 2026: In C."},
		"more, then what was before":  {append(bidden, offer(described(2, "A song. In C."), allowed)), "A song.", events.Frozen, "A song.\n\nAdded 1 March 2026: In C."},
		"more, then other bytes away": {append(bidden, offer(described(2, "A song. In C."), allowed), events.WithdrawListing{Rev: 2}), "A song. In C. Loud.", "", "A song.\n\nAdded 1 March 2026: In C.\n\nAdded 1 March 2026: Loud."},
		"more to nothing":             {[]events.Command{offer(described(1, ""), allowed), bid("ann", 2000)}, "A song.", "", "Added 1 March 2026: A song."},
		"anything before a bid":       {bidden[:1], "My song.", "", "My song."},
		"anything once they are gone": {append(bidden, offer(described(2, "A song. In C."), allowed), mistyped("ann")), "A song. In D.", "", "A song. In D."},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, tc.before...)
			if c := offer(described(3, tc.text), allowed); tc.want != "" {
				b.refuses(c, tc.want)
			} else {
				b.do(c)
			}
			if got := b.lot.State.Offer().Description; got != tc.shown {
				t.Errorf("the public reads %q, want %q", got, tc.shown)
			}
		})
	}
}

func TestAdditionsAreDatedAndJudged(t *testing.T) {
	b := newBench(t, offer(described(1, "A song."), allowed), bid("ann", 2000))
	b.now = time.Date(2026, 3, 2, 1, 0, 0, 0, time.FixedZone("Seoul", 9*60*60)) // still the first of March in UTC
	b.do(offer(described(2, "A song.\nIn C."), held))
	if s := b.stands(); s.State != events.Paused {
		t.Errorf("with a doubtful addition the lot is %s, want paused", s.State)
	}
	b.now = b.now.Add(24 * time.Hour)
	b.do(events.RuleListing{Verdict: allowed})
	b.do(offer(described(3, "A song.\nIn C.\n\nLoud."), allowed))
	want := "A song.\n\nAdded 1 March 2026: In C.\n\nAdded 2 March 2026: Loud."
	if got := b.lot.State.Offer().Description; got != want {
		t.Errorf("the public reads %q, want %q", got, want)
	}
}

func TestAdditionsAreNotTheAgentsToDate(t *testing.T) {
	forged := with(described(1, "A song."), func(n *events.Listing) { n.Additions = []events.Addition{{At: noon, Text: "In C."}} })
	b := newBench(t, offer(forged, allowed))
	if got := b.lot.State.Offer().Description; got != "A song." {
		t.Errorf("the public reads %q", got)
	}
}

func TestAdditionsComeToAnEnd(t *testing.T) {
	text := "A song."
	b := newBench(t, offer(described(1, text), allowed), bid("ann", 2000))
	for i := range maxAdditions {
		text += fmt.Sprint(" And ", i)
		b.do(offer(described(int64(i)+2, text), allowed))
	}
	b.refuses(offer(described(99, text+" And more"), allowed), events.Frozen)
	again, err := json.Marshal(b.lot.State.Listing)
	if err != nil {
		t.Fatal(err)
	}
	var n events.Listing
	if err := json.Unmarshal(again, &n); err != nil || written(n) != text {
		t.Errorf("read back it says %q, %v; want %q", written(n), err, text)
	}
}
