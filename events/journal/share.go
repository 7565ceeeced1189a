package journal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"lightshare/events"
)

// share keeps this process's share of the partitions until ctx ends, and then gives everything back.
func (j *Journal[S]) share(ctx context.Context) {
	tick := time.NewTicker(leaseBeat)
	defer tick.Stop()
	for failing := false; ; {
		select {
		case <-tick.C:
			err := j.rebalance(ctx)
			if err != nil && ctx.Err() == nil && !failing {
				j.o.Log.Warn("partitions not shared out", "journal", j.o.Name, "error", err)
			}
			failing = err != nil
		case <-ctx.Done():
			j.giveAllBack(context.WithoutCancel(ctx))
			return
		}
	}
}

// rebalance renews what is held, stops what was lost, gives back what is too much and takes what nobody has.
func (j *Journal[S]) rebalance(ctx context.Context) error {
	lost, err := j.leases.beat(ctx)
	for _, n := range lost {
		j.o.Log.Warn("partition lost to another writer", "partition", j.partitions[n].subject)
	}
	j.deactivate(lost)
	if err != nil {
		return err
	}
	share, err := j.leases.share(ctx)
	if err != nil {
		return err
	}
	held := slices.Sorted(maps.Keys(j.leases.held))
	tooMany := held[min(share, len(held)):]
	j.deactivate(tooMany)
	for _, n := range tooMany {
		if err := j.leases.give(ctx, n); err != nil {
			return err
		}
	}
	for _, p := range j.partitions {
		if p.broken != nil || p.active() {
			continue
		}
		if err := j.tend(ctx, p, len(j.leases.held) < share); err != nil {
			return err
		}
	}
	return nil
}

// tend keeps a partition that somebody else writes up to date, and takes it over when it may and nobody has it.
func (j *Journal[S]) tend(ctx context.Context, p *partition[S], wanted bool) error {
	if err := p.follow(ctx); err != nil || p.broken != nil {
		return err
	}
	if now := p.j.o.Clock.Now(); now.Sub(p.sweptAt) > keepAtAll {
		p.sweptAt = now
		p.sweep()
	}
	if !wanted {
		return nil
	}
	taken, err := j.leases.take(ctx, p.n)
	if err != nil || !taken {
		return err
	}
	return p.activate(ctx)
}

// follow brings a partition that this process does not write up to date. One whose facts do not follow from each other
// is broken from then on.
func (p *partition[S]) follow(ctx context.Context) error {
	err := p.replay(ctx)
	if errors.Is(err, ErrBroken) {
		p.broken = err
		p.j.o.Log.Error("partition stopped", "partition", p.subject, "error", err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("follow %s: %w", p.subject, err)
	}
	return nil
}

// deactivate ends the writers of partitions, all at a time: without a bus each waits for an answer that does not come.
func (j *Journal[S]) deactivate(partitions []int) {
	var ending sync.WaitGroup
	for _, n := range partitions {
		ending.Go(j.partitions[n].deactivate)
	}
	ending.Wait()
}

// giveAllBack stops every writer and returns the leases, so that others need not wait for them to run out.
func (j *Journal[S]) giveAllBack(ctx context.Context) {
	all := make([]int, events.Partitions)
	for n := range all {
		all[n] = n
	}
	j.deactivate(all)
	if err := j.leases.giveAll(ctx); err != nil {
		j.o.Log.Info("leases not given back, they run out by themselves", "journal", j.o.Name, "error", err)
	}
}
