package fetch_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/web/fetch"
)

func TestRunOfEverySize(t *testing.T) {
	for _, size := range []int{0, 1, record - 1, record, record + 1, 2 * record, 40*record + 7} {
		w, dir := newWorld(t, pattern(size)), t.TempDir()
		result, _, err := w.run(t.Context(), dir)
		w.mustArrive(dir, result, err)
		if result.Path != filepath.Join(dir, "photo.jpg") || result.Resumed != 0 {
			t.Errorf("Run of %d bytes = %+v", size, result)
		}
	}
}

func TestRunOverPlainHTTP(t *testing.T) {
	w, dir := newWorld(t, pattern(3*record)), t.TempDir()
	plain := httptest.NewServer(w.agent.Config.Handler)
	t.Cleanup(plain.Close)
	w.reach = func() events.Reach { return events.Reach{Seller: w.seller, URLs: []string{plain.URL + "/"}} }
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
}

func TestRunSavesUnderTheNameGiven(t *testing.T) {
	w, dir := newWorld(t, pattern(10)), t.TempDir()
	out := filepath.Join(dir, "mine.bin")
	result, _, err := w.run(t.Context(), out)
	w.mustArrive(dir, result, err)
	if result.Path != out {
		t.Errorf("Run saved to %s, want %s", result.Path, out)
	}
}

func TestRunStaysInTheFolder(t *testing.T) {
	w, dir := newWorld(t, pattern(10)), t.TempDir()
	w.name = "../../../etc/passwd"
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
	if result.Path != filepath.Join(dir, "passwd") {
		t.Errorf("Run saved to %s", result.Path)
	}
}

func TestRunNeverOverwrites(t *testing.T) {
	for name, other := range map[string]string{"another size": "mine", "the same size": "0123456789"} {
		w, dir := newWorld(t, pattern(10)), t.TempDir()
		path := filepath.Join(dir, "photo.jpg")
		if err := os.WriteFile(path, []byte(other), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := w.run(t.Context(), dir)
		if !errors.Is(err, fetch.ErrExists) || fetch.ExitCode(err) != 1 {
			t.Errorf("Run onto a file of %s = %v, want ErrExists", name, err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != other {
			t.Errorf("the other file holds %q now, %v", got, err)
		}
	}
}

// A file that appears while the download runs is not overwritten either.
func TestRunNeverOverwritesLateFile(t *testing.T) {
	w, dir := newWorld(t, pattern(10)), t.TempDir()
	path := filepath.Join(dir, "photo.jpg")
	w.onFile = func(http.ResponseWriter, *http.Request, int) bool {
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Error(err)
		}
		return false
	}
	_, _, err := w.run(t.Context(), dir)
	if got, _ := os.ReadFile(path); !errors.Is(err, fetch.ErrExists) || string(got) != "mine" {
		t.Errorf("Run = %v and the other file holds %q, want ErrExists and %q", err, got, "mine")
	}
}

// Nothing is opened before it is paid for, and what was received is not asked for again.
func TestRunWaitsForTheKey(t *testing.T) {
	w, dir := newWorld(t, pattern(2*record+1)), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	w.onKey = func(rw http.ResponseWriter, n int) bool {
		if n == 5 {
			cancel()
		}
		return n <= 5 && refuse(rw, http.StatusConflict, events.KeyHeld)
	}
	_, _, err := w.run(ctx, dir)
	receipts := w.receipts
	w.receipts = nil // signed for, but not saved
	w.mustNotArrive(dir, err, 130)
	if w.receipts = receipts; len(receipts) != 1 || w.keys < 5 {
		t.Fatalf("%d receipts and %d questions for the key, want one and 5", len(receipts), w.keys)
	}
	w.agent.Close() // whoever has it all needs the seller no more
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
	if len(w.froms) != 1 || result.Resumed != int64(len(w.file.Sealed)) {
		t.Errorf("file was asked for %d times and %d bytes resumed, want 1 and all", len(w.froms), result.Resumed)
	}
}

// An order that came to nothing while the file arrived opens nothing.
func TestRunOfAnOrderThatEnds(t *testing.T) {
	w, dir := newWorld(t, pattern(2*record+1)), t.TempDir()
	w.onReceipt = func(rw http.ResponseWriter, _ int) bool { return refuse(rw, http.StatusConflict, events.WrongState) }
	w.onKey = func(rw http.ResponseWriter, _ int) bool { return refuse(rw, http.StatusConflict, events.WrongState) }
	_, _, err := w.run(t.Context(), dir)
	w.mustNotArrive(dir, err, 1)
	if !errors.Is(err, events.WrongState) {
		t.Errorf("Run = %v, want %v", err, events.WrongState)
	}
}

// A file that is there already is what was bought: nothing is asked of anybody but its name.
func TestRunLeavesWhatIsThere(t *testing.T) {
	w, dir := newWorld(t, pattern(2*record+1)), t.TempDir()
	if _, _, err := w.run(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	result, told, err := w.run(t.Context(), dir)
	if err != nil || result.Resumed != int64(len(w.file.Sealed)) || !strings.Contains(told, "here already") {
		t.Errorf("second Run = %+v, %v, told %q", result, err, told)
	}
	if len(w.froms) != 1 || len(w.receipts) != 1 || w.keys != 1 {
		t.Errorf("asked for the file %d times, signed %d times, asked for the key %d times; want each once", len(w.froms), len(w.receipts), w.keys)
	}
}

func TestRunRepeatsLostReceipt(t *testing.T) {
	w, dir := newWorld(t, pattern(10)), t.TempDir()
	w.onReceipt = func(rw http.ResponseWriter, n int) bool {
		if n == 1 {
			panic(http.ErrAbortHandler)
		}
		return n == 2 && refuse(rw, http.StatusServiceUnavailable, events.Unavailable)
	}
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
}

// A whole .part file needs a name only, no agent.
func TestRunNamesWhatIsWhole(t *testing.T) {
	w, dir := newWorld(t, pattern(3*record+9)), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "photo.jpg.part"), w.part(w.file.Sealed), 0o600); err != nil {
		t.Fatal(err)
	}
	w.agent.Close()
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
}

func TestMarketRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		status  int
		refusal events.Refusal
		code    int
	}{
		"token unknown": {http.StatusUnauthorized, events.NoTicket, 4},
		"not the buyer": {http.StatusForbidden, events.NoTicket, 4},
		"no such order": {http.StatusNotFound, events.NoSuchOrder, 1},
		"not paid":      {http.StatusConflict, events.WrongState, 1},
	} {
		w, dir := newWorld(t, pattern(10)), t.TempDir()
		w.onTicket = func(rw http.ResponseWriter, _ int) bool { return refuse(rw, tc.status, tc.refusal) }
		_, _, err := w.run(t.Context(), dir)
		w.mustNotArrive(dir, err, tc.code)
		if !errors.Is(err, tc.refusal) {
			t.Errorf("%s: Run = %v, want %s", name, err, tc.refusal)
		}
	}
}

func TestMarketTalksNonsense(t *testing.T) {
	for name, answer := range map[string]string{
		"no JSON": "<html>", "nothing": "{}", "null": "null",
		"no root":         `{"ticket":"a.b","size":3,"root":"abc","sealed":"` + strings.Repeat("b", 64) + `"}`,
		"negative size":   `{"ticket":"a.b","size":-1,"root":"` + strings.Repeat("a", 64) + `","sealed":"` + strings.Repeat("b", 64) + `"}`,
		"bad sealed root": `{"ticket":"a.b","size":3,"sealed":"abc","root":"` + strings.Repeat("a", 64) + `","listing":"aaaaaaaaaaaaaaaa-x"}`,
		"no listing":      `{"ticket":"a.b","size":3,"listing":"../x","root":"` + strings.Repeat("a", 64) + `","sealed":"` + strings.Repeat("b", 64) + `"}`,
		"empty file":      `{"ticket":"a.b","size":0,"listing":"aaaaaaaaaaaaaaaa-x","root":"` + strings.Repeat("a", 64) + `","sealed":"` + strings.Repeat("b", 64) + `"}`,
	} {
		w, dir := newWorld(t, pattern(10)), t.TempDir()
		w.onTicket = func(rw http.ResponseWriter, _ int) bool {
			rw.Write([]byte(answer))
			return true
		}
		_, _, err := w.run(t.Context(), dir)
		t.Logf("%s: %v", name, err)
		w.mustNotArrive(dir, err, 1)
	}
}

func TestMarketIsNotThere(t *testing.T) {
	w, dir := newWorld(t, pattern(10)), t.TempDir()
	w.market.Close()
	_, _, err := w.run(t.Context(), dir)
	w.mustNotArrive(dir, err, 3)
}

func TestLinkErrors(t *testing.T) {
	for _, link := range []string{"", "hello", "ftp://m/orders/o1#t", "http://m/orders/o1", "http://m/orders/#t",
		"http://m/o1#t", "http:///orders/o1#t", "http://m/orders/a/b#t", "http://m/orders/o1?x=1#t", "http://[::1/orders/o1#t"} {
		_, err := fetch.Run(t.Context(), fetch.Options{Link: link, Out: t.TempDir()})
		if !errors.Is(err, fetch.ErrLink) || fetch.ExitCode(err) != 2 {
			t.Errorf("Run of link %q = %v, want ErrLink", link, err)
		}
	}
	got, err := fetch.ParseLink(" https://shop.example/eu/orders/won-a-b#tok.en \n")
	if want := (fetch.Link{Market: "https://shop.example/eu", Order: "won-a-b", Token: "tok.en"}); err != nil || got != want {
		t.Errorf("ParseLink = %+v, %v, want %+v", got, err, want)
	}
}

func TestDiskErrors(t *testing.T) {
	w, dir := newWorld(t, pattern(10)), t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "taken.part"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ out, says string }{
		"no such folder":      {filepath.Join(dir, "none", "x"), "none"},
		"a file for a folder": {filepath.Join(file, "x"), "file"},
		"part is a folder":    {filepath.Join(dir, "taken"), "taken.part"},
	} {
		_, _, err := w.run(t.Context(), tc.out)
		if fetch.ExitCode(err) != 1 || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: Run = %v, want exit code 1 and %q named", name, err, tc.says)
		}
	}
	if len(w.froms) != 0 {
		t.Errorf("the file was asked for %d times though it cannot be saved", len(w.froms))
	}
}

func TestTwoDownloadsOfOneFile(t *testing.T) {
	w, dir := newWorld(t, pattern(10)), t.TempDir()
	var second error
	w.onFile = func(http.ResponseWriter, *http.Request, int) bool {
		_, _, second = w.run(t.Context(), dir)
		return false
	}
	result, _, err := w.run(t.Context(), dir)
	if !errors.Is(second, fetch.ErrBusy) {
		t.Errorf("second Run = %v, want ErrBusy", second)
	}
	w.mustArrive(dir, result, err) // though the second bound its key to the order
}

func TestExitCode(t *testing.T) {
	w, dir := newWorld(t, pattern(4*record)), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	w.onFile = func(rw http.ResponseWriter, r *http.Request, _ int) bool {
		cancel()
		<-r.Context().Done()
		return true
	}
	_, _, err := w.run(ctx, dir)
	w.mustNotArrive(dir, err, 130)

	w = newWorld(t, pattern(10))
	w.reach = func() events.Reach { return events.Reach{Seller: w.seller} }
	short, cancelShort := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancelShort()
	_, told, err := w.run(short, dir)
	w.mustNotArrive(dir, err, 3)
	if !strings.Contains(told, "seller cannot be reached") {
		t.Errorf("Run told %q, want that the seller is away", told)
	}
	if slices.Contains(namesIn(t, dir), "photo.jpg") {
		t.Error("a file that never came has its final name")
	}
}
