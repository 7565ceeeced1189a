package checkout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus"
)

// A SavedCard is one that somebody has put down for what he will win.
type SavedCard struct {
	User  events.UserID `json:"user"`
	Card  events.Card   `json:"card"`
	Brand string        `json:"brand"`
	Last  string        `json:"last"` // its last four digits
	Ends  time.Time     `json:"ends"` // it is no good from then on, UTC
	Page  int           `json:"page"` // which of his pages for a card it was put down on; a later one counts
}

// Good reports whether there is a card that has not expired.
func (c SavedCard) Good(now time.Time) bool { return c.Card.Method != "" && now.Before(c.Ends) }

// String returns the card as its owner knows it.
func (c SavedCard) String() string { return c.Brand + " ending in " + c.Last }

// purse is what one person has put down.
type purse struct {
	Card    SavedCard `json:"card"`
	Attempt int       `json:"attempt"` // of opening a page for a card; intended before the call
	Page    Session   `json:"page"`    // the newest page, until its card is saved
	Ends    time.Time `json:"ends"`    // of that page
}

// wallet keeps purses in the bucket of accounts: what is deleted there is gone, as in no journal. Safe for concurrent
// use, also by several programs.
type wallet struct{ kv jetstream.KeyValue }

func openWallet(ctx context.Context, js jetstream.JetStream) (wallet, error) {
	kv, err := js.KeyValue(ctx, bus.Accounts)
	if err != nil {
		return wallet{}, fmt.Errorf("open wallet: %w", err)
	}
	return wallet{kv}, nil
}

func purseKey(u events.UserID) string { return "purse." + string(u) }

// purse returns what the user has put down; nothing is an empty purse.
func (w wallet) purse(ctx context.Context, u events.UserID) (purse, error) {
	p, _, err := w.get(ctx, u)
	return p, err
}

func (w wallet) get(ctx context.Context, u events.UserID) (p purse, revision uint64, err error) {
	entry, err := w.kv.Get(ctx, purseKey(u))
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return purse{}, 0, nil
	}
	if err == nil {
		err = json.Unmarshal(entry.Value(), &p)
	}
	if err != nil {
		return purse{}, 0, fmt.Errorf("purse of %s: %w", u, err)
	}
	return p, entry.Revision(), nil
}

const changeTries = 10 // when somebody else changes the same purse

// change changes a purse as it then is, and returns it.
func (w wallet) change(ctx context.Context, u events.UserID, f func(*purse)) (purse, error) {
	for range changeTries {
		p, revision, err := w.get(ctx, u)
		if err != nil {
			return p, err
		}
		f(&p)
		data, err := json.Marshal(p)
		if err != nil {
			return p, fmt.Errorf("purse of %s: %w", u, err)
		}
		if revision == 0 {
			_, err = w.kv.Create(ctx, purseKey(u), data)
		} else {
			_, err = w.kv.Update(ctx, purseKey(u), data, revision)
		}
		if err == nil {
			return p, nil
		}
		if !errors.Is(err, jetstream.ErrKeyExists) && !errors.Is(err, jetstream.ErrKeyRevisionMismatch) {
			return p, fmt.Errorf("purse of %s: %w", u, err)
		}
	}
	return purse{}, fmt.Errorf("purse of %s: %w", u, events.Unavailable)
}

// keep puts a card into its owner's purse, unless a newer one is there. Keeping it twice is harmless.
func (w wallet) keep(ctx context.Context, c SavedCard) error {
	_, err := w.change(ctx, c.User, func(p *purse) {
		if c.Page >= p.Card.Page {
			p.Card, p.Page = c, Session{}
		}
	})
	return err
}
