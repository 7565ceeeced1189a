package payee

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/web/checkout/ledger"
)

const (
	flushesAtOnce = 32  // payees told at the same time
	mostEarnings  = 256 // in one command
	flushAgain    = time.Second
)

// entry is an earning with the place of its fact among those of its partition.
type entry struct {
	place uint64
	events.Earning
}

// feed brings what the facts of orders mean for sellers to their journal, each once: a payee knows how far he knows, and
// several processes may feed him. Nothing is kept: at start all facts come again.
type feed struct {
	sender *journal.Sender
	log    *slog.Logger
	woken  chan struct{}

	mu      sync.Mutex
	places  [events.Partitions]uint64                       // guarded by mu; facts so far
	waiting map[events.SellerID]*[events.Partitions][]entry // guarded by mu
	known   map[events.SellerID]*[events.Partitions]uint64  // guarded by mu; how far payees know
}

func newFeed(sender *journal.Sender, log *slog.Logger) *feed {
	return &feed{
		sender: sender, log: log, woken: make(chan struct{}, 1),
		waiting: make(map[events.SellerID]*[events.Partitions][]entry), known: make(map[events.SellerID]*[events.Partitions]uint64),
	}
}

// enter takes in a fact of an order whose money was captured then.
func (f *feed) enter(rec events.Record, captured time.Time, transfers []ledger.Transfer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	partition := events.PartitionOf(rec.Subject)
	f.places[partition]++
	for _, t := range transfers {
		if t.Phase == ledger.Pending || t.Phase == ledger.Voided {
			continue
		}
		f.add(t.Credit, partition, captured, t.Amount)
		f.add(t.Debit, partition, captured, -t.Amount)
	}
}

// add notes what came to an account, if it is a seller's. f.mu is held.
func (f *feed) add(a ledger.Account, partition int, captured time.Time, amount int64) {
	if a.Kind != ledger.SellerPayable {
		return
	}
	s := events.SellerID(a.Owner)
	if f.waiting[s] == nil {
		f.waiting[s] = new([events.Partitions][]entry)
	}
	place := f.places[partition]
	f.waiting[s][partition] = append(f.waiting[s][partition], entry{place, events.Earning{Money: events.Money{Amount: amount, Currency: a.Currency}, At: captured}})
	select {
	case f.woken <- struct{}{}:
	default:
	}
}

// run tells payees until ctx ends.
func (f *feed) run(ctx context.Context) {
	again := time.NewTicker(flushAgain)
	defer again.Stop()
	for {
		select {
		case <-f.woken:
		case <-again.C:
		case <-ctx.Done():
			return
		}
		f.flush(ctx)
	}
}

// flush tells every payee for whom something waits.
func (f *feed) flush(ctx context.Context) {
	f.mu.Lock()
	sellers := make([]events.SellerID, 0, len(f.waiting))
	for s := range f.waiting {
		sellers = append(sellers, s)
	}
	f.mu.Unlock()
	var group sync.WaitGroup
	places := make(chan struct{}, flushesAtOnce)
	for _, s := range sellers {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			if err := f.tell(ctx, s); err != nil && ctx.Err() == nil {
				f.log.WarnContext(ctx, "payee not told of earnings, tried again", "seller", s, "error", err)
			}
		})
	}
	group.Wait()
}

// tell tells one payee all that waits for him. It is called for him by one goroutine at a time.
func (f *feed) tell(ctx context.Context, s events.SellerID) error {
	known, err := f.knows(ctx, s)
	for partition := 0; partition < events.Partitions && err == nil; partition++ {
		for err == nil {
			batch := f.batch(s, partition, known[partition])
			if len(batch) == 0 {
				break
			}
			c := events.RecordEarnings{Partition: partition, From: known[partition], Upto: batch[len(batch)-1].place, Earnings: together(batch)}
			if len(c.Earnings) > 0 {
				_, err = f.sender.Do(ctx, string(s), events.CommandID(events.NewID()), c, nil)
			}
			if err == nil {
				known[partition] = c.Upto
			}
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		delete(f.known, s) // another process may have told him; he is asked again
		if errors.Is(err, events.WrongState) || errors.Is(err, events.Unchanged) {
			err = nil
		}
		return err
	}
	f.known[s] = known
	for _, entries := range f.waiting[s] {
		if len(entries) > 0 {
			return nil // more has come
		}
	}
	delete(f.waiting, s)
	return nil
}

// knows returns how far the payee knows.
func (f *feed) knows(ctx context.Context, s events.SellerID) (*[events.Partitions]uint64, error) {
	f.mu.Lock()
	known := f.known[s]
	f.mu.Unlock()
	if known != nil {
		return known, nil
	}
	var v events.Payee
	if _, err := f.sender.Do(ctx, string(s), "", events.AskPayee{}, &v); err != nil {
		return nil, err
	}
	known = new([events.Partitions]uint64)
	copy(known[:], v.Upto)
	return known, nil
}

// batch returns the next entries that the payee does not know, whole facts only, and forgets those that he does.
func (f *feed) batch(s events.SellerID, partition int, known uint64) []entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	w := &f.waiting[s][partition]
	next := slices.IndexFunc(*w, func(e entry) bool { return e.place > known })
	if next < 0 {
		next = len(*w)
	}
	if *w = (*w)[next:]; len(*w) == 0 {
		*w = nil
	}
	n := min(len(*w), mostEarnings)
	for n < len(*w) && (*w)[n].place == (*w)[n-1].place {
		n++
	}
	return slices.Clone((*w)[:n])
}

// together adds up what is of the same sale's time and currency.
func together(batch []entry) []events.Earning {
	var all []events.Earning
	for _, e := range batch {
		at := slices.IndexFunc(all, func(x events.Earning) bool {
			return x.Money.Currency == e.Money.Currency && release(x.At).Equal(release(e.At)) && (x.Money.Amount > 0) == (e.Money.Amount > 0)
		})
		if at < 0 {
			all = append(all, e.Earning)
		} else {
			all[at].Money.Amount += e.Money.Amount
		}
	}
	return all
}

// untold returns how many payees there is something for that they may not know.
func (f *feed) untold() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.waiting)
}
