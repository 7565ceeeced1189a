package sealed

// LeafHashes sets leaves to those of the records that b is cut into, of size bytes each but the last one. Two records are
// hashed at a time, in little more time than one where the processor can do so.
func LeafHashes(leaves []Hash, b []byte, size int) {
	i := 0
	for ; len(b) >= 2*size; i += 2 {
		leaves[i], leaves[i+1] = leafPair(b[:size], b[size:2*size])
		b = b[2*size:]
	}
	for ; len(b) > 0; i++ {
		n := min(size, len(b))
		leaves[i] = LeafHash(b[:n])
		b = b[n:]
	}
}
