package blacklist

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"lightshare/events"
)

// Held is a listing that waits for a moderator.
type Held struct {
	Listing events.Listing
	Digest  string // of what is shown, see [Digest]
	Verdict events.Verdict
	Since   time.Time
	Claim   Claim
	Based   uint64 // the newest fact by which people decided about the listing; 0 for none
	Bids    int    // accepted on it, as far as is known
	Orders  int    // for it, paid and not yet delivered
}

// ReviewTime is how long a listing should wait for a person at most.
const ReviewTime = 24 * time.Hour

// IsLate reports whether it has waited longer than it should.
func (h Held) IsLate(now time.Time) bool { return now.Sub(h.Since) > ReviewTime }

// weight says how much hangs on a case: what is late, then paid orders and bids, then how sure the list is.
func (h Held) weight(now time.Time) float64 {
	w := h.Verdict.Score + 10*float64(min(h.Bids, 100)) + 1e4*float64(min(h.Orders, 100))
	if h.IsLate(now) {
		w += 1e7
	}
	return w
}

// Held returns the listings that wait for a moderator, the longest waiting first.
func (k *Keeper) Held() []Held {
	waiting := k.live.held()
	k.state.judgeAll(waiting)
	held := make([]Held, 0, len(waiting))
	shown := make(map[string]bool, len(waiting)) // by digest
	for _, it := range waiting {
		if v := k.state.latest(it); v.Ruling == events.Review && !shown[it.digest] {
			shown[it.digest] = true
			held = append(held, Held{Listing: it.listing, Digest: it.digest, Verdict: v, Since: it.since, Bids: it.bids, Orders: k.orders.of(it.lot)})
		}
	}
	k.state.mu.Lock()
	defer k.state.mu.Unlock()
	for i := range held {
		id := string(held[i].Listing.ID)
		held[i].Claim, held[i].Based = k.state.claims[id], k.state.judged[id]
	}
	return held
}

// judgeAll has the list judge items that it has not judged as it stands now.
func (s *state) judgeAll(items []*item) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for part := range slices.Chunk(items, judgedAtOnce) {
		group.Go(func() error {
			for _, it := range part {
				s.latest(it)
			}
			return nil
		})
	}
	group.Wait()
}

// latest is judge for what is asked about again and again: the list is asked once for each of its versions.
func (s *state) latest(it *item) events.Verdict {
	s.mu.Lock()
	_, decided := s.decided[it.digest]
	s.mu.Unlock()
	if decided {
		return s.judge(it)
	}
	if v := it.latest.Load(); v != nil && v.List == s.list.Version() {
		return *v
	}
	v := s.list.judge(&it.listing, 0)
	it.latest.Store(&v)
	return v
}

// A View says which cases of the queue are asked for.
type View string

// The views.
const (
	EveryCase View = ""
	FreeCases View = "free" // nobody looks at them
	OwnCases  View = "mine" // the moderator himself does
	LateCases View = "late" // they wait longer than they should
)

// A Query is what a moderator asks of the queue.
type Query struct {
	By       string // the moderator
	View     View
	Text     string // in title, file name, work or seller, in any way of writing it
	ByWeight bool   // what most hangs on first, instead of what waits longest
	Page     int    // 1 is the first
}

// A QueuePage is a part of the queue.
type QueuePage struct {
	Cases   []Held
	Found   int // by the query
	Waiting int // altogether
	Late    int // of these
	Number  int // of this page; 1 is the first
	Pages   int
}

// QueueSize is how many cases a page of the queue has.
const QueueSize = 50

// Queue returns a page of the cases that wait. One beyond the last is the last.
func (k *Keeper) Queue(q Query) QueuePage {
	now := k.c.Clock.Now()
	all := k.Held()
	p := QueuePage{Waiting: len(all)}
	for _, h := range all {
		if h.IsLate(now) {
			p.Late++
		}
	}
	found := slices.DeleteFunc(all, func(h Held) bool { return !q.finds(h, now) })
	if q.ByWeight {
		slices.SortStableFunc(found, func(a, b Held) int { return cmp.Compare(b.weight(now), a.weight(now)) })
	}
	p.Found, p.Pages = len(found), max(1, (len(found)+QueueSize-1)/QueueSize)
	p.Number = min(max(1, q.Page), p.Pages)
	from := (p.Number - 1) * QueueSize
	p.Cases = found[from:min(from+QueueSize, len(found))]
	return p
}

func (q Query) finds(h Held, now time.Time) bool {
	switch {
	case q.View == FreeCases && h.Claim.Holds(now),
		q.View == OwnCases && (h.Claim.By != q.By || !h.Claim.Holds(now)),
		q.View == LateCases && !h.IsLate(now):
		return false
	}
	sought := strings.ReplaceAll(Fold(q.Text), " ", "")
	if sought == "" {
		return true
	}
	for _, said := range []string{h.Listing.Title, h.Listing.FileName, h.Verdict.Work, h.Listing.SellerName, string(h.Listing.Seller)} {
		if strings.Contains(strings.ReplaceAll(Fold(said), " ", ""), sought) {
			return true
		}
	}
	return false
}

// Next claims the first case of the query that nobody else looks at, and returns it; false when there is none.
func (k *Keeper) Next(ctx context.Context, q Query) (events.ListingID, bool) {
	q.View = FreeCases
	for q.Page = 1; ; q.Page++ {
		p := k.Queue(q)
		for _, h := range p.Cases {
			err := k.Claim(ctx, h.Listing.ID, q.By)
			if err == nil {
				return h.Listing.ID, true
			}
			if r, refused := events.AsRefusal(err); !refused || r != events.Claimed {
				k.c.Log.WarnContext(ctx, "case not claimed", "listing", h.Listing.ID, "error", err)
				return "", false
			}
		}
		if p.Number >= p.Pages {
			return "", false
		}
	}
}
