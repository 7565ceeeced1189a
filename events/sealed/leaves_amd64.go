package sealed

import "encoding/binary"

// A state of SHA-256 in the order in which the instructions want its words: f e b a h g d c.
type state [8]uint32

// initial is that of FIPS 180-4, section 5.3.3.
var initial = state{0x9b05688c, 0x510e527f, 0xbb67ae85, 0x6a09e667, 0x5be0cd19, 0x1f83d9ab, 0xa54ff53a, 0x3c6ef372}

// bytes returns the hash.
func (s *state) bytes() (h Hash) {
	for i, at := range [8]int{3, 2, 7, 6, 1, 0, 5, 4} {
		binary.BigEndian.PutUint32(h[4*i:], s[at])
	}
	return h
}

// blocks2 takes n blocks of 64 bytes each from p and q into a and b. It needs hasPairs.
//
//go:noescape
func blocks2(a, b *state, p, q *byte, n int)

// cpuid returns the register ebx of the processor's own description.
//
//go:noescape
func cpuid(leaf uint32) (ebx uint32)

// hasPairs says that the processor has the SHA extensions; all that have them have SSSE3 too.
var hasPairs = cpuid(7)>>29&1 == 1

// leafPair returns the leaves of two records of the same length.
func leafPair(a, b []byte) (Hash, Hash) {
	const block = 64
	if !hasPairs || len(a) < block {
		return LeafHash(a), LeafHash(b)
	}
	p, q := initial, initial
	var first, second [2 * block]byte // the ends of what is hashed, which are not in the records as they are
	copy(first[len(leafPrefix):block], a)
	copy(second[len(leafPrefix):block], b)
	blocks2(&p, &q, &first[0], &second[0], 1)
	length := len(leafPrefix) + len(a)
	a, b = a[block-len(leafPrefix):], b[block-len(leafPrefix):]
	if n := len(a) / block; n > 0 {
		blocks2(&p, &q, &a[0], &b[0], n)
		a, b = a[n*block:], b[n*block:]
	}
	n := pad(&first, a, length)
	pad(&second, b, length)
	blocks2(&p, &q, &first[0], &second[0], n)
	return p.bytes(), q.bytes()
}

// pad puts the rest of a message of length bytes into block, with what follows it (FIPS 180-4, section 5.1.1). It returns
// how many blocks of 64 bytes that makes.
func pad(block *[128]byte, rest []byte, length int) int {
	clear(block[copy(block[:], rest):])
	block[len(rest)] = 0x80
	n := 1
	if len(rest)+1+8 > 64 {
		n = 2
	}
	binary.BigEndian.PutUint64(block[64*n-8:], uint64(length)*8)
	return n
}
