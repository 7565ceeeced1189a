package share

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	look      = 10 * time.Millisecond // how often it is seen whether a wait is due
	often     = 2 * time.Second       // between two walks when the watch is blind
	seldom    = time.Minute           // and otherwise
	inHand    = 512                   // paths of the backlog that are looked at together
	walkShare = 250                   // a walk takes at most this part of the time,
	walkBlind = 50                    // and this when nothing else tells of changes
)

// Run keeps the listings as the disk is until ctx is done. To be called once.
func (f *Folder) Run(ctx context.Context) error {
	f.watch = f.watching(f.Dir)
	defer f.watch.close()
	f.desk = openDesk(f.Pace, &f.tally)
	defer f.desk.close()
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	f.rounds = time.NewTimer(0)
	defer f.rounds.Stop()
	f.walk(time.Now())
	for {
		f.sayScanned()
		var tick <-chan time.Time // costs nothing while there is nothing to look at
		if len(f.waits) > 0 || f.backlog.len() > 0 || f.desk.busy() {
			tick = ticker.C
		} else {
			f.tally.stand(0, 0, false, time.Now())
		}
		small, large := f.desk.next()
		select {
		case <-ctx.Done():
			return nil
		case e := <-f.watch.events():
			f.hear(e, time.Now())
		case err := <-f.watch.errors():
			f.Log.WarnContext(ctx, "watch missed something", "err", err)
			f.walk(time.Now())
		case path := <-f.doubts:
			f.suspect(path, time.Now(), true, true)
		case <-f.rung:
			f.takeUp(ctx, time.Now())
		case <-f.rounds.C:
			f.walk(time.Now())
		case small.to <- small.job:
			f.desk.taken(small.job)
		case large.to <- large.job:
			f.desk.taken(large.job)
		case j := <-f.desk.done:
			f.finish(ctx, j)
		case <-tick:
			f.examine(ctx, time.Now())
		}
	}
}

// untilWalk returns when to walk again.
func (f *Folder) untilWalk() time.Duration {
	if f.watch.blind != nil || f.away() {
		return max(often, walkBlind*f.walked)
	}
	return max(seldom, walkShare*f.walked)
}

// suspect has a path looked at once it has been quiet. heard says that the watch would tell of more; written, that the
// bytes may be others though size and time are not.
func (f *Folder) suspect(path string, now time.Time, heard, written bool) {
	w := f.waits[path]
	if w == nil {
		w = &wait{since: now}
		f.waits[path] = w
	}
	w.due = now.Add(Quiet)
	w.heard = heard && f.watch.blind == nil
	w.written = w.written || written
}

// hear takes in what the watch says.
func (f *Folder) hear(e fsnotify.Event, now time.Time) {
	path, ok := f.watch.path(e)
	switch {
	case !ok || ignoredPath(path):
	case path == ".":
		if e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename) {
			f.walk(now)
		}
	case e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename):
		if f.watch.drop(path) {
			f.suspectBelow(path, now)
		}
		f.suspect(path, now, true, false)
	case e.Has(fsnotify.Create) && f.isDir(path):
		f.enter(path, now)
	default:
		f.suspect(path, now, true, e.Has(fsnotify.Write))
	}
}

func (f *Folder) isDir(path string) bool {
	if f.away() {
		return false
	}
	info, err := f.root.Lstat(path)
	return err == nil && info.IsDir()
}

// suspectBelow suspects everything known in a folder that went.
func (f *Folder) suspectBelow(dir string, now time.Time) {
	for _, path := range f.catalogue.Offered() {
		if within(dir, path) {
			f.suspect(path, now, true, false)
		}
	}
	for path := range f.sheets {
		if within(dir, path) {
			f.suspect(path, now, true, false)
		}
	}
}

// enter watches a folder that is new, and suspects everything in it. It is watched first: nothing can be missed.
func (f *Folder) enter(dir string, now time.Time) {
	walk{root: f.root, dir: f.watch.add, fail: f.problem, file: func(path string, s Stat) {
		if len(f.waits) < inHand {
			f.suspect(path, now, true, false)
		} else {
			f.backlog.add(path, s.Size)
		}
	}}.from(dir)
}

// away reports whether the folder is not there.
func (f *Folder) away() bool { return f.root == nil } // only Run changes root, and only Run asks

// walk goes through the whole folder and suspects what is not as it is known. Problems are told and do not stop it.
func (f *Folder) walk(now time.Time) {
	f.reopen()
	seen := make(map[string]bool)
	if !f.away() {
		walk{root: f.root, dir: f.watch.add, fail: f.problem, file: func(path string, s Stat) {
			seen[path] = true
			f.compare(path, s, now)
		}}.from(".")
	}
	for _, path := range f.catalogue.Offered() {
		if !seen[path] {
			f.suspect(path, now, false, false)
		}
	}
	for path := range f.sheets {
		if !seen[path] {
			f.suspect(path, now, false, false)
		}
	}
	f.count.Store(int64(len(seen)))
	f.tell("watch", ".", f.watch.blind)
	f.mu.Lock()
	f.watched, f.blind = len(f.watch.dirs), ""
	if f.watch.blind != nil {
		f.blind = f.watch.blind.Error()
	}
	f.mu.Unlock()
	f.walked = time.Since(now)
	f.rounds.Reset(f.untilWalk())
}

// compare suspects a file that a walk found unless it is as it is known.
func (f *Folder) compare(path string, s Stat, now time.Time) {
	first := f.scanning != nil && f.walked == 0
	if first {
		f.scanning[path] = true
	} else {
		if isSheet(path) && f.sheets[path].stat == s {
			return
		}
		if item, ok := f.catalogue.ByPath(path); ok && item.Offered() && item.Stat == s {
			return
		}
		if f.waits[path] != nil {
			return
		}
	}
	f.backlog.add(path, s.Size)
}

// feed takes up of the backlog as much as there are hands for.
func (f *Folder) feed(now time.Time) {
	for f.backlog.len() > 0 && len(f.waits) < inHand && !f.desk.full() {
		path := f.backlog.next()
		if f.waits[path] == nil {
			f.suspect(path, now, false, false)
			f.waits[path].due = now
		}
	}
	_, paused := f.Pace.held()
	f.tally.stand(f.backlog.len()+len(f.waits)+len(f.desk.jobs), f.backlog.bytes+f.desk.bytes, paused, now)
}

// reopen makes sure that the open folder is the one that the path names now.
func (f *Folder) reopen() {
	named, err := os.Stat(f.Dir)
	if err == nil && f.root != nil {
		if opened, statErr := f.root.Stat("."); statErr == nil && os.SameFile(named, opened) {
			return
		}
	}
	var root *os.Root
	if err == nil {
		root, err = os.OpenRoot(f.Dir)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root != nil {
		f.root.Close()
	}
	f.root = root
	f.watch.drop(".")
	if err != nil {
		err = errors.New("the shared folder is away; what it offered is off the market until it is back")
	}
	f.tell("folder", ".", err)
}

// sayScanned says once that what was in the folder at the start has been looked at.
func (f *Folder) sayScanned() {
	if f.scanning == nil || len(f.scanning) > 0 {
		return
	}
	f.scanning = nil
	f.looked.Store(time.Now().UnixMilli())
	f.Scanned(len(f.catalogue.Offered()))
}
