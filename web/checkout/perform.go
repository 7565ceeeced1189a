package checkout

import (
	"context"
	"errors"
	"fmt"

	"lightshare/events"
)

// perform does one effect and tells the order what came of it. An error means that it is to be tried again.
func (d *Desk) perform(ctx context.Context, o Order, e Effect) error {
	switch e.Op {
	case ChargeCard:
		return d.chargeCard(ctx, o, e)
	case OpenPage:
		return d.openPage(ctx, o, e)
	case ClaimCopy:
		return d.claimCopy(ctx, o)
	case ReturnCopy:
		return d.returnCopy(ctx, o)
	case Capture:
		return d.capture(ctx, o, e)
	case GiveBack:
		return d.giveBack(ctx, o, e)
	case Defend:
		return d.defend(ctx, o, e)
	case Release, ReleaseLost:
		return d.release(ctx, o, e)
	}
	return fmt.Errorf("effect %q of order %s: unknown", e.Op, o.Order)
}

// noPage is the reason of an order that the provider would not make a payment page for.
const noPage = "The payment page could not be opened. Please order again."

func (d *Desk) openPage(ctx context.Context, o Order, e Effect) error {
	key, fresh := o.Key(e, d.Clock.Now())
	s, err := Session{}, ErrNoPayment
	if fresh {
		s, err = d.Cashier.FindSession(ctx, o.Order, e.Attempt, e.Since)
	}
	if errors.Is(err, ErrNoPayment) {
		s, err = d.Cashier.OpenSession(ctx, key, Bill{
			Order: o.Order, Attempt: e.Attempt, Amount: o.Price, Title: o.Title, Ends: o.PageEnds(), Back: d.pageOf(o.Order),
		})
	}
	switch {
	case errors.Is(err, ErrRefused):
		d.Log.ErrorContext(ctx, "payment page refused", "order", o.Order, "error", err)
		return d.command(ctx, o.Order, attemptID("no-page", e.Attempt), events.CancelOrder{Reason: noPage})
	case err != nil:
		return fmt.Errorf("open page: %w", err)
	}
	return d.command(ctx, o.Order, attemptID("page", e.Attempt), events.RecordSession{Session: s.ID, URL: s.URL, Attempt: e.Attempt})
}

func attemptID(what string, attempt int) events.CommandID {
	return events.CommandID(fmt.Sprintf("%s:%d", what, attempt))
}

// pageOf returns the URL of the order's page.
func (d *Desk) pageOf(id events.OrderID) string { return d.BaseURL + "/orders/" + string(id) }

// closePage makes the page of an order that is over useless. If that does not succeed, a payment on it is found as a
// stray hold and dropped.
func (d *Desk) closePage(ctx context.Context, o Order) {
	if err := d.Cashier.CloseSession(ctx, o.Session); err != nil && ctx.Err() == nil {
		d.Log.WarnContext(ctx, "payment page left open", "order", o.Order, "error", err)
	}
}

// claimCopy asks the auction for the order's copy. The same command goes out until its answer is known.
func (d *Desk) claimCopy(ctx context.Context, o Order) error {
	buy := events.Buy{Buyer: o.Buyer, Order: o.Order, Code: o.Code}
	if o.Kind == events.OrderDirect {
		buy.Price = o.Price.Amount
	}
	_, err := d.auction.Do(ctx, string(o.Lot), events.CommandID("buy:"+string(o.Order)), buy, nil)
	refusal, refused := events.AsRefusal(err)
	if err != nil && (!refused || refusal == events.Unavailable) {
		return err
	}
	return d.command(ctx, o.Order, "claimed", events.RecordClaim{Refusal: refusal})
}

// returnCopy tells the auction that the order came to nothing, and whether that is its buyer's fault.
func (d *Desk) returnCopy(ctx context.Context, o Order) error {
	var back events.Command = events.ReturnCopy{Order: o.Order, Reason: o.Reason}
	if o.isUnpaid() {
		back = events.RecordUnpaid{Order: o.Order, Reason: o.Reason}
	}
	_, err := d.auction.Do(ctx, string(o.Lot), events.CommandID("return:"+string(o.Order)), back, nil)
	if refusal, refused := events.AsRefusal(err); err != nil && (!refused || refusal == events.Unavailable) {
		return err // any other refusal says that there is nothing to give back
	}
	return d.command(ctx, o.Order, "returned", events.RecordReturn{})
}

// capture takes the money, unless it may not be taken any more, or the books have stopped the order. Under the same key
// nothing is taken twice, and before another one is used it is looked whether it is taken already.
func (d *Desk) capture(ctx context.Context, o Order, e Effect) error {
	if may, err := d.mayMove(ctx, o); !may {
		return err
	}
	key, fresh := o.Key(e, d.Clock.Now())
	p, err := Payment{State: PaymentHeld}, error(nil)
	if fresh {
		if p, err = d.Cashier.Look(ctx, News{Payment: e.Payment}); err != nil {
			return fmt.Errorf("look before capture: %w", err)
		}
	}
	if p.State == PaymentHeld {
		p, err = d.captureHeld(ctx, key, o, e.Payment)
	}
	if err != nil {
		return fmt.Errorf("capture: %w", err)
	}
	return d.record(ctx, p)
}

// captureHeld takes the money, but never after the deadline. What the provider refuses to take is looked at.
func (d *Desk) captureHeld(ctx context.Context, key string, o Order, payment string) (Payment, error) {
	if d.Clock.Now().Before(o.CaptureBefore) {
		p, err := d.Cashier.Capture(ctx, key, payment, o.Held)
		if !errors.Is(err, ErrRefused) {
			return p, err
		}
	}
	return d.Cashier.Look(ctx, News{Payment: payment})
}

// giveBack gives back what is intended, unless it went back already. What the provider says that it has given back in all
// decides how much is missing, so that a lost answer, or an operator who did it by hand, gives nothing twice.
func (d *Desk) giveBack(ctx context.Context, o Order, e Effect) error {
	if may, err := d.mayMove(ctx, o); !may {
		return err
	}
	p, err := d.Cashier.Look(ctx, News{Payment: e.Payment})
	if err != nil {
		return fmt.Errorf("look before refund: %w", err)
	}
	missing := o.Refund.Amount
	missing.Amount += o.Back - p.Back.Amount
	if p.State == PaymentCaptured && missing.Amount > 0 {
		key, _ := o.Key(e, d.Clock.Now())
		p, err = d.Cashier.Refund(ctx, key, e.Payment, missing)
		if errors.Is(err, ErrRefused) {
			return d.refundRefused(ctx, o, err)
		}
		if err != nil {
			return fmt.Errorf("refund: %w", err)
		}
	}
	return d.record(ctx, p)
}

// refundRefused tells the order why the provider refuses to give money back, and returns that as an error unless the
// order has given up.
func (d *Desk) refundRefused(ctx context.Context, o Order, why error) error {
	id := events.CommandID("refund-refused:" + events.NewID()) // the same is refused again and again
	_, err := d.self.Do(ctx, string(o.Order), id, events.RecordRefundRefused{Reason: why.Error()}, nil)
	if err == nil {
		d.Log.ErrorContext(ctx, "refund refused, the buyer is owed it", "order", o.Order, "amount", o.Refund.Amount, "error", why)
		return nil
	}
	return fmt.Errorf("refund: %w", why)
}

// defend submits the evidence. What was submitted already, or comes too late, is left as it is.
func (d *Desk) defend(ctx context.Context, o Order, e Effect) error {
	key, _ := o.Key(e, d.Clock.Now())
	evidence := o.evidence()
	digest := evidence.Digest()
	err := d.Cashier.SubmitEvidence(ctx, key+":"+e.Payment, e.Payment, evidence)
	if errors.Is(err, ErrRefused) || errors.Is(err, ErrNoPayment) {
		d.Log.WarnContext(ctx, "evidence not taken", "order", o.Order, "dispute", e.Payment, "error", err)
		digest, err = nil, nil
	}
	if err != nil {
		return fmt.Errorf("submit evidence: %w", err)
	}
	return d.command(ctx, o.Order, events.CommandID("evidence:"+e.Payment), events.RecordEvidence{Dispute: e.Payment, Digest: digest})
}

// release drops a hold, unless it is gone already.
func (d *Desk) release(ctx context.Context, o Order, e Effect) error {
	p, err := d.Cashier.Look(ctx, News{Payment: e.Payment})
	if err != nil {
		return fmt.Errorf("look before release: %w", err)
	}
	if p.State != PaymentReleased && p.State != PaymentCaptured && p.State != PaymentRefunded {
		key, _ := o.Key(e, d.Clock.Now())
		if p, err = d.Cashier.Release(ctx, key, e.Payment); err != nil {
			return fmt.Errorf("release: %w", err)
		}
	}
	return d.record(ctx, p)
}

// command tells the order something. If the order has moved on meanwhile, so that it has no use for it, that is no
// error.
func (d *Desk) command(ctx context.Context, order events.OrderID, id events.CommandID, c events.Command) error {
	_, err := d.commanded(ctx, order, id, c)
	return err
}

// commanded is command, and returns the order's newest fact.
func (d *Desk) commanded(ctx context.Context, order events.OrderID, id events.CommandID, c events.Command) (seq uint64, err error) {
	answer, err := d.self.Do(ctx, string(order), id, c, nil)
	refusal, refused := events.AsRefusal(err)
	if err == nil || !refused || refusal == events.Unavailable {
		return answer.Seq, err
	}
	d.Log.InfoContext(ctx, "order has no use for this", "order", order, "command", c.CommandKind(), "refusal", refusal)
	return answer.Seq, nil
}
