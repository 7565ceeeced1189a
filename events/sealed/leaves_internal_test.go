package sealed

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Two records at a time have the leaves that they have one by one, whatever their length.
func TestLeafPair(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	for n := range 400 {
		a, b := make([]byte, n), make([]byte, n)
		random.Read(a)
		random.Read(b)
		mustPair(t, a, b)
	}
	for _, n := range []int{RecordSize, SealedRecordSize} {
		a := make([]byte, n)
		random.Read(a)
		mustPair(t, a, make([]byte, n))
	}
}

func FuzzLeafPair(f *testing.F) {
	f.Add([]byte("ab"))
	f.Fuzz(func(t *testing.T, b []byte) { mustPair(t, b[:len(b)/2], b[len(b)-len(b)/2:]) })
}

func mustPair(t *testing.T, a, b []byte) {
	t.Helper()
	gotA, gotB := leafPair(a, b)
	wantA, wantB := sha256.Sum256(append([]byte{0}, a...)), sha256.Sum256(append([]byte{0}, b...))
	if gotA != wantA || gotB != wantB {
		t.Errorf("leafPair of %d bytes = %v and %v, want %x and %x", len(a), gotA, gotB, wantA, wantB)
	}
}

func TestLeafHashes(t *testing.T) {
	for _, n := range []int{0, 1, 99, 100, 101, 200, 250, 300, 399} {
		b := bytes.Repeat([]byte("leaf"), 100)[:n]
		var want []Hash
		for record := range slices.Chunk(b, 100) {
			want = append(want, LeafHash(record))
		}
		got := make([]Hash, len(want))
		if LeafHashes(got, b, 100); !slices.Equal(got, want) {
			t.Errorf("LeafHashes of %d bytes = %v, want %v", n, got, want)
		}
	}
}

// BenchmarkLeafHashes reports the speed of hashing records as a share of bare SHA-256 over the same bytes in the same run.
func BenchmarkLeafHashes(b *testing.B) {
	records := make([]byte, 8*SealedRecordSize)
	leaves := make([]Hash, 8)
	b.SetBytes(int64(len(records)))
	var bare time.Duration
	for b.Loop() {
		b.StopTimer()
		start := time.Now()
		sha256.Sum256(records)
		bare += time.Since(start)
		b.StartTimer()
		LeafHashes(leaves, records, SealedRecordSize)
	}
	b.ReportMetric(bare.Seconds()/b.Elapsed().Seconds(), "of-sha256")
}
