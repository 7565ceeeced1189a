package events

import (
	"encoding/hex"
	"fmt"
	"time"
)

func init() { command[AskTrail]() }

// A Receipt is the signed word of whoever writes a journal on how far the history of one subject goes: the number and
// the hash of its newest fact. Since each fact names the hash of the one before, it vouches for all of them. Many are
// signed at once: the signature is over the head of a hash tree (RFC 6962), and Path leads there from this one.
type Receipt struct {
	Subject   string    `json:"subject"`
	Seq       uint64    `json:"seq"`
	Hash      []byte    `json:"hash"`            // of the record with that number
	At        time.Time `json:"at"`              // when that was decided, UTC
	Index     int       `json:"index,omitempty"` // of this receipt in the tree
	Size      int       `json:"size"`            // receipts in the tree
	Path      [][]byte  `json:"path,omitempty"`
	Signature []byte    `json:"signature"` // Ed25519, over SignedHead of the tree's head
}

// Leaf returns what the tree's leaf is the hash of.
func (r Receipt) Leaf() []byte {
	return fmt.Appendf(nil, "lightshare history 1\n%s\n%d\n%s\n%d\n", r.Subject, r.Seq, hex.EncodeToString(r.Hash), r.At.UnixMilli())
}

// SignedHead returns what is signed for a tree with that head.
func SignedHead(head []byte) []byte {
	return fmt.Appendf(nil, "lightshare receipts 1\n%s\n", hex.EncodeToString(head))
}

// AskTrail asks any journal where the facts of a subject lie. The answer's view is a [Trail].
type AskTrail struct{}

func (AskTrail) CommandKind() string { return "ask_trail" }
func (AskTrail) Question()           {}

// A Trail says where a subject's facts lie in its journal: the sequences of the messages that hold them, ascending, each
// written as an unsigned varint of its distance from the one before.
type Trail struct {
	Steps []byte `json:"steps"`
}
