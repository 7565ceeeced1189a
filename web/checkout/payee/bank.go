package payee

import (
	"context"
	"errors"
	"time"

	"lightshare/events"
)

// What a bank may answer besides an outage.
var (
	ErrRefused = errors.New("refused by the payment provider") // it will not do that as things are
	ErrNone    = errors.New("unknown to the payment provider") // there is no such account or transfer
)

// A Bank holds sellers' accounts and sends money to them, at a payment provider. Errors other than ErrRefused and ErrNone
// mean that the outcome is unknown; asking again under the same key does nothing twice.
type Bank interface {
	// OpenAccount makes an account for a seller. The same key gives the same account.
	OpenAccount(ctx context.Context, key string, s events.SellerID) (account string, err error)

	// SetUpPage makes a page on which the seller completes his account, and says until when it is good.
	SetUpPage(ctx context.Context, account, back string) (url string, expires time.Time, err error)

	// Account returns how an account stands.
	Account(ctx context.Context, account string) (Account, error)

	// Send moves money to the account, and returns the transfer's id.
	Send(ctx context.Context, key string, t Transfer) (transfer string, err error)

	// FindTransfer returns the transfer that was made of that payout at or after since, or ErrNone. It is for a payout
	// whose answer was lost longer ago than a key is good for.
	FindTransfer(ctx context.Context, t Transfer, since time.Time) (transfer string, err error)

	// Fetch moves money back from a transfer, and returns the reversal's id. ErrRefused means that the account has not got it.
	Fetch(ctx context.Context, key string, f Fetch) (reversal string, err error)

	// FindReversal is to Fetch what FindTransfer is to Send.
	FindReversal(ctx context.Context, f Fetch) (reversal string, err error)
}

// An Account is where a seller's money is sent.
type Account struct {
	Seller events.SellerID // empty if it is none of ours
	Ready  bool            // money can be sent to it
	Needs  string          // what is missing; empty: nothing, or it is being looked at
}

// A Transfer is a payout on its way to the provider.
type Transfer struct {
	Seller  events.SellerID
	Number  int // of the payout
	Account string
	Money   events.Money
}

// A Fetch is money of a transfer that is to come back.
type Fetch struct {
	Seller   events.SellerID
	Number   int // of the reversal
	Transfer string
	Money    events.Money
}
