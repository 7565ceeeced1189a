package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/journal"
)

// The journals in the order in which they are copied: what refers to another comes before it, so that nothing in a
// backup refers to what is not there.
var backedUp = []string{events.Orders, events.Lots, events.Rulings, events.Payees}

// The buckets of what is personal, copied after them.
var backedUpBuckets = []string{bus.Accounts, bus.Parties}

const checkpointFile = "checkpoint.json"

func copyOf(dir, name string) string { return filepath.Join(dir, name+".jsonl") }

type backupCommand struct {
	busPlace
	Dir string `arg:"" help:"A folder for the copy; an older one there is replaced once the new one is whole."`
}

// Run copies every fact there is and signs how far the copy goes. The market goes on meanwhile.
func (c backupCommand) Run(ctx context.Context) error {
	nc, js, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	key, err := c.houseKey()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	point := journal.Checkpoint{At: time.Now().UTC()}
	for _, name := range backedUp {
		done, err := backUp(ctx, js, name, copyOf(c.Dir, name)+".new")
		if err != nil {
			return err
		}
		point.Journals = append(point.Journals, done)
	}
	for _, name := range backedUpBuckets {
		done, err := backUpBucket(ctx, js, name, copyOf(c.Dir, name)+".new")
		if err != nil {
			return err
		}
		point.Buckets = append(point.Buckets, done)
	}
	point.Sign(key)
	if err := replaceBackup(c.Dir, point); err != nil {
		return err
	}
	for _, j := range point.Journals {
		fmt.Printf("%-8s %d facts in %d messages\n", j.Name, j.Facts, j.Last)
	}
	for _, b := range point.Buckets {
		fmt.Printf("%-8s %d keys\n", b.Name, b.Keys)
	}
	fmt.Println("It names people: keep it as you keep the market itself. The folder of keys is not in it: keep a copy of that elsewhere.")
	return nil
}

func backUp(ctx context.Context, js jetstream.JetStream, name, path string) (journal.JournalCopy, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return journal.JournalCopy{}, err
	}
	done, err := journal.Backup(ctx, js, name, f)
	return done, errors.Join(err, f.Sync(), f.Close())
}

func backUpBucket(ctx context.Context, js jetstream.JetStream, name, path string) (journal.BucketCopy, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return journal.BucketCopy{}, err
	}
	done, err := journal.BackupBucket(ctx, js, name, f)
	return done, errors.Join(err, f.Sync(), f.Close())
}

// replaceBackup puts new copies in the place of older ones. The checkpoint comes last: a backup between two states has
// one that does not fit, and is refused.
func replaceBackup(dir string, point journal.Checkpoint) error {
	for _, name := range names(point) {
		if err := os.Rename(copyOf(dir, name)+".new", copyOf(dir, name)); err != nil {
			return err
		}
	}
	b, err := json.MarshalIndent(point, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, checkpointFile)
	if err := os.WriteFile(path+".new", append(b, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// names are those of everything in a backup.
func names(point journal.Checkpoint) []string {
	var all []string
	for _, j := range point.Journals {
		all = append(all, j.Name)
	}
	for _, b := range point.Buckets {
		all = append(all, b.Name)
	}
	return all
}

type restoreCommand struct {
	busPlace
	Replicas int    `default:"1" env:"LIGHTSHARE_REPLICAS" help:"Copies of each stream: 1, or 3 on a cluster."`
	Dir      string `arg:"" help:"The folder that backup has written."`
}

// Run checks the whole backup, and then brings it back into a market that has no facts yet and whose services do not
// run.
func (c restoreCommand) Run(ctx context.Context) error {
	point, err := c.check()
	if err != nil {
		return err
	}
	nc, js, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	if err := bus.Declare(ctx, nc, c.Replicas); err != nil {
		return err
	}
	for _, j := range point.Journals {
		if empty, err := journal.IsEmpty(ctx, js, j.Name); err != nil || !empty {
			return errors.Join(err, fmt.Errorf("the market has facts in its journal %s: restore into one that has none: %w", j.Name, journal.ErrBackup))
		}
	}
	for _, b := range point.Buckets {
		if empty, err := journal.IsEmptyBucket(ctx, js, b.Name); err != nil || !empty {
			return errors.Join(err, fmt.Errorf("the market has people in its bucket %s: restore into one that has none: %w", b.Name, journal.ErrBackup))
		}
	}
	for _, b := range point.Buckets { // first: a market that has facts is not restored to
		restore := func(r io.Reader) error { return journal.RestoreBucket(ctx, js, b.Name, r) }
		if err := c.read(b.Name, restore); err != nil {
			return err
		}
		fmt.Printf("%-8s %d keys\n", b.Name, b.Keys)
	}
	for _, j := range point.Journals {
		restore := func(r io.Reader) error { return journal.Restore(ctx, js, j.Name, r) }
		if err := c.read(j.Name, restore); err != nil {
			return err
		}
		fmt.Printf("%-8s %d facts in %d messages\n", j.Name, j.Facts, j.Last)
	}
	return nil
}

// check reads the whole backup.
func (c restoreCommand) check() (journal.Checkpoint, error) {
	var point journal.Checkpoint
	b, err := os.ReadFile(filepath.Join(c.Dir, checkpointFile))
	if err != nil {
		return point, err
	}
	if err := json.Unmarshal(b, &point); err != nil {
		return point, fmt.Errorf("read checkpoint: %w: %w", journal.ErrBackup, err)
	}
	key, err := c.houseKey()
	if err != nil {
		return point, err
	}
	if err := point.Check(key.Public().(ed25519.PublicKey)); err != nil {
		return point, err
	}
	for _, j := range point.Journals {
		if err := c.read(j.Name, func(r io.Reader) error { return journal.CheckCopy(r, j) }); err != nil {
			return point, err
		}
	}
	for _, b := range point.Buckets {
		if err := c.read(b.Name, func(r io.Reader) error { return journal.CheckBucketCopy(r, b) }); err != nil {
			return point, err
		}
	}
	return point, nil
}

// read hands one copy to do.
func (c restoreCommand) read(name string, do func(io.Reader) error) error {
	f, err := os.Open(copyOf(c.Dir, name))
	if err != nil {
		return err
	}
	return errors.Join(do(f), f.Close())
}

func (b busPlace) open(ctx context.Context) (*nats.Conn, jetstream.JetStream, error) {
	nc, err := b.connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	js, err := jetstream.New(nc)
	return nc, js, err
}

// houseKey reads the key with which the house signs. Services make it at their first start.
func (b busPlace) houseKey() (ed25519.PrivateKey, error) {
	path := filepath.Join(b.Keys, houseSeed)
	seed, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the house's key %s is missing: give the folder of keys of the market that is backed up: %w", path, err)
	}
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, errors.Join(err, fmt.Errorf("key %s has %d bytes, want %d", path, len(seed), ed25519.SeedSize))
	}
	return ed25519.NewKeyFromSeed(seed), nil
}
