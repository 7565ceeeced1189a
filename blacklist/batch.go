package blacklist

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lightshare/events"
)

// A Batch is entries that came on the list at once, so that they can be taken back at once.
type Batch struct {
	ID      string
	By      string
	Reason  string
	At      time.Time
	Added   int              // entries that it put on the list
	Entries []events.EntryID // those that are still there
}

// takeBatch notes that an entry came with a batch, or without one in place of another; mu is held.
func (s *state) takeBatch(f events.EntryAdded, at time.Time) {
	s.leaveBatch(f.Entry.ID)
	if f.Batch == "" {
		return
	}
	i := slices.IndexFunc(s.batches, func(b *Batch) bool { return b.ID == f.Batch })
	if i < 0 {
		i = len(s.batches)
		s.batches = append(s.batches, &Batch{ID: f.Batch, By: f.By, Reason: f.Reason, At: at})
	}
	b := s.batches[i]
	b.Added++
	b.Entries = append(b.Entries, f.Entry.ID)
	s.batchOf[f.Entry.ID] = b
}

// leaveBatch notes that an entry is not on the list any more as its batch put it there; mu is held.
func (s *state) leaveBatch(id events.EntryID) {
	if b := s.batchOf[id]; b != nil {
		b.Entries = slices.DeleteFunc(b.Entries, func(e events.EntryID) bool { return e == id })
		delete(s.batchOf, id)
	}
}

// Batches returns all batches, the newest first.
func (k *Keeper) Batches() []Batch {
	k.state.mu.Lock()
	defer k.state.mu.Unlock()
	all := make([]Batch, 0, len(k.state.batches))
	for _, b := range slices.Backward(k.state.batches) {
		one := *b
		one.Entries = slices.Clone(b.Entries)
		all = append(all, one)
	}
	return all
}

// changesAtOnce is how many entries are on their way to the journal at the same time.
const changesAtOnce = 64

// AddBatch puts the works on the list that are not on it yet, and returns when this replica judges by them: the batch,
// and how many were on the list already. Where an entry cannot be added the others are, and the error says what is
// missing; the batch can be taken back then, too. When all are on the list already it is [events.Unchanged].
func (k *Keeper) AddBatch(ctx context.Context, entries []events.Entry, by, reason string) (batch string, known int, err error) {
	batch = events.NewID()
	var mu sync.Mutex
	var errs []error
	var group errgroup.Group
	group.SetLimit(changesAtOnce)
	for _, e := range entries {
		if _, ok := k.state.list.Same(e); ok {
			known++
			continue
		}
		group.Go(func() error {
			e.ID = events.EntryID(events.NewID())
			if err := k.change(ctx, string(e.ID), events.AddEntry{Entry: e, By: by, Reason: reason, Batch: batch}); err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, fmt.Errorf("add %s: %w", workName(e), err))
			}
			return nil
		})
	}
	group.Wait()
	if known == len(entries) {
		return "", known, fmt.Errorf("add %d entries: %w", known, events.Unchanged)
	}
	return batch, known, errors.Join(errs...)
}

// UndoBatch takes those entries of a batch off the list that are still on it, and returns how many when this replica
// judges without them. A batch of which none is left is [events.NoSuchEntry].
func (k *Keeper) UndoBatch(ctx context.Context, batch, by, reason string) (int, error) {
	all := k.Batches()
	i := slices.IndexFunc(all, func(b Batch) bool { return b.ID == batch })
	if i < 0 || len(all[i].Entries) == 0 {
		return 0, fmt.Errorf("undo batch %s: %w", batch, events.NoSuchEntry)
	}
	var group errgroup.Group
	group.SetLimit(changesAtOnce)
	for _, id := range all[i].Entries {
		group.Go(func() error {
			err := k.change(ctx, string(id), events.RemoveEntry{By: by, Reason: reason})
			if refusal, ok := events.AsRefusal(err); ok && refusal == events.NoSuchEntry {
				return nil // somebody was faster
			}
			return err
		})
	}
	return len(all[i].Entries), group.Wait()
}
