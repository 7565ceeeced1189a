package blacklist

// postings find names by the pieces of their sounds: pieces of three symbols of a short name, of four of a long one, so
// that a short one survives a typing error and a long one is not found everywhere.
type postings struct {
	at    []uint32 // where each bucket's begin, and where the last ends
	all   []posting
	shift uint
}

// A posting is a name that has a piece, with how many of its pieces a document must have to be worth a closer look.
type posting uint32

const enoughBits = 6

func (x posting) name() uint32 { return uint32(x >> enoughBits) }
func (x posting) enough() int  { return int(x & (1<<enoughBits - 1)) }

// shortSound is the longest sound that is found by pieces of three.
const shortSound = 12

// pieceLength returns how long the pieces are by which a sound of n symbols is found.
func pieceLength(n int) int {
	if n <= shortSound {
		return 3
	}
	return 4
}

// A piece stands for three or four symbols of a sound.
type piece uint64

func pieceAt(s []byte, i, length int) piece {
	x := uint64(s[i])<<16 | uint64(s[i+1])<<8 | uint64(s[i+2])
	if length == 4 {
		x = x<<8 | uint64(s[i+3]) | 1<<40
	}
	return piece(mix(x))
}

// namePieces appends the different pieces of a name.
func namePieces(dst []piece, s []byte) []piece {
	length, began := pieceLength(len(s)), len(dst)
next:
	for i := 0; i+length <= len(s); i++ {
		p := pieceAt(s, i, length)
		for _, o := range dst[began:] {
			if o == p {
				continue next
			}
		}
		dst = append(dst, p)
	}
	return dst
}

// newPostings indexes the sounds of an arena; enough says how many pieces of a sound of n symbols are worth a closer look.
func newPostings(sounds *arena, n int, enough func(n int) int) postings {
	total := 0
	var pieces []piece
	for i := range n {
		if s := sounds.get(uint32(i)); len(s) >= 3 {
			total += len(s)
		}
	}
	bits := min(bitsFor(total/2+2), 18)
	p := postings{shift: 64 - bits}
	p.at = make([]uint32, 1<<bits+2)
	for i := range n {
		pieces = namePieces(pieces[:0], sounds.get(uint32(i)))
		for _, one := range pieces {
			p.at[p.bucket(one)+2]++
		}
	}
	for i := 2; i < len(p.at); i++ {
		p.at[i] += p.at[i-1]
	}
	p.all = make([]posting, p.at[len(p.at)-1])
	for i := range n {
		s := sounds.get(uint32(i))
		pieces = namePieces(pieces[:0], s)
		x := posting(i)<<enoughBits | posting(max(1, min(enough(len(s)), len(pieces))))
		for _, one := range pieces {
			b := p.bucket(one) + 1
			p.all[p.at[b]] = x
			p.at[b]++
		}
	}
	p.at = p.at[:1<<bits+1]
	return p
}

func (p *postings) bucket(one piece) uint32 { return uint32(uint64(one) >> p.shift) }

func (p *postings) of(bucket uint32) []posting { return p.all[p.at[bucket]:p.at[bucket+1]] }

func (p *postings) length(bucket uint32) int { return int(p.at[bucket+1] - p.at[bucket]) }
