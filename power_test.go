//go:build powerloss

package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/journal"
)

// TestPowerLoss has bidders bid while the power goes: the bus and the house die at once, and the disk forgets what was not
// synced. No accepted bid may be missing afterwards. The same without the sync must lose some, or this would show nothing.
// The bus is compiled with a standard library that notes what each write replaces (see events/bus/embedded/testdata/power.go.txt).
// Names of files are safe at once, as on a journaling file system. (promise P2)
func TestPowerLoss(t *testing.T) {
	t.Run("synced", func(t *testing.T) {
		times := int(envOr("TIMES", 10))
		acked, lost := losePower(t, buildNoting(t, nil), build(t), times)
		t.Logf("acked %d lost %d over %d power losses", acked, lost, times)
		if lost > 0 || acked == 0 {
			t.Errorf("of %d accepted bids %d were lost with the power, want none", acked, lost)
		}
	})
	t.Run("not synced", func(t *testing.T) {
		acked, lost := losePower(t, buildNoting(t, unsynced), compile(t, ".", unsynced, nil), 1)
		t.Logf("acked %d lost %d over 1 power loss", acked, lost)
		if lost == 0 {
			t.Errorf("of %d accepted bids none was lost, though nothing was synced: this test finds nothing", acked)
		}
	})
}

// changes are texts in files, and what they are to read instead; $0 stands for the text.
type changes map[string][][2]string

// unsynced has the bus sync now and then, and nobody mind.
var unsynced = changes{
	"events/bus/embedded/server.go": {{"SyncAlways: true", "SyncAlways: false"}},
	"events/bus/sync.go":            {{"!m.Data.Config.SyncAlways", "m.Data.Config.SyncAlways"}},
}

// buildNoting builds the bus with a standard library that takes notes, and with other changes.
func buildNoting(t *testing.T, other changes) string {
	t.Helper()
	std := filepath.Join(runtime.GOROOT(), "src")
	all := changes{
		filepath.Join(std, "internal/poll/fd_unix.go"): {
			{"func (fd *FD) Write(p []byte) (int, error) {\n", "$0\tdefer powerWrite(fd.Sysfd, -1, len(p))()\n"},
			{"func (fd *FD) Pwrite(p []byte, off int64) (int, error) {\n", "$0\tdefer powerWrite(fd.Sysfd, off, len(p))()\n"},
		},
		filepath.Join(std, "internal/poll/fd_posix.go"):       {{"func (fd *FD) Ftruncate(size int64) error {\n", "$0\tpowerCut(fd.Sysfd, size)\n"}},
		filepath.Join(std, "internal/poll/fd_fsync_posix.go"): {{"func (fd *FD) Fsync() error {\n", "$0\tdefer powerSync(fd.Sysfd)()\n"}},
		filepath.Join(std, "os/file_unix.go"):                 {{"func openFileNolog(name string, flag int, perm FileMode) (*File, error) {\n", "$0\tflag = poll.PowerOpen(name, flag)\n"}},
	}
	maps.Copy(all, other)
	notes, err := filepath.Abs("events/bus/embedded/testdata/power.go.txt")
	must(t, err)
	return compile(t, "./events/bus/embedded/testdata/bus", all, map[string]string{filepath.Join(std, "internal/poll/power.go"): notes})
}

// compile builds a program with changes, and with files in other places. No file is touched: the compiler reads other texts
// in their places.
func compile(t *testing.T, what string, all changes, replace map[string]string) string {
	t.Helper()
	dir, replace := t.TempDir(), maps.Clone(replace)
	if replace == nil {
		replace = map[string]string{}
	}
	for file, changes := range all {
		b, err := os.ReadFile(file)
		must(t, err)
		text := string(b)
		for _, change := range changes {
			if strings.Count(text, change[0]) != 1 {
				t.Fatalf("%s does not read %q once any more", file, change[0])
			}
			text = strings.Replace(text, change[0], strings.Replace(change[1], "$0", change[0], 1), 1)
		}
		original, err := filepath.Abs(file)
		must(t, err)
		replace[original] = filepath.Join(dir, fmt.Sprint(len(replace), ".go"))
		must(t, os.WriteFile(replace[original], []byte(text), 0o600))
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	must(t, err)
	list, program := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "program")
	must(t, os.WriteFile(list, overlay, 0o600))
	if out, err := exec.Command("go", "build", "-overlay", list, "-o", program, what).CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return program
}

// losePower runs a bus that takes notes and a house, has the power go so often, and returns how many bids were accepted and how many of them
// are not there.
func losePower(t *testing.T, noting, program string, times int) (acked, lost int) {
	t.Helper()
	redis, data, keys, port := miniredis.RunT(t), t.TempDir(), t.TempDir(), freePort(t)
	url := "nats://127.0.0.1:" + port
	var notes string
	startBus := func() *exec.Cmd {
		notes = t.TempDir()
		t.Setenv("LIGHTSHARE_POWER_NOTES", notes)
		return start(t, noting, data, keys, port)
	}
	server := startBus()
	nc, err := bus.Connect(t.Context(), bus.Config{URL: url, Keys: keys})
	must(t, err)
	t.Cleanup(nc.Close)
	told := &record{accepted: map[events.CommandID]events.LotID{}}
	houses := &houses{nc: nc}
	for round := range times {
		house := start(t, program, "run", "auction", "--nats", url, "--keys", keys, "--redis", "redis://"+redis.Addr())
		lots := houses.open(t, 5)
		ctx, stop := context.WithCancel(t.Context())
		var bidders sync.WaitGroup
		for b := range 8 {
			bidders.Go(func() {
				to := journal.NewSender(nc, events.AuctionService)
				for turn := 1; ctx.Err() == nil; turn++ {
					id, lot := events.CommandID(fmt.Sprintf("%d.%d.%d", round, b, turn)), lots[turn%len(lots)]
					bid := events.PlaceBid{Bidder: events.UserID(fmt.Sprint("bidder", b)), Max: int64(turn)*100_000 + int64(b)}
					if _, err := to.Do(ctx, string(lot), id, bid, nil); err == nil {
						told.add(id, lot)
					}
				}
			})
		}
		told.await(t, told.count()+300)
		must(t, server.Process.Kill())
		must(t, house.Process.Kill())
		server.Wait() // killed: how they ended says no more
		house.Wait()
		stop()
		bidders.Wait()
		t.Logf("%d accepted, %d writes forgotten", told.count(), forget(t, notes, data))
		server = startBus()
	}
	js, err := nc.JetStream()
	must(t, err)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		_, err := js.StreamInfo(events.StreamOf(events.Lots))
		if err == nil {
			break
		}
		if time.Now().After(deadline) { // the server takes a moment to load its streams
			t.Logf("the stream is gone, and all that was in it: %v", err)
			return told.count(), told.count()
		}
	}
	lost, twice := told.against(t, nc)
	if twice > 0 {
		t.Errorf("%d bids are there twice", twice)
	}
	return told.count(), lost
}

// written is what a file has to forget: what its writes replaced, oldest first.
type written struct {
	edits []edit
	safe  int // so many of them are synced
}

// edit is what a write or a cut replaced.
type edit struct {
	at, size int64
	old      []byte
}

// forget takes back in dir what the notes say was written and not synced, and returns how many writes those were.
func forget(t *testing.T, notes, dir string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(notes, "*"))
	must(t, err)
	all := map[[2]uint64]*written{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		must(t, err)
		readNotes(b, all)
	}
	if len(all) == 0 {
		t.Fatal("no write was noted")
	}
	forgotten := 0
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		s := info.Sys().(*syscall.Stat_t)
		w := all[[2]uint64{uint64(s.Dev), s.Ino}]
		if w == nil {
			return nil
		}
		forgotten += len(w.edits) - w.safe
		return w.takeBack(path)
	}))
	return forgotten
}

// readNotes adds the notes of one process.
func readNotes(b []byte, all map[[2]uint64]*written) {
	for len(b) >= 64 {
		var n [8]uint64
		for i := range n {
			n[i] = binary.LittleEndian.Uint64(b[8*i:])
		}
		b = b[64:]
		w := all[[2]uint64{n[1], n[2]}]
		if w == nil {
			w = &written{}
			all[[2]uint64{n[1], n[2]}] = w
		}
		if n[0] == 1 {
			w.safe = max(w.safe, int(n[3]))
			continue
		}
		if uint64(len(b)) < n[5] {
			return // the process died while it noted this: it has not written either
		}
		w.edits, b = append(w.edits, edit{int64(n[3]), int64(n[4]), b[:n[5]]}), b[n[5]:]
	}
}

// takeBack undoes what is not safe, the newest first.
func (w *written) takeBack(path string) error {
	if len(w.edits) == w.safe {
		return nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	for i := len(w.edits) - 1; i >= w.safe; i-- {
		e := w.edits[i]
		if err := f.Truncate(e.size); err != nil {
			return err
		}
		if _, err := f.WriteAt(e.old, e.at); err != nil {
			return err
		}
	}
	return nil
}
