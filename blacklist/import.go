package blacklist

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"lightshare/events"
)

// A Stage says how far an import has come.
type Stage string

// The stages, in order; Failed may follow any but the last.
const (
	Reading  Stage = "reading"
	Checking Stage = "checking" // what it would do to the market
	Waiting  Stage = "waiting"  // for a person to add it
	Seconded Stage = "seconded" // for a second person to confirm it
	Adding   Stage = "adding"
	Added    Stage = "added"
	Failed   Stage = "failed"
)

// An Import is a list of works on its way to the blacklist. Nothing is changed until somebody adds it. It is known to the
// replica that took it, until that ends; what it has added stays, and can be taken back as a batch.
type Import struct {
	ID, Name string
	By       string
	At       time.Time
	Stage    Stage
	Done, Of int64 // of the present stage: bytes while reading, listings while checking, works while adding
	Rows     int   // read
	Works    int   // new ones
	Known    int   // on the list already
	Twice    int   // in the file before
	Broken   int   // rows that cannot be used
	Effect   Effect
	Reason   string // why it is added
	Problem  string // of a failed one, in words
}

// MaxRows is how many rows an import may have.
const MaxRows = 1_000_000

// MaxImports is how many imports are kept.
const MaxImports = 20

// imports are those that this replica has taken. The zero value is ready to use.
type imports struct {
	mu  sync.Mutex
	all []*importing // guarded by mu; oldest first
}

// importing is an import with what it works with.
type importing struct {
	mu     sync.Mutex
	shown  Import   // guarded by mu
	broken *os.File // the rows that cannot be used, as CSV

	works []events.Entry // once it is read
}

func (i *importing) change(f func(*Import)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	f(&i.shown)
}

func (i *importing) show() Import {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.shown
}

// Import begins to read a list of works, as [ReadCSV] knows it but with ids or without, and then makes a dry run. It
// takes file over, of size bytes, and removes it in the end.
func (k *Keeper) Import(file *os.File, size int64, name, by string) (Import, error) {
	broken, err := os.CreateTemp("", "broken-*.csv")
	if err != nil {
		return Import{}, fmt.Errorf("import %s: %w", name, err)
	}
	i := &importing{broken: broken, shown: Import{ID: newBatchID(), Name: name, By: by, At: k.c.Clock.Now(), Stage: Reading, Of: size}}
	k.imports.mu.Lock()
	if n := len(k.imports.all); n >= MaxImports {
		k.imports.all[0].forget()
		k.imports.all = slices.Delete(k.imports.all, 0, 1)
	}
	k.imports.all = append(k.imports.all, i)
	k.imports.mu.Unlock()
	k.begin(func(ctx context.Context) {
		err := k.read(ctx, i, file)
		file.Close()
		os.Remove(file.Name())
		if err != nil {
			i.fail(err)
			return
		}
		i.change(func(s *Import) { s.Stage, s.Done, s.Of = Checking, 0, 0 })
		effect := k.previewMany(ctx, i.works, func(done, of int) {
			i.change(func(s *Import) { s.Done, s.Of = int64(done), int64(of) })
		})
		i.change(func(s *Import) { s.Stage, s.Effect = Waiting, effect })
	})
	return i.show(), nil
}

func (i *importing) fail(err error) {
	i.change(func(s *Import) { s.Stage, s.Problem = Failed, err.Error() })
}

func (i *importing) forget() {
	i.broken.Close()
	os.Remove(i.broken.Name())
}

var errTooManyRows = fmt.Errorf("more than %d rows", MaxRows)

// read takes in the good rows of a file and writes the others to one that can be had.
func (k *Keeper) read(ctx context.Context, i *importing, file io.Reader) error {
	counted := &counter{from: file}
	rows := csv.NewWriter(i.broken)
	rows.Write([]string{"line", "problem", "row"})
	lineOf := make(map[uint64]int) // by what is written alike
	ids := make(map[events.EntryID]int)
	seed := maphash.MakeSeed()
	err := readRows(bufio.NewReaderSize(counted, 1<<20), false, func(line int, row string, e events.Entry, wrong error) error {
		if line%1000 == 0 {
			i.change(func(s *Import) { s.Done = counted.n })
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if line > MaxRows+1 {
			return errTooManyRows
		}
		same := maphash.String(seed, Fold(e.Artist)+"\n"+Fold(e.Title))
		_, known := k.state.list.Same(e)
		if _, used := k.state.list.Entry(e.ID); wrong == nil && used && !known {
			wrong = fmt.Errorf("id %q is that of another entry on the list", e.ID)
		}
		if first := ids[e.ID]; wrong == nil && first > 0 && lineOf[same] == 0 {
			wrong = fmt.Errorf("id %q is that of line %d", e.ID, first)
		}
		i.change(func(s *Import) {
			s.Rows++
			switch {
			case wrong != nil:
				s.Broken++
			case known:
				s.Known++
			case lineOf[same] > 0:
				s.Twice++
			default:
				s.Works++
				i.works = append(i.works, e)
			}
		})
		if wrong == nil {
			lineOf[same], ids[e.ID] = cmp.Or(lineOf[same], line), cmp.Or(ids[e.ID], line)
			return nil
		}
		return rows.Write([]string{strconv.Itoa(line), wrong.Error(), row})
	})
	rows.Flush()
	return errors.Join(err, rows.Error())
}

// counter counts the bytes that were read.
type counter struct {
	from io.Reader
	n    int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.n += int64(n)
	return n, err
}

// Imports returns what this replica has taken, the newest first.
func (k *Keeper) Imports() []Import {
	k.imports.mu.Lock()
	defer k.imports.mu.Unlock()
	var all []Import
	for _, i := range slices.Backward(k.imports.all) {
		all = append(all, i.show())
	}
	return all
}

func (k *Keeper) importing(id string) (*importing, bool) {
	k.imports.mu.Lock()
	defer k.imports.mu.Unlock()
	for _, i := range k.imports.all {
		if i.show().ID == id {
			return i, true
		}
	}
	return nil, false
}

// ImportOf returns the import of that id, if this replica has it.
func (k *Keeper) ImportOf(id string) (Import, bool) {
	i, ok := k.importing(id)
	if !ok {
		return Import{}, false
	}
	return i.show(), true
}

// WriteBroken writes the rows of an import that cannot be used to w, as CSV with line, problem and row.
func (k *Keeper) WriteBroken(id string, w io.Writer) error {
	i, ok := k.importing(id)
	if !ok {
		return events.NoSuchEntry
	}
	f, err := os.Open(i.broken.Name())
	if err != nil {
		return fmt.Errorf("broken rows of %s: %w", id, err)
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

// AddImport has an import added to the list by a person, for a reason. Where very many listings are concerned the first
// one only proposes it, and somebody else must confirm it: until then that is [events.FourEyes]. It returns at once; the
// import says how far it is.
func (k *Keeper) AddImport(ctx context.Context, id, by, reason string) error {
	i, ok := k.importing(id)
	if !ok {
		return fmt.Errorf("add import %s: %w", id, events.NoSuchEntry)
	}
	was := i.show()
	switch {
	case was.Stage == Waiting && was.Works == 0:
		return fmt.Errorf("add import %s: %w", id, events.Unchanged)
	case was.Stage == Waiting:
		if err := k.propose(ctx, id, was.Name, i.works, was.Effect, by, reason); err != nil {
			return err
		}
		if was.Effect.Refused+was.Effect.Held > MassLimit {
			i.change(func(s *Import) { s.Stage, s.By, s.Reason = Seconded, by, reason })
			return fmt.Errorf("add import %s: %w", id, events.FourEyes)
		}
	case was.Stage == Seconded && was.By == by:
		return fmt.Errorf("add import %s: %w", id, events.FourEyes)
	case was.Stage != Seconded:
		return fmt.Errorf("add import %s: %w", id, events.WrongState)
	}
	begun := false
	i.change(func(s *Import) {
		if begun = s.Stage == was.Stage; begun {
			s.Stage, s.Done, s.Of = Adding, 0, int64(s.Works)
			if s.Reason == "" {
				s.Reason = reason
			}
		}
	})
	if !begun {
		return fmt.Errorf("add import %s: %w", id, events.WrongState)
	}
	k.begin(func(ctx context.Context) {
		err := k.addParts(ctx, id, i.works, by, func(done int) { i.change(func(s *Import) { s.Done = int64(done) }) })
		i.works = nil
		if err != nil {
			i.fail(err)
			return
		}
		i.change(func(s *Import) { s.Stage = Added })
	})
	return nil
}
