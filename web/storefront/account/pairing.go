package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// Pair says that the seller is the account. A seller has one account for ever, so that nobody gets rid of what follows
// from it; one of another account is [events.PairedElsewhere].
func (s *Store) Pair(ctx context.Context, id events.UserID, seller events.SellerID) error {
	_, err := s.kv.Create(ctx, sellerKey(seller), []byte(id))
	if errors.Is(err, jetstream.ErrKeyExists) {
		owner, err := s.OwnerOf(ctx, seller)
		if err != nil {
			return err
		}
		if owner != id {
			return fmt.Errorf("pair %s: %w", seller, events.PairedElsewhere)
		}
	} else if err != nil {
		return fmt.Errorf("pair %s: %w", seller, err)
	}
	return s.addSeller(ctx, id, seller)
}

// addSeller puts the seller onto the account's list, which is for showing alone.
func (s *Store) addSeller(ctx context.Context, id events.UserID, seller events.SellerID) error {
	for {
		entry, err := s.kv.Get(ctx, userKey(id))
		if err != nil {
			return fmt.Errorf("get account %s: %w", id, err)
		}
		var a Account
		if err := json.Unmarshal(entry.Value(), &a); err != nil {
			return fmt.Errorf("read account %s: %w", id, err)
		}
		if slices.Contains(a.Sellers, seller) {
			return nil
		}
		a.Sellers = append(a.Sellers, seller)
		data, err := json.Marshal(a)
		if err != nil {
			return fmt.Errorf("encode account %s: %w", id, err)
		}
		_, err = s.kv.Update(ctx, userKey(id), data, entry.Revision())
		if !errors.Is(err, jetstream.ErrKeyExists) { // else somebody changed the account meanwhile
			if err != nil {
				return fmt.Errorf("put account %s: %w", id, err)
			}
			return nil
		}
	}
}

// OwnerOf returns the account that the seller is paired with; empty for none.
func (s *Store) OwnerOf(ctx context.Context, seller events.SellerID) (events.UserID, error) {
	entry, err := s.kv.Get(ctx, sellerKey(seller))
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("get account of seller %s: %w", seller, err)
	}
	return events.UserID(entry.Value()), nil
}

func sellerKey(seller events.SellerID) string { return "seller." + string(seller) }
