package checkout

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	"lightshare/events"
)

// Hear takes news that was brought, and looks at what it is about and tells the order, unless the order knows as much. The same news twice has one effect, and news of things that
// are not ours has none. An error means that it should be told again.
func (d *Desk) Hear(ctx context.Context, n News) error {
	d.brought.Store(true)
	return d.hear(ctx, n)
}

func (d *Desk) hear(ctx context.Context, n News) error {
	if n.ID != "" && d.heard.has(n.ID) {
		return nil
	}
	if n.Claim.State != "" {
		done, err := d.hearing.turn(ctx, n.Claim.Order) // what comes twice, or from two sides, is looked at once
		if err != nil {
			return err
		}
		defer done()
		if o, _ := d.index.state(n.Claim.Order); o.knows(n.Claim) && d.books.Stopped(o.Order) == nil {
			return nil
		}
	}
	if n.Account != "" {
		return d.hearAccount(ctx, n)
	}
	p, err := d.Cashier.Look(ctx, n)
	if errors.Is(err, ErrNoPayment) {
		d.Log.InfoContext(ctx, "news of an unknown payment", "event", n.ID)
		err = nil
	}
	if err == nil && p.Saved != nil {
		err = d.wallet.keep(ctx, *p.Saved)
	}
	if err == nil && p.Order != "" {
		err = d.record(ctx, p)
	}
	if err != nil {
		return fmt.Errorf("hear %s: %w", n.ID, err)
	}
	if n.ID != "" {
		d.heard.add(n.ID)
	}
	return nil
}

// hearAccount looks at a seller's account.
func (d *Desk) hearAccount(ctx context.Context, n News) error {
	if d.payees == nil {
		return nil
	}
	if err := d.payees.Hear(ctx, n.Account); err != nil {
		return fmt.Errorf("hear %s: %w", n.ID, err)
	}
	if n.ID != "" {
		d.heard.add(n.ID)
	}
	return nil
}

// knows reports whether the claim, if it is true, is nothing new to the order. What the order is about to ask the
// provider itself is none either: it will not stop before it knows.
func (o Order) knows(c NewsClaim) bool {
	if o.Payment == "" || o.Payment != c.Payment {
		return false
	}
	switch c.State {
	case PaymentHeld:
		return true
	case PaymentCaptured:
		return o.State == Delivered || !o.CapturedAt.IsZero()
	case PaymentReleased:
		return o.State == Released
	}
	return false
}

const sameNewsWait = 2 * time.Second

// turns lets news of one order be heard one after the other.
type turns [64]chan struct{}

func newTurns() (t turns) {
	for i := range t {
		t[i] = make(chan struct{}, 1)
	}
	return t
}

// turn waits for the order's turn, and returns what ends it.
func (t *turns) turn(ctx context.Context, o events.OrderID) (done func(), err error) {
	turn := t[maphash.String(turnSeed, string(o))%uint64(len(t))]
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

var turnSeed = maphash.MakeSeed()

// lookAgain looks at a payment of which no news has come. If it does not succeed, there is another day.
func (d *Desk) lookAgain(ctx context.Context, o Order) {
	if err := d.hear(ctx, News{Payment: o.Payment}); err != nil && ctx.Err() == nil {
		d.Log.WarnContext(ctx, "disputed payment not looked at", "order", o.Order, "error", err)
	}
}

// record tells an order how its payment stands.
func (d *Desk) record(ctx context.Context, p Payment) error {
	tell := func(id string, c events.Command) error {
		return d.command(ctx, p.Order, events.CommandID(id), c)
	}
	switch p.State {
	case PaymentHeld:
		seq, err := d.commanded(ctx, p.Order, events.CommandID("held:"+p.ID), events.RecordAuthorised{Payment: p.ID, Amount: p.Amount, CaptureBefore: p.CaptureBefore})
		if err == nil { // the same is about to be told from the other side, and then known
			waiting, cancel := context.WithTimeout(ctx, sameNewsWait)
			defer cancel()
			d.index.await(waiting, p.Order, func(o Order) bool { return o.Seq >= seq }) // in vain: it is looked at twice
		}
		return err
	case PaymentDeclined:
		return tell("declined:"+p.ID+p.Charge, events.RecordDeclined{Payment: p.ID, Code: p.Decline})
	case PaymentExpired:
		return tell("expired:"+p.Session, events.RecordAbandoned{Session: p.Session})
	case PaymentCaptured, PaymentRefunded:
		err := tell("captured:"+p.ID, events.RecordCaptured{Amount: p.Amount})
		if err == nil && p.Back.Amount > 0 {
			err = tell(fmt.Sprintf("refunded:%s:%d", p.ID, p.Back.Amount), events.RecordRefunded{Amount: p.Back})
		}
		for _, dispute := range p.Disputes {
			opened := dispute
			opened.State = events.DisputeUndecided
			if err == nil {
				err = tell("dispute:"+dispute.Dispute, opened)
			}
			if err == nil && dispute.State != events.DisputeUndecided {
				err = tell("dispute:"+dispute.Dispute+":"+string(dispute.State), dispute)
			}
		}
		return err
	case PaymentReleased:
		return tell("released:"+p.ID, events.RecordReleased{Payment: p.ID})
	}
	return nil
}

// poll repairs lost webhooks: at start it looks at every page that was open, and then now and then at the provider's
// own list of what happened, from where the last desk had read it.
func (d *Desk) poll(ctx context.Context, since time.Time, mark bookmark) {
	tick := time.NewTicker(d.Poll)
	defer tick.Stop()
	d.mu.Lock()
	open := d.unpaid
	d.unpaid = nil
	d.mu.Unlock()
	for ctx.Err() == nil {
		open = d.hearAll(ctx, open)
		now := d.Clock.Now()
		list := d.Cashier.News
		if d.brought.Swap(false) { // webhooks work; what they did not bring is not much
			list = d.Cashier.Unheard
		}
		news, err := list(ctx, since.Add(-newsOverlap))
		if err == nil && len(d.hearAll(ctx, news)) == 0 {
			since, err = now, mark.move(ctx, now)
		}
		if err != nil && ctx.Err() == nil {
			d.Log.WarnContext(ctx, "news not fetched", "error", err)
		}
		select {
		case <-tick.C:
		case <-d.Clock.Moved():
		case <-ctx.Done():
		}
	}
}

// newsOverlap is how far back the list of news is read again each time, since the provider's clock is not ours.
const newsOverlap = 10 * time.Minute

// hearAll returns the news that could not be heard.
func (d *Desk) hearAll(ctx context.Context, news []News) []News {
	var left []News
	for _, n := range news {
		if err := d.hear(ctx, n); err != nil {
			if ctx.Err() == nil {
				d.Log.WarnContext(ctx, "news not heard, tried again", "error", err)
			}
			left = append(left, n)
		}
	}
	return left
}

const heardGeneration = 10_000 // ids kept at least

// heard remembers which news has been dealt with, lately. Forgetting is harmless: the orders remember too.
type heard struct {
	mu       sync.Mutex
	now, old map[string]bool // guarded by mu
}

func (h *heard) has(id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now[id] || h.old[id]
}

func (h *heard) add(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.now) >= heardGeneration || h.now == nil {
		h.old, h.now = h.now, make(map[string]bool)
	}
	h.now[id] = true
}
