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
	lines := bufio.NewReader(r)
	heading, err := lines.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("read blacklist: %w", err)
	}
	columns, err := fieldsOf(strings.TrimPrefix(heading, "\ufeff"))
	for _, need := range []string{"entry_id", "artist", "title"} {
		if err != nil || !slices.Contains(columns, need) {
			return nil, nil, fmt.Errorf("read blacklist: the first line must name the columns, %s among them", need)
		}
	}
	var (
		entries []events.Entry
		broken  []RowError
		lineOf  = make(map[events.EntryID]int)
	)
	for number := 2; ; number++ {
		line, err := lines.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return entries, broken, fmt.Errorf("read blacklist, line %d: %w", number, err)
		}
		if strings.TrimSpace(line) != "" {
			e, rowErr := readRow(columns, line)
			if first, used := lineOf[e.ID]; rowErr == nil && used {
				rowErr = fmt.Errorf("id %q is that of line %d", e.ID, first)
			}
			if rowErr != nil {
				broken = append(broken, RowError{number, rowErr})
			} else {
				lineOf[e.ID] = number
				entries = append(entries, e)
			}
		}
		if err != nil {
			return entries, broken, nil
		}
	}
}

func readRow(columns []string, line string) (events.Entry, error) {
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
		Source:    value["source"],
	}
	return e, checkEntry(e)
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
	return nil
}

// Limits of an entry, in bytes.
const (
	maxEntryID = 60
	maxName    = 500
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
