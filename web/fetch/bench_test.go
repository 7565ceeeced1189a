package fetch_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/web/fetch"
)

// contest writes the world's file to disk for the plain server.
func contest(t testing.TB, w *world) fetch.Contest {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, w.file.Plain, 0o600); err != nil {
		t.Fatal(err)
	}
	return fetch.Contest{File: path, Link: w.link()}
}

func TestBench(t *testing.T) {
	for name, path := range map[string]string{"curl": os.Getenv("PATH"), "go": ""} {
		t.Setenv("PATH", path)
		got, err := fetch.Bench(t.Context(), contest(t, newWorld(t, pattern(20*record))))
		if err != nil || got.FetchMBs <= 0 || got.CurlMBs <= 0 || got.Ratio != got.FetchMBs/got.CurlMBs {
			t.Errorf("Bench with %s = %+v, %v", name, got, err)
		}
		if got.Baseline != name && got.Baseline != "go" {
			t.Errorf("Bench with %s says its baseline is %s", name, got.Baseline)
		}
	}
}

func TestBenchTellsWhatFailed(t *testing.T) {
	c := contest(t, newWorld(t, pattern(record)))
	c.File += ".gone"
	if got, err := fetch.Bench(t.Context(), c); err == nil {
		t.Errorf("Bench without the file = %+v, want an error", got)
	}
	w := newWorld(t, pattern(record))
	w.expires = -time.Minute
	if got, err := fetch.Bench(t.Context(), contest(t, w)); fetch.ExitCode(err) != 4 {
		t.Errorf("Bench with a ticket nobody honours = %+v, %v", got, err)
	}
}

// BenchmarkFetch reports how fast a file comes through this package as a share of what curl (or a plain Go client where
// there is none) makes of a plain Go TLS server in the same run.
func BenchmarkFetch(b *testing.B) {
	const size = 256 << 20
	w := newWorld(b, pattern(size))
	c := contest(b, w)
	b.SetBytes(size)
	var sum fetch.BenchResult
	for b.Loop() {
		got, err := fetch.Bench(b.Context(), c)
		if err != nil {
			b.Fatal(err)
		}
		sum.FetchMBs, sum.CurlMBs, sum.Baseline = sum.FetchMBs+got.FetchMBs, sum.CurlMBs+got.CurlMBs, got.Baseline
	}
	b.ReportMetric(sum.FetchMBs/float64(b.N), "fetch-MB/s")
	b.ReportMetric(sum.CurlMBs/float64(b.N), sum.Baseline+"-MB/s")
	b.ReportMetric(sum.FetchMBs/sum.CurlMBs, "ratio")
}

func TestBenchShare(t *testing.T) {
	link := newWorld(t, pattern(20*record)).link()
	got, err := fetch.BenchShare(t.Context(), []string{link, link, link}, 300*time.Millisecond)
	if err != nil || got.Buyers != 3 || got.OneMBs <= 0 || got.AllMBs <= 0 || got.Least > 1 || got.Most < 1 {
		t.Errorf("BenchShare = %+v, %v", got, err)
	}
	w := newWorld(t, pattern(record))
	w.onFile = func(rw http.ResponseWriter, _ *http.Request, _ int) bool { return refuse(rw, 503, events.Unavailable) }
	if got, err := fetch.BenchShare(t.Context(), []string{w.link()}, time.Minute); err == nil {
		t.Errorf("BenchShare with an agent that delivers nothing = %+v, want an error", got)
	}
}
