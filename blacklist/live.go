package blacklist

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lightshare/events"
)

// Digest returns the fingerprint of what a moderator decides about: the text that is judged, the bytes, and whose
// offer it is; 64 hexadecimal digits. A price or a description may change without asking again.
func Digest(l events.Listing) string {
	said, err := json.Marshal([]any{l.Seller, l.Title, l.FileName, l.Tags, l.Type, l.Root})
	if err != nil { // strings only
		panic("digest of a listing: " + err.Error())
	}
	sum := sha256.Sum256(said)
	return hex.EncodeToString(sum[:])
}

// An item is a listing on the market as it is judged.
type item struct {
	listing events.Listing
	digest  string
	since   time.Time
	told    events.Ruling // what auction shows that it knows; empty while it shows nothing
	lot     events.LotID  // of what is on offer
	bids    int           // accepted on it
	print   print         // until it is in the crowd
	said    []byte        // what its readings sound like, one behind the other; nil where it is no music
	exactly uint64        // of a sound file: all its text, if there is but one
	heard   bool          // names may be written as they are heard
	bare    bool          // a field has no vowels
	bundle  bool          // many works are offered together
	size    int           // of its print in the crowd
	at      int           // and its place among those; both changed with Live's mu held

	latest atomic.Pointer[events.Verdict] // by the list alone, as it was last asked for
}

func newItem(l events.Listing, since time.Time) *item {
	it := &item{listing: l, digest: Digest(l), since: since}
	it.take()
	return it
}

// Live is every listing on the market, held and refused ones too, so that a new entry finds what it matches. A seller
// may have said something newer than what is on offer (a lot under bids keeps its text): then both count. Safe for
// concurrent use; items are never changed once they are in it.
type Live struct {
	mu       sync.RWMutex
	offered  map[events.ListingID]*item // guarded by mu; as auction states it
	crowd    crowd                      // guarded by mu; all items of both, to be gone through
	screened map[events.ListingID]*item // guarded by mu; as it was asked about since, until auction states it
	waiting  map[*item]bool             // guarded by mu; those of which auction does not say that they are allowed or refused
}

// NewLive returns an empty market.
func NewLive() *Live {
	return &Live{offered: make(map[events.ListingID]*item), screened: make(map[events.ListingID]*item), waiting: make(map[*item]bool)}
}

// take and drop keep the items together in which an entry is looked for; mu is held.
func (l *Live) take(it *item) {
	l.crowd.take(it)
	if it.told == events.Review || it.told == "" {
		l.waiting[it] = true
	}
}

func (l *Live) drop(it *item) {
	l.crowd.drop(it)
	delete(l.waiting, it)
}

// screen notes that a verdict on the listing is asked for, unless it reads as it is on offer.
func (l *Live) screen(it *item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if offered := l.offered[it.listing.ID]; offered != nil && offered.digest == it.digest {
		return
	}
	if old := l.screened[it.listing.ID]; old == nil || old.listing.Rev <= it.listing.Rev {
		l.drop(old)
		l.take(it)
		l.screened[it.listing.ID] = it
	}
}

// Offer notes that the listing is on offer since then, for a market that is not followed.
func (l *Live) Offer(listing events.Listing, since time.Time) { l.offer(newItem(listing, since)) }

// offer notes what is on offer; what was screened on the way there is forgotten.
func (l *Live) offer(it *item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := it.listing.ID
	if old := l.offered[id]; old != nil && old.digest == it.digest {
		it.since = old.since
	}
	l.drop(l.offered[id])
	l.take(it)
	l.offered[id] = it
	if s := l.screened[id]; s != nil && (s.digest == it.digest || s.listing.Rev <= it.listing.Rev) {
		l.drop(s)
		delete(l.screened, id)
	}
}

// leave forgets a listing that is off the market since the given revision.
func (l *Live) leave(id events.ListingID, rev int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(l.offered[id])
	delete(l.offered, id)
	if s := l.screened[id]; s != nil && s.listing.Rev <= rev {
		l.drop(s)
		delete(l.screened, id)
	}
}

// items returns what is known of the listing: the newest text first.
func (l *Live) items(id events.ListingID) []*item {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var found []*item
	for _, it := range []*item{l.screened[id], l.offered[id]} {
		if it != nil {
			found = append(found, it)
		}
	}
	return found
}

// held returns every item that may wait for a person, oldest first.
func (l *Live) held() []*item {
	l.mu.RLock()
	found := make([]*item, 0, len(l.waiting))
	for it := range l.waiting {
		found = append(found, it)
	}
	l.mu.RUnlock()
	slices.SortFunc(found, byAge)
	return found
}

// everything returns every item.
func (l *Live) everything() []*item {
	l.mu.RLock()
	defer l.mu.RUnlock()
	found := make([]*item, 0, len(l.offered)+len(l.screened))
	for _, from := range []map[events.ListingID]*item{l.offered, l.screened} {
		for _, it := range from {
			found = append(found, it)
		}
	}
	return found
}

// A Match is a listing that an entry does not leave alone.
type Match struct {
	Listing events.Listing
	Verdict events.Verdict // by that entry alone

	item *item
}

// judgedAtOnce is how many listings are taken to be judged at a time, while others are judged beside.
const judgedAtOnce = 64

// Reverse returns the listings that would not be allowed if e were the whole list, by the same code that screens a
// listing. First a look at every print leaves those out in which no name of e can stand, then a closer one at what is
// left.
func (l *Live) Reverse(e events.Entry) []Match {
	alone, sketches := NewList([]events.Entry{e}).now.Load(), sketchesOf(e)
	l.mu.RLock()
	named, likely := l.crowd.find(&sketches)
	sure := len(named)
	named = append(named, likely...)
	if len(e.Prints) > 0 {
		named = l.crowd.withContent(alone, named)
		sure = len(named)
	}
	l.mu.RUnlock()
	verdicts := make([]events.Verdict, len(named))
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (len(named)+judgedAtOnce-1)/judgedAtOnce) {
		group.Go(func() {
			g := newGlance(e)
			for from := 0; from < len(named); {
				from = int(next.Add(judgedAtOnce)) - judgedAtOnce
				for i := from; i < min(from+judgedAtOnce, len(named)); i++ {
					if i < sure || g.mayBeIn(named[i]) {
						verdicts[i] = alone.judge(&named[i].listing, 0)
					}
				}
			}
		})
	}
	group.Wait()
	var found []Match
	for i, it := range named {
		if v := verdicts[i]; v.Ruling == events.Review || v.Ruling == events.Block {
			found = append(found, Match{it.listing, v, it})
		}
	}
	slices.SortFunc(found, func(a, b Match) int { return byAge(a.item, b.item) })
	return found
}

// byAge puts what came first before what came later.
func byAge(a, b *item) int {
	return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.listing.ID, b.listing.ID))
}
