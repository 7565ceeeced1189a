package uplink

import (
	"context"
	"math"
	"time"

	"lightshare/events"
)

// A State is where a transfer stands.
type State string

// The states.
const (
	Waiting State = "waiting" // for a place
	Running State = "running"
	Broken  State = "broken" // the buyer has not fetched everything yet, and is not connected
	Sent    State = "sent"   // as many bytes as the file has were sent
)

// A Transfer is what happened to one order's file so far.
type Transfer struct {
	Order   events.OrderID   `json:"order"`
	Listing events.ListingID `json:"listing"`
	Title   string           `json:"title"`
	Size    int64            `json:"size"` // bytes of the file
	Sent    int64            `json:"sent"` // bytes; more than Size if parts were fetched twice
	Rate    int64            `json:"rate"` // bytes a second over the last seconds
	State   State            `json:"state"`
	Began   time.Time        `json:"began"`
	Touched time.Time        `json:"touched"` // when it began, moved or broke off last
}

// Left returns the time that the rest takes at the present rate, or 0 if that cannot be told.
func (t Transfer) Left() time.Duration {
	if t.State != Running || t.Rate <= 0 || t.Sent >= t.Size {
		return 0
	}
	return time.Duration(float64(t.Size-t.Sent) / float64(t.Rate) * float64(time.Second))
}

// A buyer is one order's place on the line, however many connections it has. Guarded by the line's mu, but for turn.
type buyer struct {
	Delivery
	connections    int
	served         bool // has a place; otherwise waits for one, or is gone
	admitted       chan struct{}
	began, touched time.Time
	sent           int64
	speed          speed
	turn           chan struct{} // held by the one connection that may wait for bytes
}

func (b *buyer) transfer(now time.Time) Transfer {
	t := Transfer{
		Order: b.Order, Listing: b.Listing, Title: b.Title, Size: b.Size, Sent: b.sent, Began: b.began.UTC(), Touched: b.touched.UTC(),
	}
	switch {
	case b.served:
		t.State, t.Rate = Running, b.speed.at(now)
	case b.connections > 0:
		t.State = Waiting
	case b.sent >= b.Size:
		t.State = Sent
	default:
		t.State = Broken
	}
	return t
}

// A Stream is one connection of a buyer. A nil one has no limits. To be used by one goroutine.
type Stream struct {
	line  *Line
	buyer *buyer
	turn  func() // ends the turn that it has; nil: none
}

// Next waits until bytes may be sent and returns how many: 1 to most. The error is a [*Wait] if deliveries have stopped.
func (s *Stream) Next(ctx context.Context, most int64) (int64, error) {
	if s == nil {
		return most, nil
	}
	select {
	case s.buyer.turn <- struct{}{}:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	defer func() { <-s.buyer.turn }()
	s.pass()
	for {
		n, reserved, changed, err := s.line.reserve(most)
		if err == nil && reserved == nil {
			s.turn, err = s.line.turns.take(ctx)
		}
		if err != nil || reserved == nil {
			return n, err
		}
		due := time.NewTimer(reserved.DelayFrom(s.line.now()))
		select {
		case <-due.C:
			return n, nil
		case <-changed:
			due.Stop()
			s.line.cancel(reserved)
		case <-ctx.Done():
			due.Stop()
			s.line.cancel(reserved)
			return 0, ctx.Err()
		}
	}
}

// Sent notes that n bytes were sent.
func (s *Stream) Sent(n int64) {
	if s == nil || n <= 0 {
		return
	}
	s.pass()
	s.line.mu.Lock()
	defer s.line.mu.Unlock()
	now := s.line.now()
	s.buyer.sent += n
	s.buyer.touched = now
	s.buyer.speed.add(n, now)
}

// pass lets others have their turn.
func (s *Stream) pass() {
	if s.turn != nil {
		s.turn()
		s.turn = nil
	}
}

// Close leaves the line.
func (s *Stream) Close() {
	if s != nil {
		s.pass()
		s.line.leave(s.buyer)
	}
}

// A speed is a rate over the last seconds: bytes that count the less the longer ago they were sent.
type speed struct {
	first, last time.Time
	weight      float64 // bytes
}

// memory is the time after which bytes count for a factor e less.
const memory = 3 * time.Second

func (s *speed) add(n int64, now time.Time) {
	if s.first.IsZero() || now.Sub(s.last) > 10*memory {
		*s = speed{first: now, last: now}
	}
	s.weight = s.weight*decay(now.Sub(s.last)) + float64(n)
	s.last = now
}

// at returns bytes a second. The first moments of a transfer are not held against it.
func (s *speed) at(now time.Time) int64 {
	if s.first.IsZero() {
		return 0
	}
	span := memory.Seconds() * (1 - decay(max(now.Sub(s.first), 100*time.Millisecond)))
	return int64(s.weight * decay(now.Sub(s.last)) / span)
}

func decay(d time.Duration) float64 { return math.Exp(-d.Seconds() / memory.Seconds()) }
