package events

import (
	"encoding/json"
	"strconv"
	"time"
)

// writer writes a JSON object field by field, as encoding/json would.
type writer struct {
	b     []byte
	first int // where the first field begins
}

func object(b []byte) writer { return writer{append(b, '{'), len(b) + 1} }

func (w *writer) end() []byte { return append(w.b, '}') }

func (w *writer) key(name string) {
	if len(w.b) > w.first {
		w.b = append(w.b, ',')
	}
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

func (w *writer) text(name, s string) {
	w.key(name)
	w.b = appendString(w.b, s)
}

// some is text unless it is empty.
func (w *writer) some(name, s string) {
	if s != "" {
		w.text(name, s)
	}
}

func (w *writer) number(name string, n int64) {
	w.key(name)
	w.b = strconv.AppendInt(w.b, n, 10)
}

// count is number unless it is 0.
func (w *writer) count(name string, n int64) {
	if n != 0 {
		w.number(name, n)
	}
}

func (w *writer) unsigned(name string, n uint64) {
	w.key(name)
	w.b = strconv.AppendUint(w.b, n, 10)
}

// flag writes true, or nothing.
func (w *writer) flag(name string, on bool) {
	if on {
		w.json(name, []byte("true"))
	}
}

// time writes t as RFC 3339 has it.
func (w *writer) time(name string, t time.Time) {
	w.key(name)
	w.b = append(w.b, '"')
	w.b = append(t.AppendFormat(w.b, time.RFC3339Nano), '"')
}

// moment is time unless it is zero.
func (w *writer) moment(name string, t time.Time) {
	if !t.IsZero() {
		w.time(name, t)
	}
}

// json writes what is JSON already.
func (w *writer) json(name string, value []byte) {
	w.key(name)
	w.b = append(w.b, value...)
}

// appendString appends s as a JSON string. Identifiers are plain and need no look at each rune.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, err := json.Marshal(s)
			if err != nil { // a string always has a JSON form
				panic(err)
			}
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
