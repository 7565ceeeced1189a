package ui

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"lightshare/events"
)

// mark is U+FEFF, by which spreadsheets know UTF-8.
const mark = "\ufeff"

// pathColumn is the first column: which file a row is about.
const pathColumn = "path"

// sendList sends the files as a table that spreadsheets read (RFC 4180): change it there and send it back.
func (s *desk) sendList(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="lightshare-files.csv"`)
	io.WriteString(w, mark) // errors show at the flush
	out := csv.NewWriter(w)
	header := []string{pathColumn}
	for _, c := range columns {
		header = append(header, c.name)
	}
	out.Write(header)
	for _, f := range s.Find(listQueryOf(r.URL.Query()).agent()).Files {
		row, said := []string{plain(filepath.Join(f.Folder, f.Path))}, formOf(cardOf(f.Listing))
		for _, c := range columns {
			row = append(row, plain(*c.of(&said)))
		}
		out.Write(row)
	}
	if out.Flush(); out.Error() != nil {
		s.log.DebugContext(r.Context(), "list not sent", "err", out.Error())
	}
}

// plain keeps a spreadsheet from taking a text for a formula.
func plain(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t", rune(text[0])) {
		return "'" + text
	}
	return text
}

// unplain takes that back.
func unplain(text string) string {
	if len(text) > 1 && text[0] == '\'' && strings.ContainsRune("=+-@\t", rune(text[1])) {
		return text[1:]
	}
	return text
}

// takeList plans what a table that came back says: as a file of the form, or as the request's body.
func (s *desk) takeList(w http.ResponseWriter, r *http.Request) {
	from := io.Reader(r.Body)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		file, _, err := r.FormFile("list")
		if err != nil {
			s.fail(w, r, errors.New("choose a list to read, of at most 16 MB"))
			return
		}
		defer file.Close()
		from = file
	}
	made, err := s.planOf(r.Context(), from)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.propose(w, r, made)
}

// planOf reads a table. Rows that are wrong are told each with its line; only a table that is none is an error.
func (s *desk) planOf(ctx context.Context, from io.Reader) (*plan, error) {
	text := bufio.NewReader(from)
	if start, err := text.Peek(len(mark)); err == nil && string(start) == mark {
		text.Discard(len(mark))
	}
	in := csv.NewReader(text)
	in.FieldsPerRecord = -1
	if line, err := text.Peek(4096); len(line) > 0 || err == nil {
		first, _, _ := strings.Cut(string(line), "\n")
		if strings.Count(first, ";") > strings.Count(first, ",") { // as spreadsheets write it where the comma is in numbers
			in.Comma = ';'
		}
	}
	header, err := in.Read()
	if err != nil {
		return nil, errors.New("the list is empty, or no table of values with commas between them (CSV)")
	}
	at, err := columnsOf(header)
	if err != nil {
		return nil, err
	}
	made := &plan{}
	ids, seen, rows := s.byPath(), make(map[string]int), 0
	for {
		row, err := in.Read()
		if err == io.EOF {
			break
		}
		rows++
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			made.Wrong = append(made.Wrong, mistake{bad.StartLine, "", say(ctx, "This row cannot be read. What follows was not read.")})
			break // where the next row begins cannot be told
		}
		if err != nil {
			return nil, fmt.Errorf("the list ended before its time: %w", err)
		}
		line, _ := in.FieldPos(0)
		s.planRow(ctx, made, ids, seen, at, row, line)
	}
	made.What = say(ctx, "Read a list of %s", say(ctx, "%d rows", rows))
	return made, nil
}

// planRow plans one row.
func (s *desk) planRow(ctx context.Context, made *plan, ids map[string]events.ListingID, seen map[string]int, at map[string]int, row []string, line int) {
	if len(row) <= at[pathColumn] || len(row) == 1 && strings.TrimSpace(row[0]) == "" {
		return
	}
	path := unplain(row[at[pathColumn]])
	id, ok := ids[path]
	switch before := seen[path]; {
	case !ok:
		made.Wrong = append(made.Wrong, mistake{line, path, say(ctx, "No file for sale has this path.")})
		return
	case before > 0:
		made.Wrong = append(made.Wrong, mistake{line, path, say(ctx, "This file has a row already, line %d.", before)})
		return
	}
	seen[path] = line
	set := make(map[string]string)
	for name, i := range at {
		if name != pathColumn && i < len(row) {
			set[name] = unplain(row[i])
		}
	}
	s.plannedFor(ctx, made, id, line, path, func(f *form) {
		for _, c := range columns {
			if value, ok := set[c.name]; ok {
				*c.of(f) = value
			}
		}
	})
}

// columnsOf returns where each column is. Columns may be left out, which leaves what they say alone, but for the path.
func columnsOf(header []string) (map[string]int, error) {
	at := make(map[string]int)
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		known := name == pathColumn || slices.ContainsFunc(columns, func(c column) bool { return c.name == name })
		if !known {
			return nil, fmt.Errorf("line 1: there is no column %.40q; known are path, title, description, tags, format, price, "+
				"start, reserve, buy_now, duration, ends, currency, edition", name)
		}
		at[name] = i
	}
	if _, ok := at[pathColumn]; !ok {
		return nil, errors.New("line 1: the column path is missing, which says what file a row is about")
	}
	return at, nil
}

// byPath returns the listings by their whole path.
func (s *desk) byPath() map[string]events.ListingID {
	ids := make(map[string]events.ListingID)
	for _, f := range s.Find(listQuery{}.agent()).Files {
		ids[filepath.Join(f.Folder, f.Path)] = f.Listing.ID
	}
	return ids
}
