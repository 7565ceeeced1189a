package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Links keeps the sign-in links that were mailed, each under the hash of its secret, until it is used or too old.
type Links struct{ client redis.UniversalClient }

// NewLinks returns the links kept behind client.
func NewLinks(client redis.UniversalClient) Links { return Links{client} }

func linkKey(hash string) string { return "sign-in:" + hash }

// Keep keeps data under hash for the given time.
func (l Links) Keep(ctx context.Context, hash string, data []byte, life time.Duration) error {
	if err := l.client.Set(ctx, linkKey(hash), data, life).Err(); err != nil {
		return fmt.Errorf("keep sign-in link: %w", err)
	}
	return nil
}

// Look returns what is kept under hash; nil if there is nothing.
func (l Links) Look(ctx context.Context, hash string) ([]byte, error) {
	return found(l.client.Get(ctx, linkKey(hash)).Bytes())
}

// Take returns what is kept under hash and forgets it: of several who ask, one gets it.
func (l Links) Take(ctx context.Context, hash string) ([]byte, error) {
	return found(l.client.GetDel(ctx, linkKey(hash)).Bytes())
}

func found(data []byte, err error) ([]byte, error) {
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find sign-in link: %w", err)
	}
	return data, nil
}
