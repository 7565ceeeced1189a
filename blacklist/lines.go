package blacklist

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"lightshare/events"
)

// A screenedLine is a listing as a line of JSON.
type screenedLine struct {
	ID       string            `json:"id"`
	Text     string            `json:"text"`
	FileName string            `json:"file_name"`
	Tags     map[string]string `json:"tags"`
	Type     string            `json:"type"` // sniffed media type, if known
}

// A verdictLine is the answer to it.
type verdictLine struct {
	ID     string         `json:"id"`
	Label  events.Ruling  `json:"label"`
	Entry  events.EntryID `json:"entry_id"`
	Rule   string         `json:"rule"`
	Score  float64        `json:"score"`
	Micros float64        `json:"micros"` // the check took, in microseconds
}

// maxLine is the longest line that is read, in bytes; a listing of a megabyte fits.
const maxLine = 16 << 20

// ScreenLines reads listings from r, a JSON object {"id","text","file_name","tags"} a line, and writes the verdict on
// each to w as {"id","label","entry_id","rule","score","micros"}, in the same order; a verdict is written out before the
// next listing is waited for. The first line that is no such object ends it with an error that names the line.
func ScreenLines(list *List, r io.Reader, w io.Writer) error {
	in := bufio.NewReaderSize(r, 64<<10)
	out := bufio.NewWriter(w)
	answers := json.NewEncoder(out)
	answers.SetEscapeHTML(false)
	for number := 1; ; number++ {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) {
			return out.Flush()
		}
		if err == nil && len(line) > 0 {
			err = screenLine(list, line, answers)
		}
		if err == nil && in.Buffered() == 0 {
			err = out.Flush()
		}
		if err != nil {
			return errors.Join(fmt.Errorf("screen line %d: %w", number, err), out.Flush())
		}
	}
}

// ReadListings reads listings as [ScreenLines] does.
func ReadListings(r io.Reader) ([]events.Listing, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	var all []events.Listing
	for number := 1; ; number++ {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		var c screenedLine
		if err == nil && len(line) > 0 {
			if err = json.Unmarshal(line, &c); err == nil {
				all = append(all, c.listing())
			}
		}
		if err != nil {
			return all, fmt.Errorf("line %d: %w", number, err)
		}
	}
}

func (c screenedLine) listing() events.Listing {
	l := events.Listing{Title: c.Text, FileName: c.FileName, Type: c.Type}
	for _, key := range slices.Sorted(maps.Keys(c.Tags)) {
		l.Tags = append(l.Tags, c.Tags[key])
	}
	return l
}

func screenLine(list *List, line []byte, answers *json.Encoder) error {
	var c screenedLine
	if err := json.Unmarshal(line, &c); err != nil {
		return err
	}
	l := c.listing()
	began := time.Now()
	v := list.Screen(l)
	took := time.Since(began)
	return answers.Encode(verdictLine{c.ID, v.Ruling, v.Entry, v.Rule, v.Score, float64(took.Nanoseconds()) / 1000})
}

// readLine returns the next line without its end; io.EOF behind the last.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, fmt.Errorf("longer than %d bytes", maxLine)
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0, err == nil:
			return line[:len(line):len(line)], nil
		default:
			return nil, err
		}
	}
}
