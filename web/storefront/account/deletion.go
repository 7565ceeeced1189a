package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// Delete erases the account and everything that is kept under its id. With recognise the hash of its address goes on
// naming the id: who signs in with that address again is the same bidder, with his record. The pairing of a seller stays;
// it names the id alone. What an attempt that failed has left is erased by the next.
func (s *Store) Delete(ctx context.Context, id events.UserID, recognise bool) error {
	a, err := s.Account(ctx, id)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !recognise {
		if err := s.erase(ctx, mailKey(a.Email)); err != nil {
			return fmt.Errorf("delete account %s: %w", id, err)
		}
	}
	kept, err := s.kv.ListKeysFiltered(ctx, "*."+string(id))
	if err != nil {
		return fmt.Errorf("delete account %s: %w", id, err)
	}
	var keys []string
	for key := range kept.Keys() {
		if key != userKey(id) {
			keys = append(keys, key)
		}
	}
	for _, key := range append(keys, userKey(id)) { // the account last: as long as it is there, this can be tried again
		if err := s.erase(ctx, key); err != nil {
			return fmt.Errorf("delete account %s: %w", id, err)
		}
	}
	return nil
}

// erase takes a key out of the bucket's stream. Deleting it as a key would leave a marker of its name.
func (s *Store) erase(ctx context.Context, key string) error {
	stream, err := s.js.Stream(ctx, "KV_"+bucket)
	if err != nil {
		return err
	}
	return stream.Purge(ctx, jetstream.WithPurgeSubject("$KV."+bucket+"."+key))
}

// comesAgain returns the account of an address that is known, and makes it anew if it was deleted.
func (s *Store) comesAgain(ctx context.Context, a Account) (Account, error) {
	known, err := s.Account(ctx, a.ID)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return a, s.put(ctx, a)
	}
	return known, err
}
