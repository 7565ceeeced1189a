package share

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"lightshare/events"
	"lightshare/events/sealed"
)

// A content has one key, whose sealed tree is the listing's; another content never has the same, and one that comes back
// has its own again, also after a restart.
func TestSealStaysWithTheContent(t *testing.T) {
	dir, database := t.TempDir(), filepath.Join(t.TempDir(), "agent.db")
	write(t, filepath.Join(dir, "a.txt"), "a.txt")
	s := openStall(t, dir, database).run()
	first := s.awaitOffer("a.txt", "a.txt")
	key, err := s.Key(t.Context(), first.SealedRoot)
	if err != nil {
		t.Fatal(err)
	}
	pass := sealed.NewPass(key, first.Size)
	pass.Write([]byte("a.txt"))
	trees, err := pass.End()
	if err != nil || sealed.Root(trees.Sealed).String() != first.SealedRoot {
		t.Errorf("the listing's sealed root is not that of its key: %v", err)
	}
	var leaves []byte
	for part, err := range s.Leaves(t.Context(), first.SealedRoot) {
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, part...)
	}
	if !bytes.Equal(leaves, sealed.Bytes(trees.Sealed)) {
		t.Errorf("%d bytes of sealed leaves are kept, want %d", len(leaves), len(trees.Sealed)*sealed.HashSize)
	}

	s.write("a.txt", "other bytes")
	other := s.awaitOffer("a.txt", "other bytes")
	if k, err := s.Key(t.Context(), other.SealedRoot); err != nil || k == key || other.SealedRoot == first.SealedRoot {
		t.Errorf("another content is sealed with %v, %v", k, err)
	}
	s.stop()
	again := openStall(t, dir, database).run()
	again.write("a.txt", "a.txt")
	if back := again.awaitOffer("a.txt", "a.txt"); back.SealedRoot != first.SealedRoot {
		t.Errorf("the content is sealed otherwise when it comes back")
	}
	if _, err := again.Key(t.Context(), strings.Repeat("0", 64)); !errors.Is(err, events.NotForSale) {
		t.Errorf("Key of nothing = %v, want %v", err, events.NotForSale)
	}
}
