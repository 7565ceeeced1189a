package events

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
)

// A Command asks the writer of a journal for something. It is named in the imperative.
type Command interface{ CommandKind() string }

// A Question is a command that changes nothing and needs no id.
type Question interface {
	Command
	Question()
}

// A Fact was decided and appended to a journal. It is named in the past tense.
type Fact interface{ FactKind() string }

// A Request is a command on its way to a writer. A message carries one or, of a busy sender, up to 256, a line each; the
// answer to it has an [Answer] for each, a line each, in the same order.
type Request struct {
	ID      CommandID       `json:"id"`      // chosen by the sender; the same id twice has one effect
	Subject string          `json:"subject"` // whose state it concerns: a lot, an order, the blacklist
	Kind    string          `json:"kind"`
	Body    json.RawMessage `json:"body"`
	Quiet   bool            `json:"quiet,omitempty"`   // the answer needs no view
	Receipt bool            `json:"receipt,omitempty"` // the answer shall have a receipt
}

// An Answer is what the writer says, once the fact is on disk.
type Answer struct {
	Refusal  Refusal         `json:"refusal,omitempty"`  // empty: accepted
	Repeated bool            `json:"repeated,omitempty"` // accepted earlier under the same id; nothing further happened
	Seq      uint64          `json:"seq,omitempty"`      // the subject's newest fact
	View     json.RawMessage `json:"view,omitempty"`     // the subject as it stands afterwards
	Receipt  *Receipt        `json:"receipt,omitempty"`  // for what was accepted, if it was wanted
}

// A Record is a fact as it lies in a journal, one JSON line each.
type Record struct {
	Subject string          `json:"subject"`
	Seq     uint64          `json:"seq"` // 1 is the subject's first fact
	At      time.Time       `json:"at"`  // the journal's time, UTC, whole milliseconds; never goes back within a partition
	Kind    string          `json:"kind"`
	Command CommandID       `json:"command,omitempty"` // what it answers; empty for deadlines
	Digest  uint64          `json:"digest,omitempty"`  // of that command's content, so that a reused id is noticed after a restart
	Prev    []byte          `json:"prev,omitempty"`    // Hash of the subject's fact before this; empty for the first
	Body    json.RawMessage `json:"body"`

	// Of a [Publishable] fact, Body is what everybody may see.
	Concealed []byte          `json:"concealed,omitempty"` // salted hash of the rest: Command, Digest and what follows
	Salt      []byte          `json:"salt,omitempty"`
	Secret    json.RawMessage `json:"secret,omitempty"` // the whole fact
}

// Hash returns the SHA-256 of the record as the public may read it, or as it lies in the journal if there is no such
// part. Each record names the hash of the one before, so that the last one vouches for the whole history of its subject.
func (r Record) Hash() [sha256.Size]byte { return sha256.Sum256(r.AppendPublic(nil)) }

// Fact returns the record's fact, as a value of its type: the whole one, or what is public of it when the record has
// no more.
func (r Record) Fact() (Fact, error) {
	decode, ok := facts[r.Kind]
	if !ok {
		return nil, fmt.Errorf("fact %q of %s: unknown kind", r.Kind, r.Subject)
	}
	body := r.Body
	if len(r.Secret) > 0 {
		body = r.Secret
	}
	f, err := decode(body)
	if err == nil && len(r.Secret) > 0 {
		err = r.checkConcealed(f)
	}
	if err != nil {
		return nil, fmt.Errorf("fact %s %d of %s: %w", r.Kind, r.Seq, r.Subject, err)
	}
	return f, nil
}

// Command returns the request's command, as a value of its type. Anything unreadable is [Malformed].
func (r Request) Command() (Command, error) {
	decode, ok := commands[r.Kind]
	if !ok {
		return nil, fmt.Errorf("command %q: %w", r.Kind, Malformed)
	}
	c, err := decode(r.Body)
	if err != nil {
		return nil, fmt.Errorf("command %s: %w", r.Kind, Malformed)
	}
	return c, nil
}

// NewRequest wraps c for the bus.
func NewRequest(id CommandID, subject string, c Command) (Request, error) {
	body, err := Encode(c)
	if err != nil {
		return Request{}, fmt.Errorf("encode %s: %w", c.CommandKind(), err)
	}
	return Request{ID: id, Subject: subject, Kind: c.CommandKind(), Body: body}, nil
}

var (
	commands = map[string]func(json.RawMessage) (Command, error){}
	facts    = map[string]func(json.RawMessage) (Fact, error){}
)

// command makes C known by its kind; each file of messages calls it for its own at start.
func command[C Command]() {
	var zero C
	commands[zero.CommandKind()] = func(b json.RawMessage) (Command, error) {
		var c C
		err := json.Unmarshal(b, &c)
		return c, err
	}
}

// fact makes F known by its kind.
func fact[F Fact]() {
	var zero F
	facts[zero.FactKind()] = func(b json.RawMessage) (Fact, error) {
		var f F
		err := json.Unmarshal(b, &f)
		return f, err
	}
}
