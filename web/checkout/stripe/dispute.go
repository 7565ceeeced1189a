package stripe

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"

	"lightshare/events"
	"lightshare/web/checkout"
)

// disputes adds what Stripe says of a disputed payment's disputes.
func (c *Cashier) disputes(ctx context.Context, pi *stripe.PaymentIntent, p checkout.Payment) (checkout.Payment, error) {
	if pi == nil || pi.LatestCharge == nil || !pi.LatestCharge.Disputed {
		return p, nil
	}
	params := &stripe.DisputeListParams{PaymentIntent: stripe.String(pi.ID)}
	params.Context = ctx
	params.Limit = stripe.Int64(100)
	list := c.api.Disputes.List(params)
	for list.Next() {
		if d, ok := dispute(list.Dispute()); ok {
			p.Disputes = append(p.Disputes, d)
		}
	}
	return p, fail("list disputes of", pi.ID, list.Err())
}

// dispute translates a dispute. An inquiry, which takes no money, is none yet.
func dispute(d *stripe.Dispute) (events.RecordDispute, bool) {
	r := events.RecordDispute{Dispute: d.ID, Amount: money(d.Amount, d.Currency), Reason: string(d.Reason), State: events.DisputeUndecided}
	switch d.Status {
	case stripe.DisputeStatusWarningNeedsResponse, stripe.DisputeStatusWarningUnderReview, stripe.DisputeStatusWarningClosed:
		return r, false
	case stripe.DisputeStatusWon:
		r.State = events.DisputeForUs
	case stripe.DisputeStatusLost:
		r.State = events.DisputeAgainstUs
	}
	if d.EvidenceDetails != nil && d.EvidenceDetails.DueBy > 0 {
		r.EvidenceBy = time.Unix(d.EvidenceDetails.DueBy, 0).UTC()
	}
	for _, bt := range d.BalanceTransactions {
		r.Fee += bt.Fee
	}
	return r, true
}

// SubmitEvidence updates the dispute and has Stripe pass it on at once. Together the fields are far below Stripe's limit.
func (c *Cashier) SubmitEvidence(ctx context.Context, key, id string, e checkout.Evidence) error {
	params := &stripe.DisputeParams{
		Submit: stripe.Bool(true),
		Evidence: &stripe.DisputeEvidenceParams{
			AccessActivityLog: stripe.String(e.Activity), ProductDescription: stripe.String(e.Product),
			ServiceDate: stripe.String(e.Served.UTC().Format(time.DateOnly)), UncategorizedText: stripe.String(e.Summary),
		},
	}
	params.Context, params.IdempotencyKey = ctx, stripe.String(key)
	_, err := c.api.Disputes.Update(id, params)
	return fail("submit evidence for", id, err)
}
