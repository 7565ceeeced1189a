package finder

import (
	"slices"
	"sync"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"lightshare/events"
)

// A Listing is what can be found of one.
type Listing struct {
	ID     events.ListingID
	Title  string
	Text   string // everything else that is said of it
	Kind   string
	Price  events.Money // as it stands
	Ends   time.Time    // zero for what does not end
	Listed time.Time
	Online bool // the seller's computer is there
}

// number is a listing's place in the index. A listing keeps it for as long as it is there.
type number = uint32

// entry is what is kept of a listing beside its bits.
type entry struct {
	id    events.ListingID
	kind  string
	band  Band
	words []int32 // the words it has, those of its title first
	title int32   // how many of them its title has
}

// A Finder is an index. The zero Finder is not ready; see New. Safe for concurrent use.
type Finder struct {
	mu      sync.RWMutex
	numbers map[events.ListingID]number // guarded by mu
	entries []entry                     // guarded by mu; by number
	listed  []int64                     // guarded by mu; by number, in Unix milliseconds
	ends    []int64                     // guarded by mu; by number, in Unix milliseconds; never for what does not end
	worths  []int64                     // guarded by mu; by number; see worthOf
	free    []number                    // guarded by mu; of listings that are gone

	words words // guarded by mu

	all    *roaring.Bitmap            // guarded by mu; every listing
	online *roaring.Bitmap            // guarded by mu
	kinds  map[string]*roaring.Bitmap // guarded by mu
	bands  [bands + 1]*roaring.Bitmap // guarded by mu
	hours  map[int64]*roaring.Bitmap  // guarded by mu; by the hour of the end since 1970
}

// New returns an empty index.
func New() *Finder {
	f := &Finder{
		numbers: make(map[events.ListingID]number), words: newWords(), all: roaring.New(), online: roaring.New(),
		kinds: make(map[string]*roaring.Bitmap), hours: make(map[int64]*roaring.Bitmap),
	}
	for i := range f.bands {
		f.bands[i] = roaring.New()
	}
	return f
}

// Put makes the listing findable as it is now.
func (f *Finder) Put(l Listing) {
	title, text := tokens(l.Title), tokens(l.Text)
	f.mu.Lock()
	defer f.mu.Unlock()
	n, known := f.numbers[l.ID]
	if !known {
		n = f.place()
		f.numbers[l.ID] = n
	} else {
		f.unmark(n)
	}
	e := entry{id: l.ID, kind: l.Kind}
	f.listed[n] = l.Listed.UnixMilli()
	old := f.entries[n]
	e.words, e.title = f.words.number(title, text)
	if !known || old.title != e.title || !slices.Equal(old.words, e.words) {
		f.words.remove(n, old.words, old.title)
		f.words.add(n, e.words, e.title)
	}
	f.entries[n] = e
	f.stand(n, l.Price, l.Ends)
	f.mark(n, l.Online)
}

// Stands says at what price a listing stands that is there, when it ends, and whether its seller is there.
func (f *Finder) Stands(id events.ListingID, price events.Money, ends time.Time, online bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, known := f.numbers[id]
	if !known {
		return
	}
	f.unmark(n)
	f.stand(n, price, ends)
	f.mark(n, online)
}

// stand notes price and end. The caller holds mu, and marks them.
func (f *Finder) stand(n number, price events.Money, ends time.Time) {
	f.entries[n].band, f.worths[n], f.ends[n] = BandOf(price), worthOf(price), never
	if !ends.IsZero() {
		f.ends[n] = ends.UnixMilli()
	}
}

// Remove makes the listing findable no more.
func (f *Finder) Remove(id events.ListingID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, known := f.numbers[id]
	if !known {
		return
	}
	f.unmark(n)
	e := f.entries[n]
	f.words.remove(n, e.words, e.title)
	f.entries[n] = entry{}
	f.free = append(f.free, n)
	delete(f.numbers, id)
}

// Len returns how many listings there are.
func (f *Finder) Len() int {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return len(f.numbers)
}

// place returns an unused number. The caller holds mu.
func (f *Finder) place() number {
	if last := len(f.free) - 1; last >= 0 {
		n := f.free[last]
		f.free = f.free[:last]
		return n
	}
	f.entries = append(f.entries, entry{})
	f.listed, f.ends, f.worths = append(f.listed, 0), append(f.ends, never), append(f.worths, 0)
	return number(len(f.entries) - 1)
}

// mark sets what the listing is. The caller holds mu.
func (f *Finder) mark(n number, online bool) {
	e := f.entries[n]
	f.all.Add(n)
	bitmapIn(f.kinds, e.kind).Add(n)
	f.bands[e.band].Add(n)
	if f.ends[n] != never {
		bitmapIn(f.hours, hourOf(f.ends[n])).Add(n)
	}
	if online {
		f.online.Add(n)
	}
}

// unmark takes back what mark has set. The caller holds mu.
func (f *Finder) unmark(n number) {
	e := f.entries[n]
	f.all.Remove(n)
	f.online.Remove(n)
	f.bands[e.band].Remove(n)
	takeOut(f.kinds, e.kind, n)
	takeOut(f.hours, hourOf(f.ends[n]), n)
}

func bitmapIn[K comparable](all map[K]*roaring.Bitmap, key K) *roaring.Bitmap {
	b := all[key]
	if b == nil {
		b = roaring.New()
		all[key] = b
	}
	return b
}

func takeOut[K comparable](all map[K]*roaring.Bitmap, key K, n number) {
	if b := all[key]; b != nil {
		b.Remove(n)
		if b.IsEmpty() {
			delete(all, key)
		}
	}
}
