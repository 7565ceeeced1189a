package events

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Whatever is on the way of each bid (the bid, the envelopes of commands, answers and facts, the lot's standing) is written
// by hand, and the commands and answers are read so: encoding/json would read every body again to see whether it is JSON.
// What is written is what encoding/json would write, and what cannot be read at a glance encoding/json reads; tests say so.

// AppendJSON appends r to b as JSON.
func (r Request) AppendJSON(b []byte) []byte {
	o := object(b)
	o.text("id", string(r.ID))
	o.text("subject", r.Subject)
	o.text("kind", r.Kind)
	o.json("body", r.Body)
	o.flag("quiet", r.Quiet)
	o.flag("receipt", r.Receipt)
	return o.end()
}

// AppendJSON appends a to b as JSON.
func (a Answer) AppendJSON(b []byte) []byte {
	o := object(b)
	o.some("refusal", string(a.Refusal))
	o.flag("repeated", a.Repeated)
	if a.Seq != 0 {
		o.unsigned("seq", a.Seq)
	}
	if len(a.View) > 0 {
		o.json("view", a.View)
	}
	if a.Receipt != nil {
		receipt, err := json.Marshal(a.Receipt)
		if err != nil { // its fields always have a JSON form
			panic(err)
		}
		o.json("receipt", receipt)
	}
	return o.end()
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

// Encode returns a message as JSON.
func Encode(v any) ([]byte, error) {
	if v, ok := v.(appender); ok {
		return v.AppendJSON(make([]byte, 0, 192)), nil
	}
	return json.Marshal(v)
}

type appender interface{ AppendJSON([]byte) []byte }

// appendEncoded appends what Encode returns to b.
func appendEncoded(b []byte, v any) ([]byte, error) {
	if v, ok := v.(appender); ok {
		return v.AppendJSON(b), nil
	}
	encoded, err := json.Marshal(v)
	return append(b, encoded...), err
}

// AppendJSON appends c to b as JSON.
func (c PlaceBid) AppendJSON(b []byte) []byte {
	o := object(b)
	o.text("bidder", string(c.Bidder))
	o.number("max", c.Max)
	o.some("sells", string(c.Sells))
	return o.end()
}

// AppendJSON appends f to b as JSON.
func (f BidPlaced) AppendJSON(b []byte) []byte {
	o := object(b)
	o.text("bidder", string(f.Bidder))
	o.number("max", f.Max)
	o.number("price", f.Price)
	o.text("leader", string(f.Leader))
	o.some("outbid", string(f.Outbid))
	o.time("ends_at", f.EndsAt)
	return o.end()
}

// AppendJSON appends l to b as JSON.
func (l Bid) AppendJSON(b []byte) []byte {
	o := object(b)
	o.unsigned("seq", l.Seq)
	o.time("at", l.At)
	o.text("bidder", string(l.Bidder))
	o.number("price", l.Price)
	o.time("ends_at", l.EndsAt)
	return o.end()
}

// AppendJSON appends s to b as JSON.
func (s Standing) AppendJSON(b []byte) []byte {
	o := object(b)
	o.text("lot", string(s.Lot))
	o.unsigned("version", s.Version)
	o.time("at", s.At)
	o.text("state", string(s.State))
	o.text("format", string(s.Format))
	o.text("currency", string(s.Currency))
	o.text("seller", string(s.Seller))
	o.number("price", s.Price)
	o.count("next", s.Next)
	o.number("bids", int64(s.Bids))
	o.some("leader", string(s.Leader))
	o.some("outbid", string(s.Outbid))
	if s.ReserveMet != nil {
		o.json("reserve_met", strconv.AppendBool(nil, *s.ReserveMet))
	}
	o.count("buy_now", s.BuyNow)
	o.moment("ends_at", s.EndsAt)
	o.moment("latest_end", s.LatestEnd)
	o.count("soft_close", s.SoftClose)
	o.flag("extended", s.Extended)
	o.some("order", string(s.Order))
	if s.Chance != nil {
		o.json("chance", s.Chance.appendJSON(nil))
	}
	o.number("edition", s.Edition)
	o.number("copies", s.Copies)
	if len(s.Proposals) > 0 {
		waiting, _ := json.Marshal(s.Proposals) // rare, and plain data
		o.json("proposals", waiting)
	}
	return o.end()
}

func (c Chance) appendJSON(b []byte) []byte {
	o := object(b)
	o.text("bidder", string(c.Bidder))
	o.number("price", c.Price)
	o.time("until", c.Until)
	o.some("order", string(c.Order))
	return o.end()
}

// ReadRequest reads a request and its command. Anything unreadable is [Malformed].
func ReadRequest(line []byte) (Request, Command, error) {
	if r, ok := glanceRequest(line); ok {
		if c, ok := glancePlaceBid(r); ok {
			return r, c, nil
		}
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
	r.Kind = kindOf(g.plainBytes(`,"kind":"`))
	g.skip(`,"body":`)
	body, closed := bytes.CutSuffix(g.rest, []byte{'}'})
	r.Body, r.Quiet = bytes.CutSuffix(body, []byte(`,"quiet":true`))
	return r, g.ok && closed
}

// kindOf returns a command's kind, without a copy for the one that comes with each bid.
func kindOf(kind []byte) string {
	if bid := (PlaceBid{}).CommandKind(); string(kind) == bid {
		return bid
	}
	return string(kind)
}

// glancePlaceBid reads the command of a bidder who sells nothing, as AppendJSON writes it.
func glancePlaceBid(r Request) (c PlaceBid, ok bool) {
	if r.Kind != c.CommandKind() {
		return c, false
	}
	g := glance{r.Body, true}
	c.Bidder = UserID(g.plain(`{"bidder":"`))
	g.skip(`,"max":`)
	most, err := strconv.ParseInt(g.last(), 10, 64)
	c.Max = most
	return c, g.ok && err == nil
}

// ReadAnswer reads an answer.
func ReadAnswer(line []byte) (Answer, error) {
	g := glance{line, true}
	g.skip(`{"seq":`)
	if n, err := strconv.ParseUint(g.last(), 10, 64); g.ok && err == nil {
		return Answer{Seq: n}, nil
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

// last returns the digits before the brace that ends everything.
func (g *glance) last() string {
	digits, closed := bytes.CutSuffix(g.rest, []byte{'}'})
	g.ok = g.ok && closed && len(digits) > 0 && (digits[0] != '0' || len(digits) == 1)
	for _, c := range digits {
		g.ok = g.ok && '0' <= c && c <= '9'
	}
	return string(digits)
}

// plain passes over prefix, which ends with a quotation mark, and returns the string up to the next one.
func (g *glance) plain(prefix string) string { return string(g.plainBytes(prefix)) }

// plainBytes is plain without a copy.
func (g *glance) plainBytes(prefix string) []byte {
	g.skip(prefix)
	for i, c := range g.rest {
		if c == '"' && g.ok {
			s := g.rest[:i]
			g.rest = g.rest[i+1:]
			return s
		}
		if c < ' ' || c > '~' || c == '\\' {
			break
		}
	}
	g.ok = false
	return nil
}
