package share

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lightshare/events/sealed"
)

// manyFiles returns a folder of n small files, not run yet.
func manyFiles(b *testing.B, n int) *stall {
	s := newStall(b)
	for i := range n {
		write(b, filepath.Join(s.dir, fmt.Sprintf("%02d/%04d.txt", i%20, i)), fmt.Sprint("file ", i))
	}
	return s
}

// BenchmarkSave measures from a file saved on the disk to its listing waiting for the market, with 1,000 files shared.
func BenchmarkSave(b *testing.B) {
	s := manyFiles(b, 1000).run()
	select { // what the scan left
	case <-s.changed:
	default:
	}
	var took []time.Duration
	for b.Loop() {
		text := fmt.Sprint(time.Now().UnixNano())
		began := time.Now()
		s.write("07/0007.txt", text)
		<-s.changed
		took = append(took, time.Since(began))
		if l := s.offers()["07/0007.txt"]; l.Root != sealed.Root(leavesOf(text)).String() {
			b.Fatalf("listing of %q is of other bytes", text)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkFirstScan measures how long 1,000 files take until all are listed.
func BenchmarkFirstScan(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := manyFiles(b, 1000)
		b.StartTimer()
		s.run().stop()
	}
}
