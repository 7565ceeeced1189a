package share

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"
)

// A sheetFile is a sheet as it was last read.
type sheetFile struct {
	stat  Stat
	sheet Sheet
	err   error // it could not be read, or says something wrong
}

// readSheet reads a sheet that may have changed, and suspects the files that it speaks of.
func (f *Folder) readSheet(path string, w *wait, now time.Time) {
	stat, err := f.lookAt(path)
	if err == nil && !w.rests(stat, now) {
		return
	}
	var read sheetFile
	if err == nil {
		read, err = f.openSheet(path)
	}
	if errors.Is(err, errChanged) {
		w.again(now)
		return
	}
	delete(f.waits, path)
	delete(f.scanning, path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errNotRegular):
		delete(f.sheets, path)
	case err != nil:
		f.sheets[path] = sheetFile{stat: stat, err: err}
	default:
		f.sheets[path] = read
	}
	f.problem(path, f.sheets[path].err)
	f.suspectFiles(path, now)
}

// openSheet reads the sheet at path; errChanged says that it is still being written.
func (f *Folder) openSheet(path string) (sheetFile, error) {
	file, stat, err := open(f.root, path)
	if err != nil {
		return sheetFile{}, err
	}
	defer file.Close()
	if beingWritten(file) {
		return sheetFile{}, errChanged
	}
	text, err := io.ReadAll(io.LimitReader(file, MaxSheet+1))
	if err != nil {
		return sheetFile{}, fmt.Errorf("read sheet: %w", err)
	}
	if info, err := file.Stat(); err != nil || statOf(info) != stat {
		return sheetFile{}, errChanged
	}
	sheet, err := ParseSheet(text)
	if err == nil && filepath.Base(path) == SheetSuffix && sheet.Title != nil {
		err = fmt.Errorf("line %d: a title is for one file: put it into NAME%s beside the file", sheet.Title.Line, SheetSuffix)
	}
	return sheetFile{stat: stat, sheet: sheet, err: err}, nil
}

// suspectFiles suspects the files that the sheet at path has a say about. They have waited long enough.
func (f *Folder) suspectFiles(path string, now time.Time) {
	if filepath.Base(path) != SheetSuffix {
		if file := strings.TrimSuffix(path, SheetSuffix); f.waits[file] == nil {
			f.suspect(file, now, false, false)
			f.waits[file].due = now
		}
		return
	}
	if f.away() {
		return
	}
	walk{root: f.root, dir: func(string) {}, fail: func(string, error) {}, file: func(file string, _ Stat) {
		if !isSheet(file) && f.waits[file] == nil {
			f.backlog.add(file, 0)
		}
	}}.from(filepath.Dir(path))
}

// sheetPending reports whether a sheet that has a say about the file at path is about to be read.
func (f *Folder) sheetPending(path string) bool {
	for _, sheet := range sheetsFor(path) {
		if f.waits[sheet] != nil || f.backlog.in[sheet] {
			return true
		}
	}
	return false
}

// card returns what to say of the file at path and the sheet that says so, nil if none does; or it tells what is wrong
// with which sheet and returns false.
func (f *Folder) card(path string) (Card, *Sheet, bool) {
	var merged Sheet
	by := path // the innermost sheet that says anything
	for _, at := range sheetsFor(path) {
		read, ok := f.sheets[at]
		if read.err != nil {
			return Card{}, nil, false // told when it was read
		}
		if ok {
			by, merged = at, merge(merged, read.sheet)
		}
	}
	card, err := CardFor(path, merged, f.Defaults)
	if err == nil {
		err = card.check(path)
	}
	if err != nil {
		f.problem(by, err)
	}
	if by == path {
		return card, nil, err == nil
	}
	return card, &merged, err == nil
}
