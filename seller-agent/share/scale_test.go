package share

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"
)

// rss returns what the process has in memory now and had at most, in MiB, as the kernel counts it.
func rss(t testing.TB) (now, peak float64) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("the system does not say how much memory a process has: ", err)
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		kb, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
		switch name {
		case "VmRSS":
			now = kb / 1024
		case "VmHWM":
			peak = kb / 1024
		}
	}
	return now, peak
}

// BenchmarkScan lists many small files from the first time on, and prints how long a file takes and what memory it takes.
//
// Run it as the agent runs, which cleans up before it takes more: GOMEMLIMIT=112MiB go test -bench Scan -benchtime 1x
func BenchmarkScan(b *testing.B) {
	defer func(before time.Duration) { patience = before }(patience)
	patience = 5 * time.Minute
	for _, n := range []int{5_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s := manyFiles(b, n)
				runtime.GC()
				debug.FreeOSMemory()
				os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // the peak counts from here
				before, _ := rss(b)
				b.StartTimer()
				began := time.Now()
				s.run()
				took := time.Since(began)
				b.StopTimer()
				_, peak := rss(b)
				debug.FreeOSMemory()
				after, _ := rss(b)
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				b.ReportMetric(peak, "peak-MiB")
				b.ReportMetric(after, "after-MiB")
				b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "heap-MiB")
				b.ReportMetric(before, "before-MiB")
				b.ReportMetric(float64(n)/took.Seconds(), "files/s")
				s.stop()
				b.StartTimer()
			}
		})
	}
}
