package events

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"time"
)

// The envelopes of every command, answer and fact are written by hand: they are on the way of each bid, and encoding/json
// would read every body again to see whether it is JSON. What they write is what encoding/json would; a test says so.

// AppendJSON appends r to b as JSON.
func (r Request) AppendJSON(b []byte) []byte {
	b = appendString(append(b, `{"id":`...), string(r.ID))
	b = appendString(append(b, `,"subject":`...), r.Subject)
	b = appendString(append(b, `,"kind":`...), r.Kind)
	b = append(append(b, `,"body":`...), r.Body...)
	if r.Quiet {
		b = append(b, `,"quiet":true`...)
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

// Encode returns a command or fact as JSON.
func Encode(v any) ([]byte, error) {
	if v, ok := v.(interface{ AppendJSON([]byte) []byte }); ok {
		return v.AppendJSON(make([]byte, 0, 256)), nil
	}
	return json.Marshal(v)
}
