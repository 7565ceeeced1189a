package blacklist

import (
	"fmt"
	"strings"

	"lightshare/events"
)

// ReadWorks reads works as a person types or pastes them: artist and title a line, with a comma or a tab between them and
// quotes where a name has a comma; after them other names of each, if there are. It returns every good line, without an
// id, and every other one with its number. Of lines that say the same the first counts.
func ReadWorks(text string) ([]events.Entry, []RowError) {
	var works []events.Entry
	var broken []RowError
	lineOf := make(map[string]int)
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		e, err := readWork(line)
		same := Fold(e.Artist) + "\n" + Fold(e.Title)
		if first := lineOf[same]; err == nil && first > 0 {
			err = fmt.Errorf("the same work as in line %d", first)
		}
		if err != nil {
			broken = append(broken, RowError{i + 1, err})
			continue
		}
		lineOf[same] = i + 1
		works = append(works, e)
	}
	return works, broken
}

func readWork(line string) (events.Entry, error) {
	var fields []string
	if strings.Contains(line, "\t") {
		fields = strings.Split(strings.TrimRight(line, "\r"), "\t")
	} else {
		var err error
		if fields, err = fieldsOf(line); err != nil {
			return events.Entry{}, err
		}
	}
	if len(fields) < 2 || len(fields) > 4 {
		return events.Entry{}, fmt.Errorf("%d names; artist and title are wanted, with a comma between them", len(fields))
	}
	fields = append(fields, "", "")
	e := events.Entry{
		ID: "new", Artist: strings.TrimSpace(fields[0]), Title: strings.TrimSpace(fields[1]),
		ArtistAlt: namesOf(fields[2]), TitleAlt: namesOf(fields[3]),
	}
	if err := checkEntry(e); err != nil {
		return events.Entry{}, err
	}
	e.ID = ""
	return e, nil
}
