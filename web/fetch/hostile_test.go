package fetch_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
	"lightshare/web/fetch"
)

func flipped(file []byte, at int) []byte {
	b := bytes.Clone(file)
	b[at] ^= 1
	return b
}

func TestFlippedRecordIsAskedForAgain(t *testing.T) {
	w, dir := newWorld(t, pattern(9*record+3)), t.TempDir()
	w.onFile = func(rw http.ResponseWriter, r *http.Request, n int) bool {
		if n == 1 {
			send(rw, r, flipped(w.file.Sealed, 5*closed+100))
		}
		return n == 1
	}
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
	if want := []int64{0, 5 * closed}; !slices.Equal(w.froms, want) {
		t.Errorf("file asked for from bytes %d, want %d", w.froms, want)
	}
}

func TestSellerWhoAlwaysLies(t *testing.T) {
	for name, at := range map[string]int{"first record": 0, "middle": 5 * closed, "last byte": 9*closed + 2} {
		w, dir := newWorld(t, pattern(9*record+3)), t.TempDir()
		w.onFile = func(rw http.ResponseWriter, r *http.Request, _ int) bool {
			send(rw, r, flipped(w.file.Sealed, at))
			return true
		}
		_, _, err := w.run(t.Context(), dir)
		w.mustNotArrive(dir, err, 5)
		if len(w.froms) > 4 {
			t.Errorf("%s: file asked for %d times, want few", name, len(w.froms))
		}
	}
}

func TestTruncatedFile(t *testing.T) {
	w, dir := newWorld(t, pattern(9*record+3)), t.TempDir()
	w.onFile = func(rw http.ResponseWriter, r *http.Request, n int) bool {
		if n == 1 { // a body that says it is whole
			rw.Write(w.file.Sealed[:4*closed+9])
		}
		return n == 1
	}
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
	if want := []int64{0, 4 * closed}; !slices.Equal(w.froms, want) {
		t.Errorf("file asked for from bytes %d, want %d", w.froms, want)
	}
}

func TestShorterFileOnDisk(t *testing.T) {
	w, dir := newWorld(t, pattern(9*record)), t.TempDir()
	w.onFile = func(rw http.ResponseWriter, r *http.Request, _ int) bool {
		send(rw, r, w.file.Sealed[:3*closed])
		return true
	}
	_, _, err := w.run(t.Context(), dir)
	w.mustNotArrive(dir, err, 5)
}

func TestEndlessAnswers(t *testing.T) {
	endless := func(rw http.ResponseWriter, first []byte) {
		rw.Write(first)
		for {
			if _, err := rw.Write(first); err != nil {
				return
			}
		}
	}
	w, dir := newWorld(t, pattern(3*record+5)), t.TempDir()
	w.onFile = func(rw http.ResponseWriter, _ *http.Request, _ int) bool {
		endless(rw, w.file.Sealed)
		return true
	}
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)

	w, dir = newWorld(t, pattern(3*record+5)), t.TempDir()
	w.onTree = func(rw http.ResponseWriter, _ int) bool {
		endless(rw, sealed.Bytes(w.file.Records))
		return true
	}
	_, _, err = w.run(t.Context(), dir)
	w.mustNotArrive(dir, err, 5)
}

func TestWrongTree(t *testing.T) {
	other := sealedtest.Seal(flipped(pattern(3*record), 7))
	for name, tree := range map[string][]byte{
		"another file": sealed.Bytes(other.Records),
		"too long":     append(sealed.Bytes(other.Records), sealed.Bytes(other.Records)...),
	} {
		w, dir := newWorld(t, pattern(3*record)), t.TempDir()
		w.onTree = func(rw http.ResponseWriter, _ int) bool {
			rw.Write(tree)
			return true
		}
		_, _, err := w.run(t.Context(), dir)
		w.mustNotArrive(dir, err, 5)
		if len(w.froms) != 0 {
			t.Errorf("%s: the file was asked for under a tree that is not its own", name)
		}
	}
}

func TestTreeCutShort(t *testing.T) {
	w, dir := newWorld(t, pattern(3*record)), t.TempDir()
	w.onTree = func(rw http.ResponseWriter, n int) bool {
		if n == 1 {
			rw.Write(sealed.Bytes(w.file.Records)[:40])
		}
		return n == 1
	}
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
}

func TestWrongCertificate(t *testing.T) {
	w, dir := newWorld(t, pattern(10)), t.TempDir()
	w.reach = func() events.Reach {
		r := w.reachOf(w.agent.URL)
		r.Certificate = strings.Repeat("ab", 32)
		return r
	}
	_, _, err := w.run(t.Context(), dir)
	w.mustNotArrive(dir, err, 5)
	if w.trees != 0 {
		t.Error("a ticket was shown to somebody with a wrong certificate")
	}
}

// The address of a home network may be somebody else's here. The next one counts.
func TestStrangerAtTheFirstAddress(t *testing.T) {
	w, dir := newWorld(t, pattern(3*record)), t.TempDir()
	stranger := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(stranger.Close)
	w.reach = func() events.Reach { return w.reachOf("not a url", stranger.URL, w.agent.URL) }
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
}

func TestRedirectIsNotFollowed(t *testing.T) {
	w, dir := newWorld(t, pattern(10)), t.TempDir()
	var led bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { led = true }))
	t.Cleanup(elsewhere.Close)
	w.onTree = func(rw http.ResponseWriter, n int) bool {
		if n == 1 {
			rw.Header().Set("Location", elsewhere.URL)
			rw.WriteHeader(http.StatusFound)
		}
		return n == 1
	}
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
	if led {
		t.Error("Run followed an agent's redirect")
	}
}

func TestExpiredTicketIsRenewed(t *testing.T) {
	w, dir := newWorld(t, pattern(9*record)), t.TempDir()
	w.onFile = func(rw http.ResponseWriter, r *http.Request, n int) bool {
		if n == 1 {
			cutAfter(rw, r, w.file.Sealed, 4*closed)
		}
		return n == 2 && refuse(rw, http.StatusForbidden, events.NoTicket)
	}
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
	if want := []int64{0, 4 * closed, 4 * closed}; !slices.Equal(w.froms, want) || w.tickets != 2 {
		t.Errorf("file asked for from bytes %d with %d tickets, want %d with 2", w.froms, w.tickets, want)
	}
}

func TestTicketsNobodyHonours(t *testing.T) {
	w, dir := newWorld(t, pattern(10)), t.TempDir()
	w.expires = -time.Minute
	_, _, err := w.run(t.Context(), dir)
	w.mustNotArrive(dir, err, 4)
	if !errors.Is(err, events.NoTicket) || w.tickets > 4 {
		t.Errorf("Run = %v after %d tickets, want NoTicket after few", err, w.tickets)
	}
}

func TestMarketChangesTheFile(t *testing.T) {
	w, dir := newWorld(t, pattern(4*record)), t.TempDir()
	w.onFile = func(rw http.ResponseWriter, r *http.Request, _ int) bool {
		w.mu.Lock()
		w.file = sealedtest.Seal(nil) // from now on the order is said to be for an empty file
		w.mu.Unlock()
		return refuse(rw, http.StatusForbidden, events.NoTicket)
	}
	_, _, err := w.run(t.Context(), dir)
	w.mustNotArrive(dir, err, 1)
}

// Every cut costs at most the record it falls into.
func TestCutConnections(t *testing.T) {
	w, dir := newWorld(t, pattern(30*record+11)), t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	reached := int64(0) // bytes that were sent
	w.onFile = func(rw http.ResponseWriter, r *http.Request, n int) bool {
		from := rangeStart(r)
		if from < reached-closed || from > reached || from%closed != 0 {
			t.Errorf("request %d asks from byte %d after %d were sent", n, from, reached)
		}
		if cut := random.IntN(4 * closed); from+int64(cut) < int64(len(w.file.Sealed)) {
			reached = from + int64(cut)
			cutAfter(rw, r, w.file.Sealed, cut)
		}
		return false
	}
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
	if len(w.froms) < 5 {
		t.Errorf("only %d requests: nothing was cut", len(w.froms))
	}
}

func TestInterruptedRunIsResumedByTheNext(t *testing.T) {
	w, dir := newWorld(t, pattern(9*record+3)), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	w.onFile = func(rw http.ResponseWriter, r *http.Request, n int) bool {
		if n == 1 {
			rw.Header().Set("Content-Length", strconv.Itoa(len(w.file.Sealed)))
			rw.Write(w.file.Sealed[:6*closed+50])
			rw.(http.Flusher).Flush()
			awaitSize(t, filepath.Join(dir, "photo.jpg.part"), fetch.Lead(9*record+3)+3*closed)
			cancel()
			<-r.Context().Done()
		}
		return n == 1
	}
	_, _, err := w.run(ctx, dir)
	w.mustNotArrive(dir, err, 130)

	result, told, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
	if len(w.froms) != 2 || w.froms[1] != result.Resumed || result.Resumed < 3*closed || result.Resumed%closed != 0 {
		t.Errorf("file asked for from bytes %d, resumed %d, want the checked records not asked for again", w.froms, result.Resumed)
	}
	if !strings.Contains(told, "here already") {
		t.Errorf("Run told %q, want how much is here already", told)
	}
}

// awaitSize returns when the file has at least n bytes.
func awaitSize(t *testing.T, path string, n int64) {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if info, err := os.Stat(path); err == nil && info.Size() >= n {
			return
		}
	}
	t.Errorf("%s never had %d bytes", path, n)
}

func TestWrongTailIsDropped(t *testing.T) {
	plain := pattern(9 * record)
	file := sealedtest.Seal(plain).Sealed
	for name, tc := range map[string]struct {
		part []byte
		want int64 // where the next download begins
	}{
		"half a record":        {file[:3*closed+5], 3 * closed},
		"a flipped bit inside": {flipped(file[:6*closed], 2*closed+1), 2 * closed},
		"somebody else's":      {[]byte("hello"), 0},
		"longer than the file": {append(flipped(file, 8*closed), "more"...), 8 * closed},
		"zeros at the end":     {append(bytes.Clone(file[:5*closed]), make([]byte, 2*closed)...), 5 * closed},
	} {
		w, dir := newWorld(t, plain), t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "photo.jpg.part"), w.part(tc.part), 0o600); err != nil {
			t.Fatal(err)
		}
		result, _, err := w.run(t.Context(), dir)
		w.mustArrive(dir, result, err)
		if !slices.Equal(w.froms, []int64{tc.want}) || result.Resumed != tc.want {
			t.Errorf("%s: file asked for from bytes %d, want %d", name, w.froms, tc.want)
		}
	}
}

func TestSellerGoesAndComesBack(t *testing.T) {
	w, dir := newWorld(t, pattern(9*record)), t.TempDir()
	gone := httptest.NewServer(nil)
	gone.Close()
	w.onFile = func(rw http.ResponseWriter, r *http.Request, n int) bool {
		if n == 1 {
			w.mu.Lock()
			w.reach = func() events.Reach { return w.reachOf(gone.URL) }
			w.mu.Unlock()
			w.agent.Config.SetKeepAlivesEnabled(false)
			cutAfter(rw, r, w.file.Sealed, 10) // no record arrives: another ticket is asked for
		}
		return false
	}
	w.onTicket = func(rw http.ResponseWriter, n int) bool {
		switch {
		case n == 4:
			return refuse(rw, http.StatusServiceUnavailable, events.Unavailable)
		case n == 6:
			w.reach = func() events.Reach { return w.reachOf(w.agent.URL) }
		}
		return false
	}
	result, told, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
	if w.tickets != 6 {
		t.Errorf("%d tickets asked for, want one an attempt until the seller is back with the sixth", w.tickets)
	}
	if strings.Count(told, "cannot be reached") != 1 || strings.Count(told, "there again") != 1 {
		t.Errorf("Run told %q, want once that the seller went and once that he is back", told)
	}
}

func TestSilentAgentIsGivenUp(t *testing.T) {
	w, dir := newWorld(t, pattern(9*record)), t.TempDir()
	w.onFile = func(rw http.ResponseWriter, r *http.Request, n int) bool {
		if n == 1 {
			rw.Header().Set("Content-Length", strconv.Itoa(len(w.file.Sealed)))
			rw.Write(w.file.Sealed[:4*closed])
			rw.(http.Flusher).Flush()
			<-r.Context().Done()
		}
		return n == 1
	}
	result, err := fetch.Run(t.Context(), fetch.Options{
		Link: w.link(), Out: dir, Pause: time.Millisecond, Stall: 50 * time.Millisecond,
	})
	w.mustArrive(dir, result, err)
	if want := []int64{0, 4 * closed}; !slices.Equal(w.froms, want) {
		t.Errorf("file asked for from bytes %d, want %d", w.froms, want)
	}
}

func TestAnotherRangeThanAskedFor(t *testing.T) {
	w, dir := newWorld(t, pattern(9*record)), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "photo.jpg.part"), w.part(w.file.Sealed[:2*closed]), 0o600); err != nil {
		t.Fatal(err)
	}
	w.onFile = func(rw http.ResponseWriter, r *http.Request, n int) bool {
		switch n {
		case 1: // the whole file
			rw.Write(w.file.Sealed)
			return true
		case 2:
			r.Header.Set("Range", "bytes=0-")
		}
		return false
	}
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
	if len(w.froms) != 3 {
		t.Errorf("file asked for %d times, want 3", len(w.froms))
	}
}
