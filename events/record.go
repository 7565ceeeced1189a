package events

import (
	"encoding/json"
	"io"
)

// The public record of a lot is a file of JSON lines: a [RecordHead], then what the public may read of each fact, as its
// bytes are hashed into the chain, then one [Receipt] for the whole, and one [Opening] for each amount that is shown.
// A fact that cannot be shown in part is [Withheld].

// RecordFormat is raised when older programs cannot check newer records.
const RecordFormat = 1

// A RecordLine is a line of a public record that is not a fact's.
type RecordLine struct {
	Head    *RecordHead `json:"record,omitempty"`
	Receipt *Receipt    `json:"receipt,omitempty"`
	Opening *Opening    `json:"opening,omitempty"`

	Withheld *Withheld `json:"withheld,omitempty"` // in the place of a fact
}

// A Withheld is a fact of which the public sees only that there is one. Those were written before records were public.
type Withheld struct {
	Seq  uint64 `json:"seq"`
	Kind string `json:"kind"`
	Prev []byte `json:"prev,omitempty"` // Hash of the fact before
	Hash []byte `json:"hash"`           // of this one
}

// A RecordHead is the first line of a public record.
type RecordHead struct {
	Format int    `json:"format"`
	Lot    LotID  `json:"lot"`
	Key    []byte `json:"key,omitempty"` // Ed25519, of the house; the receipt is signed with its private half
}

// WritePublic writes what the public may read of r to w, as one line of a public record.
func (r Record) WritePublic(w io.Writer) error {
	if len(r.Concealed) > 0 {
		_, err := w.Write(append(r.AppendPublic(nil), '\n'))
		return err
	}
	hash := r.Hash()
	return json.NewEncoder(w).Encode(RecordLine{Withheld: &Withheld{Seq: r.Seq, Kind: r.Kind, Prev: r.Prev, Hash: hash[:]}})
}
