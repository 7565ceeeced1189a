package main

import (
	"context"
	"os"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/web/checkout/ledger"
	"lightshare/web/checkout/stripe"
)

// ledgerCommands read the books. They change nothing and may run beside the market.
type ledgerCommands struct {
	Check     ledgerCheck     `cmd:"" help:"Check that every sale adds up, and print what stands on the accounts."`
	Statement ledgerStatement `cmd:"" help:"Print what came to a seller and went from him, as CSV."`
	Reconcile ledgerReconcile `cmd:"" help:"Hold the books against the payment provider's balance, and list the differences with their age."`
}

// busPlace says where the bus is.
type busPlace struct {
	Nats string `default:"nats://127.0.0.1:4222" env:"LIGHTSHARE_NATS" placeholder:"URL" help:"NATS servers, separated by commas."`
	Keys string `required:"" env:"LIGHTSHARE_KEYS" placeholder:"DIR" help:"Folder of keys: keys in the data folder of up."`
}

func (b busPlace) connect(ctx context.Context) (*nats.Conn, error) {
	return bus.Connect(ctx, bus.Config{URL: b.Nats, Keys: b.Keys})
}

type ledgerCheck struct{ busPlace }

// Run checks the books.
func (c ledgerCheck) Run(ctx context.Context) error {
	nc, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	return ledger.Check(ctx, nc, os.Stdout)
}

type ledgerReconcile struct {
	busPlace
	Payments  string `default:"http://127.0.0.1:8082" env:"LIGHTSHARE_PAYMENTS_URL" placeholder:"URL" help:"Where test payments are, without a Stripe key."`
	StripeKey string `env:"STRIPE_SECRET_KEY" hidden:""`
}

// Run holds the books against the balance.
func (c ledgerReconcile) Run(ctx context.Context) error {
	nc, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	provider := stripe.New(c.StripeKey, "")
	if c.StripeKey == "" {
		provider = stripe.New(testKey, c.Payments)
	}
	return ledger.Reconcile(ctx, nc, provider, time.Now(), os.Stdout)
}

type ledgerStatement struct {
	busPlace
	Seller string `arg:"" help:"The seller's id, as the agent prints it."`
}

// Run prints the statement.
func (c ledgerStatement) Run(ctx context.Context) error {
	nc, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	return ledger.Statement(ctx, nc, events.SellerID(c.Seller), os.Stdout)
}
