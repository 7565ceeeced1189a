package sealed_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
)

const r = sealed.RecordSize

// edges are sizes at which something changes: no record, the last byte of one, leaves that fill the last record exactly.
var edges = []int{0, 1, r - 33, r - 32, r - 31, r - 1, r, r + 1, 2*r - 64, 2*r - 63, 3*r + 7, 9 * r}

// A file is sealed in one pass, however it comes, to what it is sealed to record by record; and opens again.
func TestPass(t *testing.T) {
	for _, size := range edges {
		file := pattern(size)
		want := sealedtest.Seal(file)
		pass := sealed.NewPass(want.Key, int64(size))
		for rest := file; len(rest) > 0; {
			n := min(len(rest), 1+rand.IntN(2*r))
			pass.Write(rest[:n])
			rest = rest[n:]
		}
		trees, err := pass.End()
		if err != nil || !slices.Equal(trees.Plain, want.Leaves) || !slices.Equal(trees.Sealed, want.Records) {
			t.Errorf("%d bytes: the trees differ from those made record by record (%v)", size, err)
		}
		if got := sealed.SealedSize(int64(size)); got != int64(len(want.Sealed)) {
			t.Errorf("SealedSize(%d) = %d, want %d", size, got, len(want.Sealed))
		}
		if got := sealed.SealedRecords(int64(size)); got != int64(len(want.Records)) {
			t.Errorf("SealedRecords(%d) = %d, want %d", size, got, len(want.Records))
		}
		opens(t, want)
	}
}

// opens checks that the sealed file opens to the file and its leaves.
func opens(t *testing.T, f sealedtest.File) {
	t.Helper()
	size := int64(len(f.Plain))
	sealer := f.Key.Sealer(size)
	var file, table []byte
	i := int64(0)
	for record := range slices.Chunk(bytes.Clone(f.Sealed), sealed.SealedRecordSize) {
		if len(record) != sealed.SealedLength(i, size) {
			t.Errorf("SealedLength(%d, %d) = %d, want %d", i, size, sealed.SealedLength(i, size), len(record))
		}
		text, err := sealer.Open(i, record)
		if err != nil {
			t.Fatalf("%d bytes: Open(%d) = %v", size, i, err)
		}
		n := sealed.FilePart(i, size)
		file, table = append(file, text[:n]...), append(table, text[n:]...)
		i++
	}
	if !bytes.Equal(file, f.Plain) || !bytes.Equal(table, sealed.Bytes(f.Leaves)) {
		t.Errorf("%d bytes open to %d bytes and %d of leaves, which differ", size, len(file), len(table))
	}
}

func TestPassOfAnotherSize(t *testing.T) {
	for _, size := range []int64{0, 99, 101, 2 * r} {
		pass := sealed.NewPass(sealed.NewKey(), size)
		pass.Write(pattern(100))
		if _, err := pass.End(); err == nil {
			t.Errorf("End of a pass over 100 bytes said to be %d = nil", size)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	f := sealedtest.Seal(pattern(2*r + 5))
	size := int64(len(f.Plain))
	first, last := f.Sealed[:sealed.SealedRecordSize], f.Sealed[2*sealed.SealedRecordSize:]
	flip := func(b []byte, at int) []byte { b = bytes.Clone(b); b[at] ^= 1; return b }
	early := f.Key.Sealer(1).Seal(0, pattern(100)) // the last record of a shorter file
	for name, tc := range map[string]struct {
		i      int64
		record []byte
		key    sealed.Key
	}{
		"a flipped bit":         {0, flip(first, 1000), f.Key},
		"a flipped tag":         {0, flip(first, len(first)-1), f.Key},
		"another place":         {1, first, f.Key},
		"a place before zero":   {-1, first, f.Key},
		"another key":           {0, first, sealed.NewKey()},
		"another salt":          {0, first, sealed.Key{Secret: f.Key.Secret}},
		"cut short":             {0, first[:100], f.Key},
		"cut to a tag":          {0, first[:sealed.Overhead], f.Key},
		"nothing":               {0, nil, f.Key},
		"too long":              {0, append(bytes.Clone(first), 0), f.Key},
		"the last in the first": {0, early, f.Key},
		"the last as the first": {0, last, f.Key},
	} {
		if text, err := tc.key.Sealer(size).Open(tc.i, bytes.Clone(tc.record)); !errors.Is(err, sealed.ErrUnsealable) {
			t.Errorf("%s: Open = %d bytes, %v, want %v", name, len(text), err, sealed.ErrUnsealable)
		}
	}
}

func TestHeader(t *testing.T) {
	k := sealedtest.Seal(nil).Key
	if got := k.Header(); len(got) != sealed.HeaderSize || !bytes.HasPrefix(got, k.Salt[:]) || !bytes.HasSuffix(got, []byte{0, 1, 0, 0, 0}) {
		t.Errorf("Header() = %x", got)
	}
	if back, err := sealed.KeyOf(k.Bytes()); err != nil || back != k {
		t.Errorf("KeyOf(Bytes()) = %v, %v", back, err)
	}
	if _, err := sealed.KeyOf(k.Bytes()[1:]); err == nil {
		t.Error("KeyOf took half a key")
	}
	if one, other := sealed.NewKey(), sealed.NewKey(); one == other {
		t.Error("two new keys are the same")
	}
}

func TestDeposit(t *testing.T) {
	operator, err := sealed.NewDepositKey(bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	other, err := sealed.NewDepositKey(bytes.Repeat([]byte{2}, 32))
	if err != nil {
		t.Fatal(err)
	}
	k := sealed.NewKey()
	about := sealed.Deposit{Order: "o1", Listing: "aaaaaaaaaaaaaaaa-photo", Sealed: sealed.LeafHash(nil).String()}
	wrapped, err := about.Wrap(operator.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := about.Unwrap(operator, wrapped); err != nil || got != k {
		t.Errorf("Unwrap = %v, %v", got, err)
	}
	if bytes.Contains(wrapped, k.Secret[:]) {
		t.Error("the wrapped key can be read")
	}
	order, listing, root := about, about, about
	order.Order, listing.Listing, root.Sealed = "o2", "aaaaaaaaaaaaaaaa-other", sealed.LeafHash([]byte{1}).String()
	for name, err := range map[string]error{
		"another order":    second(order.Unwrap(operator, wrapped)),
		"another listing":  second(listing.Unwrap(operator, wrapped)),
		"another file":     second(root.Unwrap(operator, wrapped)),
		"another operator": second(about.Unwrap(other, wrapped)),
		"cut":              second(about.Unwrap(operator, wrapped[:40])),
		"nothing":          second(about.Unwrap(operator, nil)),
	} {
		if !errors.Is(err, events.NoKey) {
			t.Errorf("%s: Unwrap = %v, want %v", name, err, events.NoKey)
		}
	}
	if _, err := sealed.NewDepositKey(make([]byte, 31)); err == nil {
		t.Error("a deposit key of a short seed was made")
	}
	if _, err := about.Wrap([]byte("no key"), k); err == nil {
		t.Error("a key was wrapped for nobody")
	}
}

func second[T any](_ T, err error) error { return err }

func FuzzOpen(f *testing.F) {
	file := sealedtest.Seal(pattern(300))
	f.Add(int64(0), file.Sealed)
	f.Add(int64(1), []byte{})
	sealer := file.Key.Sealer(300)
	f.Fuzz(func(t *testing.T, i int64, record []byte) {
		kept := bytes.Clone(record)
		text, err := sealer.Open(i, record)
		if err != nil {
			if !errors.Is(err, sealed.ErrUnsealable) {
				t.Errorf("Open(%d, %x) = %v", i, kept, err)
			}
			return
		}
		if again := sealer.Seal(i, bytes.Clone(text)); !bytes.Equal(again, kept) {
			t.Errorf("Open(%d, %x) = %x, which seals to %x", i, kept, text, again)
		}
	})
}

// BenchmarkPass reports the speed of sealing and both trees as a share of bare SHA-256 over the same bytes in the same run.
func BenchmarkPass(b *testing.B) {
	file := pattern(16 << 20)
	var both, bare time.Duration
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		start := time.Now()
		pass := sealed.NewPass(sealed.Key{}, int64(len(file)))
		pass.Write(file)
		if _, err := pass.End(); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		sha256.Sum256(file)
		both, bare = both+middle.Sub(start), bare+time.Since(middle)
	}
	b.ReportMetric(bare.Seconds()/both.Seconds(), "of-sha256")
}
