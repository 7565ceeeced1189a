package events

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
)

// A Publishable is a fact about which anybody may ask. Its record lies in the journal in two parts: one that everybody
// may read, with people masked and secret amounts left out, and the whole fact. The chain of hashes runs over the first
// parts alone, and each of them names a salted hash of the second. So a stranger can follow the chain without learning
// a secret, and whoever made the fact can show what stood in it.
type Publishable interface {
	Fact

	// Public returns the fact as everybody may see it.
	Public(mask func(UserID) UserID) Fact
}

// secretOf returns the amount in a fact that its maker alone knows, in minor units: a maximum, a reserve; 0 for none.
func secretOf(f Fact) int64 {
	if f, ok := f.(interface{ Secret() int64 }); ok {
		return f.Secret()
	}
	return 0
}

// HiddenReserve stands for a reserve where the public is only told that there is one.
const HiddenReserve int64 = -1

const (
	saltSize      = 16  // bytes, of each of the two that a record has
	concealedRoom = 480 // bytes, about what a bid has in its two parts, with salts and hash
)

// Pseudonym returns what a person is called in the public record of a subject: as on its pages, and a few letters more,
// so that no two are called the same. It is another one for each subject.
func Pseudonym(subject string, u UserID) UserID {
	if u == "" {
		return ""
	}
	var room [128]byte
	sum := sha256.Sum256(append(append(append(room[:0], subject...), 0), u...))
	return UserID(lower32.AppendEncode(append(u.appendMasked(room[:0]), '-'), sum[:5]))
}

// conceal makes f the record's fact, in its two parts.
func (r *Record) conceal(f Publishable) error {
	var last, name UserID // who bids mostly leads as well
	mask := func(u UserID) UserID {
		if u != last {
			last, name = u, Pseudonym(r.Subject, u)
		}
		return name
	}
	b := make([]byte, 2*saltSize+sha256.Size, concealedRoom) // all of it in one piece
	b, err := appendEncoded(b, f.Public(mask))
	if err != nil {
		return err
	}
	bodyEnd := len(b)
	if b, err = appendEncoded(b, f); err != nil {
		return err
	}
	hashAt, bodyAt := 2*saltSize, 2*saltSize+sha256.Size
	r.Salt, r.Concealed = b[:hashAt:hashAt], b[hashAt:bodyAt:bodyAt]
	r.Body, r.Secret = b[bodyAt:bodyEnd:bodyEnd], b[bodyEnd:]
	rand.Read(r.Salt) // never fails: crypto/rand ends the program instead
	hash := r.commitment(secretOf(f))
	copy(r.Concealed, hash[:])
	return nil
}

// SetFact makes f the record's fact.
func (r *Record) SetFact(f Fact) (err error) {
	r.Kind = f.FactKind()
	if p, ok := f.(Publishable); ok {
		return r.conceal(p)
	}
	r.Body, err = Encode(f)
	return err
}

// commitment returns the hash of what the record conceals: of two hashes, one of the secret amount and one of the rest,
// each under a salt of its own, so that the amount can be shown without the rest.
func (r *Record) commitment(amount int64) [sha256.Size]byte {
	rest := r.hashOfRest()
	return commitment(amount, r.Salt[:saltSize], rest[:])
}

// hashOfRest returns the hash of what the record conceals beside the amount.
func (r *Record) hashOfRest() [sha256.Size]byte {
	var room [512]byte
	rest := append(append(room[:0], 1), r.Salt[saltSize:]...)
	rest = append(append(rest, r.Command...), 0)
	rest = append(strconv.AppendUint(rest, r.Digest, 10), 0)
	return sha256.Sum256(append(rest, r.Secret...))
}

// commitment returns the hash of an amount, in minor units, under its salt, and of the hash of the rest.
func commitment(amount int64, salt, rest []byte) [sha256.Size]byte {
	var a [64]byte
	left := sha256.Sum256(strconv.AppendInt(append(append(a[:0], 0), salt...), amount, 10))
	var c [128]byte
	return sha256.Sum256(append(append(append(c[:0], 2), left[:]...), rest...))
}

// errConcealed means that the two parts of a record do not belong together.
var errConcealed = errors.New("what the record conceals is not what its hash says")

// checkConcealed reports whether f, read from the record, is what the record commits to.
func (r *Record) checkConcealed(f Fact) error {
	if len(r.Salt) != 2*saltSize {
		return errConcealed
	}
	if want := r.commitment(secretOf(f)); !bytes.Equal(want[:], r.Concealed) {
		return errConcealed
	}
	return nil
}

// An Opening shows the secret amount of one fact to whoever has the public record. The house gives it to the bidder who
// made the fact.
type Opening struct {
	Lot    LotID  `json:"lot"`
	Seq    uint64 `json:"seq"`    // of the fact
	Amount int64  `json:"amount"` // minor units
	Salt   []byte `json:"salt"`
	Rest   []byte `json:"rest"` // hash of what stays concealed
}

// Opening returns what shows the amount in the record's fact.
func (r *Record) Opening() (Opening, error) {
	f, err := r.Fact()
	if err != nil {
		return Opening{}, err
	}
	if len(r.Concealed) == 0 || len(r.Salt) != 2*saltSize {
		return Opening{}, fmt.Errorf("open fact %d of %s: nothing is concealed in it", r.Seq, r.Subject)
	}
	rest := r.hashOfRest()
	return Opening{Lot: LotID(r.Subject), Seq: r.Seq, Amount: secretOf(f), Salt: r.Salt[:saltSize], Rest: rest[:]}, nil
}

// Opens reports whether o shows the amount of the fact in a public record.
func (o Opening) Opens(r Record) bool {
	hash := commitment(o.Amount, o.Salt, o.Rest)
	return string(o.Lot) == r.Subject && o.Seq == r.Seq && len(r.Concealed) > 0 && bytes.Equal(hash[:], r.Concealed)
}
