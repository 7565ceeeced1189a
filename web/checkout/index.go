package checkout

import (
	"context"
	"slices"
	"sync"

	"lightshare/events"
	"lightshare/events/journal"
)

// index holds every order in memory as the journal states them, also those that another process writes.
type index struct {
	mu      sync.Mutex
	orders  map[events.OrderID]*indexed        // guarded by mu
	ofBuyer map[events.UserID][]events.OrderID // guarded by mu; oldest first
	ofLot   map[events.LotID][]events.OrderID  // guarded by mu; oldest first
	born    chan struct{}                      // guarded by mu; closed at the next new order
}

type indexed struct {
	journal.Entity[Order]
	changed chan struct{} // closed at the next fact
}

func newIndex() *index {
	return &index{
		orders:  make(map[events.OrderID]*indexed),
		ofBuyer: make(map[events.UserID][]events.OrderID),
		ofLot:   make(map[events.LotID][]events.OrderID),
		born:    make(chan struct{}),
	}
}

// learn applies a fact. One that is known already changes nothing.
func (x *index) learn(_ context.Context, rec events.Record) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	e := x.orders[events.OrderID(rec.Subject)]
	if e == nil {
		e = &indexed{changed: make(chan struct{})}
	}
	if rec.Seq <= e.Seq {
		return nil
	}
	f, err := e.Replay(Rules{}, rec)
	if err != nil {
		return err
	}
	if created, ok := f.(events.OrderCreated); ok {
		x.orders[created.Order] = e
		close(x.born)
		x.born = make(chan struct{})
		x.ofBuyer[created.Buyer] = append(x.ofBuyer[created.Buyer], created.Order)
		x.ofLot[created.Lot] = append(x.ofLot[created.Lot], created.Order)
	}
	close(e.changed)
	e.changed = make(chan struct{})
	return nil
}

// state returns the order and a channel that is closed when it changes.
func (x *index) state(id events.OrderID) (Order, <-chan struct{}) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if e := x.orders[id]; e != nil {
		return e.State, e.changed
	}
	return Order{}, x.born
}

// await returns the order as soon as ready says so, or ctx's error.
func (x *index) await(ctx context.Context, id events.OrderID, ready func(Order) bool) (Order, error) {
	for {
		o, changed := x.state(id)
		if ready(o) {
			return o, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return o, ctx.Err()
		}
	}
}

// buyers returns the orders of one buyer, newest first.
func (x *index) buyers(buyer events.UserID) []Order {
	x.mu.Lock()
	defer x.mu.Unlock()
	orders := x.states(x.ofBuyer[buyer])
	slices.SortStableFunc(orders, func(a, b Order) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return orders
}

// lots returns the orders of one lot, oldest first.
func (x *index) lots(lot events.LotID) []Order {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.states(x.ofLot[lot])
}

// states returns the orders of that name. x.mu is held.
func (x *index) states(ids []events.OrderID) []Order {
	orders := make([]Order, 0, len(ids))
	for _, id := range ids {
		orders = append(orders, x.orders[id].State)
	}
	return orders
}
