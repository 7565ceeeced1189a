package blacklist

// names are all the ways in which the artists, or the titles, of a segment are written. A name is known by its number.
type names struct {
	ordered  []uint64 // of each name: the sum of its letters in their order
	bags     []uint64 // and in any order
	byOrder  table
	byBag    table
	traits   []trait
	sounds   arena
	spoken   arena    // of those in Latin letters: how they are spoken
	bones    arena    // and the consonants of that
	hard     []uint8  // how many consonants the sound has
	works    relation // name → works written so
	grams    postings // by pieces of the sound
	skeleton postings // by pieces of bones
}

// A trait is what the rules ask of a name.
type trait uint8

const (
	distinctive  trait = 1 << iota // names one song by itself
	faint                          // has too few consonants to be found by them
	oneConsonant                   // in the bits from here on: how many consonants are spoken
)

// consonants returns how many are spoken, of different ones beside each other.
func (t trait) consonants() int { return int(t / oneConsonant) }

// An arena is many short byte strings in one.
type arena struct {
	bytes []byte
	at    []uint32 // where each begins, and where the last ends
}

func (a *arena) add(b []byte) {
	if len(a.at) == 0 {
		a.at = append(a.at, 0)
	}
	a.bytes = append(a.bytes, b...)
	a.at = append(a.at, uint32(len(a.bytes)))
}

func (a *arena) get(i uint32) []byte { return a.bytes[a.at[i]:a.at[i+1]] }

func (a *arena) length(i uint32) int { return int(a.at[i+1] - a.at[i]) }

// A relation leads from one number to several.
type relation struct {
	to []uint32
	at []uint32
}

func (r *relation) of(i uint32) []uint32 { return r.to[r.at[i]:r.at[i+1]] }

// newRelation turns pairs (from, to) into a relation of n numbers; those of one keep their order.
func newRelation(pairs [][2]uint32, n int) relation {
	r := relation{to: make([]uint32, len(pairs)), at: make([]uint32, n+2)}
	for _, p := range pairs {
		r.at[p[0]+2]++
	}
	for i := 2; i < len(r.at); i++ {
		r.at[i] += r.at[i-1]
	}
	for _, p := range pairs {
		r.to[r.at[p[0]+1]] = p[1]
		r.at[p[0]+1]++
	}
	r.at = r.at[:n+1]
	return r
}

// A table finds names by their sums.
type table struct {
	slots []uint32 // number of the name and one more; 0 is free
	shift uint
}

func newTable(sums []uint64) table {
	bits := bitsFor(2 * len(sums))
	t := table{slots: make([]uint32, 1<<bits), shift: 64 - bits}
	for name, s := range sums {
		i := s >> t.shift
		for t.slots[i] != 0 {
			i = (i + 1) & uint64(len(t.slots)-1)
		}
		t.slots[i] = uint32(name) + 1
	}
	return t
}

// bitsFor returns how many bits number n things, at least 1.
func bitsFor(n int) uint {
	bits := uint(1)
	for 1<<bits < n {
		bits++
	}
	return bits
}

// find appends the names whose sum is s.
func (t *table) find(dst []uint32, sums []uint64, s uint64) []uint32 {
	for i := s >> t.shift; t.slots[i] != 0; i = (i + 1) & uint64(len(t.slots)-1) {
		if name := t.slots[i] - 1; sums[name] == s {
			dst = append(dst, name)
		}
	}
	return dst
}
