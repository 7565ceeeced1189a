package stripe

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/checkout/payee"
)

var _ payee.Bank = (*Cashier)(nil)

// Names of our own in Stripe's objects about sellers. What a transfer is booked under is named as orders are.
const (
	sellerKey = "seller"
	numberKey = "number"
)

// OpenAccount makes an Express account that can be sent money.
func (c *Cashier) OpenAccount(ctx context.Context, key string, s events.SellerID) (string, error) {
	params := &stripe.AccountParams{
		Type:         stripe.String(string(stripe.AccountTypeExpress)),
		Capabilities: &stripe.AccountCapabilitiesParams{Transfers: &stripe.AccountCapabilitiesTransfersParams{Requested: stripe.Bool(true)}},
		Metadata:     map[string]string{sellerKey: string(s)},
	}
	params.Context, params.IdempotencyKey = ctx, stripe.String(key)
	a, err := c.api.Accounts.New(params)
	if err != nil {
		return "", c.failed("open account of", string(s), err)
	}
	return a.ID, nil
}

// SetUpPage makes an account link, which Stripe lets be used once, for some minutes.
func (c *Cashier) SetUpPage(ctx context.Context, account, back string) (string, time.Time, error) {
	params := &stripe.AccountLinkParams{
		Account: stripe.String(account), Type: stripe.String(string(stripe.AccountLinkTypeAccountOnboarding)),
		RefreshURL: stripe.String(back), ReturnURL: stripe.String(back),
	}
	params.Context = ctx
	link, err := c.api.AccountLinks.New(params)
	if err != nil {
		return "", time.Time{}, c.failed("set-up page of account", account, err)
	}
	return link.URL, time.Unix(link.ExpiresAt, 0).UTC(), nil
}

// Account retrieves the account.
func (c *Cashier) Account(ctx context.Context, account string) (payee.Account, error) {
	params := &stripe.AccountParams{}
	params.Context = ctx
	a, err := c.api.Accounts.GetByID(account, params)
	if err != nil {
		return payee.Account{}, c.failed("look at account", account, err)
	}
	seen := payee.Account{Seller: events.SellerID(a.Metadata[sellerKey])}
	if r := a.Requirements; r != nil {
		seen.Needs = strings.Join(r.CurrentlyDue, ", ")
	}
	seen.Ready = a.Capabilities != nil && a.Capabilities.Transfers == stripe.AccountCapabilityStatusActive && a.PayoutsEnabled
	return seen, nil
}

// Send makes a transfer.
func (c *Cashier) Send(ctx context.Context, key string, t payee.Transfer) (string, error) {
	params := &stripe.TransferParams{
		Amount: stripe.Int64(t.Money.Amount), Currency: stripe.String(strings.ToLower(string(t.Money.Currency))),
		Destination: stripe.String(t.Account),
		Metadata:    map[string]string{orderKey: string(t.Seller), numberKey: strconv.Itoa(t.Number)},
	}
	params.Context, params.IdempotencyKey = ctx, stripe.String(key)
	made, err := c.api.Transfers.New(params)
	if err != nil {
		return "", c.failed("send payout to", t.Account, err)
	}
	return made.ID, nil
}

// FindTransfer goes through the transfers made to that account since then.
func (c *Cashier) FindTransfer(ctx context.Context, t payee.Transfer, since time.Time) (string, error) {
	params := &stripe.TransferListParams{
		Destination:  stripe.String(t.Account),
		CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Add(-clockRoom).Unix()},
	}
	params.Context = ctx
	params.Limit = stripe.Int64(100)
	list := c.api.Transfers.List(params)
	for list.Next() {
		if made := list.Transfer(); made.Metadata[numberKey] == strconv.Itoa(t.Number) {
			return made.ID, nil
		}
	}
	if err := list.Err(); err != nil {
		return "", c.failed("find payout to", t.Account, err)
	}
	return "", fmt.Errorf("payout %d to %s: %w", t.Number, t.Account, payee.ErrNone)
}

// Fetch makes a reversal.
func (c *Cashier) Fetch(ctx context.Context, key string, f payee.Fetch) (string, error) {
	params := &stripe.TransferReversalParams{
		ID: stripe.String(f.Transfer), Amount: stripe.Int64(f.Money.Amount),
		Metadata: map[string]string{orderKey: string(f.Seller), numberKey: strconv.Itoa(f.Number)},
	}
	params.Context, params.IdempotencyKey = ctx, stripe.String(key)
	made, err := c.api.TransferReversals.New(params)
	if err != nil {
		return "", c.failed("fetch back from", f.Transfer, err)
	}
	return made.ID, nil
}

// FindReversal goes through the reversals of the transfer.
func (c *Cashier) FindReversal(ctx context.Context, f payee.Fetch) (string, error) {
	params := &stripe.TransferReversalListParams{ID: stripe.String(f.Transfer)}
	params.Context = ctx
	params.Limit = stripe.Int64(100)
	list := c.api.TransferReversals.List(params)
	for list.Next() {
		if made := list.TransferReversal(); made.Metadata[numberKey] == strconv.Itoa(f.Number) {
			return made.ID, nil
		}
	}
	if err := list.Err(); err != nil {
		return "", c.failed("find reversal of", f.Transfer, err)
	}
	return "", fmt.Errorf("reversal %d of %s: %w", f.Number, f.Transfer, payee.ErrNone)
}

// failed is fail in the words of sellers' banks.
func (c *Cashier) failed(what, about string, err error) error {
	switch err := fail(what, about, err); {
	case errors.Is(err, checkout.ErrRefused):
		return fmt.Errorf("%w: %w", payee.ErrRefused, err)
	case errors.Is(err, checkout.ErrNoPayment):
		return fmt.Errorf("%w: %w", payee.ErrNone, err)
	default:
		return err
	}
}
