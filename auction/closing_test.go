package auction

import (
	"testing"
	"time"

	"lightshare/events"
)

func TestEndingEarly(t *testing.T) {
	end := func(sell bool) events.Command { return events.EndEarly{Seller: seller, Sell: sell} }
	open := offer(with(days(1), func(n *events.Listing) { n.Terms.Reserve = 5000 }), allowed)
	late := 36 * time.Hour // twelve hours are left
	sold := events.LotClosed{Sold: true, Winner: "ann", Price: 3000, Order: events.WonOrder(days(1).ID.Lot()), Reason: endedEarly, Early: true}
	tests := map[string]struct {
		before []events.Command
		at     time.Duration
		do     events.Command
		want   events.Refusal
		closed events.LotClosed
	}{
		"unsold, more than twelve hours before": {[]events.Command{bid("ann", 3000)}, late - 1, end(false), "", events.LotClosed{Price: 3000, Reason: endedEarly, Early: true}},
		"unsold, twelve hours before":           {[]events.Command{bid("ann", 3000)}, late, end(false), events.TooLate, events.LotClosed{}},
		"unsold, later without a bid":           {nil, 47 * time.Hour, end(false), "", events.LotClosed{Reason: endedEarly, Early: true}},
		"unsold, once every bid is gone":        {[]events.Command{bid("ann", 3000), mistyped("ann")}, 47 * time.Hour, end(false), "", events.LotClosed{Reason: endedEarly, Early: true}},
		"sold under the reserve":                {[]events.Command{bid("ann", 3000)}, 47 * time.Hour, end(true), "", sold},
		"sold, early":                           {[]events.Command{bid("ann", 3000)}, 0, end(true), "", sold},
		"sold to nobody":                        {nil, 0, end(true), events.NoBid, events.LotClosed{}},
		"sold without a file":                   {[]events.Command{bid("ann", 3000), events.WithdrawListing{Rev: 2}}, 0, end(true), events.NotOpen, events.LotClosed{}},
		"by somebody else":                      {nil, 0, events.EndEarly{Seller: "another"}, events.NotSeller, events.LotClosed{}},
		"at the end":                            {nil, 48 * time.Hour, end(false), events.Closed, events.LotClosed{}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, append([]events.Command{open}, tc.before...)...)
			b.now = noon.Add(tc.at)
			if tc.want != "" {
				b.refuses(tc.do, tc.want)
				return
			}
			if f := b.do(tc.do); f != tc.closed {
				t.Fatalf("it closed as %+v, want %+v", f, tc.closed)
			}
			if s := b.stands(); (s.State == events.Sold) != tc.closed.Sold || *s.ReserveMet != tc.closed.Sold || !s.EndsAt.Equal(b.now) {
				t.Errorf("afterwards it is %s, ended %s, reserve met: %t", s.State, s.EndsAt, *s.ReserveMet)
			}
			b.refuses(tc.do, events.Closed)
		})
	}
}

func TestTheEndIsAnnouncedOnce(t *testing.T) {
	b := newBench(t, offer(auctioned(1), allowed))
	end := noon.Add(time.Hour)
	due := func(want time.Time, command events.Command) {
		t.Helper()
		if at, c := (Rules{}).Deadline(b.lot.State); !at.Equal(want) || c != command {
			t.Errorf("it is due at %s for %T, want %s for %T", at, c, want, command)
		}
	}
	due(end, events.CloseLot{}) // there is nobody to tell
	b.do(bid("ann", 2000))
	due(end.Add(-lastCall), events.AnnounceEnding{})
	b.now = end.Add(-lastCall - 1)
	b.refuses(events.AnnounceEnding{}, events.StillOpen)
	b.now = end.Add(-lastCall)
	if f := b.do(events.AnnounceEnding{}); f != (events.EndingAnnounced{EndsAt: end}) {
		t.Errorf("it was announced as %+v", f)
	}
	b.refuses(events.AnnounceEnding{}, events.Unchanged)
	due(end, events.CloseLot{})
	b.now = end.Add(-time.Second)
	b.do(bid("bob", 3000))
	due(b.now.Add(2*time.Minute), events.CloseLot{}) // everybody knows by then
}

func TestAFirstBidNearTheEndNeedsNoAnnouncement(t *testing.T) {
	b := newBench(t, offer(auctioned(1), allowed))
	b.now = noon.Add(51 * time.Minute)
	b.do(bid("ann", 2000))
	if _, c := (Rules{}).Deadline(b.lot.State); c != (events.CloseLot{}) {
		t.Errorf("it is due for %T, want to be closed", c)
	}
}

func TestAnAnnouncementThatComesTooLateCloses(t *testing.T) {
	b := newBench(t, offer(auctioned(1), allowed), bid("ann", 2000))
	b.now = noon.Add(2 * time.Hour)
	if f, ok := b.do(events.AnnounceEnding{}).(events.LotClosed); !ok || f.Winner != "ann" {
		t.Errorf("after the end it led to %+v, want it sold to ann", f)
	}
}
