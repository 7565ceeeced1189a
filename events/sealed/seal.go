package sealed

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	// SealedRecordSize is the number of bytes of a sealed record, the rs of RFC 8188. Only the last one may be shorter.
	SealedRecordSize = 64 << 10

	// Overhead is how many bytes longer a sealed record is than what it holds: the delimiter and the tag.
	Overhead = SealedRecordSize - RecordSize

	// TagSize is how many of them are the tag, the last ones.
	TagSize = 16

	// SecretSize and SaltSize are the two halves of a [Key], in bytes.
	SecretSize, SaltSize = 16, 16

	// HeaderSize is the number of bytes of a [Key.Header].
	HeaderSize = SaltSize + 4 + 1

	delimiter, lastDelimiter = 1, 2
)

// ErrUnsealable says that a sealed record does not open: the key is another one, or the record is none of that place.
var ErrUnsealable = errors.New("sealed record does not open")

// A Key seals one content and opens it again: the keying material and the salt of RFC 8188. It never seals two contents.
type Key struct {
	Secret [SecretSize]byte
	Salt   [SaltSize]byte
}

// NewKey returns a random key.
func NewKey() Key {
	var k Key
	rand.Read(k.Secret[:]) // never fails
	rand.Read(k.Salt[:])
	return k
}

// KeyOf reads what Bytes writes.
func KeyOf(b []byte) (Key, error) {
	var k Key
	if len(b) != SecretSize+SaltSize {
		return k, fmt.Errorf("key of %d bytes, want %d", len(b), SecretSize+SaltSize)
	}
	copy(k.Secret[:], b)
	copy(k.Salt[:], b[SecretSize:])
	return k, nil
}

// Bytes returns the secret followed by the salt.
func (k Key) Bytes() []byte { return append(k.Secret[:], k.Salt[:]...) }

// Header returns what stands before the records where RFC 8188 asks for it: salt, record size, and a key id of no bytes.
func (k Key) Header() []byte {
	b := binary.BigEndian.AppendUint32(k.Salt[:], SealedRecordSize)
	return append(b, 0)
}

// A Sealer seals and opens the records of one content. Safe for concurrent use.
type Sealer struct {
	aead cipher.AEAD
	base [12]byte // nonce of record 0
	last int64    // number of the last record
}

// Sealer returns the sealer of a file of size bytes.
func (k Key) Sealer(size int64) *Sealer { return k.sealer(SealedRecords(size)) }

func (k Key) sealer(records int64) *Sealer {
	derive := func(info string, n int) []byte {
		b, err := hkdf.Key(sha256.New, k.Secret[:], k.Salt[:], "Content-Encoding: "+info+"\x00", n)
		if err != nil {
			panic("sealed: derive " + info + ": " + err.Error()) // only too many bytes cannot be derived
		}
		return b
	}
	block, err := aes.NewCipher(derive("aes128gcm", 16))
	if err != nil {
		panic("sealed: " + err.Error()) // only a key of another length is refused
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("sealed: " + err.Error()) // AES has the block size that GCM wants
	}
	s := &Sealer{aead: aead, last: records - 1}
	copy(s.base[:], derive("nonce", len(s.base)))
	return s
}

// nonce returns that of record i: the first one's with the number in its last bytes, exclusive or.
func (s *Sealer) nonce(i int64) []byte {
	b := s.base
	tail := b[len(b)-8:]
	binary.BigEndian.PutUint64(tail, binary.BigEndian.Uint64(tail)^uint64(i))
	return b[:]
}

func (s *Sealer) delimiter(i int64) byte {
	if i == s.last {
		return lastDelimiter
	}
	return delimiter
}

// Seal seals the text of record i, at most [RecordSize] bytes. With room for [Overhead] more behind it the text is
// sealed where it lies.
func (s *Sealer) Seal(i int64, text []byte) []byte {
	text = append(text, s.delimiter(i))
	return s.aead.Seal(text[:0], s.nonce(i), text, nil)
}

// Tag returns the tag of a sealed record. It tells what was sealed: for one key and one place, two texts have the same tag
// only by a chance of 2^-115, unless whoever made them knows the key.
func Tag(record []byte) []byte { return record[max(0, len(record)-TagSize):] }

// Open returns the text of record i. The record is opened where it lies, and is lost if that fails with
// [ErrUnsealable]. A record that is padded, or is the last one where it should not be, or the other way round, does not
// open either: one text has one sealed form.
func (s *Sealer) Open(i int64, record []byte) ([]byte, error) { return s.OpenTo(record[:0], i, record) }

// OpenTo appends the text of record i to dst, which must not overlap the record unless it is its beginning, with none of
// it in. One byte behind the text is written over.
func (s *Sealer) OpenTo(dst []byte, i int64, record []byte) ([]byte, error) {
	if len(record) > SealedRecordSize || len(record) <= Overhead {
		return nil, fmt.Errorf("record %d of %d bytes: %w", i, len(record), ErrUnsealable)
	}
	text, err := s.aead.Open(dst, s.nonce(i), record, nil)
	if err != nil {
		return nil, fmt.Errorf("record %d: %w", i, ErrUnsealable)
	}
	end := len(text) - 1
	if text[end] != s.delimiter(i) {
		return nil, fmt.Errorf("record %d ends wrongly: %w", i, ErrUnsealable)
	}
	return text[:end], nil
}
