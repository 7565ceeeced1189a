package blacklist

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"lightshare/events"
)

// An Effect is what entries would do to the market if they came on the list now.
type Effect struct {
	Refused, Held int    // listings that would be refused, or held for a moderator, and are not yet
	Lots, Bids    int    // how many of them are lots with bids, and how many bids these have
	Orders        int    // orders for them that are paid and not yet delivered
	Unknown       int    // listings whose bids auction did not tell in time; the last known ones are counted
	Hits          []Hit  // all of them, those that are least sure first
	List          uint64 // version of the list that it was found with
}

// A Hit is a listing that would not be offered any more.
type Hit struct {
	Listing events.Listing
	Verdict events.Verdict
	Bids    int
	Orders  int // paid and not yet delivered

	lot events.LotID // empty while it is not on offer
}

// Preview says what would happen if the entries were added now, by the code that will decide it then. Nothing is changed.
func (k *Keeper) Preview(ctx context.Context, entries []events.Entry) Effect {
	if len(entries) > fewEntries {
		return k.previewMany(ctx, entries, func(int, int) {})
	}
	e := Effect{List: k.state.list.Version()}
	found := make(map[string]int) // by digest and listing: which hit
	for _, entry := range entries {
		for _, m := range k.live.Reverse(entry) {
			if gravity[m.Verdict.Ruling] <= gravity[k.judge(m.item).Ruling] {
				continue
			}
			h := Hit{m.Listing, m.Verdict, m.item.bids, k.orders.of(m.item.lot), m.item.lot}
			key := string(m.Listing.ID) + " " + m.item.digest
			if i, ok := found[key]; !ok {
				found[key] = len(e.Hits)
				e.Hits = append(e.Hits, h)
			} else if gravity[h.Verdict.Ruling] > gravity[e.Hits[i].Verdict.Ruling] {
				e.Hits[i] = h
			}
		}
	}
	e.Unknown = k.askForBids(ctx, e.Hits)
	e.count()
	return e
}

// fewEntries is for how many entries their listings are looked for one by one. For more, every listing is judged by all of
// them.
const fewEntries = 64

// previewMany is Preview for very many entries. It tells now and then how many of how many listings it has judged.
func (k *Keeper) previewMany(ctx context.Context, entries []events.Entry, tell func(done, of int)) Effect {
	e := Effect{List: k.state.list.Version()}
	items := k.live.everything()
	alone := NewList(entries).now.Load()
	var (
		mu    sync.Mutex // guards e.Hits and done
		done  int
		group errgroup.Group
	)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for part := range slices.Chunk(items, judgedAtOnce) {
		group.Go(func() error {
			var hits []Hit
			for _, it := range part {
				if v := alone.judge(&it.listing, 0); gravity[v.Ruling] > gravity[k.judge(it).Ruling] {
					hits = append(hits, Hit{it.listing, v, it.bids, k.orders.of(it.lot), it.lot})
				}
			}
			mu.Lock()
			defer mu.Unlock()
			e.Hits = append(e.Hits, hits...)
			done += len(part)
			tell(done, len(items))
			return ctx.Err()
		})
	}
	if group.Wait() != nil {
		return e
	}
	e.Unknown = k.askForBids(ctx, e.Hits)
	e.count()
	return e
}

const (
	bidsWait   = 2 * time.Second // for what auction says of all hits
	asksAtOnce = 32
)

// askForBids has auction say how many bids stand on each hit, and returns how many it did not tell.
func (k *Keeper) askForBids(ctx context.Context, hits []Hit) int {
	ctx, cancel := context.WithTimeout(ctx, bidsWait)
	defer cancel()
	var unknown atomic.Int64
	var group errgroup.Group
	group.SetLimit(asksAtOnce)
	for i := range hits {
		h := &hits[i]
		if h.lot == "" {
			continue
		}
		group.Go(func() error {
			if s, err := k.standing(ctx, h.lot); err != nil {
				unknown.Add(1)
			} else {
				h.Bids = s.Bids
			}
			return nil
		})
	}
	group.Wait()
	return int(unknown.Load())
}

// askStanding asks auction how a lot stands.
func (k *Keeper) askStanding(ctx context.Context, lot events.LotID) (s events.Standing, err error) {
	_, err = k.house.Do(ctx, string(lot), "", events.AskStanding{}, &s)
	return s, err
}

// count adds the hits up and puts them in order.
func (e *Effect) count() {
	for _, h := range e.Hits {
		if h.Verdict.Ruling == events.Block {
			e.Refused++
		} else {
			e.Held++
		}
		if h.Bids > 0 {
			e.Lots++
		}
		e.Bids += h.Bids
		e.Orders += h.Orders
	}
	slices.SortFunc(e.Hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Verdict.Score, b.Verdict.Score), cmp.Compare(b.Bids, a.Bids), cmp.Compare(a.Listing.ID, b.Listing.ID))
	})
}

// orders are those that are paid and not yet over, as the journal of orders tells. Safe for concurrent use.
type orders struct {
	mu   sync.Mutex
	lots map[events.OrderID]events.LotID // guarded by mu
	paid map[events.OrderID]bool         // guarded by mu
	open map[events.LotID]int            // guarded by mu; paid ones
}

func newOrders() *orders {
	return &orders{lots: make(map[events.OrderID]events.LotID), paid: make(map[events.OrderID]bool), open: make(map[events.LotID]int)}
}

// of returns how many orders for the lot are paid and not yet over.
func (o *orders) of(lot events.LotID) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.open[lot]
}

// follow takes in a fact of the journal of orders. One that comes again changes nothing.
func (o *orders) follow(_ context.Context, rec events.Record) error {
	f, err := rec.Fact()
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	id := events.OrderID(rec.Subject)
	switch f := f.(type) {
	case events.OrderCreated:
		o.lots[id] = f.Lot
	case events.PaymentAuthorised:
		if lot, ok := o.lots[id]; ok && !o.paid[id] {
			o.paid[id] = true
			o.open[lot]++
		}
	case events.PaymentCaptured, events.PaymentReleased:
		if o.paid[id] {
			if lot := o.lots[id]; o.open[lot] > 1 {
				o.open[lot]--
			} else {
				delete(o.open, lot)
			}
		}
		delete(o.paid, id)
		delete(o.lots, id)
	}
	return nil
}
