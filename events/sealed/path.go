package sealed

import "math/bits"

// Path returns the hashes that lead from leaf i to the root, the lowest first (RFC 6962, section 2.1.1).
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

// leads reports whether path leads from leaf i of n to root (RFC 9162, section 2.1.3.2).
func leads(leaf Hash, i, n int64, path []Hash, root Hash) bool {
	if i < 0 || i >= n {
		return false
	}
	last, at := n-1, leaf
	for _, h := range path {
		if last == 0 {
			return false
		}
		if i&1 == 1 || i == last {
			at = nodeHash(h, at)
			for i&1 == 0 && i != 0 {
				i, last = i>>1, last>>1
			}
		} else {
			at = nodeHash(at, h)
		}
		i, last = i>>1, last>>1
	}
	return last == 0 && at == root
}
