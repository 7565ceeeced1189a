package blacklist

import (
	"cmp"
	"context"
	"errors"
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
	LeftBy  string // the moderator who looked at it last and left it to others; empty for nobody
	Based   uint64 // the newest fact by which people decided about the listing; 0 for none
	Bids    int    // accepted on it, as far as is known
	Orders  int    // for it, paid and not yet delivered
}

// ReviewTime is how long a listing should wait for a person at most.
const ReviewTime = 24 * time.Hour

// IsLate reports whether it has waited longer than it should.
func (h Held) IsLate(now time.Time) bool { return now.Sub(h.Since) > ReviewTime }

// Held returns the listings that wait for a moderator, the longest waiting first.
func (k *Keeper) Held() []Held {
	var held []Held
	for _, it := range k.waiting() {
		held = append(held, k.held(it))
	}
	return held
}

func (k *Keeper) held(it *item) Held {
	h := Held{Listing: it.listing, Digest: it.digest, Verdict: k.latest(it), Since: it.since, Bids: it.bids, Orders: k.orders.of(it.lot)}
	id := string(it.listing.ID)
	k.state.mu.Lock()
	defer k.state.mu.Unlock()
	h.Claim, h.LeftBy, h.Based = k.state.claims[id], k.state.left[id], k.state.judged[id]
	return h
}

// waiting returns what waits for a moderator, the longest waiting first; of what reads the same, one.
func (k *Keeper) waiting() []*item {
	items := k.live.held()
	k.judgeAll(items)
	shown := make(map[string]bool, len(items)) // by digest
	return slices.DeleteFunc(items, func(it *item) bool {
		if shown[it.digest] || k.latest(it).Ruling != events.Review {
			return true
		}
		shown[it.digest] = true
		return false
	})
}

// weight says how much hangs on what waits: what is late, then paid orders and bids, then how sure the list is.
func (k *Keeper) weight(it *item, now time.Time) float64 {
	w := k.latest(it).Score + 10*float64(min(it.bids, 100)) + 1e4*float64(min(k.orders.of(it.lot), 100))
	if it.isLate(now) {
		w += 1e7
	}
	return w
}

func (it *item) isLate(now time.Time) bool { return now.Sub(it.since) > ReviewTime }

// judgeAll has the list judge items that it has not judged as it stands now.
func (k *Keeper) judgeAll(items []*item) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for part := range slices.Chunk(items, judgedAtOnce) {
		group.Go(func() error {
			for _, it := range part {
				k.latest(it)
			}
			return nil
		})
	}
	group.Wait()
}

// judge returns the verdict on it now.
func (k *Keeper) judge(it *item) events.Verdict { return k.state.judge(it, k.c.Clock.Now()) }

// latest is judge for what is asked about again and again: the list is asked once for each of its versions.
func (k *Keeper) latest(it *item) events.Verdict {
	s := k.state
	s.mu.Lock()
	_, decided := s.decided[it.digest]
	takenDown := s.takedowns.about[it.listing.ID] != nil
	s.mu.Unlock()
	if decided || takenDown {
		return k.judge(it)
	}
	v := it.latest.Load()
	if v == nil || v.List != s.list.Version() {
		fresh := s.list.judge(&it.listing, 0)
		v = &fresh
		it.latest.Store(v)
	}
	return s.weigh(it, *v, k.c.Clock.Now())
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
	found := k.waiting()
	p := QueuePage{Waiting: len(found)}
	for _, it := range found {
		if it.isLate(now) {
			p.Late++
		}
	}
	found = k.find(q, found, now)
	if q.ByWeight {
		weights := make(map[*item]float64, len(found))
		for _, it := range found {
			weights[it] = k.weight(it, now)
		}
		slices.SortStableFunc(found, func(a, b *item) int { return cmp.Compare(weights[b], weights[a]) })
	}
	p.Found, p.Pages = len(found), max(1, (len(found)+QueueSize-1)/QueueSize)
	p.Number = min(max(1, q.Page), p.Pages)
	from := (p.Number - 1) * QueueSize
	for _, it := range found[from:min(from+QueueSize, len(found))] {
		p.Cases = append(p.Cases, k.held(it))
	}
	return p
}

// find leaves what the query asks for.
func (k *Keeper) find(q Query, items []*item, now time.Time) []*item {
	sought := strings.ReplaceAll(Fold(q.Text), " ", "")
	k.state.mu.Lock()
	claims := make(map[events.ListingID]Claim, len(k.state.claims))
	for id, c := range k.state.claims {
		if c.Holds(now) {
			claims[events.ListingID(id)] = c
		}
	}
	k.state.mu.Unlock()
	return slices.DeleteFunc(items, func(it *item) bool {
		by := claims[it.listing.ID].By
		return q.View == FreeCases && by != "" || q.View == OwnCases && by != q.By || q.View == LateCases && !it.isLate(now) ||
			sought != "" && !it.says(sought, k.latest(it).Work)
	})
}

// says reports whether the letters are in what is said of the listing, or in the work that it seems to be.
func (it *item) says(letters, work string) bool {
	l := &it.listing
	for _, said := range []string{l.Title, l.FileName, work, l.SellerName, string(l.Seller)} {
		if strings.Contains(strings.ReplaceAll(Fold(said), " ", ""), letters) {
			return true
		}
	}
	return false
}

// Next claims the first case of the query that nobody looks at and that the moderator has not left to others, and returns
// it; false when there is none.
func (k *Keeper) Next(ctx context.Context, q Query) (events.ListingID, bool) {
	q.View = FreeCases
	for q.Page = 1; ; q.Page++ {
		p := k.Queue(q)
		for _, h := range p.Cases {
			if h.LeftBy == q.By {
				continue
			}
			err := k.Claim(ctx, h.Listing.ID, q.By)
			if err == nil {
				return h.Listing.ID, true
			}
			if _, refused := events.AsRefusal(err); !refused || errors.Is(err, events.Unavailable) {
				k.c.Log.WarnContext(ctx, "case not claimed", "listing", h.Listing.ID, "error", err)
				return "", false
			}
		}
		if p.Number >= p.Pages {
			return "", false
		}
	}
}
