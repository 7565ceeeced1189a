package sealed

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"math/bits"
	"slices"
)

// RecordSize is the number of plain bytes in a record: 64 KiB as sealed by RFC 8188, less the 16 bytes of the tag and the
// one of the padding delimiter.
const RecordSize = 64<<10 - 16 - 1

// HashSize is the number of bytes in a [Hash].
const HashSize = sha256.Size

// A Hash is one SHA-256 of the tree: a leaf, a node or the root.
type Hash [HashSize]byte

// The first byte of what is hashed tells a leaf from a node (RFC 6962, section 2.1).
var leafPrefix = []byte{0x00}

const nodePrefix = 0x01

// String returns h as 64 lower-case hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads what String writes. Upper case is refused: one hash has one text.
func ParseHash(s string) (Hash, error) {
	var h Hash
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(h) || hex.EncodeToString(b) != s {
		return Hash{}, fmt.Errorf("parse hash %.80q: not %d lower-case hexadecimal digits", s, 2*len(h))
	}
	copy(h[:], b)
	return h, nil
}

// MarshalText writes what String returns.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what [ParseHash] reads.
func (h *Hash) UnmarshalText(b []byte) (err error) {
	*h, err = ParseHash(string(b))
	return err
}

// Records returns how many records a file of size bytes has.
func Records(size int64) int64 {
	n := size / RecordSize
	if size%RecordSize != 0 {
		n++
	}
	return n
}

// LeafHash returns the leaf of a record.
func LeafHash(record []byte) Hash {
	d := sha256.New()
	d.Write(leafPrefix)
	d.Write(record)
	var h Hash
	d.Sum(h[:0])
	return h
}

func nodeHash(left, right Hash) Hash {
	var b [1 + 2*HashSize]byte
	b[0] = nodePrefix
	copy(b[1:], left[:])
	copy(b[1+HashSize:], right[:])
	return sha256.Sum256(b[:])
}

// Root returns the head of the tree over leaves.
func Root(leaves []Hash) Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		left := 1 << (bits.Len(uint(n-1)) - 1) // the largest power of two below n
		return nodeHash(Root(leaves[:left]), Root(leaves[left:]))
	}
}

// A Tree hashes what is written through it, in pieces of any length. Besides the leaves it keeps no more than one
// running hash. Not safe for concurrent use.
type Tree struct {
	size   int    // of a record
	leaves []Hash // of the records that are full
	record hash.Hash
	filled int // bytes in record, below size
}

// NewTree returns the tree over the plain records of an empty file.
func NewTree() *Tree { return newTree(RecordSize) }

// NewSealedTree returns the tree over no sealed records.
func NewSealedTree() *Tree { return newTree(SealedRecordSize) }

func newTree(size int) *Tree {
	t := &Tree{size: size, record: sha256.New()}
	t.begin()
	return t
}

func (t *Tree) begin() {
	t.record.Reset()
	t.record.Write(leafPrefix)
	t.filled = 0
}

// Write adds the next bytes. It never fails.
func (t *Tree) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 {
		n := min(len(p), t.size-t.filled)
		t.record.Write(p[:n])
		p = p[n:]
		if t.filled += n; t.filled == t.size {
			t.leaves = append(t.leaves, Hash{})
			t.record.Sum(t.leaves[len(t.leaves)-1][:0])
			t.begin()
		}
	}
	return written, nil
}

// Size returns the number of bytes written so far.
func (t *Tree) Size() int64 { return int64(len(t.leaves))*int64(t.size) + int64(t.filled) }

// Leaves returns the leaves of what was written so far. The caller must not change them.
func (t *Tree) Leaves() []Hash {
	if t.filled == 0 {
		return slices.Clip(t.leaves)
	}
	var last Hash
	t.record.Sum(last[:0])
	return append(slices.Clip(t.leaves), last)
}

// Root returns the head of the tree over what was written so far.
func (t *Tree) Root() Hash { return Root(t.Leaves()) }
