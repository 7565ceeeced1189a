package sealed

import "math/bits"

// Paths returns the head of the tree over leaves, and for each leaf the hashes that lead from it to the head, nearest
// first (RFC 6962, section 2.1.1).
func Paths(leaves []Hash) (root Hash, paths [][]Hash) {
	paths = make([][]Hash, len(leaves))
	return climb(leaves, paths), paths
}

// Path returns the hashes that lead from leaf i to the head, as [Paths] does for every leaf.
func Path(leaves []Hash, i int64) []Hash {
	n := int64(len(leaves))
	if n <= 1 || i < 0 || i >= n {
		return nil
	}
	left := int64(1) << (bits.Len64(uint64(n-1)) - 1)
	if i < left {
		return append(Path(leaves[:left], i), Root(leaves[left:]))
	}
	return append(Path(leaves[left:], i-left), Root(leaves[:left]))
}

// climb returns the head of leaves and adds the way to it to their paths.
func climb(leaves []Hash, paths [][]Hash) Hash {
	if len(leaves) < 2 {
		return Root(leaves)
	}
	k := 1 << (bits.Len(uint(len(leaves)-1)) - 1) // the largest power of two below
	left, right := climb(leaves[:k], paths[:k]), climb(leaves[k:], paths[k:])
	for i := range paths {
		if i < k {
			paths[i] = append(paths[i], right)
		} else {
			paths[i] = append(paths[i], left)
		}
	}
	return nodeHash(left, right)
}

// Head returns the head of a tree of size leaves to which path leads from the leaf at index (RFC 9162, section 2.1.3.2),
// and false if there can be no such path.
func Head(leaf Hash, index, size int, path []Hash) (Hash, bool) {
	if index < 0 || index >= size {
		return Hash{}, false
	}
	at, last := index, size-1
	for _, h := range path {
		if last == 0 {
			return Hash{}, false
		}
		if at&1 == 1 || at == last {
			leaf = nodeHash(h, leaf)
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		} else {
			leaf = nodeHash(leaf, h)
		}
		at, last = at>>1, last>>1
	}
	return leaf, last == 0
}

// leads reports whether path leads from the leaf at index, of size, to root.
func leads(leaf Hash, index, size int64, path []Hash, root Hash) bool {
	head, ok := Head(leaf, int(index), int(size), path)
	return ok && head == root
}
