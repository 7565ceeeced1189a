package share

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
)

const seller = events.SellerID("abcdefghijklmnop")

// patience is how long a test waits for what must happen.
var patience = 20 * time.Second // longer in benchmarks of many files

// A stall is a folder being shared, for tests.
type stall struct {
	t             testing.TB
	dir, database string
	memory        *Memory
	*Folder

	changed chan struct{} // holds a token after a change

	mu       sync.Mutex
	happened *sync.Cond
	problems []string // guarded by mu
	scanned  bool     // guarded by mu
	stop     func()
}

// openStall shares dir, which may have files already, and waits for the first scan.
func openStall(t testing.TB, dir, database string) *stall {
	t.Helper()
	s := &stall{t: t, dir: dir, database: database, changed: make(chan struct{}, 1)}
	s.happened = sync.NewCond(&s.mu)
	var err error
	if s.memory, err = OpenMemory(database); err != nil {
		t.Fatal(err)
	}
	if err := s.memory.Leave(t.Context(), []string{dir}, time.Now()); err != nil {
		t.Fatal(err)
	}
	s.Folder, err = Open(context.Background(), Options{
		Dir: dir, Memory: s.memory, Seller: seller, SellerName: "Ann", Defaults: dollars, Log: slog.New(slog.DiscardHandler),
		Problem: func(path string, err error) {
			s.note(func() { s.problems = append(s.problems, fmt.Sprintf("%s: %v", path, err)) })
		},
		Changed: func() {
			select {
			case s.changed <- struct{}{}:
			default:
			}
			s.note(func() {})
		},
		Scanned: func(int) { s.note(func() { s.scanned = true }) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stall) note(what func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what()
	s.happened.Broadcast()
}

// run has the folder run until the test, or stop, ends it.
func (s *stall) run() *stall {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Folder.Run(ctx) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Errorf("Run() = %v", err)
		}
		s.Folder.Close()
		s.memory.Close()
	})
	s.t.Cleanup(s.stop)
	s.await("the first scan", func() bool { return s.scanned })
	return s
}

// await waits until a condition holds; it is asked again after everything that the folder tells.
func (s *stall) await(what string, holds func() bool) {
	s.t.Helper()
	late := time.AfterFunc(patience, s.happened.Broadcast)
	defer late.Stop()
	began := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !holds() {
		if time.Since(began) > patience {
			s.t.Fatalf("waited in vain for %s; offered: %v; problems: %q", what, s.offers(), s.problems)
		}
		s.happened.Wait()
	}
}

// offers returns what is for sale, by path.
func (s *stall) offers() map[string]events.Listing {
	items, err := s.memory.Items(context.Background(), s.Folder.Dir)
	if err != nil {
		s.t.Fatal(err)
	}
	offers := make(map[string]events.Listing)
	for _, item := range items {
		if item.Offered() {
			offers[item.Path] = item.Listing
		}
	}
	return offers
}

// awaitOffer waits until the file at path is offered with exactly these bytes, and returns its listing.
func (s *stall) awaitOffer(path, text string) events.Listing {
	s.t.Helper()
	want := sealed.Root(leavesOf(text)).String()
	var l events.Listing
	s.await(path+" with its bytes", func() bool {
		l = s.offers()[path]
		return l.Root == want
	})
	return l
}

// awaitGone waits until the listing is withdrawn, and returns why.
func (s *stall) awaitGone(id events.ListingID) string {
	s.t.Helper()
	var l events.Listing
	s.await(string(id)+" to be withdrawn", func() bool {
		l, _ = s.Listed(id)
		return l.Withdrawn
	})
	return l.Reason
}

func (s *stall) awaitProblem(with string) {
	s.t.Helper()
	s.await("the problem "+with, func() bool {
		for _, p := range s.problems {
			if strings.Contains(p, with) {
				return true
			}
		}
		return false
	})
}

func leavesOf(text string) []sealed.Hash {
	tree := sealed.NewTree()
	io.WriteString(tree, text)
	return tree.Leaves()
}

func newStall(t testing.TB, files ...string) *stall {
	t.Helper()
	dir := t.TempDir()
	for _, name := range files {
		write(t, filepath.Join(dir, name), name)
	}
	return openStall(t, dir, filepath.Join(t.TempDir(), "agent.db"))
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (s *stall) write(path, text string) { s.t.Helper(); write(s.t, filepath.Join(s.dir, path), text) }

func (s *stall) rename(from, to string) {
	s.t.Helper()
	if err := os.Rename(filepath.Join(s.dir, from), filepath.Join(s.dir, to)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stall) remove(path string) {
	s.t.Helper()
	if err := os.RemoveAll(filepath.Join(s.dir, path)); err != nil {
		s.t.Fatal(err)
	}
}

func TestScanListsRegularFilesAlone(t *testing.T) {
	s := newStall(t, "a.txt", "산 위/새벽.txt", "x/y/z.txt", ".hidden", ".git/config", "b.txt~", "film.part", "caf\xe9.txt")
	outside := filepath.Join(t.TempDir(), "secret.txt")
	write(t, outside, "secret")
	for _, err := range []error{
		os.Symlink(outside, filepath.Join(s.dir, "link.txt")),
		os.Symlink("a.txt", filepath.Join(s.dir, "inner.txt")),
		os.Symlink(filepath.Dir(outside), filepath.Join(s.dir, "folder")),
		syscall.Mkfifo(filepath.Join(s.dir, "pipe.txt"), 0o644),
		os.WriteFile(filepath.Join(s.dir, "empty.txt"), nil, 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mknod(filepath.Join(s.dir, "zero.txt"), syscall.S_IFCHR|0o644, 1<<8|5); err != nil && os.Getuid() == 0 {
		t.Fatal(err)
	}
	s.run()
	offers := s.offers()
	for _, path := range []string{"a.txt", "산 위/새벽.txt", "x/y/z.txt", "caf\xe9.txt"} {
		if _, ok := offers[path]; !ok {
			t.Errorf("%q is not offered", path)
		}
		delete(offers, path)
	}
	for path := range offers {
		t.Errorf("%q is offered", path)
	}
	if len(s.problems) > 0 {
		t.Errorf("problems = %q, want none", s.problems)
	}
}

func TestListingTellsWhatIsOnDisk(t *testing.T) {
	s := newStall(t)
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + strings.Repeat("p", 3*sealed.RecordSize)
	s.write("Dawn_at_sea.png", png)
	s.run()
	l := s.awaitOffer("Dawn_at_sea.png", png)
	info, err := os.Stat(filepath.Join(s.dir, "Dawn_at_sea.png"))
	if err != nil {
		t.Fatal(err)
	}
	if l.ID.Seller() != seller || l.Seller != seller || l.SellerName != "Ann" || l.Title != "Dawn at sea" || l.FileName != "Dawn_at_sea.png" ||
		l.Size != int64(len(png)) || l.Type != "image/png" || !l.Modified.Equal(info.ModTime()) || l.Rev == 0 {
		t.Errorf("listing = %+v", l)
	}
	var leaves []byte
	for part, err := range s.Leaves(t.Context(), l.Root) {
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, part...)
	}
	var want []byte
	for _, leaf := range leavesOf(png) {
		want = append(want, leaf[:]...)
	}
	if !bytes.Equal(leaves, want) {
		t.Errorf("Leaves() = %d bytes, want the %d of the tree", len(leaves), len(want))
	}
}

func TestListingFollowsItsFile(t *testing.T) {
	s := newStall(t, "a.txt", "b.txt").run()
	a := s.awaitOffer("a.txt", "a.txt")

	s.write("new.txt", "new")
	s.awaitOffer("new.txt", "new")

	s.write("a.txt", "edited")
	if edited := s.awaitOffer("a.txt", "edited"); edited.ID != a.ID || edited.Rev <= a.Rev {
		t.Errorf("edited listing = %s rev %d, want %s with a rev above %d", edited.ID, edited.Rev, a.ID, a.Rev)
	}

	s.rename("a.txt", "moved.txt")
	if moved := s.awaitOffer("moved.txt", "edited"); moved.ID != a.ID || moved.Title != "moved" {
		t.Errorf("moved listing = %s %q, want %s titled after its new name", moved.ID, moved.Title, a.ID)
	}

	s.remove("moved.txt")
	if why := s.awaitGone(a.ID); why != whyDeleted {
		t.Errorf("reason = %q, want %q", why, whyDeleted)
	}
	s.write("moved.txt", "edited")
	if back := s.awaitOffer("moved.txt", "edited"); back.ID != a.ID {
		t.Errorf("listing of the file that came back = %s, want %s", back.ID, a.ID)
	}
}

func TestFoldersComeMoveAndGo(t *testing.T) {
	s := newStall(t, "old/deep/a.txt").run()
	a := s.awaitOffer("old/deep/a.txt", "old/deep/a.txt")

	if err := os.MkdirAll(filepath.Join(s.dir, "n1/n2/n3"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.write("n1/n2/n3/b.txt", "b")
	s.awaitOffer("n1/n2/n3/b.txt", "b")

	s.rename("old", "renamed")
	if moved := s.awaitOffer("renamed/deep/a.txt", "old/deep/a.txt"); moved.ID != a.ID {
		t.Errorf("listing in the renamed folder = %s, want %s", moved.ID, a.ID)
	}
	s.write("renamed/deep/a.txt", "edited there")
	s.awaitOffer("renamed/deep/a.txt", "edited there")

	s.rename("renamed", ".hidden")
	s.awaitGone(a.ID)
	s.rename(".hidden", "shown")
	if back := s.awaitOffer("shown/deep/a.txt", "edited there"); back.ID != a.ID {
		t.Errorf("listing in the folder shown again = %s, want %s", back.ID, a.ID)
	}
	s.remove("shown")
	s.awaitGone(a.ID)
}

func TestCopyAcrossDisksThenDeletedKeepsItsListing(t *testing.T) {
	s := newStall(t)
	large := strings.Repeat("0123456789abcdef", 1<<18)
	s.write("a.bin", large)
	s.run()
	a := s.awaitOffer("a.bin", large)
	s.write("sub/a.bin", large) // what mv does between disks
	s.remove("a.bin")
	s.awaitGoneOrMoved(a.ID, "sub/a.bin", large)
}

// awaitGoneOrMoved waits until the bytes are offered at path alone, under the same listing.
func (s *stall) awaitGoneOrMoved(id events.ListingID, path, text string) {
	s.t.Helper()
	s.awaitOffer(path, text)
	s.await("one offer", func() bool { return len(s.offers()) == 1 })
	if got := s.offers()[path].ID; got != id {
		s.t.Errorf("listing at %s = %s, want %s", path, got, id)
	}
}

func TestSheets(t *testing.T) {
	s := newStall(t, "a.txt", "art/b.txt").run()
	a, b := s.awaitOffer("a.txt", "a.txt"), s.awaitOffer("art/b.txt", "art/b.txt")
	if a.Terms.Price != 100 {
		t.Errorf("price without a sheet = %d, want 100", a.Terms.Price)
	}
	s.write("a.txt.listing.yaml", "title: A fine text\nprice: 12.50\n")
	s.await("the sheet's words", func() bool {
		l := s.offers()["a.txt"]
		return l.ID == a.ID && l.Title == "A fine text" && l.Terms.Price == 1250
	})
	s.write("art/.listing.yaml", "auction: {start: 5, duration: 3d}\ntags: [art]\n")
	s.await("the folder's terms", func() bool {
		l := s.offers()["art/b.txt"]
		return l.ID == b.ID && l.Terms.Format == events.Auction && l.Terms.Edition == 1 && len(l.Tags) == 1
	})
	s.write("art/b.txt.listing.yaml", "price: 2\n")
	s.await("the file's own terms", func() bool {
		l := s.offers()["art/b.txt"]
		return l.Terms.Format == events.Direct && l.Terms.Price == 200 && len(l.Tags) == 1
	})
	s.remove("a.txt.listing.yaml")
	s.await("the defaults again", func() bool { return s.offers()["a.txt"].Title == "a" })
	if got := len(s.offers()); got != 2 {
		t.Errorf("%d offers, want 2: sheets are not listed", got)
	}
}

func TestWrongSheetKeepsTheListingAndIsToldOnce(t *testing.T) {
	s := newStall(t, "a.txt", "b.txt")
	s.write("new.txt.listing.yaml", "price: cheap\n")
	s.write("new.txt", "new")
	s.run()
	before := s.awaitOffer("a.txt", "a.txt")
	s.awaitProblem(`new.txt.listing.yaml: line 1: price "cheap"`)
	s.write("a.txt.listing.yaml", "title: A\nprize: 5\n")
	s.awaitProblem(`a.txt.listing.yaml: line 2: "prize" is not known here`)
	s.write("a.txt", "edited under the wrong sheet")
	after := s.awaitOffer("a.txt", "edited under the wrong sheet")
	if after.Title != before.Title || after.Terms.Price != before.Terms.Price {
		t.Errorf("listing under a wrong sheet = %q at %d, want %q at %d", after.Title, after.Terms.Price, before.Title, before.Terms.Price)
	}
	if _, ok := s.offers()["new.txt"]; ok {
		t.Error("a file whose only sheet is wrong is offered")
	}
	s.write("a.txt.listing.yaml", "title: A\nprice: 5\n")
	s.await("the corrected sheet", func() bool { return s.offers()["a.txt"].Terms.Price == 500 })
	s.write("new.txt.listing.yaml", "price: 5\n")
	s.awaitOffer("new.txt", "new")
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := strings.Count(strings.Join(s.problems, "\n"), "prize"); n != 1 {
		t.Errorf("the problem was told %d times: %q", n, s.problems)
	}
}

func TestSavesOfEditors(t *testing.T) {
	for name, save := range map[string]func(s *stall, text string) error{
		"in place": func(s *stall, text string) error {
			return os.WriteFile(filepath.Join(s.dir, "a.txt"), []byte(text), 0o644)
		},
		"renamed over": func(s *stall, text string) error {
			part := filepath.Join(s.dir, ".a.txt.new")
			return errors.Join(os.WriteFile(part, []byte(text), 0o644), os.Rename(part, filepath.Join(s.dir, "a.txt")))
		},
		"backup first": func(s *stall, text string) error { // vim
			path := filepath.Join(s.dir, "a.txt")
			return errors.Join(os.WriteFile(filepath.Join(s.dir, "4913"), nil, 0o644), os.Remove(filepath.Join(s.dir, "4913")),
				os.Rename(path, path+"~"), os.WriteFile(path, []byte(text), 0o644), os.Remove(path+"~"))
		},
		"removed first": func(s *stall, text string) error {
			path := filepath.Join(s.dir, "a.txt")
			return errors.Join(os.Remove(path), os.WriteFile(path, []byte(text), 0o644))
		},
		"same size, old time": func(s *stall, text string) error { // rsync --times, or a clock that stands
			path := filepath.Join(s.dir, "a.txt")
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			return errors.Join(os.WriteFile(path, []byte(text), 0o644), os.Chtimes(path, info.ModTime(), info.ModTime()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStall(t, "a.txt").run()
			before := s.awaitOffer("a.txt", "a.txt")
			if err := save(s, "b.txt"); err != nil {
				t.Fatal(err)
			}
			if after := s.awaitOffer("a.txt", "b.txt"); after.ID != before.ID {
				t.Errorf("listing after the save = %s, want %s", after.ID, before.ID)
			}
			if got := len(s.offers()); got != 1 {
				t.Errorf("%d offers, want 1", got)
			}
		})
	}
}

func TestHalfAFileIsNeverListed(t *testing.T) {
	s := newStall(t, "a.txt", "marker.txt").run()
	a := s.awaitOffer("a.txt", "a.txt")
	file, err := os.Create(filepath.Join(s.dir, "a.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	io.WriteString(file, "half ")
	if why := s.awaitGone(a.ID); why != whyChanging { // which takes longer than many times of quiet
		t.Errorf("reason = %q, want %q", why, whyChanging)
	}
	half := sealed.Root(leavesOf("half ")).String()
	items, err := s.memory.Items(t.Context(), s.Folder.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		if item.Listing.Root == half {
			t.Errorf("half a file was listed: %+v", item)
		}
	}
	io.WriteString(file, "and whole")
	file.Close()
	if back := s.awaitOffer("a.txt", "half and whole"); back.ID != a.ID {
		t.Errorf("listing after the long save = %s, want %s", back.ID, a.ID)
	}
}

func TestRestartReadsNothingTwice(t *testing.T) {
	dir, database := t.TempDir(), filepath.Join(t.TempDir(), "agent.db")
	for i := range 50 {
		write(t, filepath.Join(dir, fmt.Sprintf("%02d.txt", i)), fmt.Sprint(i))
	}
	write(t, filepath.Join(dir, "00.txt.listing.yaml"), "auction: {start: 5, ends: 2036-01-02 03:04}\ntags: [a]\n")
	first := openStall(t, dir, database).run()
	before := first.offers()
	first.stop()

	// Other bytes under the same size, time and inode cannot be seen from outside: they show whether a file was read.
	path := filepath.Join(dir, "07.txt")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, "x")
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "08.txt"), "changed while away")
	os.Remove(filepath.Join(dir, "09.txt"))

	second := openStall(t, dir, database).run()
	second.awaitOffer("08.txt", "changed while away")
	second.awaitGone(before["09.txt"].ID)
	after := second.offers()
	for path, l := range before {
		if path == "08.txt" || path == "09.txt" {
			continue
		}
		if after[path].Rev != l.Rev || after[path].Root != l.Root {
			t.Errorf("%s after a restart = rev %d root %s, want rev %d root %s", path, after[path].Rev, after[path].Root, l.Rev, l.Root)
		}
	}
}

func TestAnotherFolderIsLeft(t *testing.T) {
	database := filepath.Join(t.TempDir(), "agent.db")
	one, two := t.TempDir(), t.TempDir()
	write(t, filepath.Join(one, "a.txt"), "a")
	s := openStall(t, one, database).run()
	s.stop()
	s = openStall(t, two, database).run()
	waiting, err := s.memory.Waiting(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(waiting) != 1 || !waiting[0].Listing.Withdrawn {
		t.Errorf("waiting for the market = %+v, want the listing of the other folder withdrawn", waiting)
	}
}

func TestOneAgentAtATimeHasTheMemory(t *testing.T) {
	database := filepath.Join(t.TempDir(), "agent.db")
	m, err := OpenMemory(database)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenMemory(database); !errors.Is(err, ErrInUse) {
		t.Errorf("second OpenMemory = %v, want ErrInUse", err)
	}
	m.Close()
	m, err = OpenMemory(database)
	if err != nil {
		t.Fatalf("OpenMemory after Close = %v", err)
	}
	m.Close()
}

func TestUnreadableFileIsToldOnceAndHarmsNoOther(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root reads everything; TestReadErrorIsToldOnce shows the rest")
	}
	s := newStall(t, "a.txt", "b.txt")
	if err := os.Chmod(filepath.Join(s.dir, "a.txt"), 0); err != nil {
		t.Fatal(err)
	}
	s.run()
	s.awaitOffer("b.txt", "b.txt")
	s.awaitProblem("a.txt: permission denied")
	if err := os.Chmod(filepath.Join(s.dir, "a.txt"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.awaitOffer("a.txt", "a.txt")
}

func TestReadErrorIsToldOnce(t *testing.T) {
	s := newStall(t, "a.txt").run()
	a := s.awaitOffer("a.txt", "a.txt")
	s.stop()
	s.desk, s.watch = openDesk(nil, &s.tally), watch(s.dir)
	defer s.desk.close()
	defer s.watch.close()
	for range 3 {
		j := &job{path: "a.txt", err: fmt.Errorf("read file: %w", &fs.PathError{Op: "read", Path: "a.txt", Err: syscall.EIO})}
		s.desk.jobs["a.txt"] = j
		got, ok := s.result(j, noon)
		if want := (Sighting{Path: "a.txt", Why: whyUnreadable}); !ok || got.Path != want.Path || got.Why != want.Why {
			t.Errorf("result of a read error = %+v, %v, want %+v", got, ok, want)
		}
		s.catalogue.See([]Sighting{got}, noon)
	}
	if len(s.problems) != 1 || s.problems[0] != "a.txt: input/output error" {
		t.Errorf("problems = %q, want one", s.problems)
	}
	if item, _ := s.catalogue.ByID(a.ID); item.Offered() {
		t.Error("a file that cannot be read is offered")
	}
}

func TestWithoutAWatchTheFolderIsWalkedOften(t *testing.T) {
	s := newStall(t, "a.txt")
	limit := sayLimit(syscall.ENOSPC)
	s.watching = func(dir string) *watcher { return &watcher{dir: dir, dirs: map[string]bool{}, blind: limit} }
	s.run()
	s.awaitProblem("max_user_watches")
	s.write("b.txt", "b")
	s.awaitOffer("b.txt", "b")
	s.write("a.txt", "edited")
	s.awaitOffer("a.txt", "edited")
}

func TestFolderThatIsDeleted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shared")
	write(t, filepath.Join(dir, "a.txt"), "a")
	s := openStall(t, dir, filepath.Join(t.TempDir(), "agent.db")).run()
	a := s.awaitOffer("a.txt", "a")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	s.awaitProblem("folder is away")
	s.awaitGone(a.ID)
	write(t, filepath.Join(dir, "a.txt"), "a")
	if back := s.awaitOffer("a.txt", "a"); back.ID != a.ID {
		t.Errorf("listing after the folder came back = %s, want %s", back.ID, a.ID)
	}
}

func TestFolderThatGoesAwayAndComesBack(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "shared")
	write(t, filepath.Join(dir, "a.txt"), "a")
	s := openStall(t, dir, filepath.Join(t.TempDir(), "agent.db")).run()
	a := s.awaitOffer("a.txt", "a")
	if err := os.Rename(dir, filepath.Join(base, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	s.awaitProblem("folder is away")
	s.awaitGone(a.ID)
	if _, _, err := s.Folder.Open(a.ID); !errors.Is(err, events.NotForSale) {
		t.Errorf("Open in a folder that is away = %v, want not_for_sale", err)
	}
	if err := os.Rename(filepath.Join(base, "elsewhere"), dir); err != nil {
		t.Fatal(err)
	}
	if back := s.awaitOffer("a.txt", "a"); back.ID != a.ID {
		t.Errorf("listing after the folder came back = %s, want %s", back.ID, a.ID)
	}
	s.write("b.txt", "b")
	s.awaitOffer("b.txt", "b")
}
