package payee

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lightshare/events"
)

// An Op is something that a payee wants done outside of the journal.
type Op string

// The operations.
const (
	SetUp   Op = "setup"    // an account, and a page to complete it
	Send    Op = "transfer" // money to the seller
	FetchIt Op = "reversal" // money back from him
)

// An Effect is an operation that a payee's facts intend and no fact has answered yet.
type Effect struct {
	Op     Op
	Number int
	Since  time.Time
}

// Wants returns what is to be done for the payee. It follows from the facts alone.
func (p Payee) Wants() []Effect {
	var wants []Effect
	if p.Setups > p.Opened {
		wants = append(wants, Effect{SetUp, p.Setups, p.WantedAt})
	}
	for _, x := range p.Payouts {
		if x.Transfer == "" && !x.Refused {
			wants = append(wants, Effect{Send, x.Number, x.At})
		}
		if x.Reversal != 0 {
			wants = append(wants, Effect{FetchIt, x.Reversal, x.At})
		}
	}
	return wants
}

// keyLife is how long an idempotency key is repeated before the outcome is looked up and the next one taken: the provider
// may replay a failure for as long as it remembers the key.
const keyLife = 10 * time.Minute

// key returns the idempotency key of e: payee:<seller>:<op>:<number>:<n>. fresh is true if another one was used before.
func key(s events.SellerID, e Effect, now time.Time) (key string, fresh bool) {
	n := max(0, now.Sub(e.Since)/keyLife)
	return fmt.Sprintf("payee:%s:%s:%d:%d", s, e.Op, e.Number, n), n > 0
}

// perform does what a payee wants and tells him what came of it. An error means that it is to be tried again.
func (o *Office) perform(ctx context.Context, s events.SellerID, p Payee) error {
	var errs []error
	for _, e := range p.Wants() {
		ctx, cancel := context.WithTimeout(ctx, callTime)
		switch e.Op {
		case SetUp:
			errs = append(errs, o.setUp(ctx, s, p, e))
		case Send:
			errs = append(errs, o.send(ctx, s, p, e))
		case FetchIt:
			errs = append(errs, o.fetch(ctx, s, p, e))
		}
		cancel()
	}
	return errors.Join(errs...)
}

// setUp makes the account, the same whenever it is asked for, and a page.
func (o *Office) setUp(ctx context.Context, s events.SellerID, p Payee, e Effect) error {
	account, err := p.Account, error(nil)
	if account == "" {
		account, err = o.Bank.OpenAccount(ctx, "payee:"+string(s)+":account", s)
	}
	if err != nil {
		return fmt.Errorf("open account: %w", err)
	}
	url, expires, err := o.Bank.SetUpPage(ctx, account, o.BaseURL+"/")
	if err != nil {
		return fmt.Errorf("set-up page: %w", err)
	}
	return o.tell(ctx, s, fmt.Sprint("setup:", e.Number), events.RecordSetup{Number: e.Number, Account: account, URL: url, Expires: expires})
}

func (o *Office) send(ctx context.Context, s events.SellerID, p Payee, e Effect) error {
	t := Transfer{s, e.Number, p.Account, p.Payouts[p.payout(e.Number)].Money}
	key, fresh := key(s, e, o.Clock.Now())
	id, err := "", ErrNone
	if fresh {
		id, err = o.Bank.FindTransfer(ctx, t, e.Since)
	}
	if errors.Is(err, ErrNone) {
		id, err = o.Bank.Send(ctx, key, t)
	}
	if err != nil && !errors.Is(err, ErrRefused) && !errors.Is(err, ErrNone) {
		return fmt.Errorf("payout: %w", err)
	}
	answer := events.RecordPayout{Number: e.Number, Transfer: id}
	if err != nil {
		answer.Transfer, answer.Code = "", err.Error()
	}
	return o.tell(ctx, s, fmt.Sprint("payout:", e.Number), answer)
}

func (o *Office) fetch(ctx context.Context, s events.SellerID, p Payee, e Effect) error {
	f := Fetch{Seller: s, Number: e.Number}
	for _, x := range p.Payouts {
		if x.Reversal == e.Number {
			f.Transfer, f.Money = x.Transfer, events.Money{Amount: x.Fetching, Currency: x.Money.Currency}
		}
	}
	key, fresh := key(s, e, o.Clock.Now())
	id, err := "", ErrNone
	if fresh {
		id, err = o.Bank.FindReversal(ctx, f)
	}
	if errors.Is(err, ErrNone) {
		id, err = o.Bank.Fetch(ctx, key, f)
	}
	if err != nil && !errors.Is(err, ErrRefused) && !errors.Is(err, ErrNone) {
		return fmt.Errorf("reversal: %w", err)
	}
	answer := events.RecordReversal{Number: e.Number, Reversal: id}
	if err != nil {
		answer.Reversal, answer.Code = "", err.Error()
	}
	return o.tell(ctx, s, fmt.Sprint("reversal:", e.Number), answer)
}

// Hear looks at an account that something happened to, and tells its payee. What is none of ours has no effect.
func (o *Office) Hear(ctx context.Context, account string) error {
	a, err := o.Bank.Account(ctx, account)
	if errors.Is(err, ErrNone) || err == nil && a.Seller == "" {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at account: %w", err)
	}
	return o.tell(ctx, a.Seller, "", events.RecordAccount{Account: account, Ready: a.Ready, Needs: a.Needs})
}

// tell tells a payee something. If he has no use for it any more, that is no error.
func (o *Office) tell(ctx context.Context, s events.SellerID, id string, c events.Command) error {
	command := events.CommandID(id)
	if id == "" {
		command = events.CommandID(events.NewID())
	}
	_, err := o.self.Do(ctx, string(s), command, c, nil)
	if refusal, refused := events.AsRefusal(err); refused && refusal != events.Unavailable {
		return nil
	}
	return err
}
