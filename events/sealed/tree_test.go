package sealed_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"

	"lightshare/events/sealed"
)

// pattern returns n bytes of which the i-th is i modulo 251, so that no two records are alike.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i % 251)
	}
	return b
}

// oracleRoot is the root of an independent implementation of RFC 6962.
func oracleRoot(t *testing.T, records [][]byte) string {
	t.Helper()
	r := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	for _, record := range records {
		if err := r.Append(rfc6962.DefaultHasher.HashLeaf(record), nil); err != nil {
			t.Fatal(err)
		}
	}
	root, err := r.GetRootHash(nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(records) == 0 {
		root = rfc6962.DefaultHasher.EmptyRoot()
	}
	return hex.EncodeToString(root)
}

func split(file []byte) [][]byte {
	var records [][]byte
	for len(file) > 0 {
		n := min(len(file), sealed.RecordSize)
		records, file = append(records, file[:n]), file[n:]
	}
	return records
}

func TestRootAgreesWithOracle(t *testing.T) {
	for n := range 70 {
		var leaves []sealed.Hash
		var records [][]byte
		for i := range n {
			record := fmt.Appendf(nil, "record %d", i)
			records = append(records, record)
			leaves = append(leaves, sealed.LeafHash(record))
		}
		if got, want := sealed.Root(leaves).String(), oracleRoot(t, records); got != want {
			t.Errorf("Root(%d leaves) = %s, want %s", n, got, want)
		}
	}
}

func TestTreeOfFile(t *testing.T) {
	const r = sealed.RecordSize
	for _, size := range []int{0, 1, r - 1, r, r + 1, 2*r - 1, 2 * r, 3*r + 7, 9 * r} {
		file := pattern(size)
		records := split(file)
		tree := sealed.NewTree()
		for rest := file; len(rest) > 0; {
			n := min(len(rest), 1+rand.IntN(2*r))
			tree.Write(rest[:n])
			rest = rest[n:]
		}
		if got, want := tree.Root().String(), oracleRoot(t, records); got != want {
			t.Errorf("Root of %d bytes = %s, want %s", size, got, want)
		}
		if got := int64(len(tree.Leaves())); got != sealed.Records(int64(size)) || tree.Size() != int64(size) {
			t.Errorf("%d bytes: %d leaves, Size %d, want %d leaves", size, got, tree.Size(), sealed.Records(int64(size)))
		}
		for i, leaf := range tree.Leaves() {
			if leaf != sealed.LeafHash(records[i]) {
				t.Errorf("%d bytes: leaf %d differs from LeafHash", size, i)
			}
		}
	}
}

func TestTreeGoesOnAfterLeaves(t *testing.T) {
	file := pattern(3*sealed.RecordSize + 5)
	tree := sealed.NewTree()
	tree.Write(file[:sealed.RecordSize+1])
	early := tree.Leaves()
	first := bytes.Clone(early[1][:])
	tree.Write(file[sealed.RecordSize+1:])
	if got, want := tree.Root().String(), oracleRoot(t, split(file)); got != want {
		t.Errorf("Root after looking early = %s, want %s", got, want)
	}
	if !bytes.Equal(early[1][:], first) {
		t.Error("leaves returned early changed with a later Write")
	}
}

func TestRecords(t *testing.T) {
	for size, want := range map[int64]int64{0: 0, 1: 1, 65518: 1, 65519: 1, 65520: 2, 1 << 30: 16389, 20 << 40: 335631383} {
		if got := sealed.Records(size); got != want {
			t.Errorf("Records(%d) = %d, want %d", size, got, want)
		}
	}
}

func TestParseHash(t *testing.T) {
	good := sealed.LeafHash(nil)
	if got, err := sealed.ParseHash(good.String()); err != nil || got != good {
		t.Errorf("ParseHash(%s) = %s, %v", good, got, err)
	}
	for name, s := range map[string]string{
		"empty": "", "short": good.String()[:62], "long": good.String() + "00",
		"upper case": "AB" + good.String()[2:], "no digits": "zz" + good.String()[2:],
	} {
		if got, err := sealed.ParseHash(s); err == nil {
			t.Errorf("ParseHash of %s text = %s, want an error", name, got)
		}
	}
}

// A record costs no memory but its leaf, so that a file of any size can be hashed while it streams.
func TestTreeDoesNotAllocatePerRecord(t *testing.T) {
	file := pattern(sealed.RecordSize)
	tree := sealed.NewTree()
	if n := testing.AllocsPerRun(1000, func() { tree.Write(file) }); n > 0.1 {
		t.Errorf("Write of a record allocates %.2f times", n)
	}
}

// BenchmarkTree reports the tree's speed as a share of bare SHA-256 over the same bytes in the same run.
func BenchmarkTree(b *testing.B) {
	file := pattern(16 << 20)
	var tree, bare time.Duration
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		start := time.Now()
		t := sealed.NewTree()
		t.Write(file)
		t.Root()
		middle := time.Now()
		sha256.Sum256(file)
		tree, bare = tree+middle.Sub(start), bare+time.Since(middle)
	}
	b.ReportMetric(bare.Seconds()/tree.Seconds(), "of-sha256")
}
