package share

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/fsnotify/fsnotify"
)

// A watcher hears of changes in a folder and in those below it that it was told of. It is blind, and says why, when the
// system does not let it watch any more; the folder must then be walked often.
type watcher struct {
	dir   string // absolute path of the folder
	fs    *fsnotify.Watcher
	dirs  map[string]bool // watched, relative to dir
	blind error           // nil while everything is watched
}

func watch(dir string) *watcher {
	w := &watcher{dir: dir, dirs: make(map[string]bool)}
	w.fs, w.blind = fsnotify.NewWatcher()
	w.blind = sayLimit(w.blind)
	return w
}

func (w *watcher) close() {
	if w.fs != nil {
		w.fs.Close()
	}
}

// events is where changes are heard of; nil, on which nothing ever comes, if nothing can be watched.
func (w *watcher) events() <-chan fsnotify.Event {
	if w.fs == nil {
		return nil
	}
	return w.fs.Events
}

// errors is where the watch says that it has missed something.
func (w *watcher) errors() <-chan error {
	if w.fs == nil {
		return nil
	}
	return w.fs.Errors
}

// add watches one more folder.
func (w *watcher) add(path string) {
	if w.fs == nil || w.dirs[path] {
		return
	}
	err := w.fs.Add(filepath.Join(w.dir, path))
	switch {
	case err == nil:
		w.dirs[path] = true
	case errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission):
		// It went meanwhile, or the walk says that it cannot be read.
	default:
		w.blind = sayLimit(err)
	}
}

// drop ends the watch of a folder and all below it, and reports whether there was one.
func (w *watcher) drop(path string) bool {
	if !w.dirs[path] {
		return false
	}
	for dir := range w.dirs {
		if within(path, dir) {
			w.fs.Remove(filepath.Join(w.dir, dir)) // an error means that the system dropped it already
			delete(w.dirs, dir)
		}
	}
	return true
}

// path returns where the event happened, relative to the folder.
func (w *watcher) path(e fsnotify.Event) (string, bool) {
	if e.Name == w.dir {
		return ".", true
	}
	path, ok := strings.CutPrefix(e.Name, strings.TrimSuffix(w.dir, string(filepath.Separator))+string(filepath.Separator))
	return path, ok && path != ""
}

// within reports whether path is dir or lies below it.
func within(dir, path string) bool {
	return dir == "." || path == dir || strings.HasPrefix(path, dir+string(filepath.Separator))
}

// sayLimit words the errors by which Linux says that there are too many watches (inotify(7)).
func sayLimit(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("the system's limit of watched folders is reached (fs.inotify.max_user_watches); " +
			"changes are found by looking every few seconds instead")
	case errors.Is(err, syscall.EMFILE):
		return fmt.Errorf("the system's limit of watching programs is reached (fs.inotify.max_user_instances); " +
			"changes are found by looking every few seconds instead")
	}
	return err
}
