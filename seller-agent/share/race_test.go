package share

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightshare/events/sealed"
)

const secret = "not shared, of the same size"

// swap puts target in the place of path again and again, without a gap, until the test's goroutine is done. It makes
// what it puts there with one of the two functions in turn.
func swap(t *testing.T, path string, one, other func(string) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		for n := 0; ctx.Err() == nil; n++ {
			put := one
			if n%2 == 0 {
				put = other
			}
			part := filepath.Join(filepath.Dir(path), ".swap")
			if err := put(part); err != nil {
				done <- err
				return
			}
			if err := os.Rename(part, path); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestSwappedLinksNeverLeadOutside(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.txt")
	write(t, outside, secret)
	shared := strings.Repeat("s", len(secret))
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	write(t, path, shared)
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	file := func(at string) error { return os.WriteFile(at, []byte(shared), 0o644) }
	for name, link := range map[string]func(string) error{
		"absolute": func(at string) error { return os.Symlink(outside, at) },
		"relative": func(at string) error {
			to, err := filepath.Rel(dir, outside)
			if err != nil {
				return err
			}
			return os.Symlink(to, at)
		},
	} {
		stop := swap(t, path, file, link)
		opened, tries := 0, 0
		for ; tries < 1000 || opened < 20 && tries < 1_000_000; tries++ {
			f, _, err := open(root, "a.txt")
			if err != nil {
				continue
			}
			opened++
			text, err := io.ReadAll(f)
			f.Close()
			if err == nil && string(text) != shared && len(text) > 0 {
				t.Errorf("%s link: read %q", name, text)
			}
		}
		stop()
		if opened < 20 {
			t.Errorf("%s link: opened %d times in %d tries, want some", name, opened, tries)
		}
	}
}

func TestSwappedFoldersNeverLeadOutside(t *testing.T) {
	outside := t.TempDir()
	write(t, filepath.Join(outside, "a.txt"), secret)
	dir := t.TempDir()
	shared := strings.Repeat("s", len(secret))
	write(t, filepath.Join(dir, "real/a.txt"), shared)
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	at := filepath.Join(dir, "sub") // turns from a link inside to a link outside and back
	stop := swap(t, at, func(p string) error { return os.Symlink("real", p) }, func(p string) error { return os.Symlink(outside, p) })
	defer stop()
	for range 1000 {
		f, _, err := open(root, "sub/a.txt")
		if err != nil {
			continue
		}
		text, err := io.ReadAll(f)
		f.Close()
		if err != nil || string(text) != shared {
			t.Errorf("read %q, %v", text, err)
		}
	}
}

func TestSwappedFileIsNotDelivered(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.txt")
	write(t, outside, secret)
	s := newStall(t)
	shared := strings.Repeat("s", len(secret))
	s.write("a.txt", shared)
	s.run()
	a := s.awaitOffer("a.txt", shared)
	root := sealed.Root(leavesOf(shared)).String()
	stop := swap(t, filepath.Join(s.dir, "a.txt"), func(at string) error { return os.WriteFile(at, []byte(shared), 0o644) },
		func(at string) error { return os.Symlink(outside, at) })
	for range 1000 {
		f, l, err := s.Folder.Open(a.ID)
		if err != nil {
			continue
		}
		text, err := io.ReadAll(f)
		f.Close()
		if err != nil || string(text) != shared || l.Root != root {
			t.Errorf("delivered %q (%v) as %s", text, err, l.Root)
		}
	}
	stop()
	s.remove("a.txt")
	s.write("a.txt", "at rest")
	if back := s.awaitOffer("a.txt", "at rest"); back.ID != a.ID {
		t.Errorf("listing after the storm = %s, want %s", back.ID, a.ID)
	}
}

func TestPipeInAFilesPlaceDoesNotBlock(t *testing.T) {
	s := newStall(t, "a.txt").run()
	a := s.awaitOffer("a.txt", "a.txt")
	s.remove("a.txt")
	if err := syscall.Mkfifo(filepath.Join(s.dir, "a.txt"), 0o644); err != nil {
		t.Fatal(err)
	}
	if f, _, err := s.Folder.Open(a.ID); err == nil {
		f.Close()
		t.Error("a pipe was opened")
	}
	if why := s.awaitGone(a.ID); why != whyNotRegular {
		t.Errorf("reason = %q, want %q", why, whyNotRegular)
	}
}

func TestOpenRefusesWhatIsNotAsListed(t *testing.T) {
	s := newStall(t, "a.txt").run()
	a := s.awaitOffer("a.txt", "a.txt")
	info, err := os.Stat(filepath.Join(s.dir, "a.txt"))
	if err != nil {
		t.Fatal(err)
	}
	later := info.ModTime().Add(time.Second)
	if err := os.Chtimes(filepath.Join(s.dir, "a.txt"), later, later); err != nil {
		t.Fatal(err)
	}
	s.await("the new time", func() bool { return s.offers()["a.txt"].Modified.Equal(later.UTC()) })
	f, l, err := s.Folder.Open(a.ID)
	if err != nil || l.Rev <= a.Rev {
		t.Fatalf("Open after the listing followed = rev %d, %v, want above %d", l.Rev, err, a.Rev)
	}
	f.Close()
}
