package ledger

import "lightshare/events"

// rows says what each fact of an order means for the books. Facts without a row move no money and prove nothing about
// any. A new fact is a new row.
var rows = table(
	on(created),
	on(authorised),
	on(strayHeld),
	on(strayReleased),
	on(delivered),
	on(releaseIntended),
	on(released),
	on(captured),
	on(mismatched),
	on(refundGranted),
	on(disputeOpened),
	on(disputeWon),
	on(disputeLost),
	on(refunded),
)

// row is a fact's kind with what it does.
type row struct {
	kind string
	post func(*posting, events.Fact) *Violation
}

// on makes a row of a function about one type of fact.
func on[F events.Fact](post func(*posting, F) *Violation) row {
	var zero F
	return row{zero.FactKind(), func(p *posting, f events.Fact) *Violation { return post(p, f.(F)) }}
}

func table(rows ...row) map[string]func(*posting, events.Fact) *Violation {
	t := make(map[string]func(*posting, events.Fact) *Violation, len(rows))
	for _, r := range rows {
		t[r.kind] = r.post
	}
	return t
}

func created(p *posting, f events.OrderCreated) *Violation {
	p.kind, p.lot, p.seller, p.price, p.shares = f.Kind, f.Lot, f.Seller, f.Price, f.Shares
	switch {
	case f.Order != p.order:
		return broken(Single, "says that it is order %q", f.Order)
	case f.Kind == events.OrderWon && f.Order != events.WonOrder(f.Lot):
		return broken(Single, "won lot %s under another order", f.Lot)
	case f.Price.Amount <= 0 || f.Price.Amount > events.MaxAmount:
		return broken(Priced, "costs %d", f.Price.Amount)
	case !f.Price.Currency.Known():
		return broken(Currency, "costs %q", f.Price.Currency)
	}
	return nil
}

func authorised(p *posting, f events.PaymentAuthorised) *Violation {
	p.captureBefore = f.CaptureBefore
	return p.hold(f.Payment, f.Amount, false)
}

func strayHeld(p *posting, f events.StrayHeld) *Violation { return p.hold(f.Payment, f.Amount, true) }

func strayReleased(p *posting, f events.StrayReleased) *Violation { return p.drop(p.stray(f.Payment)) }

func delivered(p *posting, _ events.FileDelivered) *Violation {
	p.deliveredAt = p.at
	return nil
}

// releaseIntended notes that nothing may be taken any more. A capture that was intended with an earlier delivery may
// still turn out to have been faster.
func releaseIntended(p *posting, _ events.ReleaseIntended) *Violation {
	p.dropped = p.dropped || p.deliveredAt.IsZero()
	return nil
}

func released(p *posting, _ events.PaymentReleased) *Violation { return p.drop(p.own()) }

func captured(p *posting, f events.PaymentCaptured) *Violation {
	if v := p.take(f.Amount); v != nil {
		return v
	}
	return p.share(f.Amount)
}

// mismatched owes the buyer all that was kept of his money.
func mismatched(p *posting, _ events.MismatchProven) *Violation {
	p.mismatch = true
	return p.refund(p.kept())
}

// refundGranted owes the buyer what is intended.
func refundGranted(p *posting, f events.RefundGranted) *Violation { return p.refund(f.Amount.Amount) }

// refunded gives back what is owed. What the operator gave back by himself becomes owed with it.
func refunded(p *posting, f events.PaymentRefunded) *Violation {
	if more := f.Amount.Amount - (p.refunded() - p.sums[Repaid]); more > 0 {
		if v := p.refund(more); v != nil {
			return v
		}
	}
	return p.repay(f.Amount)
}
