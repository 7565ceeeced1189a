package share

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
)

// Options say what to share and how.
type Options struct {
	Dir        string
	Memory     *Memory
	Seller     events.SellerID
	SellerName string // as shown in public
	Defaults   Defaults
	Pace       *Pace // nil: files are read as fast as they can be
	Log        *slog.Logger

	// Problem tells the seller what is wrong with a path, once until it is something else. A nil error says that all is
	// well again. Called by Run, like all that follow.
	Problem func(path string, err error)
	// Changed says that Memory has something new for the market.
	Changed func()
	// Scanned says that everything that was in the folder at the start has been looked at.
	Scanned func(offered int)
}

// A Folder is a shared folder: it keeps the listings as the disk is, and opens what is listed. All methods but Run are
// safe for concurrent use.
type Folder struct {
	Options
	doubts chan string   // paths that delivery found changed
	rung   chan struct{} // holds a token when others have put something down for Run
	tally  tally
	count  atomic.Int64 // files that the last walk found
	looked atomic.Int64 // when the last walk ended, Unix milliseconds; 0: never

	mu        sync.RWMutex
	root      *os.Root                  // guarded by mu; nil while the folder is away
	catalogue Catalogue                 // guarded by mu; only Run changes it, but for its edits
	touched   []events.ListingID        // guarded by mu; edited, not taken up
	fates     map[events.ListingID]Fate // guarded by mu; not taken up
	version   uint64                    // guarded by mu; grows when something in the catalogue may have changed
	watched   int                       // guarded by mu; folders
	blind     string                    // guarded by mu; why changes are found by looking only; empty if they are heard of

	// What follows belongs to Run.
	watching func(dir string) *watcher // watch, but for tests of what happens without
	watch    *watcher
	waits    map[string]*wait
	backlog  backlog
	sheets   map[string]sheetFile
	problems map[string]string // what was told, by key
	desk     *desk
	unsaved  batch
	scanning map[string]bool // found by the first walk and not decided yet; nil when that is over
	walked   time.Duration   // how long the last walk took
	rounds   *time.Timer     // the next walk
}

// A batch is what is to be saved together.
type batch struct {
	items []Item
	seals map[string]Seal // by the root of their content
}

// Open returns the folder as it was left, nothing of it looked at yet; Run does that. The folder may be away.
func Open(ctx context.Context, o Options) (*Folder, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("share folder: %w", err)
	}
	o.Dir = dir
	root, err := os.OpenRoot(dir)
	if err != nil {
		root = nil // it may come back; Run says so
	}
	f := &Folder{
		Options: o, root: root, doubts: make(chan string, 16), rung: make(chan struct{}, 1), watching: watch,
		fates: make(map[events.ListingID]Fate),
		waits: make(map[string]*wait), sheets: make(map[string]sheetFile), problems: make(map[string]string),
		scanning: make(map[string]bool), unsaved: batch{seals: make(map[string]Seal)},
	}
	f.catalogue.Seller, f.catalogue.SellerName, f.catalogue.Defaults = o.Seller, o.SellerName, o.Defaults
	f.catalogue.NewID = func() events.ListingID { return o.Seller.Listing(events.NewID()) }
	if err := f.recall(ctx); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// recall takes up what is known of the folder.
func (f *Folder) recall(ctx context.Context) error {
	items, err := f.Memory.Items(ctx, f.Dir)
	if err != nil {
		return err
	}
	f.catalogue.Restore(items)
	f.catalogue.Edits, err = f.Memory.Edits(ctx, f.Dir)
	return err
}

// Close lets go of the folder. Run must have returned.
func (f *Folder) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root == nil {
		return nil
	}
	return f.root.Close()
}

// Listed returns the listing as it was last decided.
func (f *Folder) Listed(id events.ListingID) (events.Listing, error) {
	item, _, err := f.item(id)
	return item.Listing, err
}

// Open opens the file of a listing for reading. What it returns is the file whose tree the listing names, or the error
// wraps [events.NoSuchLot] or, when the file is not there as listed, [events.NotForSale]; the listing then follows.
func (f *Folder) Open(id events.ListingID) (*os.File, events.Listing, error) {
	item, root, err := f.item(id)
	if err != nil {
		return nil, events.Listing{}, err
	}
	if !item.Offered() || root == nil {
		return nil, item.Listing, fmt.Errorf("listing %s: %s: %w", id, item.Listing.Reason, events.NotForSale)
	}
	file, stat, err := open(root, item.Path)
	if err == nil && stat != item.Stat {
		file.Close()
		err = errChanged
	}
	if err != nil {
		f.doubt(item.Path)
		return nil, item.Listing, fmt.Errorf("listing %s: %w: %w", id, err, events.NotForSale)
	}
	return file, item.Listing, nil
}

// Leaves returns the leaves of the tree with the given root, plain or sealed, 32 bytes each, in parts.
func (f *Folder) Leaves(ctx context.Context, root string) iter.Seq2[[]byte, error] {
	return f.Memory.Leaves(ctx, root)
}

// Tags returns the tags of the records that were sealed to what has the given root, 16 bytes each, in parts.
func (f *Folder) Tags(ctx context.Context, sealedRoot string) iter.Seq2[[]byte, error] {
	return f.Memory.Tags(ctx, sealedRoot)
}

// Key returns the key to what has the given sealed root, or an error that wraps [events.NotForSale].
func (f *Folder) Key(ctx context.Context, sealedRoot string) (sealed.Key, error) {
	return f.Memory.Key(ctx, sealedRoot)
}

// item returns what is known of a listing, and where to open its file.
func (f *Folder) item(id events.ListingID) (Item, *os.Root, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	item, ok := f.catalogue.ByID(id)
	if !ok {
		return Item{}, nil, fmt.Errorf("listing %.80q: %w", id, events.NoSuchLot)
	}
	return item, f.root, nil
}

// doubt has Run look at a path again. If it is too busy for that it will find out by itself.
func (f *Folder) doubt(path string) {
	select {
	case f.doubts <- path:
	default:
	}
}

// problem tells what is wrong with a path, once; nil says that it is well again.
func (f *Folder) problem(path string, err error) { f.tell("path "+path, path, err) }

// tell tells of a problem, of which there is one at a time under the same key.
func (f *Folder) tell(key, path string, err error) {
	if err == nil {
		if _, was := f.problems[key]; was {
			delete(f.problems, key)
			f.Problem(path, nil)
		}
		return
	}
	var p *fs.PathError
	if errors.As(err, &p) { // it repeats the path, and says which call failed
		err = p.Err
	}
	if f.problems[key] != err.Error() {
		f.problems[key] = err.Error()
		f.Problem(path, err)
	}
}
