package agent

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"os"
	"slices"
	"sync"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/seller-agent/share"
)

// Shelves are all shared folders together. Safe for concurrent use.
type shelves struct {
	memory *share.Memory

	mu      sync.RWMutex
	folders map[string]*running // guarded by mu; by path
}

// A running is a folder that is being watched.
type running struct {
	*share.Folder
	stop func() // ends the watch, and lets go of the folder
	err  error  // why the watch ended by itself; to be read once done is closed
	done chan struct{}
}

// add begins to watch a folder. failed is told if that ends by itself.
func (s *shelves) add(ctx context.Context, f *share.Folder, failed func(error)) {
	ctx, cancel := context.WithCancel(ctx)
	r := &running{Folder: f, done: make(chan struct{})}
	r.stop = func() { cancel(); <-r.done; f.Close() }
	s.mu.Lock()
	s.folders[f.Dir] = r
	s.mu.Unlock()
	go func() {
		defer close(r.done)
		if r.err = f.Run(ctx); r.err != nil {
			failed(r.err)
		}
	}()
}

// remove ends the watch of a folder and reports whether there was one.
func (s *shelves) remove(dir string) bool {
	s.mu.Lock()
	r, ok := s.folders[dir]
	delete(s.folders, dir)
	s.mu.Unlock()
	if ok {
		r.stop()
	}
	return ok
}

// clear ends all.
func (s *shelves) clear() {
	for _, f := range s.all() {
		s.remove(f.Dir)
	}
}

// all returns the folders, by path.
func (s *shelves) all() []*share.Folder {
	s.mu.RLock()
	defer s.mu.RUnlock()
	folders := make([]*share.Folder, 0, len(s.folders))
	for _, r := range s.folders {
		folders = append(folders, r.Folder)
	}
	slices.SortFunc(folders, func(a, b *share.Folder) int { return cmp.Compare(a.Dir, b.Dir) })
	return folders
}

// of returns the folder that has the listing.
func (s *shelves) of(id events.ListingID) (*share.Folder, share.Item, bool) {
	for _, f := range s.all() {
		if item, ok := f.Item(id); ok {
			return f, item, true
		}
	}
	return nil, share.Item{}, false
}

// Open implements [deliver.Shelf].
func (s *shelves) Open(id events.ListingID) (*os.File, events.Listing, error) {
	f, _, ok := s.of(id)
	if !ok {
		return nil, events.Listing{}, fmt.Errorf("listing %.80q: %w", id, events.NoSuchLot)
	}
	return f.Open(id)
}

// Listed implements [deliver.Shelf].
func (s *shelves) Listed(id events.ListingID) (events.Listing, error) {
	f, _, ok := s.of(id)
	if !ok {
		return events.Listing{}, fmt.Errorf("listing %.80q: %w", id, events.NoSuchLot)
	}
	return f.Listed(id)
}

// Leaves implements [deliver.Shelf].
func (s *shelves) Leaves(ctx context.Context, root string) iter.Seq2[[]byte, error] {
	return s.memory.Leaves(ctx, root)
}

// Tags implements [deliver.Shelf].
func (s *shelves) Tags(ctx context.Context, sealedRoot string) iter.Seq2[[]byte, error] {
	return s.memory.Tags(ctx, sealedRoot)
}

// Key implements [deliver.Shelf].
func (s *shelves) Key(ctx context.Context, sealedRoot string) (sealed.Key, error) {
	return s.memory.Key(ctx, sealedRoot)
}
