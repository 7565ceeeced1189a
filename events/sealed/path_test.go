package sealed

import (
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

// Every path leads to the head, by our reckoning and by that of another implementation, and to no other place.
func TestPaths(t *testing.T) {
	for size := 1; size <= 70; size++ {
		leaves := make([]Hash, size)
		for i := range leaves {
			leaves[i] = LeafHash([]byte{byte(i)})
		}
		root, paths := Paths(leaves)
		if root != Root(leaves) {
			t.Fatalf("Paths of %d leaves has the head %s, want %s", size, root, Root(leaves))
		}
		for i, path := range paths {
			if got, ok := Head(leaves[i], i, size, path); !ok || got != root {
				t.Errorf("leaf %d of %d leads to %s, %t, want %s", i, size, got, ok, root)
			}
			theirs := make([][]byte, len(path))
			for n := range path {
				theirs[n] = path[n][:]
			}
			if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(i), uint64(size), leaves[i][:], theirs, root[:]); err != nil {
				t.Errorf("leaf %d of %d: %v", i, size, err)
			}
			if size > 1 {
				if got, ok := Head(leaves[i], (i+1)%size, size, path); ok && got == root {
					t.Errorf("leaf %d of %d leads to the head from another place too", i, size)
				}
				if got, ok := Head(leaves[i], i, size, path[1:]); ok && got == root {
					t.Errorf("leaf %d of %d leads to the head by a shorter path", i, size)
				}
			}
		}
	}
	for _, index := range []int{-1, 1, 5} {
		if _, ok := Head(Hash{}, index, 1, nil); ok {
			t.Errorf("there is a leaf %d of 1", index)
		}
	}
}
