// Package account keeps the people who sign in: an opaque id, an e-mail address, and the sellers who they are. They lie in
// a bucket of their own, where deleting is real; everything else in the market knows only the id.
package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// bucket is declared with the streams of the market.
const bucket = "accounts"

// maxAddress is the longest address that mail can be sent to (RFC 5321), in bytes.
const maxAddress = 254

// An Account is one person.
type Account struct {
	ID      events.UserID `json:"id"`
	Email   string        `json:"email"`
	Created time.Time     `json:"created"` // UTC

	Sellers []events.SellerID `json:"sellers,omitempty"` // paired with it
}

// A Store keeps accounts. Safe for concurrent use, also by several programs.
type Store struct {
	kv jetstream.KeyValue
	js jetstream.JetStream
}

// Open returns the store on the bus.
func Open(ctx context.Context, nc *nats.Conn) (*Store, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("open accounts: %w", err)
	}
	kv, err := js.KeyValue(ctx, bucket)
	if err != nil {
		return nil, fmt.Errorf("open accounts: %w", err)
	}
	return &Store{kv, js}, nil
}

// Address returns the plain e-mail address in s, in lower case; [events.Malformed] if there is none.
func Address(s string) (string, error) {
	a, err := mail.ParseAddress(strings.TrimSpace(s))
	if err != nil || a.Name != "" || len(a.Address) > maxAddress || strings.ContainsAny(a.Address, "\r\n\x00\"") {
		return "", fmt.Errorf("e-mail address: %w", events.Malformed)
	}
	return strings.ToLower(a.Address), nil
}

// OfAddress returns the account of an address as Address returns it, and makes one if there is none yet.
func (s *Store) OfAddress(ctx context.Context, address string, now time.Time) (Account, error) {
	key := mailKey(address)
	for {
		entry, err := s.kv.Get(ctx, key)
		if err == nil {
			return s.comesAgain(ctx, Account{ID: events.UserID(entry.Value()), Email: address, Created: now})
		}
		if !errors.Is(err, jetstream.ErrKeyNotFound) {
			return Account{}, fmt.Errorf("look up account: %w", err)
		}
		a := Account{ID: events.UserID(events.NewID()), Email: address, Created: now}
		if err := s.put(ctx, a); err != nil {
			return Account{}, err
		}
		_, err = s.kv.Create(ctx, key, []byte(a.ID))
		if err == nil {
			return a, nil
		}
		// Somebody else made one for the same address in the same moment: theirs counts.
		if err := s.kv.Purge(ctx, userKey(a.ID)); err != nil {
			return Account{}, fmt.Errorf("drop second account: %w", err)
		}
		if !errors.Is(err, jetstream.ErrKeyExists) {
			return Account{}, fmt.Errorf("make account: %w", err)
		}
	}
}

// Account returns the account with that id.
func (s *Store) Account(ctx context.Context, id events.UserID) (Account, error) {
	entry, err := s.kv.Get(ctx, userKey(id))
	if err != nil {
		return Account{}, fmt.Errorf("get account %s: %w", id, err)
	}
	var a Account
	if err := json.Unmarshal(entry.Value(), &a); err != nil {
		return Account{}, fmt.Errorf("read account %s: %w", id, err)
	}
	return a, nil
}

func (s *Store) put(ctx context.Context, a Account) error {
	data, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode account %s: %w", a.ID, err)
	}
	if _, err := s.kv.Put(ctx, userKey(a.ID), data); err != nil {
		return fmt.Errorf("put account %s: %w", a.ID, err)
	}
	return nil
}

func mailKey(address string) string {
	sum := sha256.Sum256([]byte(address))
	return "mail." + hex.EncodeToString(sum[:])
}

func userKey(id events.UserID) string { return "user." + string(id) }
