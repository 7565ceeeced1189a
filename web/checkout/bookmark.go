package checkout

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// bookmark remembers until when the provider's news has been heard, so that what happens while no desk is open is heard
// by the next one. Several desks may share it: whoever moves it has heard all before.
type bookmark struct {
	kv   jetstream.KeyValue
	kept time.Time // what is stored, as far as this desk knows
}

const (
	bookmarkKey  = "provider.news"
	bookmarkStep = time.Minute         // it is moved no more often than that
	newsKept     = 30 * 24 * time.Hour // by the provider
)

// read returns the stored time, or now if there is none: then nothing was ever sold.
func (b *bookmark) read(ctx context.Context, now time.Time) (time.Time, error) {
	entry, err := b.kv.Get(ctx, bookmarkKey)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return now, nil
	}
	if err == nil {
		err = b.kept.UnmarshalText(entry.Value())
	}
	if err != nil {
		return now, fmt.Errorf("read bookmark of news: %w", err)
	}
	if oldest := now.Add(-newsKept); b.kept.Before(oldest) {
		return oldest, nil
	}
	return b.kept, nil
}

// move says that everything before at was heard.
func (b *bookmark) move(ctx context.Context, at time.Time) error {
	if at.Before(b.kept.Add(bookmarkStep)) {
		return nil
	}
	text, err := at.UTC().MarshalText()
	if err == nil {
		_, err = b.kv.Put(ctx, bookmarkKey, text)
	}
	if err != nil {
		return fmt.Errorf("move bookmark of news: %w", err)
	}
	b.kept = at
	return nil
}
