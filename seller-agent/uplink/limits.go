package uplink

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Limits are what the seller gives of his connection. The zero value gives everything.
type Limits struct {
	Rate   int64 `json:"rate"`   // bytes a second of all deliveries together; 0: as many as the line carries
	Buyers int   `json:"buyers"` // served at the same time; 0: any number
	Quiet  Quiet `json:"quiet"`
}

// Quiet is a part of each day with a limit of its own, on this computer's clock. It may cross midnight. From equal to To
// means that there is none.
type Quiet struct {
	From Clock `json:"from"`
	To   Clock `json:"to"`
	Rate int64 `json:"rate"` // bytes a second; 0: nothing is delivered
}

// Bounds of what can be asked for.
const (
	MinRate   = 4 << 10 // bytes a second: below it a buyer's client takes the seller for gone
	MaxRate   = 100 << 30
	MaxBuyers = 10_000
)

// Check says in words what is wrong with the limits.
func (l Limits) Check() error {
	switch {
	case l.Rate != 0 && (l.Rate < MinRate || l.Rate > MaxRate):
		return fmt.Errorf("upload limit: at least %d bytes a second are wanted, or 0 for no limit", MinRate)
	case l.Buyers < 0 || l.Buyers > MaxBuyers:
		return fmt.Errorf("buyers at once: 1 to %d are wanted, or 0 for any number", MaxBuyers)
	case l.Quiet.any() && l.Quiet.Rate != 0 && (l.Quiet.Rate < MinRate || l.Quiet.Rate > MaxRate):
		return fmt.Errorf("limit in quiet hours: at least %d bytes a second are wanted, or 0 for no delivery", MinRate)
	}
	return nil
}

// At returns what may be sent at a moment, in bytes a second (0: no limit), or false if nothing may.
func (l Limits) At(now time.Time) (int64, bool) {
	if !l.Quiet.holds(now) {
		return l.Rate, true
	}
	if l.Quiet.Rate == 0 {
		return 0, false
	}
	if l.Rate == 0 {
		return l.Quiet.Rate, true
	}
	return min(l.Rate, l.Quiet.Rate), true
}

func (q Quiet) any() bool { return q.From != q.To }

func (q Quiet) holds(now time.Time) bool {
	at := clockOf(now)
	if q.From <= q.To {
		return q.From <= at && at < q.To
	}
	return at >= q.From || at < q.To
}

// ends returns when quiet hours that hold now are over.
func (q Quiet) ends(now time.Time) time.Time {
	y, m, d := now.Date()
	end := time.Date(y, m, d, int(q.To)/60, int(q.To)%60, 0, 0, now.Location())
	if !end.After(now) {
		end = time.Date(y, m, d+1, int(q.To)/60, int(q.To)%60, 0, 0, now.Location())
	}
	return end
}

// A Clock is a time of day in minutes after midnight.
type Clock int

func clockOf(t time.Time) Clock { return Clock(t.Hour()*60 + t.Minute()) }

var errClock = errors.New("a time of day like 22:30 is wanted")

// ParseClock reads a time of day like 22:30.
func ParseClock(s string) (Clock, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, errClock
	}
	return clockOf(t), nil
}

// String returns the time of day like 22:30.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalJSON writes "22:30".
func (c Clock) MarshalJSON() ([]byte, error) { return json.Marshal(c.String()) }

// UnmarshalJSON reads "22:30"; an empty text is midnight.
func (c *Clock) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return errClock
	}
	if s == "" {
		*c = 0
		return nil
	}
	var err error
	*c, err = ParseClock(s)
	return err
}
