package fetch_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
	"lightshare/web/fetch"
)

// Whatever the seller sealed, nothing but what was promised is ever saved, and one record proves him wrong.
func TestSealedSomethingElse(t *testing.T) {
	promised := pattern(5*record + 77)
	honest := sealedtest.Seal(promised)
	lie := slices.Clone(honest.Leaves)
	lie[2][0] ^= 1
	other := sealedtest.Fraud(promised, flipped(promised, 3*record+9), honest.Leaves)
	for name, tc := range map[string]struct {
		file   sealedtest.File
		pieces int
	}{
		"one byte":             {other, 1},
		"the last byte":        {sealedtest.Fraud(promised, flipped(promised, len(promised)-1), honest.Leaves), 1},
		"all of it":            {sealedtest.Fraud(promised, make([]byte, len(promised)), honest.Leaves), 1},
		"its leaves":           {sealedtest.Fraud(promised, promised, lie), 1},
		"with matching leaves": {sealedtest.Fraud(promised, flipped(promised, 9), sealedtest.Seal(flipped(promised, 9)).Leaves), 1},
	} {
		w, dir := newWorldOf(t, tc.file), t.TempDir()
		_, _, err := w.run(t.Context(), dir)
		if len(w.receipts) != 1 || len(w.proofs) != 1 || len(w.proofs[0].Pieces) != tc.pieces {
			t.Fatalf("%s: %d receipts, proofs %v, want one of each", name, len(w.receipts), w.proofs)
		}
		w.receipts = nil // paid for, but not saved
		w.mustNotArrive(dir, err, 5)
		if names := namesIn(t, dir); len(names) != 0 {
			t.Errorf("%s: folder holds %q, want nothing", name, names)
		}
		if !strings.Contains(err.Error(), "money is given back") {
			t.Errorf("%s: Run = %v, want what becomes of the money", name, err)
		}
	}
}

// A key that opens nothing proves itself wrong.
func TestWrongKey(t *testing.T) {
	w, dir := newWorld(t, pattern(3*record)), t.TempDir()
	w.file.Key = sealed.NewKey()
	_, _, err := w.run(t.Context(), dir)
	if len(w.proofs) != 1 || w.proofs[0].Leaf != nil {
		t.Fatalf("proofs %v, want one of a record that does not open", w.proofs)
	}
	w.receipts = nil
	w.mustNotArrive(dir, err, 5)
}

// A market that takes no proof is told of, and nothing is saved all the same.
func TestProofRefused(t *testing.T) {
	w, dir := newWorld(t, pattern(record)), t.TempDir()
	w.onKey = func(rw http.ResponseWriter, _ int) bool {
		rw.Write([]byte(`{"key":"AAAAAAAAAAAAAAAAAAAAAA==","salt":"AAAAAAAAAAAAAAAAAAAAAA=="}`))
		return true
	}
	_, _, err := w.run(t.Context(), dir)
	w.receipts = nil
	w.mustNotArrive(dir, err, 5)
	if !errors.Is(err, events.NoProof) || !errors.Is(err, fetch.ErrMismatch) {
		t.Errorf("Run = %v, want NoProof and ErrMismatch", err)
	}
}

// Whatever step the last program ended at, the next one goes on there, and needs the seller no more.
func TestOpeningGoesOn(t *testing.T) {
	plain := pattern(9*record + 3)
	for name, tc := range map[string]struct {
		leave func(w *world) []byte // in the .part file
		named bool                  // it has the final name too
	}{
		"all sealed":       {leave: func(w *world) []byte { return w.whole() }},
		"three opened":     {leave: func(w *world) []byte { return overwritten(w.whole(), plain[:3*record]) }},
		"half a record":    {leave: func(w *world) []byte { return overwritten(w.whole(), plain[:4*record+77]) }},
		"all opened":       {leave: func(w *world) []byte { return overwritten(w.whole(), plain) }},
		"cut to its size":  {leave: func(*world) []byte { return plain }},
		"named and linked": {leave: func(*world) []byte { return plain }, named: true},
	} {
		w, dir := newWorld(t, plain), t.TempDir()
		w.agent.Close()
		part := filepath.Join(dir, "photo.jpg.part")
		if err := os.WriteFile(part, tc.leave(w), 0o600); err != nil {
			t.Fatal(err)
		}
		w.state = "captured"
		if tc.named {
			if err := os.Link(part, filepath.Join(dir, "photo.jpg")); err != nil {
				t.Skip("no links here: ", err)
			}
		}
		result, _, err := w.run(t.Context(), dir)
		got, readErr := os.ReadFile(filepath.Join(dir, "photo.jpg"))
		if err != nil || readErr != nil || !slices.Equal(got, plain) {
			t.Errorf("%s: Run = %+v, %v, %v with %d bytes saved, want the file", name, result, err, readErr, len(got))
		}
		if names := namesIn(t, dir); len(names) != 1 {
			t.Errorf("%s: folder holds %q, want the file alone", name, names)
		}
	}
}

// whole returns what the .part file holds when everything has arrived.
func (w *world) whole() []byte {
	return w.part(append(slices.Clone(w.file.Sealed), sealed.Bytes(w.file.Records)...))
}

func overwritten(file, beginning []byte) []byte {
	copy(file, beginning)
	return file
}

// A file that was damaged while it lay there is fetched once more, also when it is paid for.
func TestDamagedFileIsFetchedAgain(t *testing.T) {
	w, dir := newWorld(t, pattern(9*record)), t.TempDir()
	damaged := flipped(w.whole(), int(fetch.Lead(9*record))+4*closed+1)
	if err := os.WriteFile(filepath.Join(dir, "photo.jpg.part"), damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	w.state = "captured"
	result, _, err := w.run(t.Context(), dir)
	if err != nil || len(w.proofs) != 0 || !slices.Equal(w.froms, []int64{4 * closed}) {
		t.Errorf("Run = %+v, %v, %d proofs, file asked for from bytes %d, want from the damaged record", result, err, len(w.proofs), w.froms)
	}
}

// What was bought before files were sealed comes as it is, and resumes.
func TestPlainOrder(t *testing.T) {
	w, dir := newWorld(t, pattern(9*record+3)), t.TempDir()
	w.plain = true
	if err := os.WriteFile(filepath.Join(dir, "photo.jpg.part"), w.file.Plain[:5*record+9], 0o600); err != nil {
		t.Fatal(err)
	}
	result, _, err := w.run(t.Context(), dir)
	got, readErr := os.ReadFile(result.Path)
	if err != nil || readErr != nil || !slices.Equal(got, w.file.Plain) || !slices.Equal(w.froms, []int64{5 * record}) {
		t.Errorf("Run = %+v, %v, %v, file asked for from bytes %d", result, err, readErr, w.froms)
	}
	if len(w.receipts) != 1 || w.receipts[0].Root != w.file.Root() || w.receipts[0].Bytes != 9*record+3 || w.keys != 0 {
		t.Errorf("receipts %+v, asked for the key %d times; want one receipt for the plain file", w.receipts, w.keys)
	}
}
