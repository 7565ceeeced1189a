package journal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
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
		j.partitions[n].deactivate()
	}
	if err != nil {
		return err
	}
	share, err := j.leases.share(ctx)
	if err != nil {
		return err
	}
	held := slices.Sorted(maps.Keys(j.leases.held))
	for _, n := range held[min(share, len(held)):] {
		j.partitions[n].deactivate()
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

// giveAllBack stops every writer and returns the leases, so that others need not wait for them to run out.
func (j *Journal[S]) giveAllBack(ctx context.Context) {
	var failed error
	for n := range events.Partitions {
		j.partitions[n].deactivate()
		if _, held := j.leases.held[n]; held {
			failed = errors.Join(failed, j.leases.give(ctx, n))
		}
	}
	if err := errors.Join(failed, j.leases.leave(ctx)); err != nil {
		j.o.Log.Info("leases not given back, they run out by themselves", "journal", j.o.Name, "error", err)
	}
}
