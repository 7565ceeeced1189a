package stripe

import (
	"context"
	"iter"
	"time"

	"github.com/stripe/stripe-go/v76"

	"lightshare/events"
	"lightshare/web/checkout/ledger"
)

var _ ledger.Provider = (*Cashier)(nil)

// flows says what a movement of Stripe's balance means for the books, by its reporting category
// (https://docs.stripe.com/reports/reporting-categories). What is not named moves no order's money.
var flows = map[stripe.BalanceTransactionReportingCategory]ledger.Flow{
	"charge":            ledger.Captured,
	"refund":            ledger.Repaid,
	"dispute":           ledger.Disputed,
	"dispute_reversal":  ledger.DisputeWon,
	"transfer":          ledger.PaidOut,
	"transfer_reversal": ledger.Reversed,
}

// Movements lists the balance transactions, each with what caused it.
func (c *Cashier) Movements(ctx context.Context) iter.Seq2[ledger.Movement, error] {
	return func(yield func(ledger.Movement, error) bool) {
		params := &stripe.BalanceTransactionListParams{}
		params.Context = ctx
		params.Limit = stripe.Int64(100)
		params.AddExpand("data.source")
		list := c.api.BalanceTransactions.List(params)
		for list.Next() {
			if !yield(movement(list.BalanceTransaction()), nil) {
				return
			}
		}
		if err := list.Err(); err != nil {
			yield(ledger.Movement{}, fail("list balance", "transactions", err))
		}
	}
}

// movement translates a balance transaction.
func movement(bt *stripe.BalanceTransaction) ledger.Movement {
	m := ledger.Movement{
		ID: bt.ID, At: time.Unix(bt.Created, 0).UTC(), Flow: flows[bt.ReportingCategory], Amount: money(bt.Amount, bt.Currency), Fee: bt.Fee,
	}
	var of *stripe.PaymentIntent
	switch s := bt.Source; {
	case s == nil:
	case s.Charge != nil:
		of = s.Charge.PaymentIntent
	case s.Refund != nil:
		of = s.Refund.PaymentIntent
	case s.Dispute != nil:
		of = s.Dispute.PaymentIntent
	case s.Transfer != nil:
		m.Order = events.OrderID(s.Transfer.Metadata[orderKey])
	case s.TransferReversal != nil:
		m.Order = events.OrderID(s.TransferReversal.Metadata[orderKey])
	}
	if of != nil {
		m.Payment = of.ID
	}
	return m
}
