package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
)

// Sessions keeps visitors' sessions, under keys that end in a hash of the visitor's token. It is a store for package
// scs, on one Redis or a cluster.
type Sessions struct {
	client redis.UniversalClient
	log    *slog.Logger
}

// NewSessions returns the sessions kept behind client.
func NewSessions(client redis.UniversalClient, log *slog.Logger) Sessions {
	return Sessions{client, log}
}

func sessionKey(token string) string { return "session:" + token }

// FindCtx returns the session's data, and whether there is one. While Redis is away everybody counts as signed out, so
// that the market can still be read.
func (s Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	data, err := s.client.Get(ctx, sessionKey(token)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, false, nil
	}
	if err != nil {
		s.log.WarnContext(ctx, "session not found", "error", err)
		return nil, false, nil
	}
	return data, true, nil
}

// CommitCtx keeps the session's data until expiry.
func (s Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	if err := s.client.Set(ctx, sessionKey(token), data, time.Until(expiry)).Err(); err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	ended, err := s.client.Exists(ctx, endedKey(token)).Result()
	if err == nil && ended > 0 { // while this request was under way
		err = s.client.Del(ctx, sessionKey(token)).Err()
	}
	if err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	return nil
}

// DeleteCtx forgets the session.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	if err := s.client.Del(ctx, sessionKey(token)).Err(); err != nil {
		return fmt.Errorf("forget session: %w", err)
	}
	return nil
}

// Find is FindCtx without a context, as scs wants it.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context, as scs wants it.
func (s Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context, as scs wants it.
func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
