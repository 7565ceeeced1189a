package blacklist

import (
	"context"
	"fmt"

	"lightshare/events"
)

// Entries returns a page of the entries that the query finds, see [List.Find].
func (k *Keeper) Entries(query string, page int) Page { return k.state.list.Find(query, page) }

// Entry returns the entry of that id, if it is on the list.
func (k *Keeper) Entry(id events.EntryID) (events.Entry, bool) { return k.state.list.Entry(id) }

// Log returns the newest n acts of moderators and of the list, newest first.
func (k *Keeper) Log(n int) []Act { return k.state.log(n) }

// Add puts a work on the list under a new id, and returns when this replica judges by it. Missing or overlong artist,
// title or reason are [events.Malformed]; a work that is on the list already is [events.Unchanged]; one that concerns more
// than [MassLimit] listings is [events.FourEyes]: as an import, a second person can confirm it.
func (k *Keeper) Add(ctx context.Context, e events.Entry, by, reason string) (events.Entry, error) {
	if known, ok := k.state.list.Same(e); ok {
		return known, fmt.Errorf("add entry %s: %w", known.ID, events.Unchanged)
	}
	e.ID = events.EntryID(events.NewID())
	if k.concerns(e) > MassLimit {
		return e, fmt.Errorf("add %s: %w", workName(e), events.FourEyes)
	}
	return e, k.change(ctx, string(e.ID), events.AddEntry{Entry: e, By: by, Reason: reason})
}

// concerns returns how many listings would be judged more severely with e on the list.
func (k *Keeper) concerns(e events.Entry) int {
	n := 0
	for _, m := range k.live.Reverse(e) {
		if gravity[m.Verdict.Ruling] > gravity[k.judge(m.item).Ruling] {
			n++
		}
	}
	return n
}

// heldBack returns how many listings are held or refused on account of the entry.
func (k *Keeper) heldBack(e events.Entry) int {
	n := 0
	for _, m := range k.live.Reverse(e) {
		if k.judge(m.item).Entry == e.ID {
			n++
		}
	}
	return n
}

// Remove takes an entry off the list, and returns when this replica judges without it. An entry that is not on it is
// [events.NoSuchEntry]. Of one that holds more than [MassLimit] listings back the first person only asks for it
// ([events.FourEyes]), and a second one does it.
func (k *Keeper) Remove(ctx context.Context, id events.EntryID, by, reason string) error {
	e, ok := k.state.list.Entry(id)
	if !ok {
		return fmt.Errorf("remove entry %s: %w", id, events.NoSuchEntry)
	}
	if asked := k.state.removalAsked(id); (asked == "" || asked == by) && k.heldBack(e) > MassLimit {
		if asked == "" {
			if err := k.change(ctx, string(id), events.ProposeRemoval{By: by, Reason: reason}); err != nil {
				return err
			}
		}
		return fmt.Errorf("remove entry %s: %w", id, events.FourEyes)
	}
	return k.change(ctx, string(id), events.RemoveEntry{By: by, Reason: reason})
}

// change sends c and waits until this replica has followed it.
func (k *Keeper) change(ctx context.Context, subject string, c events.Command) error {
	answer, err := k.sender.Do(ctx, subject, events.CommandID(events.NewID()), c, nil)
	if err != nil {
		return err
	}
	return k.state.awaitFact(ctx, subject, answer.Seq)
}

// A Decision is what a moderator says of a listing.
type Decision struct {
	Listing events.ListingID
	Digest  string        // of what he saw; empty for whatever it is now
	Ruling  events.Ruling // Allow or Block
	By      string
	Reason  string  // for the seller
	Based   *uint64 // [Held.Based] of what he saw; nil to decide over whatever others have decided
	Batch   string  // of decisions taken at once
}

// Decide rules on a listing as a moderator says. It holds for the text and the bytes, also when they are offered again.
// A listing that is not on the market is [events.NoSuchLot], one that reads differently by now [events.WrongState], one
// that somebody else looks at [events.Claimed], one that was decided since [events.Decided].
func (k *Keeper) Decide(ctx context.Context, d Decision) error {
	items := k.live.items(d.Listing)
	if len(items) == 0 {
		return fmt.Errorf("decide about listing %s: %w", d.Listing, events.NoSuchLot)
	}
	it := items[0]
	for _, other := range items {
		if other.digest == d.Digest {
			it = other
		}
	}
	if d.Digest != "" && it.digest != d.Digest {
		return fmt.Errorf("decide about listing %s: %w", d.Listing, events.WrongState)
	}
	v := k.judge(it)
	v.Ruling, v.Rule, v.Reason = d.Ruling, ruleModerator, d.Reason
	rule := events.Rule{Digest: it.digest, Rev: it.listing.Rev, Title: it.listing.Title, Verdict: v, By: d.By, Reason: d.Reason, Based: d.Based, Batch: d.Batch, Since: it.since}
	return k.change(ctx, string(d.Listing), rule)
}
