package fetch_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lightshare/web/fetch"
)

// fetchLink names, in the environment, the link that this program is to fetch into the present folder, in place of tests.
const fetchLink = "LIGHTSHARE_TEST_FETCH"

func TestMain(m *testing.M) {
	if link := os.Getenv(fetchLink); link != "" {
		_, err := fetch.Run(context.Background(), fetch.Options{Link: link, Pause: time.Millisecond})
		os.Exit(fetch.ExitCode(err))
	}
	goleak.VerifyTestMain(m)
}

// A client that is killed again and again, wherever it is, ends with the file, asks for no record a second time that it
// had, and never has anything else under the final name.
func TestKilledAgainAndAgain(t *testing.T) {
	w, dir := newWorld(t, pattern(1500*record+9)), t.TempDir()
	random := rand.New(rand.NewPCG(7, 8))
	final := filepath.Join(dir, "photo.jpg")
	opening := 0 // times it was killed after all had come
	for kills := 0; ; kills++ {
		c := exec.Command(os.Args[0])
		c.Dir, c.Env = dir, append(os.Environ(), fetchLink+"="+w.link())
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		var err error
		select {
		case err = <-ended:
		case <-time.After(time.Duration(20+random.IntN(40)+8*kills) * time.Millisecond):
			c.Process.Kill()
			err = <-ended
		}
		if got, readErr := os.ReadFile(final); readErr == nil && !bytes.Equal(got, w.file.Plain) {
			t.Fatalf("after %d kills another file has the final name", kills)
		}
		if err == nil {
			t.Logf("killed %d times, %d of them when all had come", kills, opening)
			break
		}
		if w.paid() {
			opening++
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := 1; i < len(w.froms); i++ {
		if w.froms[i] < w.froms[i-1] {
			t.Errorf("file asked for from bytes %d: records were asked for again", w.froms)
		}
	}
	if names := namesIn(t, dir); len(names) != 1 {
		t.Errorf("folder holds %q, want the file alone", names)
	}
}

func (w *world) paid() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.state != "delivering"
}
