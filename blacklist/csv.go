package blacklist

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"lightshare/events"
)

// A RowError is a row of a list that cannot be used.
type RowError struct {
	Line int // 1 is the first
	Err  error
}

func (e RowError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }
func (e RowError) Unwrap() error { return e.Err }

// ReadCSV reads a list of works: a heading with at least entry_id, artist and title, in any order, and then one entry a
// line. Also known are artist_alt and title_alt, with other names separated by "|", and source; further columns are
// skipped. It returns every good entry, and every other row with its line number: a row without one of the three, with
// nothing to compare in artist or title, with quotes that do not match, or with an id used before. The error is for a
// list that cannot be read at all.
func ReadCSV(r io.Reader) ([]events.Entry, []RowError, error) {
	var (
		entries []events.Entry
		broken  []RowError
		lineOf  = make(map[events.EntryID]int)
	)
	err := readRows(r, true, func(line int, _ string, e events.Entry, err error) error {
		if first, used := lineOf[e.ID]; err == nil && used {
			err = fmt.Errorf("id %q is that of line %d", e.ID, first)
		}
		if err != nil {
			broken = append(broken, RowError{line, err})
		} else {
			lineOf[e.ID] = line
			entries = append(entries, e)
		}
		return nil
	})
	return entries, broken, err
}

// readRows hands every row of a list to each, as it stands in the file, with the entry or with what is wrong with it.
// Without ids a new one is made for each entry that has none. It returns the error of each, or one for a list that cannot
// be read at all.
func readRows(r io.Reader, ids bool, each func(line int, row string, e events.Entry, err error) error) error {
	lines := bufio.NewReader(r)
	heading, err := lines.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read blacklist: %w", err)
	}
	columns, err := fieldsOf(strings.TrimPrefix(heading, "\ufeff"))
	needed := []string{"entry_id", "artist", "title"}
	if !ids {
		needed = needed[1:]
	}
	for _, need := range needed {
		if err != nil || !slices.Contains(columns, need) {
			return fmt.Errorf("read blacklist: the first line must name the columns, %s among them", need)
		}
	}
	for number := 2; ; number++ {
		line, err := lines.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read blacklist, line %d: %w", number, err)
		}
		if strings.TrimSpace(line) != "" {
			e, rowErr := readRow(columns, line, ids)
			if err := each(number, strings.TrimRight(line, "\r\n"), e, rowErr); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
}

func readRow(columns []string, line string, ids bool) (events.Entry, error) {
	fields, err := fieldsOf(line)
	if err != nil {
		return events.Entry{}, err
	}
	if len(fields) != len(columns) {
		return events.Entry{}, fmt.Errorf("%d columns, the heading has %d", len(fields), len(columns))
	}
	value := make(map[string]string, len(columns))
	for i, column := range columns {
		value[column] = strings.TrimSpace(fields[i])
	}
	e := events.Entry{
		ID:        events.EntryID(value["entry_id"]),
		Artist:    value["artist"],
		Title:     value["title"],
		ArtistAlt: namesOf(value["artist_alt"]),
		TitleAlt:  namesOf(value["title_alt"]),
		Prints:    printsOf(value["prints"]),
		Source:    value["source"],
	}
	if !ids && e.ID == "" {
		e.ID = events.EntryID(events.NewID())
	}
	return e, checkEntry(e)
}

// printsOf reads prints with spaces between them.
func printsOf(s string) (prints []events.Print) {
	for p := range strings.FieldsSeq(s) {
		prints = append(prints, events.Print(p))
	}
	return prints
}

// checkEntry reports what is missing in e as [events.Malformed].
func checkEntry(e events.Entry) error {
	switch {
	case e.ID == "" || len(e.ID) > maxEntryID:
		return fmt.Errorf("entry id %q: %w", e.ID, events.Malformed)
	case Fold(e.Artist) == "" || len(e.Artist) > maxName:
		return fmt.Errorf("artist %.40q: %w", e.Artist, events.Malformed)
	case Fold(e.Title) == "" || len(e.Title) > maxName:
		return fmt.Errorf("title %.40q: %w", e.Title, events.Malformed)
	}
	more := len(e.Source)
	for _, name := range slices.Concat(e.ArtistAlt, e.TitleAlt) {
		more += len(name)
	}
	if more > maxMore {
		return fmt.Errorf("other names and source, %d bytes: %w", more, events.Malformed)
	}
	return events.CheckPrints(e.Prints)
}

// Limits of an entry, in bytes.
const (
	maxEntryID = 60
	maxName    = 500
	maxMore    = 8000 // of all other names, and the source
)

// fieldsOf splits one line, so that a quote left open cannot swallow the lines below it.
func fieldsOf(line string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimRight(line, "\r\n")))
	fields, err := r.Read()
	if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
		return nil, parse.Err
	}
	return fields, err
}

func namesOf(column string) []string {
	var names []string
	for name := range strings.SplitSeq(column, "|") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}
