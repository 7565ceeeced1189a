package blacklist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus"
)

// A Party is somebody who sent a notice or a counter-notice. Parties lie in a bucket of their own, where deletion is real;
// the journal knows their ids alone.
type Party struct {
	ID      string `json:"-"`
	Name    string `json:"name"`
	For     string `json:"for,omitempty"` // whom he acts for
	Email   string `json:"email,omitempty"`
	Address string `json:"address,omitempty"`
	Phone   string `json:"phone,omitempty"`
}

// IsReachable reports whether the law's contact data are there.
func (p Party) IsReachable(law string) bool {
	return p.Name != "" && p.Email != "" && (law == "dsa" || p.Address != "" && p.Phone != "")
}

func (k *Keeper) parties(ctx context.Context) (jetstream.KeyValue, error) {
	js, err := jetstream.New(k.c.NC)
	if err != nil {
		return nil, err
	}
	return js.KeyValue(ctx, bus.Parties)
}

// KeepParty keeps a party, under a new id if it has none, and returns the id.
func (k *Keeper) KeepParty(ctx context.Context, p Party) (string, error) {
	if p.ID == "" {
		p.ID = events.NewID()
	}
	if len(p.Name)+len(p.For)+len(p.Email)+len(p.Address)+len(p.Phone) > 4000 {
		return "", fmt.Errorf("keep a party: %w", events.Malformed)
	}
	kv, err := k.parties(ctx)
	if err != nil {
		return "", fmt.Errorf("keep a party: %w", err)
	}
	data, err := json.Marshal(p)
	if err == nil {
		_, err = kv.Put(ctx, p.ID, data)
	}
	if err != nil {
		return "", fmt.Errorf("keep a party: %w", err)
	}
	return p.ID, nil
}

// Party returns a party; one that was erased has nothing but its id.
func (k *Keeper) Party(ctx context.Context, id string) (Party, error) {
	p := Party{ID: id}
	if id == "" {
		return p, nil
	}
	kv, err := k.parties(ctx)
	if err != nil {
		return p, fmt.Errorf("party %s: %w", id, err)
	}
	kept, err := kv.Get(ctx, id)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(kept.Value(), &p)
	}
	if err != nil {
		return p, fmt.Errorf("party %s: %w", id, err)
	}
	return p, nil
}

// ForgetParty erases what is known of a party; what was decided about its notices stays.
func (k *Keeper) ForgetParty(ctx context.Context, id string) error {
	kv, err := k.parties(ctx)
	if err == nil {
		err = kv.Purge(ctx, id)
	}
	if err != nil {
		return fmt.Errorf("forget party %s: %w", id, err)
	}
	return nil
}
