package agent

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"lightshare/events"
	"lightshare/seller-agent/uplink"
)

// salesFile is where what is known of orders lies in the state folder: one JSON line each time something was learned.
const salesFile = "sales.jsonl"

// A Sale is one order as this computer learned of it. The market's books have the last word about money.
type Sale struct {
	Order   events.OrderID   `json:"order"`
	Listing events.ListingID `json:"listing"`
	Title   string           `json:"title"`
	Money   *events.Money    `json:"money,omitempty"`
	Kind    string           `json:"kind"`             // of the newest notice: paid, delivered, captured, released
	Text    string           `json:"text"`             // the newest notice in words
	At      time.Time        `json:"at"`               // of the newest notice, UTC
	Steps   []Step           `json:"steps"`            // all notices, the oldest first
	Size    int64            `json:"size,omitempty"`   // bytes of the file
	Sent    int64            `json:"sent,omitempty"`   // bytes that left this computer for the order
	SentAt  time.Time        `json:"sent_at,omitzero"` // when the last of them did
}

// A Step is one thing that the market told about an order.
type Step struct {
	Kind string    `json:"kind"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// A line of the sales file: a notice, or bytes that were sent.
type saleLine struct {
	Notice *events.Notice `json:"notice,omitempty"`
	Sent   *sentLine      `json:"sent,omitempty"`
}

type sentLine struct {
	Order   events.OrderID   `json:"order"`
	Listing events.ListingID `json:"listing"`
	Title   string           `json:"title"`
	Size    int64            `json:"size"`
	Bytes   int64            `json:"bytes"` // in all, since the agent was started
	Began   time.Time        `json:"began"`
	At      time.Time        `json:"at"`
}

// sales are all orders that this computer learned of. Safe for concurrent use.
type sales struct {
	mu      sync.Mutex
	file    *os.File                              // guarded by mu
	orders  map[events.OrderID]*Sale              // guarded by mu
	sent    map[events.OrderID]map[int64]sentLine // guarded by mu; by when the transfer began
	version uint64                                // guarded by mu
}

// openSales takes up what was learned before. A torn last line, of a computer that lost power, is passed over.
func openSales(path string) (*sales, error) {
	s := &sales{orders: make(map[events.OrderID]*Sale), sent: make(map[events.OrderID]map[int64]sentLine)}
	old, err := os.Open(path)
	if err == nil {
		defer old.Close()
		lines := bufio.NewScanner(old)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var l saleLine
			if json.Unmarshal(lines.Bytes(), &l) == nil {
				s.take(l)
			}
		}
		err = lines.Err()
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read sales: %w", err)
	}
	if s.file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600); err != nil {
		return nil, fmt.Errorf("open sales: %w", err)
	}
	if info, err := s.file.Stat(); err == nil && info.Size() > 0 {
		s.file.WriteString("\n") // after a line that may be torn
	}
	return s, nil
}

func (s *sales) close() error { return s.file.Close() }

// told keeps a notice about an order.
func (s *sales) told(n events.Notice) error {
	if n.Order == "" {
		return nil
	}
	return s.keep(saleLine{Notice: &n})
}

// delivered keeps how far a transfer came.
func (s *sales) delivered(t uplink.Transfer) error {
	return s.keep(saleLine{Sent: &sentLine{
		Order: t.Order, Listing: t.Listing, Title: t.Title, Size: t.Size, Bytes: t.Sent, Began: t.Began, At: t.Touched,
	}})
}

func (s *sales) keep(l saleLine) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.take(l)
	if _, err := s.file.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("keep sale: %w", err)
	}
	return nil
}

// take brings the orders up to date with one line.
func (s *sales) take(l saleLine) {
	s.version++
	switch {
	case l.Notice != nil:
		n := *l.Notice
		o := s.of(n.Order)
		o.Listing, o.Title = n.Lot.Listing(), n.Title
		if n.Money != nil {
			o.Money = n.Money
		}
		step := Step{n.Kind, n.Text, n.At}
		if slices.Contains(o.Steps, step) {
			return
		}
		o.Steps = append(o.Steps, step)
		slices.SortStableFunc(o.Steps, func(a, b Step) int { return a.At.Compare(b.At) })
		last := o.Steps[len(o.Steps)-1]
		o.Kind, o.Text, o.At = last.Kind, last.Text, last.At
	case l.Sent != nil:
		t := *l.Sent
		o := s.of(t.Order)
		if o.Title == "" {
			o.Title, o.Listing, o.At = t.Title, t.Listing, t.Began
		}
		if s.sent[t.Order] == nil {
			s.sent[t.Order] = make(map[int64]sentLine)
		}
		s.sent[t.Order][t.Began.UnixNano()] = t
		o.Size, o.Sent, o.SentAt = t.Size, 0, t.At
		for _, part := range s.sent[t.Order] {
			o.Sent += part.Bytes
		}
	}
}

func (s *sales) of(id events.OrderID) *Sale {
	o := s.orders[id]
	if o == nil {
		o = &Sale{Order: id}
		s.orders[id] = o
	}
	return o
}

// all returns the orders, the newest first.
func (s *sales) all() []Sale {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Sale, 0, len(s.orders))
	for _, o := range s.orders {
		c := *o
		c.Steps = slices.Clone(o.Steps)
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Sale) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Order, b.Order)) })
	return all
}
