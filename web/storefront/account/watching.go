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

// MaxWatched is how many lots somebody can watch; the oldest make room.
const MaxWatched = 60

// Watched returns the lots that the account watches, the newest first.
func (s *Store) Watched(ctx context.Context, id events.UserID) ([]events.LotID, error) {
	lots, _, err := s.watched(ctx, id)
	return lots, err
}

func (s *Store) watched(ctx context.Context, id events.UserID) (lots []events.LotID, revision uint64, err error) {
	entry, err := s.kv.Get(ctx, watchKey(id))
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, 0, nil
	}
	if err == nil {
		revision, err = entry.Revision(), json.Unmarshal(entry.Value(), &lots)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("get what %s watches: %w", id, err)
	}
	return lots, revision, nil
}

// Watch puts the lot on the account's list, or takes it off.
func (s *Store) Watch(ctx context.Context, id events.UserID, lot events.LotID, on bool) error {
	for {
		lots, revision, err := s.watched(ctx, id)
		if err != nil {
			return err
		}
		if slices.Contains(lots, lot) == on {
			return nil
		}
		lots = slices.DeleteFunc(lots, func(l events.LotID) bool { return l == lot })
		if on {
			lots = slices.Insert(lots, 0, lot)
		}
		data, err := json.Marshal(lots[:min(len(lots), MaxWatched)])
		if err != nil {
			return fmt.Errorf("encode what %s watches: %w", id, err)
		}
		_, err = s.kv.Update(ctx, watchKey(id), data, revision)
		if !errors.Is(err, jetstream.ErrKeyExists) { // else the list changed meanwhile
			if err != nil {
				return fmt.Errorf("put what %s watches: %w", id, err)
			}
			return nil
		}
	}
}

func watchKey(id events.UserID) string { return "watch." + string(id) }
