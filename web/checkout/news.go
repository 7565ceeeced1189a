package checkout

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"lightshare/events"
)

// Hear looks at what the news is about and tells the order. The same news twice has one effect, and news of things that
// are not ours has none. An error means that it should be told again.
func (d *Desk) Hear(ctx context.Context, n News) error {
	if n.ID != "" && d.heard.has(n.ID) {
		return nil
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

// lookAgain looks at a payment of which no news has come. If it does not succeed, there is another day.
func (d *Desk) lookAgain(ctx context.Context, o Order) {
	if err := d.Hear(ctx, News{Payment: o.Payment}); err != nil && ctx.Err() == nil {
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
		return tell("held:"+p.ID, events.RecordAuthorised{Payment: p.ID, Amount: p.Amount, CaptureBefore: p.CaptureBefore})
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
		news, err := d.Cashier.News(ctx, since.Add(-newsOverlap))
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
		if err := d.Hear(ctx, n); err != nil {
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
