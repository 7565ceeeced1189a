package checkout

import (
	"testing"
	"time"

	"lightshare/events"
)

// P13: people hear in time of what an order waits for, once of each, and the order ends when it would have anyway.
func TestReminders(t *testing.T) {
	for name, tc := range map[string]struct {
		life *life
		want []time.Duration // before the end
		end  time.Time
	}{
		"a won lot is to be paid for": {begin(t, events.OrderWon, page), []time.Duration{24 * time.Hour, 4 * time.Hour}, noon.Add(time.Second + PayWon)},
		"after the card was refused":  {begin(t, withCard, refusedCard, page), []time.Duration{24 * time.Hour, 4 * time.Hour}, noon.Add(2*time.Second + PayWon)},
		"a file is to be fetched":     {begin(t, events.OrderWon, page, held("pi")), []time.Duration{24 * time.Hour}, noon.Add(week - CaptureRoom)},
		"a direct sale is short":      {begin(t, events.OrderDirect, page), nil, noon.Add(time.Second + PayDirect)},
		"the saved card is asked":     {begin(t, withCard), nil, noon.Add(time.Second + PayWon)},
	} {
		t.Run(name, func(t *testing.T) {
			l := tc.life
			l.t = t
			state := l.State.State
			for i, before := range tc.want {
				at, c := Rules{}.Deadline(l.State)
				if !at.Equal(tc.end.Add(-before)) {
					t.Fatalf("reminder %d at %v, want %v before %v", i+1, at, before, tc.end)
				}
				l.now = at
				l.do(c)
				if l.State.State != state || l.State.Reminded != i+1 {
					t.Fatalf("after reminder %d: %s, %d reminders", i+1, l.State.State, l.State.Reminded)
				}
				if err := l.try(c); err == nil {
					t.Errorf("reminder %d was stated twice", i+1)
				}
			}
			at, c := Rules{}.Deadline(l.State)
			if l.now = at; !at.Equal(tc.end) {
				t.Fatalf("ends at %v, want %v", at, tc.end)
			}
			if l.do(c); l.State.State == state {
				t.Errorf("%s: its end leads nowhere", state)
			}
		})
	}
}

// Reminders that were missed are one.
func TestMissedReminders(t *testing.T) {
	l := begin(t, events.OrderWon, page)
	l.now = l.State.PayBy.Add(-time.Hour)
	l.do(events.ExpireOrder{})
	if l.State.Reminded != 2 || l.State.State != Payable {
		t.Errorf("an hour before the end: %d reminders, %s", l.State.Reminded, l.State.State)
	}
	if at, _ := (Rules{}).Deadline(l.State); !at.Equal(l.State.PayBy) {
		t.Errorf("next at %v, want the end at %v", at, l.State.PayBy)
	}
}
