package fetch_test

import (
	"errors"
	"net/http"
	"os"
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

// What an earlier opening left behind, when it was broken off, is no hindrance and is not believed.
func TestOpeningBrokenOff(t *testing.T) {
	w, dir := newWorld(t, pattern(3*record)), t.TempDir()
	if err := os.WriteFile(dir+"/photo.jpg.opening", []byte("half of it"), 0o600); err != nil {
		t.Fatal(err)
	}
	result, _, err := w.run(t.Context(), dir)
	w.mustArrive(dir, result, err)
}
