package blacklist

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"lightshare/events"
)

// A Tally is how often moderators allowed and refused listings of one seller.
type Tally struct{ Allowed, Blocked int }

func (t Tally) plus(r events.Ruling, n int) Tally {
	if r == events.Allow {
		t.Allowed += n
	} else {
		t.Blocked += n
	}
	return t
}

// ruled notes a ruling; mu is held.
func (s *state) ruled(rec events.Record, f events.ListingRuled) {
	if f.By == "" {
		return
	}
	seller := events.ListingID(rec.Subject).Seller()
	s.decided[f.Digest] = decision{f.Verdict, s.list.Version(), rec.At}
	s.judged[rec.Subject] = rec.Seq
	s.sellers[seller] = s.sellers[seller].plus(f.Verdict.Ruling, 1)
	delete(s.claims, rec.Subject)
	delete(s.left, rec.Subject)
	s.close(rec, f)
}

// reopened notes that a decision counts no more; mu is held.
func (s *state) reopened(rec events.Record, f events.CaseReopened) {
	seller := events.ListingID(rec.Subject).Seller()
	if d, ok := s.decided[f.Digest]; ok {
		s.sellers[seller] = s.sellers[seller].plus(d.verdict.Ruling, -1)
	}
	s.overturnedAt(rec.Subject, rec.At)
	delete(s.decided, f.Digest)
	s.judged[rec.Subject] = rec.Seq
}

// A Case is a listing with all that a moderator decides by.
type Case struct {
	Held
	Entry    events.Entry // as it is on the list; zero when it is not, or nothing matched
	Open     bool         // it waits for a person
	By       string       // who decided about it as it reads now; empty for nobody
	DidAllow bool         // what he decided
	Seller   Tally
	Strikes  int   // that count against him now
	History  []Act // of this listing, the newest first
	Unsure   bool  // auction did not tell in time how many bids there are; those last known are shown
}

// Case returns a listing on the market with what is known of it; [events.NoSuchLot] if it is not there.
func (k *Keeper) Case(ctx context.Context, id events.ListingID) (Case, error) {
	items := k.live.items(id)
	if len(items) == 0 {
		return Case{}, fmt.Errorf("case %s: %w", id, events.NoSuchLot)
	}
	it := items[0]
	v := k.latest(it)
	c := Case{Held: Held{Listing: it.listing, Digest: it.digest, Verdict: v, Since: it.since, Bids: it.bids, Orders: k.orders.of(it.lot)}}
	c.Open = v.Ruling == events.Review
	c.Entry, _ = k.state.list.Entry(v.Entry)
	if it.lot != "" {
		hits := []Hit{{lot: it.lot, Bids: it.bids}}
		c.Unsure = k.askForBids(ctx, hits) > 0
		c.Bids = hits[0].Bids
	}
	k.state.describe(&c, k.c.Clock.Now())
	return c, nil
}

// describe adds what the facts say about the case.
func (s *state) describe(c *Case, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := string(c.Listing.ID)
	c.Claim, c.Based, c.Seller = s.claims[id], s.judged[id], s.sellers[c.Listing.Seller]
	c.Strikes = len(s.standing.activeStrikes(c.Listing.Seller, now))
	for _, a := range slices.Backward(s.acts) {
		if a.Subject == id {
			c.History = append(c.History, a)
		}
	}
	if d, ok := s.decided[c.Digest]; ok && !c.Open {
		c.DidAllow = d.verdict.Ruling == events.Allow
		c.By = "a moderator"
		for _, a := range c.History {
			if a.By != "" {
				c.By = a.By
				break
			}
		}
	}
}

// Claim says that a moderator looks at the listing, for [ClaimLength] from now; [events.Claimed] if somebody else does.
func (k *Keeper) Claim(ctx context.Context, id events.ListingID, by string) error {
	if len(k.live.items(id)) == 0 {
		return fmt.Errorf("claim %s: %w", id, events.NoSuchLot)
	}
	return k.change(ctx, string(id), events.ClaimCase{By: by})
}

// Leave gives a case back; [events.Unchanged] if the moderator does not look at it.
func (k *Keeper) Leave(ctx context.Context, id events.ListingID, by string) error {
	return k.change(ctx, string(id), events.LeaveCase{By: by})
}

// Reopen takes back what moderators decided about the listing as it reads now; the list alone judges it then.
// [events.Unchanged] if they decided nothing, [events.Claimed] if somebody else looks at it.
func (k *Keeper) Reopen(ctx context.Context, id events.ListingID, by, reason string) error {
	for _, it := range k.live.items(id) {
		return k.change(ctx, string(id), events.ReopenCase{Digest: it.digest, Title: it.listing.Title, By: by, Reason: reason})
	}
	return fmt.Errorf("reopen %s: %w", id, events.NoSuchLot)
}

// A Bulk is what became of decisions taken at once.
type Bulk struct {
	Batch string // by which they can be taken back
	Done  int
	Left  map[events.ListingID]error // those that were not decided, each with why
}

// DecideAll rules on many listings at once, each as [Keeper.Decide] does; on more than [MassLimit] nobody does alone.
func (k *Keeper) DecideAll(ctx context.Context, all []Decision) Bulk {
	batch := "bulk-" + events.NewID()
	return bulk(batch, all, func(d Decision) (events.ListingID, error) {
		if len(all) > MassLimit {
			return d.Listing, events.FourEyes
		}
		d.Batch = batch
		return d.Listing, k.Decide(ctx, d)
	})
}

// ReopenAll takes decisions back that were taken at once, as far as nobody has decided otherwise since.
func (k *Keeper) ReopenAll(ctx context.Context, batch, by, reason string) Bulk {
	return bulk(batch, k.state.decidedBy(batch), func(id events.ListingID) (events.ListingID, error) {
		return id, k.Reopen(ctx, id, by, reason)
	})
}

// decidedBy returns the listings whose newest decision is of that batch.
func (s *state) decidedBy(batch string) []events.ListingID {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []events.ListingID
	later := make(map[string]bool)
	for _, a := range slices.Backward(s.acts) {
		if a.By == "" || later[a.Subject] {
			continue
		}
		later[a.Subject] = true
		if a.Batch == batch && batch != "" {
			ids = append(ids, events.ListingID(a.Subject))
		}
	}
	return ids
}

// bulk does one thing after the other to all, as many at a time as the journal takes well.
func bulk[T any](batch string, all []T, do func(T) (events.ListingID, error)) Bulk {
	type outcome struct {
		id  events.ListingID
		err error
	}
	outcomes := make([]outcome, len(all))
	var group errgroup.Group
	group.SetLimit(changesAtOnce)
	for i, one := range all {
		group.Go(func() error {
			outcomes[i].id, outcomes[i].err = do(one)
			return nil
		})
	}
	group.Wait()
	b := Bulk{Batch: batch, Left: make(map[events.ListingID]error)}
	for _, o := range outcomes {
		if o.err == nil {
			b.Done++
		} else {
			b.Left[o.id] = o.err
		}
	}
	return b
}

// Now is the time of the journal, for whoever says how long something has waited.
func (k *Keeper) Now() time.Time { return k.c.Clock.Now() }
