package agent

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lightshare/seller-agent/uplink"
)

// forever is a pause that only the seller ends.
const forever = 100 * 365 * 24 * time.Hour

// What can be paused.
const (
	PauseReading  = "reading"
	PauseDelivery = "delivery"
)

// Pause stops reading files, or deliveries, for a time; 0 is until Resume.
func (a *Agent) Pause(what string, d time.Duration) error {
	if d == 0 {
		d = forever
	}
	return a.pauseUntil(what, time.Now().Add(d))
}

// Resume lets go on what was paused.
func (a *Agent) Resume(what string) error { return a.pauseUntil(what, time.Time{}) }

func (a *Agent) pauseUntil(what string, until time.Time) error {
	switch what {
	case PauseReading:
		a.pace.Pause(until)
	case PauseDelivery:
		a.line.Pause(until)
	default:
		return fmt.Errorf("%q cannot be paused: only %s and %s", what, PauseReading, PauseDelivery)
	}
	return nil
}

// Forever reports whether a pause that lasts until then is one that only the seller ends.
func Forever(until time.Time) bool { return time.Until(until) > forever/2 }

// Settings returns what the seller decided.
func (a *Agent) Settings() Settings {
	a.changing.Lock()
	defer a.changing.Unlock()
	s := a.settings
	s.Folders = slices.Clone(s.Folders)
	return s
}

// SetLimits has other limits hold for deliveries, now and after a restart.
func (a *Agent) SetLimits(l uplink.Limits) error {
	if err := l.Check(); err != nil {
		return err
	}
	a.changing.Lock()
	defer a.changing.Unlock()
	next := a.settings
	next.Limits = l
	if err := next.save(a.State); err != nil {
		return err
	}
	a.settings = next
	a.line.SetLimits(l)
	return nil
}

// Share shares one more folder, now and after a restart.
func (a *Agent) Share(dir string) error {
	if !filepath.IsAbs(dir) {
		return errors.New("the whole path of a folder is wanted")
	}
	dir = filepath.Clean(dir)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: there is no such folder", dir)
	}
	if err := apart(a.State, dir); err != nil {
		return err
	}
	a.changing.Lock()
	defer a.changing.Unlock()
	if a.working == nil {
		return errors.New("the agent is not running yet")
	}
	if slices.Contains(a.settings.Folders, dir) {
		return fmt.Errorf("%s is shared already", dir)
	}
	if other, ok := a.settings.overlaps(dir); ok {
		return fmt.Errorf("%s: %s is shared already, and one lies within the other", dir, other)
	}
	next := a.settings
	next.Folders = append(slices.Clone(next.Folders), dir)
	if err := next.save(a.State); err != nil {
		return err
	}
	if err := a.watch(a.working, dir); err != nil {
		a.settings.save(a.State)
		return err
	}
	a.settings = next
	return nil
}

// Unshare takes everything in a folder off the market, and shares it no more.
func (a *Agent) Unshare(ctx context.Context, dir string) error {
	a.changing.Lock()
	defer a.changing.Unlock()
	i := slices.Index(a.settings.Folders, dir)
	if i < 0 {
		return fmt.Errorf("%s is not shared", dir)
	}
	next := a.settings
	next.Folders = slices.Delete(slices.Clone(next.Folders), i, i+1)
	if err := next.save(a.State); err != nil {
		return err
	}
	a.settings = next
	a.shelves.remove(dir)
	a.diary.leave(dir)
	if err := a.memory.Leave(ctx, next.Folders, time.Now()); err != nil {
		return err
	}
	a.outbox.ring()
	return nil
}
