package blacklist_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/events/bus/embedded"
)

// syllables make names that are not alike.
var syllables = []string{"ba", "ko", "mi", "ne", "ru", "sa", "to", "vi", "lo", "da", "pe", "gu", "hi", "ze", "fo", "ja"}

func nameOf(n int) string {
	name := ""
	for range 5 {
		name += syllables[n%16]
		n /= 16
	}
	return name
}

// stage waits until an import has come to one of the stages.
func stage(t *testing.T, k *blacklist.Keeper, id string, patience time.Duration, want ...blacklist.Stage) blacklist.Import {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		i, _ := k.ImportOf(id)
		for _, s := range want {
			if i.Stage == s {
				return i
			}
		}
		if time.Since(began) > patience || i.Stage == blacklist.Failed {
			t.Fatalf("import is %s after %v (%s), want %s", i.Stage, time.Since(began), i.Problem, want)
		}
	}
}

func worksFile(t *testing.T, rows int) (*os.File, int64) {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "works")
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "artist,title,source")
	for n := range rows {
		fmt.Fprintf(w, "%s %s,%s %s,label\n", nameOf(n*7), nameOf(n/3), nameOf(n*13), nameOf(n/5))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	size, err := file.Seek(0, 1)
	if err == nil {
		_, err = file.Seek(0, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file, size
}

// A file of works comes on the list while listings are screened, is there after a restart, and goes again at once.
func TestImportIsThereAfterARestart(t *testing.T) {
	rows := 3000
	if os.Getenv("LIGHTSHARE_MILLION") != "" {
		rows = 1_000_000
	}
	nc := embedded.Test(t)
	k := open(t, nc)
	song := listing("a", nameOf(7*77)+" "+nameOf(77/3)+" - "+nameOf(13*77)+" "+nameOf(77/5), "1.mp3")
	wantVerdict(t, "before the import", k.Screen(song), events.Allow, "")
	file, size := worksFile(t, rows)
	began := time.Now()
	i, err := k.Import(file, size, "label.csv", "mina")
	if err != nil {
		t.Fatal(err)
	}
	const patience = 20 * time.Minute
	i = stage(t, k, i.ID, patience, blacklist.Waiting)
	if i.Rows != rows || i.Works+i.Twice != rows || i.Broken != 0 || i.Effect.Refused != 1 {
		t.Errorf("dry run %d rows, %d works, %d twice, %d broken, %d refused; want %d rows, all good, and one listing refused", i.Rows, i.Works, i.Twice, i.Broken, i.Effect.Refused, rows)
	}
	t.Logf("%d rows read and tried in %v", rows, time.Since(began))
	began = time.Now()
	if err := k.AddImport(t.Context(), i.ID, "mina", "the label asked"); err != nil {
		t.Fatal(err)
	}
	slowest := time.Duration(0)
	for adding := true; adding; {
		now, _ := k.ImportOf(i.ID)
		adding = now.Stage == blacklist.Adding
		asked := time.Now()
		k.Screen(listing("b", "My own field recording", "2.wav"))
		slowest = max(slowest, time.Since(asked))
		runtime.Gosched()
	}
	stage(t, k, i.ID, patience, blacklist.Added)
	t.Logf("%d works added in %v; a listing waited at most %v meanwhile", i.Works, time.Since(began), slowest)
	wantVerdict(t, "after the import", k.Screen(song), events.Block, "artist and title")
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	began = time.Now()
	again := open(t, nc)
	t.Logf("a restart takes %v", time.Since(began))
	wantVerdict(t, "after a restart", again.Screen(song), events.Block, "artist and title")
	if b := again.Batches(); len(b) != 1 || b[0].Added != i.Works || b[0].Left != i.Works {
		t.Fatalf("batches after a restart %+v, want one of %d works", b, i.Works)
	}
	began = time.Now()
	if _, err := again.UndoBatch(t.Context(), i.ID, "mina", "wrong file"); !errors.Is(err, events.FourEyes) {
		t.Errorf("a large batch taken back by one person = %v, want %v", err, events.FourEyes)
	}
	if n, err := again.UndoBatch(t.Context(), i.ID, "jun", "wrong file"); err != nil || n != i.Works {
		t.Errorf("taken back by a second person = %d, %v, want all %d", n, err, i.Works)
	}
	t.Logf("taken back in %v", time.Since(began))
	wantVerdict(t, "after it was taken back", again.Screen(song), events.Allow, "")
}
