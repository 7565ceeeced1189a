package blacklist

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"lightshare/events"
)

// A task is a change of the list that may concern listings on the market, or one listing that may need a ruling.
type task struct {
	cause   string // the fact or the offer that it follows from
	entries []events.Entry
	item    *item

	takedown *events.Record
}

const (
	rulingsAtOnce = 64
	retryAfter    = 200 * time.Millisecond // while the journal's writer is not there
)

// work looks after the tasks, one after the other.
func (k *Keeper) work(ctx context.Context) {
	for {
		select {
		case t := <-k.tasks:
			switch {
			case t.takedown != nil:
				k.enforce(ctx, *t.takedown)
			case t.item != nil:
				k.reconsider(ctx, t.item, t.cause)
			default:
				k.carryOut(ctx, t)
			}
		case <-k.sweeps:
			k.sweep(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// standingsEvery is how often it is asked whether strikes and failures have become too many, or too old.
const standingsEvery = 10 * time.Second

// watchStandings has the market judged again whenever somebody comes into doubt, or out of it.
func (k *Keeper) watchStandings(ctx context.Context) {
	var doubted []string
	for {
		if now := k.state.inDoubt(k.c.Clock.Now()); !slices.Equal(now, doubted) {
			doubted = now
			k.sweepSoon()
		}
		k.state.mu.Lock()
		changed := k.state.changed
		k.state.mu.Unlock()
		select {
		case <-changed:
		case <-k.c.Clock.Moved():
		case <-time.After(standingsEvery):
		case <-ctx.Done():
			return
		}
	}
}

// sweepSoon has all of the market judged again: the list has changed so much that this is less work than looking for
// each entry's listings. Changes that come before it begins are looked after at once.
func (k *Keeper) sweepSoon() {
	select {
	case k.sweeps <- struct{}{}:
	default:
	}
}

// sweep rules on every listing of which auction was told something else than the list says now.
func (k *Keeper) sweep(ctx context.Context) {
	began := time.Now()
	var group errgroup.Group
	group.SetLimit(rulingsAtOnce)
	items := k.live.everything()
	for part := range slices.Chunk(items, judgedAtOnce) {
		group.Go(func() error {
			for _, it := range part {
				if ctx.Err() == nil {
					k.reconsider(ctx, it, "sweep")
				}
			}
			return nil
		})
	}
	group.Wait()
	k.c.Log.InfoContext(ctx, "market judged again", "version", k.state.list.Version(), "listings", len(items), "took", time.Since(began))
}

// carryOut judges again every listing that one of the entries does not leave alone, by the whole list.
func (k *Keeper) carryOut(ctx context.Context, t task) {
	began := time.Now()
	var group errgroup.Group
	group.SetLimit(rulingsAtOnce)
	matches := 0
	for _, e := range t.entries {
		for _, m := range k.live.Reverse(e) {
			matches++
			group.Go(func() error { k.reconsider(ctx, m.item, t.cause); return nil })
		}
	}
	group.Wait()
	k.c.Log.InfoContext(ctx, "list changed", "cause", t.cause, "version", k.state.list.Version(), "matches", matches, "took", time.Since(began))
}

// reconsider rules on it if the list says something else than auction was told. cause makes the ruling one and the same
// command in every replica.
func (k *Keeper) reconsider(ctx context.Context, it *item, cause string) {
	v := k.judge(it)
	if v.Ruling == it.told {
		return
	}
	c := events.Rule{Digest: it.digest, Rev: it.listing.Rev, Title: it.listing.Title, Verdict: v, Reason: v.Reason}
	if v.Ruling == events.Allow && c.Reason == "" {
		c.Reason = "Nothing on the list speaks against it any more."
	}
	id := ruleID(it, v, cause)
	for {
		_, err := k.sender.Do(ctx, string(it.listing.ID), id, c, nil)
		if !errors.Is(err, events.Unavailable) {
			k.logRuling(ctx, it, v, err)
			return
		}
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
			return
		}
	}
}

func (k *Keeper) logRuling(ctx context.Context, it *item, v events.Verdict, err error) {
	if r, refused := events.AsRefusal(err); refused && r == events.Unchanged {
		return // a moderator has decided otherwise meanwhile
	}
	if err != nil {
		k.c.Log.ErrorContext(ctx, "listing not ruled on", "listing", it.listing.ID, "error", err)
		return
	}
	k.c.Log.InfoContext(ctx, "listing ruled on", "listing", it.listing.ID, "ruling", v.Ruling, "entry", v.Entry)
}

// ruleID is the id of the command that follows from cause. Replicas that come to the same verdict send the same one.
func ruleID(it *item, v events.Verdict, cause string) events.CommandID {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%s\n%s\n%d\n%s", it.listing.ID, it.digest, it.listing.Rev, v.Ruling, v.Entry, v.List, cause))
	return events.CommandID("rule-" + hex.EncodeToString(sum[:16]))
}
