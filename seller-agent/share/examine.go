package share

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"
)

// The reasons for which a listing is withdrawn, in words.
const (
	whyDeleted    = "the file was deleted"
	whyEmpty      = "the file is empty"
	whyChanging   = "the file is being changed"
	whyUnreadable = "the file cannot be read"
	whyNotRegular = "a link, a folder or a device is in the file's place"
)

// examine looks at every path whose time has come, sheets first.
func (f *Folder) examine(ctx context.Context, now time.Time) {
	f.feed(now)
	var due []string
	for path, w := range f.waits {
		if !w.due.After(now) {
			due = append(due, path)
		}
	}
	slices.Sort(due)
	for _, path := range due {
		if isSheet(path) {
			f.readSheet(path, f.waits[path], now)
		}
	}
	var sightings []Sighting
	for _, path := range due {
		if isSheet(path) {
			continue
		}
		if s, ok := f.inspect(path, f.waits[path], now); ok {
			sightings = append(sightings, s)
		}
	}
	sightings = append(sightings, f.overdue(now)...)
	f.apply(ctx, sightings, nil, now)
	f.missFolder(sightings, now)
}

// missFolder notices that the folder itself was deleted, of which nothing is heard while it is open.
func (f *Folder) missFolder(sightings []Sighting, now time.Time) {
	gone := slices.ContainsFunc(sightings, func(s Sighting) bool { return s.Why == whyDeleted })
	if !gone || f.away() {
		return
	}
	if _, err := os.Stat(f.Dir); errors.Is(err, fs.ErrNotExist) {
		f.walk(now)
	}
}

// inspect looks at a path that was given its time. It returns what was found there, or false if nothing is to be done,
// or not yet: the wait then goes on, or a reader has the file.
func (f *Folder) inspect(path string, w *wait, now time.Time) (Sighting, bool) {
	item, known := f.catalogue.ByPath(path)
	offered := known && item.Offered()
	stat, err := f.lookAt(path)
	switch {
	case err != nil:
		return f.missing(path, w, err, item, now)
	case stat.Size == 0 && (!offered || stale(w.since, now)):
		return f.nothing(path, whyEmpty, offered)
	case stat.Size == 0, f.sheetPending(path):
		w.again(now)
		return Sighting{}, false
	case !w.rests(stat, now):
		if offered && stat != item.Stat && stale(w.since, now) {
			return Sighting{Path: path, Why: whyChanging}, true
		}
		return Sighting{}, false
	}
	return f.recognize(path, w, stat)
}

// recognize returns what is known of the bytes at path, or has them read.
func (f *Folder) recognize(path string, w *wait, stat Stat) (Sighting, bool) {
	if !w.written {
		if item, ok := f.catalogue.ByPath(path); ok && item.Stat == stat {
			return f.found(path, item.print(stat))
		}
		if print, ok := f.catalogue.PrintOf(stat); ok {
			return f.found(path, print)
		}
		if j := f.desk.jobs[path]; j != nil && j.stat == stat {
			delete(f.waits, path)
			return Sighting{}, false
		}
	}
	delete(f.waits, path)
	f.desk.put(&job{path: path, stat: stat, since: w.since, root: f.root, hurry: w.heard})
	return Sighting{}, false
}

// decided ends what was still to be done about a path.
func (f *Folder) decided(path string) {
	delete(f.waits, path)
	delete(f.scanning, path)
	f.desk.cancel(path)
	f.tally.looked()
}

// found is the sighting of a file whose bytes are known. A file whose sheet is wrong is offered as its sheet last said,
// or not at all.
func (f *Folder) found(path string, print Print) (Sighting, bool) {
	f.decided(path)
	if card, sheet, ok := f.card(path); ok {
		f.problem(path, nil)
		return Sighting{Path: path, Print: print, Card: card, Sheet: sheet}, true
	}
	item, ok := f.catalogue.ByPath(path)
	if !ok || !item.Offered() {
		return Sighting{}, false
	}
	l := item.Listing
	return Sighting{Path: path, Print: print, Card: Card{l.Title, l.Description, l.Tags, l.Terms}}, true
}

// nothing is the sighting of a path at which there is nothing to sell.
func (f *Folder) nothing(path, why string, offered bool) (Sighting, bool) {
	f.decided(path)
	return Sighting{Path: path, Why: why}, offered
}

// missing decides about a path at which no file could be looked at.
func (f *Folder) missing(path string, w *wait, err error, item Item, now time.Time) (Sighting, bool) {
	offered := item.Path != "" && item.Offered()
	why := whyUnreadable
	switch {
	case errors.Is(err, fs.ErrNotExist):
		why = whyDeleted
		f.problem(path, nil)
	case errors.Is(err, errNotRegular):
		why = whyNotRegular
		f.problem(path, nil)
	default:
		f.problem(path, err)
	}
	if offered && (now.Sub(w.since) < Absence || f.desk.hasSize(item.Stat.Size)) {
		w.again(now) // it may be on its way back, or be found again under the name of what is being read
		return Sighting{}, false
	}
	return f.nothing(path, why, offered)
}

// lookAt returns the Stat of the file at path.
func (f *Folder) lookAt(path string) (Stat, error) {
	if f.away() {
		return Stat{}, fs.ErrNotExist
	}
	return lookAt(f.root, path)
}

// overdue withdraws the listings whose new bytes have been on the desk for too long.
func (f *Folder) overdue(now time.Time) []Sighting {
	var sightings []Sighting
	for path, j := range f.desk.jobs {
		if !j.withdrawn && stale(j.since, now) {
			j.withdrawn = true
			sightings = append(sightings, Sighting{Path: path, Why: whyChanging})
		}
	}
	return sightings
}

// finish takes in what was read, and all that is ready besides.
func (f *Folder) finish(ctx context.Context, j *job) {
	now := time.Now()
	var sightings []Sighting
	seals := make(map[string]Seal)
	for more := true; more; {
		f.tally.finished(j.stat.Size)
		if s, ok := f.result(j, now); ok {
			if s.Print.Root != "" {
				s.Print.Sealed = f.settle(ctx, j.seal, seals)
			}
			sightings = append(sightings, s)
		}
		select {
		case j = <-f.desk.done:
		default:
			more = false
		}
	}
	f.apply(ctx, sightings, seals, now)
}

// settle returns the sealed root of a content that was read: by the seal that it has already, if it is known, or else by
// the new one, which is put with seals.
func (f *Folder) settle(ctx context.Context, s Seal, seals map[string]Seal) string {
	for _, batch := range []map[string]Seal{seals, f.unsaved.seals} {
		if known, ok := batch[s.Root]; ok {
			return known.Sealed
		}
	}
	if known, err := f.Memory.Sealed(ctx, s.Root); err == nil && known != "" {
		return known
	}
	seals[s.Root] = s
	return s.Sealed
}

// result returns what reading a file has shown, or false if it must be read again or is not wanted any more.
func (f *Folder) result(j *job, now time.Time) (Sighting, bool) {
	if !f.desk.current(j) {
		return Sighting{}, false
	}
	w := f.waits[j.path]
	switch {
	case w != nil && w.written: // it will be read again
		w.since = j.since
		return Sighting{}, false
	case j.err == nil:
		f.problem(j.path, nil)
		return f.found(j.path, j.print)
	case errors.Is(j.err, errChanged), errors.Is(j.err, fs.ErrNotExist), errors.Is(j.err, fs.ErrClosed):
		f.suspect(j.path, now, true, true)
		w = f.waits[j.path]
		w.since = j.since
		w.again(now)
		if stale(w.since, now) {
			delete(f.scanning, j.path) // another program is at it; that may last
			return Sighting{Path: j.path, Why: whyChanging}, true
		}
		return Sighting{}, false
	default:
		f.problem(j.path, j.err)
		return f.nothing(j.path, whyUnreadable, true)
	}
}

// apply has the catalogue decide about what was found, and saves what follows.
func (f *Folder) apply(ctx context.Context, sightings []Sighting, seals map[string]Seal, now time.Time) {
	if len(sightings) == 0 && len(f.unsaved.items) == 0 {
		return
	}
	sightings = f.vacated(sightings)
	f.mu.Lock()
	changed := f.catalogue.See(sightings, now)
	f.version++
	wrong := f.catalogue.TakeWrong()
	f.mu.Unlock()
	for path, err := range wrong {
		f.problem(path, fmt.Errorf("what was edited does not go with the sheets around the file any more: %w", err))
	}
	f.unsaved.items = append(f.unsaved.items, changed...)
	maps.Copy(f.unsaved.seals, seals)
	if len(f.unsaved.items) == 0 {
		return
	}
	if err := f.Memory.Save(ctx, f.Dir, f.unsaved.items, f.unsaved.seals); err != nil {
		f.tell("memory", ".", fmt.Errorf("changes cannot be kept and are not on the market yet: %w", err))
		return
	}
	f.tell("memory", ".", nil)
	f.unsaved = batch{seals: make(map[string]Seal)}
	f.Changed()
}

// vacated adds the paths from which a file that was found may have been moved, if it is not there any more.
func (f *Folder) vacated(sightings []Sighting) []Sighting {
	looked := make(map[string]bool, len(sightings))
	for _, s := range sightings {
		looked[s.Path] = true
	}
	for _, s := range sightings {
		if item, ok := f.catalogue.ByPath(s.Path); s.Print.Root == "" || ok && item.Listing.Root == s.Print.Root {
			continue
		}
		for _, path := range f.catalogue.Elsewhere(s.Print.Root, s.Path) {
			if !looked[path] && f.left(path, s.Print.Stat) {
				looked[path] = true
				sightings = append(sightings, Sighting{Path: path, Why: whyDeleted})
			}
		}
	}
	return sightings
}

// left reports whether what was listed at path is not there any more, having gone to where now stands: the path is
// empty, or holds another file while the listed one itself is elsewhere.
func (f *Folder) left(path string, now Stat) bool {
	item, _ := f.catalogue.ByPath(path)
	stat, err := f.lookAt(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	return err == nil && now.Inode != 0 && now.Inode == item.Stat.Inode && stat.Inode != item.Stat.Inode
}
