package agent

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"lightshare/events"
)

// kept is how many events are remembered for the seller to read.
const kept = 500

// A Trouble is something the seller can put right.
type Trouble struct {
	Folder string    `json:"folder"`
	Path   string    `json:"path"` // relative to the folder; "." is the folder itself
	Text   string    `json:"text"`
	Since  time.Time `json:"since"` // UTC
}

// An Auction is one of the seller's lots that takes bids.
type Auction struct {
	Listing events.ListingID `json:"listing"`
	Title   string           `json:"title"`
	Price   events.Money     `json:"price"` // what it stands at; zero before the first bid
	Bids    int              `json:"bids"`
	Ends    time.Time        `json:"ends"` // UTC
}

// A diary is what happened lately and how things stand. Safe for concurrent use.
type diary struct {
	mu       sync.Mutex
	events   []Event                      // guarded by mu; the oldest first
	online   bool                         // guarded by mu
	since    time.Time                    // guarded by mu; of online
	why      string                       // guarded by mu; it is not
	troubles map[[2]string]Trouble        // guarded by mu; by folder and path
	auctions map[events.ListingID]Auction // guarded by mu
	version  uint64                       // guarded by mu
}

// note takes in an event.
func (d *diary) note(e Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.version++
	if len(d.events) >= kept {
		d.events = slices.Delete(d.events, 0, kept/10)
	}
	d.events = append(d.events, e)
	where := [2]string{e.Folder, e.Path}
	switch e.Event {
	case Online:
		d.online, d.since, d.why = true, e.At, ""
	case OffLine:
		if d.online || d.since.IsZero() {
			d.since = e.At
		}
		d.online, d.why = false, e.Text
	case Problem:
		d.troubles[where] = Trouble{e.Folder, e.Path, e.Text, e.At}
	case Solved:
		delete(d.troubles, where)
	}
}

// leave forgets what is wrong with a folder that is not shared any more.
func (d *diary) leave(folder string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for where := range d.troubles {
		if where[0] == folder {
			delete(d.troubles, where)
		}
	}
}

// stands takes in how a lot stands.
func (d *diary) stands(o events.Offer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.version++
	if o.Terms.Format != events.Auction || o.State != events.OfferListed {
		delete(d.auctions, o.Listing)
		return
	}
	d.auctions[o.Listing] = Auction{
		Listing: o.Listing, Title: o.Title, Price: events.Money{Amount: o.Standing.Price, Currency: o.Terms.Currency},
		Bids: o.Standing.Bids, Ends: o.Standing.EndsAt,
	}
}

// trouble returns what is wrong, by folder and path.
func (d *diary) trouble() []Trouble {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]Trouble, 0, len(d.troubles))
	for _, t := range d.troubles {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b Trouble) int { return cmp.Or(cmp.Compare(a.Folder, b.Folder), cmp.Compare(a.Path, b.Path)) })
	return all
}

// running returns the auctions that are not over, the next to end first.
func (d *diary) running(now time.Time) []Auction {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []Auction
	for id, a := range d.auctions {
		if a.Ends.Before(now.Add(-time.Hour)) { // nobody told of the end
			delete(d.auctions, id)
		} else {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b Auction) int { return cmp.Or(a.Ends.Compare(b.Ends), cmp.Compare(a.Listing, b.Listing)) })
	return all
}

// lately returns the newest events, the newest first.
func (d *diary) lately(n int) []Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	some := slices.Clone(d.events[max(0, len(d.events)-n):])
	slices.Reverse(some)
	return some
}

func (d *diary) connection() (online bool, since time.Time, why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.online, d.since, d.why
}
