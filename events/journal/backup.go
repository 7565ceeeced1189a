package journal

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// A Checkpoint says how far the backup of some journals goes, signed by the house.
type Checkpoint struct {
	At        time.Time     `json:"at"` // UTC
	Journals  []JournalCopy `json:"journals"`
	Buckets   []BucketCopy  `json:"buckets,omitempty"`
	Key       []byte        `json:"key"`       // Ed25519 public key
	Signature []byte        `json:"signature"` // over the checkpoint without it
}

// A JournalCopy is one journal in a backup.
type JournalCopy struct {
	Name  string `json:"name"`
	Last  uint64 `json:"last"`  // sequence of its newest message
	Facts uint64 `json:"facts"` // in all of them
	Sum   string `json:"sum"`   // SHA-256 of the copy
}

func (c Checkpoint) text() []byte {
	c.Signature = nil
	b, err := json.Marshal(c)
	if err != nil { // its fields always have a JSON form
		panic(err)
	}
	return append([]byte("lightshare checkpoint 1\n"), b...)
}

// Sign signs the checkpoint.
func (c *Checkpoint) Sign(key ed25519.PrivateKey) {
	c.Key = key.Public().(ed25519.PublicKey)
	c.Signature = ed25519.Sign(key, c.text())
}

// ErrBackup means that a backup is not what the house signed, or cannot be brought back here. Nothing was changed.
var ErrBackup = errors.New("the backup cannot be used")

// Check returns [ErrBackup] unless the checkpoint was signed with the private half of key.
func (c Checkpoint) Check(key ed25519.PublicKey) error {
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, c.text(), c.Signature) {
		return fmt.Errorf("its checkpoint is not signed with the key %x: %w", key, ErrBackup)
	}
	return nil
}

// envelope comes before the facts of each message in a copy.
type envelope struct {
	Message uint64 `json:"message"` // its sequence
	Subject string `json:"subject"`
	Facts   int    `json:"facts"` // lines that follow
}

// Backup copies a journal to w, up to the message that is its newest now: before the facts of each message a line that
// says which one it is. It follows the chain of every subject as it goes; where that is broken, the error wraps
// [ErrBroken] and names the place. Writers go on meanwhile.
func Backup(ctx context.Context, js jetstream.JetStream, journal string, w io.Writer) (JournalCopy, error) {
	c := JournalCopy{Name: journal}
	stream, err := js.Stream(ctx, events.StreamOf(journal))
	if err != nil {
		return c, fmt.Errorf("back up %s: %w", journal, err)
	}
	c.Last = stream.CachedInfo().State.LastSeq
	sum := sha256.New()
	to := io.MultiWriter(w, sum)
	var chains chains
	if c.Last > 0 {
		err = scan(ctx, stream, "", 1, c.Last, func(partition string, data []byte, sequence uint64) error {
			facts, err := chains.follow(data, sequence)
			c.Facts += uint64(facts)
			if err == nil {
				err = json.NewEncoder(to).Encode(envelope{sequence, partition, facts})
			}
			if err == nil {
				_, err = to.Write(data)
			}
			return err
		})
	}
	if err != nil {
		return c, fmt.Errorf("back up %s: %w", journal, err)
	}
	c.Sum = hex.EncodeToString(sum.Sum(nil))
	return c, nil
}

// chains follows the facts of many subjects.
type chains map[string]chainEnd

type chainEnd struct {
	seq  uint64
	hash [sha256.Size]byte
}

// follow checks that the facts of a message continue those before, and returns how many there are.
func (c *chains) follow(data []byte, sequence uint64) (int, error) {
	records, err := Records(data)
	if err != nil {
		return 0, fmt.Errorf("message %d: %w", sequence, err)
	}
	if *c == nil {
		*c = make(chains)
	}
	for _, rec := range records {
		end := (*c)[rec.Subject]
		if rec.Seq != end.seq+1 || rec.Seq > 1 && !bytes.Equal(rec.Prev, end.hash[:]) {
			return 0, fmt.Errorf("message %d: fact %d of %s does not follow from fact %d: %w", sequence, rec.Seq, rec.Subject, end.seq, ErrBroken)
		}
		if _, err := rec.Fact(); err != nil {
			return 0, fmt.Errorf("message %d: %w: %w", sequence, ErrBroken, err)
		}
		(*c)[rec.Subject] = chainEnd{rec.Seq, rec.Hash()}
	}
	return len(records), nil
}

// CheckCopy reads a copy to its end and returns [ErrBackup] or [ErrBroken], with the place, unless it is what want says.
func CheckCopy(r io.Reader, want JournalCopy) error {
	got := JournalCopy{Name: want.Name}
	sum := sha256.New()
	var chains chains
	err := eachMessage(io.TeeReader(r, sum), func(e envelope, data []byte) error {
		if e.Message != got.Last+1 {
			return fmt.Errorf("message %d follows message %d: %w", e.Message, got.Last, ErrBackup)
		}
		got.Last = e.Message
		facts, err := chains.follow(data, e.Message)
		got.Facts += uint64(facts)
		return err
	})
	if err != nil {
		return fmt.Errorf("copy of %s: %w", want.Name, err)
	}
	if got.Sum = hex.EncodeToString(sum.Sum(nil)); got != want {
		return fmt.Errorf("copy of %s: it ends with message %d and the sum %s, signed was %d and %s: %w", want.Name, got.Last, got.Sum, want.Last, want.Sum, ErrBackup)
	}
	return nil
}

// Restore appends the messages of a copy to a journal that must be empty. They get the sequences that they had.
func Restore(ctx context.Context, js jetstream.JetStream, journal string, r io.Reader) error {
	last := uint64(0)
	err := eachMessage(r, func(e envelope, data []byte) error {
		ack, err := js.Publish(ctx, e.Subject, data, jetstream.WithExpectLastSequence(last), jetstream.WithExpectStream(events.StreamOf(journal)))
		if err == nil {
			last = ack.Sequence
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("restore %s after message %d: %w", journal, last, err)
	}
	return nil
}

// IsEmpty reports whether a journal has no message.
func IsEmpty(ctx context.Context, js jetstream.JetStream, journal string) (bool, error) {
	stream, err := js.Stream(ctx, events.StreamOf(journal))
	if err != nil {
		return false, fmt.Errorf("journal %s: %w", journal, err)
	}
	return stream.CachedInfo().State.LastSeq == 0, nil
}

// eachMessage calls f with the messages of a copy.
func eachMessage(r io.Reader, f func(e envelope, data []byte) error) error {
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		var e envelope
		if err == nil {
			err = json.Unmarshal(line, &e)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrBackup, err)
		}
		var data []byte
		for range e.Facts {
			if line, err = in.ReadBytes('\n'); err != nil {
				return fmt.Errorf("message %d is cut off: %w", e.Message, ErrBackup)
			}
			data = append(data, line...)
		}
		if err := f(e, data); err != nil {
			return err
		}
	}
}
