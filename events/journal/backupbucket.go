package journal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/nats-io/nats.go/jetstream"
)

// A BucketCopy is one bucket in a backup: what is personal, and can be erased. It is copied after the journals, which
// name people by their ids alone.
type BucketCopy struct {
	Name string `json:"name"`
	Keys uint64 `json:"keys"`
	Sum  string `json:"sum"` // SHA-256 of the copy
}

// entry is a key in a bucket's copy, one JSON line each.
type entry struct {
	Key   string `json:"key"`
	Value []byte `json:"value"`
}

// BackupBucket copies to w what a bucket holds now. What was erased is not in it.
func BackupBucket(ctx context.Context, js jetstream.JetStream, bucket string, w io.Writer) (BucketCopy, error) {
	c := BucketCopy{Name: bucket}
	kv, err := js.KeyValue(ctx, bucket)
	if err != nil {
		return c, fmt.Errorf("back up %s: %w", bucket, err)
	}
	watch, err := kv.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return c, fmt.Errorf("back up %s: %w", bucket, err)
	}
	defer watch.Stop()
	sum := sha256.New()
	to := json.NewEncoder(io.MultiWriter(w, sum))
	for e := range watch.Updates() {
		if e == nil { // that was all there is
			c.Sum = hex.EncodeToString(sum.Sum(nil))
			return c, nil
		}
		if err := to.Encode(entry{e.Key(), e.Value()}); err != nil {
			return c, fmt.Errorf("back up %s: %w", bucket, err)
		}
		c.Keys++
	}
	return c, fmt.Errorf("back up %s: %w", bucket, errors.Join(ctx.Err(), jetstream.ErrConsumerDeleted))
}

// CheckBucketCopy reads a copy to its end and returns [ErrBackup] unless it is what want says.
func CheckBucketCopy(r io.Reader, want BucketCopy) error {
	got := BucketCopy{Name: want.Name}
	sum := sha256.New()
	if err := eachEntry(io.TeeReader(r, sum), func(entry) error { got.Keys++; return nil }); err != nil {
		return fmt.Errorf("copy of %s: %w", want.Name, err)
	}
	if got.Sum = hex.EncodeToString(sum.Sum(nil)); got != want {
		return fmt.Errorf("copy of %s: it has %d keys and the sum %s, signed was %d and %s: %w", want.Name, got.Keys, got.Sum, want.Keys, want.Sum, ErrBackup)
	}
	return nil
}

// RestoreBucket puts the keys of a copy into a bucket that must not have them.
func RestoreBucket(ctx context.Context, js jetstream.JetStream, bucket string, r io.Reader) error {
	kv, err := js.KeyValue(ctx, bucket)
	if err == nil {
		err = eachEntry(r, func(e entry) error {
			_, err := kv.Create(ctx, e.Key, e.Value)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("restore %s: %w", bucket, err)
	}
	return nil
}

// IsEmptyBucket reports whether a bucket has no key.
func IsEmptyBucket(ctx context.Context, js jetstream.JetStream, bucket string) (bool, error) {
	kv, err := js.KeyValue(ctx, bucket)
	if err == nil {
		_, err = kv.Keys(ctx)
	}
	if errors.Is(err, jetstream.ErrNoKeysFound) {
		return true, nil
	}
	if err != nil {
		err = fmt.Errorf("bucket %s: %w", bucket, err)
	}
	return false, err
}

// eachEntry calls f with the keys of a copy.
func eachEntry(r io.Reader, f func(entry) error) error {
	for from := json.NewDecoder(r); ; {
		var e entry
		err := from.Decode(&e)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrBackup, err)
		}
		if err := f(e); err != nil {
			return err
		}
	}
}
