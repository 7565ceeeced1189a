package events

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Bids and the envelopes of every command, answer and fact are written, and the envelopes of commands and answers read, by
// hand: they are on the way of each bid, and encoding/json would read every body again to see whether it is JSON. What they write is what
// encoding/json would, and what they cannot read at a glance encoding/json reads; tests say so.

// AppendJSON appends r to b as JSON.
func (r Request) AppendJSON(b []byte) []byte {
	b = appendString(append(b, `{"id":`...), string(r.ID))
	b = appendString(append(b, `,"subject":`...), r.Subject)
	b = appendString(append(b, `,"kind":`...), r.Kind)
	b = append(append(b, `,"body":`...), r.Body...)
	if r.Quiet {
		b = append(b, `,"quiet":true`...)
	}
	if r.Receipt {
		b = append(b, `,"receipt":true`...)
	}
	return append(b, '}')
}

// AppendJSON appends a to b as JSON.
func (a Answer) AppendJSON(b []byte) []byte {
	b, empty := append(b, '{'), len(b)+1
	key := func(name string) {
		if len(b) > empty {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), name...), `":`...)
	}
	if a.Refusal != "" {
		key("refusal")
		b = appendString(b, string(a.Refusal))
	}
	if a.Repeated {
		key("repeated")
		b = append(b, "true"...)
	}
	if a.Seq != 0 {
		key("seq")
		b = strconv.AppendUint(b, a.Seq, 10)
	}
	if len(a.View) > 0 {
		key("view")
		b = append(b, a.View...)
	}
	if a.Receipt != nil {
		receipt, err := json.Marshal(a.Receipt)
		if err != nil { // its fields always have a JSON form
			panic(err)
		}
		key("receipt")
		b = append(b, receipt...)
	}
	return append(b, '}')
}

// AppendJSON appends r to b as JSON. What it conceals comes last.
func (r Record) AppendJSON(b []byte) []byte { return r.AppendSecret(r.AppendPublic(b)) }

// AppendPublic appends what everybody may read of r to b as JSON.
func (r Record) AppendPublic(b []byte) []byte {
	b = appendString(append(b, `{"subject":`...), r.Subject)
	b = strconv.AppendUint(append(b, `,"seq":`...), r.Seq, 10)
	b = r.At.AppendFormat(append(b, `,"at":"`...), time.RFC3339Nano)
	b = appendString(append(b, `","kind":`...), r.Kind)
	if len(r.Concealed) == 0 {
		b = r.appendCommand(b)
	}
	if len(r.Prev) > 0 {
		b = base64.StdEncoding.AppendEncode(append(b, `,"prev":"`...), r.Prev)
		b = append(b, '"')
	}
	if len(r.Concealed) > 0 {
		b = base64.StdEncoding.AppendEncode(append(b, `,"concealed":"`...), r.Concealed)
		b = append(b, '"')
	}
	return append(append(append(b, `,"body":`...), r.Body...), '}')
}

// AppendSecret appends the rest of r to b, which ends with what AppendPublic wrote.
func (r Record) AppendSecret(b []byte) []byte {
	if len(r.Secret) == 0 {
		return b
	}
	b = r.appendCommand(b[:len(b)-1])
	b = base64.StdEncoding.AppendEncode(append(b, `,"salt":"`...), r.Salt)
	return append(append(append(b, `","secret":`...), r.Secret...), '}')
}

func (r Record) appendCommand(b []byte) []byte {
	if r.Command != "" {
		b = appendString(append(b, `,"command":`...), string(r.Command))
	}
	if r.Digest != 0 {
		b = strconv.AppendUint(append(b, `,"digest":`...), r.Digest, 10)
	}
	return b
}

// Encode returns a command or fact as JSON.
func Encode(v any) ([]byte, error) {
	if v, ok := v.(interface{ AppendJSON([]byte) []byte }); ok {
		return v.AppendJSON(make([]byte, 0, 256)), nil
	}
	return json.Marshal(v)
}

// AppendJSON appends c to b as JSON.
func (c PlaceBid) AppendJSON(b []byte) []byte {
	b = appendString(append(b, `{"bidder":`...), string(c.Bidder))
	b = strconv.AppendInt(append(b, `,"max":`...), c.Max, 10)
	return append(b, '}')
}

// AppendJSON appends f to b as JSON.
func (f BidPlaced) AppendJSON(b []byte) []byte {
	b = appendString(append(b, `{"bidder":`...), string(f.Bidder))
	b = strconv.AppendInt(append(b, `,"max":`...), f.Max, 10)
	b = strconv.AppendInt(append(b, `,"price":`...), f.Price, 10)
	b = appendString(append(b, `,"leader":`...), string(f.Leader))
	if f.Outbid != "" {
		b = appendString(append(b, `,"outbid":`...), string(f.Outbid))
	}
	b = f.EndsAt.AppendFormat(append(b, `,"ends_at":"`...), time.RFC3339Nano)
	return append(b, '"', '}')
}

// ReadRequest reads a request and its command. Anything unreadable is [Malformed].
func ReadRequest(line []byte) (Request, Command, error) {
	if r, ok := glanceRequest(line); ok {
		if c, err := r.Command(); err == nil {
			return r, c, nil
		}
	}
	var r Request
	if err := json.Unmarshal(line, &r); err != nil {
		return Request{}, nil, fmt.Errorf("read request: %w (%w)", Malformed, err)
	}
	c, err := r.Command()
	return r, c, err
}

// glanceRequest reads a request as AppendJSON writes it, all but the body, which is whatever lies between.
func glanceRequest(line []byte) (r Request, ok bool) {
	g := glance{line, true}
	r.ID = CommandID(g.plain(`{"id":"`))
	r.Subject = g.plain(`,"subject":"`)
	r.Kind = g.plain(`,"kind":"`)
	g.skip(`,"body":`)
	body, closed := bytes.CutSuffix(g.rest, []byte{'}'})
	r.Body, r.Quiet = bytes.CutSuffix(body, []byte(`,"quiet":true`))
	return r, g.ok && closed
}

// ReadAnswer reads an answer.
func ReadAnswer(line []byte) (Answer, error) {
	g := glance{line, true}
	g.skip(`{"seq":`)
	if digits, closed := bytes.CutSuffix(g.rest, []byte{'}'}); g.ok && closed {
		if n, err := strconv.ParseUint(string(digits), 10, 64); err == nil {
			return Answer{Seq: n}, nil
		}
	}
	var a Answer
	if err := json.Unmarshal(line, &a); err != nil {
		return Answer{}, fmt.Errorf("read answer: %w", err)
	}
	return a, nil
}

// glance reads what is written just as expected, and is not ok from the first byte that is not.
type glance struct {
	rest []byte
	ok   bool
}

// skip passes over s.
func (g *glance) skip(s string) {
	if rest, found := bytes.CutPrefix(g.rest, []byte(s)); g.ok && found {
		g.rest = rest
		return
	}
	g.ok = false
}

// plain passes over prefix, which ends with a quotation mark, and returns the string up to the next one.
func (g *glance) plain(prefix string) string {
	g.skip(prefix)
	for i, c := range g.rest {
		if c == '"' && g.ok {
			s := string(g.rest[:i])
			g.rest = g.rest[i+1:]
			return s
		}
		if c < ' ' || c > '~' || c == '\\' {
			break
		}
	}
	g.ok = false
	return ""
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
