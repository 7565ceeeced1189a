package redis

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"lightshare/events"
)

// A Device is a browser in which somebody is signed in, as he knows it again.
type Device struct {
	Session string    `json:"-"`       // names the session, and opens nothing
	Browser string    `json:"browser"` // such as Firefox; empty if it is not known
	System  string    `json:"system"`  // such as Windows; likewise
	Since   time.Time `json:"since"`   // UTC
}

// Devices knows which sessions are whose: a hash by user, under the names of the sessions.
type Devices struct{ client redis.UniversalClient }

// NewDevices returns the devices kept behind client.
func NewDevices(client redis.UniversalClient) Devices { return Devices{client} }

func devicesKey(user events.UserID) string { return "devices:" + string(user) }

// endedKey exists once a session was ended from elsewhere: a request that was under way must not keep it again.
func endedKey(session string) string { return "session-ended:" + session }

// SessionName is under what a session with that token is kept, as package scs hashes it.
func SessionName(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Add notes that the user has signed in; it is forgotten with the last of his sessions, after life.
func (d Devices) Add(ctx context.Context, user events.UserID, device Device, life time.Duration) error {
	data, err := json.Marshal(device)
	if err == nil {
		_, err = d.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			p.HSet(ctx, devicesKey(user), device.Session, data)
			p.Expire(ctx, devicesKey(user), life)
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("note a session: %w", err)
	}
	return nil
}

// Of returns where the user is signed in, the newest first, and forgets what has ended by itself.
func (d Devices) Of(ctx context.Context, user events.UserID) ([]Device, error) {
	all, err := d.client.HGetAll(ctx, devicesKey(user)).Result()
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	var devices []Device
	for session, data := range all {
		alive, err := d.client.Exists(ctx, sessionKey(session)).Result()
		if err != nil {
			return nil, fmt.Errorf("list sessions: %w", err)
		}
		if alive == 0 {
			if err := d.client.HDel(ctx, devicesKey(user), session).Err(); err != nil {
				return nil, fmt.Errorf("list sessions: %w", err)
			}
			continue
		}
		device := Device{Session: session}
		if err := json.Unmarshal([]byte(data), &device); err != nil {
			return nil, fmt.Errorf("list sessions: %w", err)
		}
		devices = append(devices, device)
	}
	slices.SortFunc(devices, func(a, b Device) int {
		return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(a.Session, b.Session))
	})
	return devices, nil
}

// End signs the user out of one of his sessions; another's is left alone. A session is marked as ended before it is
// dropped, and looked for after it is kept: however the two meet, it is gone.
func (d Devices) End(ctx context.Context, user events.UserID, session string, life time.Duration) error {
	own, err := d.client.HExists(ctx, devicesKey(user), session).Result()
	if err == nil && own {
		err = d.client.Set(ctx, endedKey(session), 1, life).Err()
	}
	if err == nil && own {
		err = d.client.Del(ctx, sessionKey(session)).Err()
	}
	if err == nil && own {
		err = d.client.HDel(ctx, devicesKey(user), session).Err()
	}
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// EndAll signs the user out everywhere.
func (d Devices) EndAll(ctx context.Context, user events.UserID, life time.Duration) error {
	all, err := d.client.HKeys(ctx, devicesKey(user)).Result()
	if err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	for _, session := range all {
		if err := d.End(ctx, user, session, life); err != nil {
			return err
		}
	}
	return nil
}
